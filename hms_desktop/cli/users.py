"""``user``: log-ins. Passwords come by prompt or standard input, never as arguments."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from hms_desktop.cli.common import a_count, answer, opened, read_secret
from hms_desktop.cli.status import OK
from hms_desktop.domain.accounts import CreateUser, UserRow, login_key
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Conflict, NotFound
from hms_desktop.services.assembly import Services


def create(options: argparse.Namespace) -> int:
    """Make a log-in, and a one-time code or a password for it."""
    with opened(options) as (services, actor):
        _refuse_unstarted(services)
        wish = CreateUser(
            options.login,
            options.name or options.login,
            tuple(options.role),
            email=options.email,
            phone=options.phone,
        )
        # Asked before anything is written, so that a missing password leaves nothing behind.
        password = _wanted_password(options)
        row = services.accounts.create_user(actor, wish)
        _hand_over(options, services, actor, row, password)
    return OK


def list_users(options: argparse.Namespace) -> int:
    """List log-ins."""
    with opened(options) as (services, actor):
        rows = services.accounts.users(actor, options.text, include_inactive=options.all)
    lines = [
        f"{row.login:24} {row.display_name:28} {', '.join(row.roles):20} {_state(row)}"
        for row in rows
    ]
    answer(options, [asdict(row) for row in rows], *lines)
    return OK


def unlock(options: argparse.Namespace) -> int:
    """Let a log-in try again at once after wrong passwords."""
    with opened(options) as (services, actor):
        row = services.accounts.unlock_user(actor, _find(services, actor, options.login).id)
    answer(options, asdict(row), f"{row.login} may log in again.")
    return OK


def reset_password(options: argparse.Namespace) -> int:
    """Give a log-in a one-time code, or a new password."""
    with opened(options) as (services, actor):
        row = _find(services, actor, options.login)
        _hand_over(options, services, actor, row, _wanted_password(options))
    return OK


def deactivate(options: argparse.Namespace) -> int:
    """Switch a log-in off: it ends everywhere."""
    with opened(options) as (services, actor):
        found = _find(services, actor, options.login)
        row = services.accounts.deactivate(actor, found.id, found.version)
    answer(options, asdict(row), f"{row.login} is switched off and logged out everywhere.")
    return OK


def activate(options: argparse.Namespace) -> int:
    """Switch a log-in on again."""
    with opened(options) as (services, actor):
        found = _find(services, actor, options.login)
        row = services.accounts.activate(actor, found.id, found.version)
    answer(options, asdict(row), f"{row.login} may log in again.")
    return OK


def reset_second_factor(options: argparse.Namespace) -> int:
    """Take a lost second factor away."""
    with opened(options) as (services, actor):
        found = _find(services, actor, options.login)
        row = services.accounts.reset_second_factor(actor, found.id)
    then = (
        "It is set up anew at the next log-in."
        if row.needs_second_factor
        else "The password alone opens it now."
    )
    answer(options, asdict(row), f"{row.login} has no second factor any more. {then}")
    return OK


def sessions(options: argparse.Namespace) -> int:
    """List where somebody is and was logged in."""
    with opened(options) as (services, actor):
        rows = services.accounts.sessions(actor, _find(services, actor, options.login).id)
        zone = services.context.zone()
    lines = []
    for row in rows:
        since = f"{row.started_at.astimezone(zone):%Y-%m-%d %H:%M}"
        ended = row.ended_at
        until = f"{ended.astimezone(zone):%Y-%m-%d %H:%M}, {row.end_reason}" if ended else "open"
        if row.silent:
            until += f", no sign of life since {row.seen_at.astimezone(zone):%Y-%m-%d %H:%M}"
        lines.append(f"{row.id:8} {row.workstation:28} {since}  {until}")
    answer(options, [asdict(row) for row in rows], *lines)
    return OK


def end_sessions(options: argparse.Namespace) -> int:
    """End one log-in of somebody, or all."""
    with opened(options) as (services, actor):
        row = _find(services, actor, options.login)
        before = _open_ones(services, actor, row.id)
        services.accounts.end_sessions(actor, row.id, options.id)
        ended = before - _open_ones(services, actor, row.id)
    words = f"{row.login}: {len(ended)} ended."
    answer(options, {"login": row.login, "ended": sorted(ended)}, words)
    return OK


def _open_ones(services: Services, actor: Actor, user_id: int) -> set[int]:
    rows = services.accounts.sessions(actor, user_id)
    return {row.id for row in rows if row.ended_at is None}


def _wanted_password(options: argparse.Namespace) -> str | None:
    return read_secret(f"New password of {options.login}") if options.password else None


def _hand_over(
    options: argparse.Namespace,
    services: Services,
    actor: Actor,
    row: UserRow,
    password: str | None,
) -> None:
    """Show a one-time code, or use it up at once for the password that was given."""
    reset = services.accounts.start_reset(actor, row.id)
    if password is None:
        data = {"id": row.id, "login": row.login, "code": reset.code, "expires": reset.expires_at}
        local = reset.expires_at.astimezone(services.context.zone())
        answer(
            options,
            data,
            f"{row.login}: one-time code {reset.code}, good until {local:%Y-%m-%d %H:%M}. "
            "Give it in person.",
        )
        return
    services.accounts.redeem_code(row.login, reset.code, password)
    answer(options, {"id": row.id, "login": row.login}, f"{row.login} can log in.")


def _find(services: Services, actor: Actor, login: str) -> UserRow:
    wanted = login_key(login)
    for row in services.accounts.users(actor, include_inactive=True):
        if row.login == wanted:
            return row
    raise NotFound("There is no log-in called {login}. Nothing was changed.", login=login)


def _refuse_unstarted(services: Services) -> None:
    if services.accounts.first_start_needed():
        raise Conflict(
            "This hospital is not set up yet. Nothing was changed. Start the program once: it "
            "asks for the hospital and the first administrator.",
            kind="first_start",
        )


def _state(row: UserRow) -> str:
    if not row.active:
        return "switched off"
    if row.locked_until is not None:
        return "locked"
    state = "active" if row.has_password else "no password yet"
    return f"{state}, second factor" if row.second_factor_since is not None else state


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser], common: object) -> None:
    """Add the subcommands."""
    parents = [common] if isinstance(common, argparse.ArgumentParser) else []
    group = commands.add_parser("user", help="log-ins")
    inner = group.add_subparsers(dest="action", required=True, metavar="ACTION")
    one = inner.add_parser("create", parents=parents, help="make a log-in")
    one.add_argument("login")
    one.add_argument("--name", default="", help="the person's name")
    one.add_argument("--role", action="append", default=[], help="may be given several times")
    one.add_argument("--email", default="")
    one.add_argument("--phone", default="")
    _password(one)
    one.set_defaults(run=create)
    one = inner.add_parser("list", parents=parents, help="list log-ins")
    one.add_argument("text", nargs="?", default="", help="words of the name or the log-in")
    one.add_argument("--all", action="store_true", help="those switched off as well")
    one.set_defaults(run=list_users)
    one = inner.add_parser("unlock", parents=parents, help="after wrong passwords")
    one.add_argument("login")
    one.set_defaults(run=unlock)
    for name, run, words in (
        ("deactivate", deactivate, "switch a log-in off; it ends everywhere"),
        ("activate", activate, "switch a log-in on again"),
        ("reset-second-factor", reset_second_factor, "after a phone was lost"),
        ("sessions", sessions, "where somebody is and was logged in"),
    ):
        one = inner.add_parser(name, parents=parents, help=words)
        one.add_argument("login")
        one.set_defaults(run=run)
    one = inner.add_parser("end-sessions", parents=parents, help="log somebody out everywhere")
    one.add_argument("login")
    one.add_argument("--id", type=a_count, help="only this one, as `user sessions` lists it")
    one.set_defaults(run=end_sessions)
    one = inner.add_parser("reset-password", parents=parents, help="a one-time code, or a new one")
    one.add_argument("login")
    _password(one)
    one.set_defaults(run=reset_password)


def _password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password",
        action="store_true",
        help="ask for a password (or read it from standard input) instead of showing a code",
    )
