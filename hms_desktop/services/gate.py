"""Who may call what: the door of every service."""

from __future__ import annotations

import functools
import itertools
import secrets
import threading
from collections.abc import Callable, Iterable
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
        self._doubts: dict[str, int] = {}
        self._count = itertools.count()
        self._look_up: Callable[[str], Actor | None] = self._open.get

    def trust(self, look_up: Callable[[str], Actor | None]) -> None:
        """Say who knows whether a doubted log-in is still open, and with what rights."""
        self._look_up = look_up

    def doubt(self, tokens: Iterable[str]) -> None:
        """Have these log-ins looked up again before their next call.

        Cheap and without database, so that it may be called while something is announced.
        """
        with self._lock:
            for token in tokens:
                if token in self._open:
                    self._doubts[token] = next(self._count)

    def admit(self, actor: Actor) -> Actor:
        """Open the door for a log-in."""
        with self._lock:
            self._open[actor.token] = actor
        return actor

    def dismiss(self, token: str) -> None:
        """Close the door: from now on this log-in can do nothing."""
        with self._lock:
            self._open.pop(token, None)
            self._doubts.pop(token, None)

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

    def settle(self, token: str) -> Actor | None:
        """Return the actor behind a token, looked up again if it is in doubt."""
        while (doubt := self._doubts.get(token)) is not None:
            # The doubt goes only after the answer is in: whoever calls meanwhile asks as well,
            # and an answer that a newer doubt has overtaken does not count.
            actor = self._look_up(token)
            if actor is None:
                self.dismiss(token)
                return None
            with self._lock:
                if self._doubts.get(token) == doubt:
                    self._open[token] = actor
                    del self._doubts[token]
        return self.known(token)

    def check(self, actor: Actor, *permissions: str) -> None:
        """Raise NotAllowed unless the log-in is open and has one of these permissions."""
        known = self.settle(actor.token)
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
        return cast("Callable[Concatenate[S, Actor, P], R]", guarded)

    return wrap


def open_to_all(
    call: Callable[P, R],
) -> Callable[P, R]:
    """Mark the few public calls that come before any log-in (log in, first start)."""
    cast("Any", call).__permission__ = ()
    return call
