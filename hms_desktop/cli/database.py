"""``db``: the structure of a database, its upgrade, and whether it is sound."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from hms_desktop.cli.common import address, answer, existing
from hms_desktop.cli.status import OK, REFUSED
from hms_desktop.db import check, migrate


def status(options: argparse.Namespace) -> int:
    """Say which structure the database has; 1 when this program cannot use it as it is."""
    found = migrate.state(existing(options))
    if found.newer:
        verdict = f"newer than this program, which knows {found.head}: install the newer program"
    elif found.pending:
        verdict = f"older; this program has {found.head}. Run: hms-desktop db upgrade"
    else:
        verdict = "current"
    data = {**asdict(found), "pending": found.pending, "current_structure": not found.newer}
    data["current_structure"] = not found.newer and not found.pending
    answer(options, data, found.address, f"structure {found.current or 'empty'}: {verdict}")
    return OK if data["current_structure"] else REFUSED


def upgrade(options: argparse.Namespace) -> int:
    """Bring the database to this program's structure, after a backup unless told otherwise."""
    found = migrate.upgrade(address(options), backup=not options.no_backup)
    answer(options, asdict(found), f"{found.address}: structure {found.current}")
    return OK


def check_database(options: argparse.Namespace) -> int:
    """Look for damage; 1 when something is wrong."""
    report = check.check(existing(options))
    lines = [f"{table:28} {count:>12,}" for table, count in report.counts.items()]
    lines += [f"wrong: {fault}" for fault in report.faults] or ["sound"]
    answer(options, {**asdict(report), "sound": report.sound}, *lines)
    return OK if report.sound else REFUSED


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser], common: object) -> None:
    """Add the subcommands."""
    parents = [common] if isinstance(common, argparse.ArgumentParser) else []
    group = commands.add_parser("db", help="structure and soundness of a database")
    inner = group.add_subparsers(dest="action", required=True, metavar="ACTION")
    one = inner.add_parser("status", parents=parents, help="which structure the database has")
    one.set_defaults(run=status)
    one = inner.add_parser("upgrade", parents=parents, help="bring it to this program's structure")
    one.add_argument("--no-backup", action="store_true", help="do not save it first")
    one.set_defaults(run=upgrade)
    one = inner.add_parser("check", parents=parents, help="look for damage")
    one.set_defaults(run=check_database)
