"""Whether a password is right, and whether a new one is good enough."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from typing import Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.passwords import (
    CODE_ALPHABET,
    CODE_LENGTH,
    LONGEST,
    SHORTEST,
    check_shape,
    normal,
    plain_code,
)

ENOUGH_GUESSES = 10**10
"""A password that is found in fewer guesses is common or too simple."""
_LOOKED_AT = 72
"""Characters that the estimate looks at: its time grows with the square of the length."""


class Authenticator(Protocol):
    """How the program knows that somebody is who they say.

    Kept this small so that a hospital whose staff have log-in roles of their own in Postgres can
    be served by another kind without any change of the services.
    """

    def prepare(self, password: str) -> str:
        """Return what is stored for a password."""
        ...

    def proves(self, stored: str | None, password: str) -> bool:
        """Say whether a password is the stored one; None takes as long and is never right."""
        ...

    def is_outdated(self, stored: str) -> bool:
        """Say whether the password should be prepared anew, because the cost has grown."""
        ...


class Argon2Authenticator:
    """Passwords as argon2id hashes of their NFKC form; ``memory`` in KiB."""

    def __init__(self, *, memory: int = 64 * 1024, time: int = 3, parallelism: int = 4) -> None:
        """Keep the cost."""
        self._hasher = PasswordHasher(time_cost=time, memory_cost=memory, parallelism=parallelism)
        self._dummy: str | None = None

    def prepare(self, password: str) -> str:
        """Return the hash with its cost and salt."""
        return self._hasher.hash(_bytes(password))

    def proves(self, stored: str | None, password: str) -> bool:
        """Verify against the hash; without one against a hash of nothing, for the same time."""
        if self._dummy is None:
            self._dummy = self.prepare(secrets.token_urlsafe(24))
        try:
            self._hasher.verify(stored or self._dummy, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Compare the cost in the hash with today's."""
        return self._hasher.check_needs_rehash(stored)


def check_new_password(
    password: str, words: Iterable[str], field: str = "password", *, least: int = SHORTEST
) -> str:
    """Return the password as given; raise Invalid when it is short, common or about its owner.

    ``least`` is the fewest characters; ``words`` are the log-in, the names and the hospital's
    name. Nothing leaves the computer.
    """
    # Lazy: 80 ms and 4 MB of word lists that only a new password needs.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    shaped = check_shape(password, field, least=least)
    known = list(words)

    def guesses(part: str) -> int:
        # Signs between known words count for much in the estimate and for nothing in truth.
        bare = "".join(char for char in part if char.isalnum())
        forms = {part, bare} if len(bare) * 2 > len(part) else {part}
        return min(int(zxcvbn(form, user_inputs=known)["guesses"]) for form in forms)

    # A short one that is enough beside a second factor has only so many combinations: the
    # estimate takes ten for each character, and a sign may be left out.
    enough = min(ENOUGH_GUESSES, 10 ** (least - 1))
    # Either end of a long password may be what makes it good.
    if max(guesses(shaped[:_LOOKED_AT]), guesses(shaped[-_LOOKED_AT:])) < enough:
        raise Invalid(
            field,
            "This password is easy to guess: common words, repetitions, or names of this "
            "hospital and of yours. Nothing was saved. Take four words that do not belong "
            "together.",
        )
    return password


def new_code() -> str:
    """Return a one-time code of 80 random bits that can be read out."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def new_token() -> str:
    """Return the secret of a log-in; only its hash is stored."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return the hash of a token or code; they are random enough for a fast one."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def code_digest(typed: str) -> str:
    """Return the hash of a one-time code however it was typed."""
    return digest(plain_code(typed))


def _bytes(password: str) -> bytes:
    # What is too long was never accepted; it is cut so that it costs no more than others.
    return normal(password[: LONGEST * 4]).encode("utf-8", "surrogatepass")
