"""Second factor: a code of six digits from an authenticator (TOTP, RFC 6238), or a spare code."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

STEP_SECONDS = 30
DIGITS = 6
DRIFT_STEPS = 1
"""So many steps a phone's clock may be ahead of the server's or behind it."""
SPARE_CODES = 10
FIELD = "second_code"
"""The field of log-in forms that errors of the second step name."""


@dataclass(frozen=True, slots=True)
class SecondFactorOffer:
    """A key for an authenticator, not in use before a code of it was typed.

    ``uri`` is what the QR code holds; ``key`` is the same to be typed, in groups.
    """

    uri: str = field(repr=False)
    key: str = field(repr=False)


def step_of(moment: datetime) -> int:
    """Return the time step of a moment."""
    return int(moment.timestamp()) // STEP_SECONDS


def plain_digits(typed: str) -> str:
    """Return a typed code without blanks and dashes, empty when it cannot be one of six digits."""
    kept = "".join(char for char in typed[:40] if not char.isspace() and char != "-")
    return kept if len(kept) == DIGITS and kept.isascii() and kept.isdigit() else ""


def show_key(secret: str) -> str:
    """Return a key in groups of four, as it is typed from the screen."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
