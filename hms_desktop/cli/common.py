"""What every subcommand shares: the database, the actor, answers for people and for scripts."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from hms_desktop.cli.status import UsageError
from hms_desktop.db.engine import Database
from hms_desktop.db.location import file_of, normal_url
from hms_desktop.db.migrate import require_current
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Unusable
from hms_desktop.services.assembly import Services, open_services
from hms_desktop.settings import load_settings, with_password

NAME = "command line"


def address(options: argparse.Namespace) -> str:
    """Return the database address asked for, set in the environment, or set up here.

    Raises UsageError when there is none.
    """
    given = options.database or load_settings().database
    if not given:
        raise UsageError(
            "No database was named. Add --database ADDRESS, or set HMS_DATABASE, or set this "
            "workstation up in the program."
        )
    return with_password(given)


def existing(options: argparse.Namespace) -> str:
    """Return the address of a database that is there; raises Unusable for a missing file."""
    url = address(options)
    path = file_of(normal_url(url))
    if path is not None and not path.is_file():
        raise Unusable(
            "There is no database file {path}. Nothing was done. Check the name, or make one "
            "with: hms-desktop db upgrade --database {path}",
            path=str(path),
        )
    return url


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[tuple[Services, Actor]]:
    """Open the services on a database whose structure is this program's; raises Unusable."""
    url = existing(options)
    database = Database(url)
    try:
        require_current(database)
    finally:
        database.close()
    services = open_services(url)
    try:
        yield services, services.context.gate.system(NAME)
    finally:
        services.close()


def answer(options: argparse.Namespace, data: object, *lines: str) -> None:
    """Print the answer: lines for people, or one JSON document for a script."""
    if options.json:
        print(json.dumps(data, default=_plain, ensure_ascii=False, indent=2))
    else:
        for line in lines:
            print(line)


def _plain(value: object) -> Any:  # noqa: ANN401 - anything JSON can hold
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    return str(value)


def progress(what: str, done: int, most: int) -> None:
    """Show on standard error how far a long work is; only to a person at a terminal."""
    if sys.stderr.isatty():
        share = f"{done:,} of {most:,}" if most else f"{done:,}" if done else ""
        print(f"\r\033[K{what} {share}", end="", file=sys.stderr, flush=True)


def read_secret(question: str) -> str:
    """Ask for a secret at the terminal (twice), or read one line of standard input.

    Raises UsageError when nothing came or the two differ.
    """
    if not sys.stdin.isatty():
        secret = sys.stdin.readline().rstrip("\r\n")
        if not secret:
            raise UsageError("A password was expected on standard input. Nothing was changed.")
        return secret
    secret = getpass.getpass(f"{question}: ")
    if getpass.getpass("Again: ") != secret:
        raise UsageError("The two passwords differ. Nothing was changed. Try again.")
    return secret


def a_date(text: str) -> date:
    """Read a date of an argument."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a date; write it like 2026-11-23"
        ) from None


def a_moment(text: str) -> datetime:
    """Read a local date and time of an argument (naive: the zone is the hospital's)."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None or len(text) < len("2026-11-23 15:00"):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a local date and time; write it like '2026-11-23 15:00'"
        )
    return found


def a_count(text: str) -> int:
    """Read a whole number above zero of an argument."""
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above zero")
    return int(text)
