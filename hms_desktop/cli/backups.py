"""``backup``: make, verify, list and restore backups, and the key that opens them."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Sequence
from pathlib import Path

from hms_desktop.cli.common import address, answer, opened, progress
from hms_desktop.cli.status import OK, REFUSED, UsageError
from hms_desktop.db.backup import keys, proving
from hms_desktop.domain.backup_flaws import ENDING
from hms_desktop.domain.backups import BackupFile, BackupRow, BackupState, RestoreWish
from hms_desktop.domain.errors import DamagedDatabase, HmsError, NotFound
from hms_desktop.services import restoring
from hms_desktop.services.backup_rows import path_of

SURE = "RESTORE"
NEWEST = "newest"
_UNITS = ("B", "KB", "MB", "GB", "TB")
_THOUSAND = 1_000


def create(options: argparse.Namespace) -> int:
    """Make a backup now and prove it."""
    with opened(options) as (services, actor):
        row = services.backups.create(actor, progress=_hearing("Backup"))
        progress("", 0, 0)
    if row.state != BackupState.DONE.value:
        raise HmsError("The backup was stopped. No file was made.")
    answer(
        options,
        _plain(row),
        f"{path_of(row)}: {_size(row.bytes)}, {row.rows:,} rows, proved by "
        + ("a restore." if row.verified_how == "restored" else "reading it to its end."),
    )
    return OK


def list_backups(options: argparse.Namespace) -> int:
    """List backups, newest first, and say when the newest good one is too old."""
    with opened(options) as (services, actor):
        rows, zone = services.backups.list(actor), services.context.zone()
        health = services.backups.health(actor)
    lines = [
        f"{row.backup_id[:8]}  {row.made_at.astimezone(zone):%Y-%m-%d %H:%M}  "
        f"{_state(row):24} {row.kind:15} {_size(row.bytes):>10}  {row.file_name}"
        for row in rows
    ]
    if health.overdue:
        lines.append("There is no good backup of the last two days.")
    data = {"overdue": health.overdue, "backups": [_plain(row) for row in rows]}
    answer(options, data, *lines)
    return OK


def verify(options: argparse.Namespace) -> int:
    """Restore a backup into a scratch place and compare; 1 with what is wrong."""
    with opened(options) as (services, actor):
        backups = services.backups
        name = options.backup
        if _is_file(name):
            name = proving.look_at(Path(name)).head.id
        key = _key(options, backups.find(actor, name).key_id)
        row = backups.verify(actor, name, key, _hearing("Verify"))
        progress("", 0, 0)
    how = "restored and compared" if row.verified_how == "restored" else "read to its end"
    answer(options, _plain(row), f"{row.file_name}: good, {how}.")
    return OK


def restore(options: argparse.Namespace) -> int:
    """Bring a backup back after two questions; the present state is kept first."""
    url = address(options)
    file = _wanted(options, url)
    key = _key(options, file.key_id)
    try:
        present = restoring.hospital_name(url)
    except DamagedDatabase:
        present = ""
    _ask(options, file, present or file.head.hospital, replaces=bool(present))
    wish = RestoreWish(file.path, key, "command line", keep=not options.no_keep)
    done = restoring.restore_hospital(url, wish, _hearing("Restore"))
    progress("", 0, 0)
    when = f"{done.made_at:%Y-%m-%d %H:%M} UTC"
    lines = [
        f"{done.hospital} is back as it was on {when}: {done.rows:,} rows.",
        f"The state before is kept in {done.kept}." if done.kept else "",
        f"{done.held_messages} unsent messages wait for a word." if done.held_messages else "",
        *done.notes,
    ]
    data = {
        "hospital": done.hospital,
        "made_at": done.made_at,
        "rows": done.rows,
        "kept": done.kept,
        "held_messages": done.held_messages,
        "notes": done.notes,
    }
    answer(options, data, *filter(None, lines))
    return OK


def key(options: argparse.Namespace) -> int:
    """Make the key of backups and show it once; keep a typed one; or say which there is."""
    with opened(options) as (services, actor):
        if options.keep:
            number = services.backups.keep_key(actor, _read_key())
            answer(options, {"key": number}, f"The key {number} is in this computer's keyring.")
            return OK
        if options.new or options.replace:
            made = services.backups.new_key(actor, replace=options.replace)
            data = {"key": made.key_id, "recovery_key": made.text, "in_keyring": made.kept}
            answer(
                options,
                data,
                f"Recovery key {made.key_id}, shown only now:",
                f"    {made.text}",
                "Print it and lock it away: without it no backup can be opened on another "
                "computer." + ("" if made.kept else " This computer has no keyring: it is "
                "nowhere else."),
            )  # fmt: skip
            return OK
        view = services.backups.overview(actor)
    data = {"key": view.key_id or None, "in_keyring": view.key_here}
    if not view.key_id:
        answer(options, data, "There is no key yet. Make one with: hms-desktop backup key --new")
        return REFUSED
    where = "in this computer's keyring" if view.key_here else "not on this computer"
    answer(options, data, f"Key {view.key_id}, {where}.")
    return OK


# ------------------------------------------------------------------------------------- inside
def _wanted(options: argparse.Namespace, url: str) -> BackupFile:
    """Return the file that is meant: a path, the newest, or one that the database knows."""
    if _is_file(options.backup):
        return proving.look_at(Path(options.backup))
    if options.backup == NEWEST:
        # Asked of the folder alone: the database may be what is broken.
        offer = restoring.newest_offer(url)
        if offer is None:
            raise NotFound("There is no backup of this database on this computer. Name a file.")
        return proving.look_at(Path(offer.path))
    with opened(options) as (services, actor):
        row = services.backups.find(actor, options.backup)
    if not row.here:
        raise NotFound("The file of this backup is not here: {path}", path=str(path_of(row)))
    return proving.look_at(path_of(row))


def _is_file(name: str) -> bool:
    return (name.endswith(f".{ENDING}") and "/" in name) or Path(name).is_file()


def _ask(options: argparse.Namespace, file: BackupFile, hospital: str, *, replaces: bool) -> None:
    """Ask twice, or compare the name that was given; raises UsageError."""
    if options.yes is not None:
        if options.yes != hospital:
            raise UsageError(
                f"--yes needs the exact name of the hospital, {hospital!r}. Nothing was changed."
            )
        return
    if not sys.stdin.isatty():
        raise UsageError(
            "A restore asks twice, and there is nobody to ask. Add --yes with the exact name of "
            "the hospital. Nothing was changed."
        )
    what = "will be replaced by" if replaces else "will become"
    print(
        f"{hospital} {what} its state of {file.head.made_at:%Y-%m-%d %H:%M} UTC "
        f"({file.head.rows:,} rows)."
        + (" The state of now is kept first." if replaces and not options.no_keep else "")
    )
    for question, wanted in (
        (f"Type the name of the hospital ({hospital}): ", hospital),
        (f"Everything since then goes. Type {SURE}: ", SURE),
    ):
        if input(question).strip() != wanted:
            raise UsageError("That is not it. Nothing was changed.")


def _key(options: argparse.Namespace, number: str) -> str:
    """Return the typed key where one is needed; the keyring is asked first."""
    if options.key_stdin:
        return _read_key()
    needed = number and sys.stdin.isatty() and keys.kept(number) is None
    return _read_key() if needed else ""


def _read_key() -> str:
    typed = getpass.getpass("Recovery key: ") if sys.stdin.isatty() else sys.stdin.readline()
    if not typed.strip():
        raise UsageError("A recovery key was expected on standard input. Nothing was changed.")
    return typed.strip()


class _Hearing:
    """Shows thousandths or bytes as a share."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __call__(self, done: int, total: int) -> None:
        progress(self._what, done * 100 // total if total else 0, 100)


def _hearing(what: str) -> _Hearing:
    return _Hearing(what)


def _plain(row: BackupRow) -> dict[str, object]:
    return {**row._asdict(), "good": row.is_good, "path": path_of(row)}


def _state(row: BackupRow) -> str:
    if row.flaw:
        return row.flaw.replace("_", " ")
    if row.state == BackupState.DONE.value and not row.here:
        return f"at {row.workstation}" if row.workstation else "missing"
    if row.verified_how:
        return "verified" if row.verified_how == "restored" else "read through"
    return row.state


def _size(count: int) -> str:
    amount, place = float(count), 0
    while amount >= _THOUSAND and place < len(_UNITS) - 1:
        amount, place = amount / _THOUSAND, place + 1
    return f"{amount:.0f} {_UNITS[place]}" if place == 0 else f"{amount:.1f} {_UNITS[place]}"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser], common: object) -> None:
    """Add the subcommands."""
    parents: Sequence[argparse.ArgumentParser] = (
        [common] if isinstance(common, argparse.ArgumentParser) else []
    )
    group = commands.add_parser("backup", help="backups: create, verify, list, restore, key")
    inner = group.add_subparsers(dest="action", required=True, metavar="ACTION")
    one = inner.add_parser("create", parents=parents, help="make one now and prove it")
    one.set_defaults(run=create)
    one = inner.add_parser("list", parents=parents, help="what there is")
    one.set_defaults(run=list_backups)
    one = inner.add_parser("verify", parents=parents, help="restore it into a scratch place")
    _which(one, NEWEST)
    one.set_defaults(run=verify)
    one = inner.add_parser("restore", parents=parents, help="bring it back; asks twice")
    _which(one, None)
    one.add_argument("--yes", metavar="HOSPITAL", help="its exact name, instead of the questions")
    one.add_argument("--no-keep", action="store_true", help="do not keep the present state first")
    one.set_defaults(run=restore)
    one = inner.add_parser("key", parents=parents, help="the key that opens backups")
    which = one.add_mutually_exclusive_group()
    which.add_argument("--new", action="store_true", help="make it and show it once")
    which.add_argument("--replace", action="store_true", help="make another one")
    which.add_argument("--keep", action="store_true", help="read one into this keyring")
    one.set_defaults(run=key)


def _which(one: argparse.ArgumentParser, usual: str | None) -> None:
    one.add_argument(
        "backup",
        metavar="BACKUP",
        nargs="?" if usual else None,
        default=usual,
        help="a file, the beginning of its id, or newest",
    )
    one.add_argument("--key-stdin", action="store_true", help="read the recovery key")
