"""Who may call what: the door of every service."""

from __future__ import annotations

import functools
import secrets
import threading
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import NotAllowed
from hms_desktop.domain.permissions import PERMISSIONS

P = ParamSpec("P")
R = TypeVar("R")


class Gate:
    """Knows the open log-ins of this program; a token that is not here opens nothing."""

    def __init__(self) -> None:
        """Begin with nobody logged in."""
        self._lock = threading.Lock()
        self._open: dict[str, Actor] = {}

    def admit(self, actor: Actor) -> Actor:
        """Open the door for a log-in."""
        with self._lock:
            self._open[actor.token] = actor
        return actor

    def dismiss(self, token: str) -> None:
        """Close the door: from now on this log-in can do nothing."""
        with self._lock:
            self._open.pop(token, None)

    def known(self, token: str) -> Actor | None:
        """Return the actor behind a token as it was admitted (or refreshed)."""
        return self._open.get(token)

    def tokens(self) -> tuple[str, ...]:
        """Return the tokens of all open log-ins of this program."""
        with self._lock:
            return tuple(self._open)

    def system(self, name: str, workstation: str = "") -> Actor:
        """Admit a task of the program itself (command line, jobs), with every permission."""
        return self.admit(
            Actor(
                token=secrets.token_hex(16),
                user_id=None,
                name=name,
                roles=("system",),
                permissions=frozenset(PERMISSIONS),
                workstation=workstation or "system",
            )
        )

    def check(self, actor: Actor, *permissions: str) -> None:
        """Raise NotAllowed unless the log-in is open and has one of these permissions."""
        known = self.known(actor.token)
        if known is None:
            raise NotAllowed(
                permissions[0],
                "This log-in has ended. Nothing was changed. Log in again to go on.",
            )
        if not any(permission in known.permissions for permission in permissions):
            raise NotAllowed(permissions[0])


class Guarded(Protocol):
    """A service that has a gate."""

    gate: Gate


S = TypeVar("S", bound=Guarded)


def permitted(
    *permissions: str,
) -> Callable[[Callable[Concatenate[S, Actor, P], R]], Callable[Concatenate[S, Actor, P], R]]:
    """Let a public call in only for an open log-in with one of these permissions.

    The permissions stand on the function as ``__permission__``, where a test looks for them.
    """
    for permission in permissions:
        if permission not in PERMISSIONS:
            raise ValueError(f"unknown permission {permission}")

    def wrap(
        call: Callable[Concatenate[S, Actor, P], R],
    ) -> Callable[Concatenate[S, Actor, P], R]:
        @functools.wraps(call)
        def guarded(self: S, actor: Actor, *args: P.args, **kwargs: P.kwargs) -> R:
            self.gate.check(actor, *permissions)
            return call(self, actor, *args, **kwargs)

        cast("Any", guarded).__permission__ = permissions
        return guarded

    return wrap


def open_to_all(
    call: Callable[P, R],
) -> Callable[P, R]:
    """Mark the few public calls that come before any log-in (log in, first start)."""
    cast("Any", call).__permission__ = ()
    return call
