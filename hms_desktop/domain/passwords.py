"""What a password must be, and how long one waits after wrong ones. Times are UTC."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from hms_desktop.domain.errors import Invalid

SHORTEST = 15
"""Characters where the password is the only factor."""
SHORTEST_WITH_SECOND = 8
"""Characters where a second factor is set up as well."""
LONGEST = 256
CODE_LIFE = timedelta(hours=24)
LOCK_AFTER = 10
"""So many wrong passwords in a row lock a log-in."""
LOCK_OUT = timedelta(hours=1)
FREE_TRIES = 2
LONGEST_WAIT = timedelta(seconds=128)
# Letters and digits that nobody confuses on paper (no I, L, O, U).
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16
_CODE_GROUP = 4
_LOOK_ALIKES = str.maketrans("ILO", "110")
_SHORTEST_WORD = 3


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """The hospital's rules: lengths in characters, tries, and waits after wrong ones."""

    least: int = SHORTEST
    least_with_second: int = SHORTEST_WITH_SECOND
    free_tries: int = FREE_TRIES
    longest_wait: timedelta = LONGEST_WAIT
    lock_after: int = LOCK_AFTER
    lock_out: timedelta = LOCK_OUT

    def shortest(self, *, second_factor: bool) -> int:
        """Return how long a password must be, by whether a second factor is set up."""
        return self.least_with_second if second_factor else self.least


USUAL = PasswordPolicy()


def normal(password: str) -> str:
    """Return the password as it is hashed: NFKC, so that every keyboard types the same."""
    return unicodedata.normalize("NFKC", password)


def check_shape(password: str, field: str = "password", *, least: int = SHORTEST) -> str:
    """Return the normal form of a new password; raise Invalid for its length or content.

    ``least`` is the fewest characters.
    """
    if len(password) > LONGEST * 4:
        raise _too_long(field)
    try:
        password.encode()
    except UnicodeEncodeError:
        raise Invalid(
            field, "The password holds half of a character. Nothing was saved. Type it anew."
        ) from None
    shaped = normal(password)
    if "\0" in shaped:
        raise Invalid(field, "The password holds a NUL character. Nothing was saved. Type it anew.")
    if len(shaped) < least:
        raise Invalid(
            field,
            "The password is shorter than {least} characters. Nothing was saved. "
            "Several words in a row are long and easy to type.",
            least=least,
        )
    if len(shaped) > LONGEST:
        raise _too_long(field)
    return shaped


def context_words(*texts: str) -> tuple[str, ...]:
    """Return the words that a password must not live on: log-in, names, the hospital's name."""
    words: dict[str, None] = {}
    for text in texts:
        whole = normal(text).casefold()
        parts = "".join(char if char.isalnum() else " " for char in whole).split()
        words.update(dict.fromkeys((whole, "".join(parts), *parts)))
    return tuple(word for word in words if len(word) >= _SHORTEST_WORD)


def wait_after(failures: int, *, lock: bool = True, policy: PasswordPolicy = USUAL) -> timedelta:
    """Return how long a log-in waits after so many wrong passwords or codes in a row.

    A few are free, then the wait doubles from 2 seconds on, and at last the log-in is locked.
    ``lock`` false (the last administrator) keeps to the longest wait.
    """
    if failures <= policy.free_tries and failures < policy.lock_after:
        return timedelta()
    if failures >= policy.lock_after:
        return policy.lock_out if lock else policy.longest_wait
    return min(timedelta(seconds=2 ** (failures - policy.free_tries)), policy.longest_wait)


def refuse_waiting(
    until: datetime | None,
    now: datetime,
    field: str = "password",
    *,
    policy: PasswordPolicy = USUAL,
) -> None:
    """Raise Invalid while a log-in has to wait; the same words whoever it is.

    The value ``wait_seconds`` of the error says how long, for a screen that counts down.
    """
    if until is None or until <= now:
        return
    seconds = math.ceil((until - now).total_seconds())
    if seconds > policy.longest_wait.total_seconds():
        raise Invalid(
            field,
            "Too many wrong passwords: this log-in is locked for {minutes} minutes. "
            "Wait, or ask an administrator to unlock it.",
            minutes=-(-seconds // 60),
            wait_seconds=seconds,
        )
    raise Invalid(
        field,
        "Too many wrong passwords. Wait {seconds} seconds, then try again.",
        seconds=seconds,
        wait_seconds=seconds,
    )


def show_code(code: str) -> str:
    """Return a one-time code in groups, as it is printed or read out."""
    return "-".join(code[at : at + _CODE_GROUP] for at in range(0, len(code), _CODE_GROUP))


def plain_code(typed: str) -> str:
    """Return a typed one-time code as it was made: no blanks, capitals, look-alikes put right."""
    kept = "".join(char for char in typed[:100].upper() if char.isalnum())
    return kept.translate(_LOOK_ALIKES)


def _too_long(field: str) -> Invalid:
    return Invalid(
        field,
        "The password is longer than {most} characters. Nothing was saved. Shorten it.",
        most=LONGEST,
    )
