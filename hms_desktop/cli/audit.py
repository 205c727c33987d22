"""``audit``: check the trail, take its head, move its key to another computer."""

from __future__ import annotations

import argparse
from pathlib import Path

from hms_desktop.cli.common import answer, opened, progress, read_secret
from hms_desktop.cli.status import OK, REFUSED, UsageError
from hms_desktop.domain.audit import TROUBLE_WORDS, Anchor, Finding, find_anchors

_MOST_SHOWN = 20
_LONGEST_ANCHOR_FILE = 10_000_000


def verify(options: argparse.Namespace) -> int:
    """Check the whole trail; 1 when anything is wrong with it."""
    anchors = _anchors(options.anchor) if options.anchor else ()
    with opened(options) as (services, actor):
        verdict = services.audit_chain.verify(
            actor, anchors, lambda done, total: progress("checked", done, total)
        )
    data = {
        "sound": verdict.sound,
        "entries": verdict.entries,
        "head": str(verdict.head),
        "anchors": verdict.anchors,
        "seals_proved": verdict.seals,
        "heads_unproved": verdict.unproved,
        "findings": [
            {**one._asdict(), "trouble": one.trouble.value, "words": TROUBLE_WORDS[one.trouble]}
            for one in verdict.findings
        ],
        "finding_count": verdict.count,
    }
    proved = f"seals proved: {verdict.seals}, heads without a seal or key: {verdict.unproved}"
    lines = [
        f"{verdict.entries:,} entries, head {verdict.head}",
        f"heads given: {verdict.anchors}, {proved}",
    ]
    if verdict.sound:
        lines.append("sound" if verdict.anchors else "sound, as far as is seen without a head "
                     "kept elsewhere (--anchor)")  # fmt: skip
    lines += [f"wrong: {_words(one)}" for one in verdict.findings[:_MOST_SHOWN]]
    if verdict.count > _MOST_SHOWN:
        lines.append(f"and {verdict.count - _MOST_SHOWN:,} more")
    answer(options, data, *lines)
    return OK if verdict.sound else REFUSED


def _words(one: Finding) -> str:
    place = ", ".join(
        f"{what} {number}"
        for what, number in (("link", one.seq), ("entry", one.entry_id))
        if number is not None
    )
    return f"{TROUBLE_WORDS[one.trouble]} ({place or 'place unknown'})"


def _anchors(given: str) -> tuple[Anchor, ...]:
    """Return the heads in a file, or the one that was typed."""
    path = Path(given)
    if len(given) < 64 or path.is_file():  # noqa: PLR2004 - a head has 64 digits
        if path.stat().st_size > _LONGEST_ANCHOR_FILE:
            raise UsageError(f"{path} is too large to be a kept head. Nothing was checked.")
        given = path.read_text(encoding="utf-8", errors="replace")
    return find_anchors(given)


def head(options: argparse.Namespace) -> int:
    """Take the head as it is now, keep it, and print it."""
    with opened(options) as (services, actor):
        taken = services.audit_chain.take_head(actor, mail=options.mail, anew=options.anew)
    data = {**taken._asdict(), "anchor": str(taken.anchor), "sealed": bool(taken.seal)}
    sealed = f"sealed with key {taken.key_id}" if taken.seal else "not sealed: no key here"
    answer(options, data, str(taken.anchor), f"{taken.seq:,} entries, {sealed}")
    return OK


def key(options: argparse.Namespace) -> int:
    """Show this computer's key, or keep the one that another computer showed."""
    with opened(options) as (services, actor):
        if options.enter:
            services.audit_chain.enter_key(actor, read_secret("Key of the audit trail"))
            answer(options, {"kept": True}, "The key is kept in this computer's keyring.")
        else:
            shown = services.audit_chain.show_key(actor)
            answer(options, {"key": shown}, shown)
    return OK


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser],
        common: argparse.ArgumentParser) -> None:  # fmt: skip
    """Add ``audit`` to the command line."""
    top = commands.add_parser("audit", help="the audit trail: verify, head, key", parents=[common])
    parts = top.add_subparsers(metavar="ACTION", required=True)
    one = parts.add_parser("verify", help="find changes of the trail", parents=[common])
    one.add_argument("--anchor", metavar="FILE|HEX", help="a head that was mailed or printed")
    one.set_defaults(run=verify)
    one = parts.add_parser("head", help="take and keep the head", parents=[common])
    one.add_argument("--mail", action="store_true", help="to the address in the settings as well")
    one.add_argument("--anew", action="store_true", help="after a restored backup")
    one.set_defaults(run=head)
    one = parts.add_parser("key", help="the key that seals heads", parents=[common])
    what = one.add_mutually_exclusive_group(required=True)
    what.add_argument("--show", action="store_true", help="to give it to another computer")
    what.add_argument("--enter", action="store_true", help="read it from standard input")
    one.set_defaults(run=key)
