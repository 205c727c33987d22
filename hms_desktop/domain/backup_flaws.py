"""What may be wrong with a file that was taken for a backup; each in its own sentence."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from hms_desktop.domain.errors import Unusable

ENDING = "hmsbackup"


class Flaw(StrEnum):
    """What is wrong with a file that was taken for a backup."""

    FOREIGN = "foreign"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    WRONG_KEY = "wrong_key"
    NO_KEY = "no_key"
    NEWER = "newer"


class Unfit(Unusable):
    """A file that cannot be used as a backup; ``flaw`` says what is wrong with it."""

    def __init__(
        self,
        flaw: Flaw,
        template: str,
        **values: Any,  # noqa: ANN401 - any printable value
    ) -> None:
        """Keep the flaw."""
        super().__init__(template, **values)
        self.flaw = flaw


def foreign(name: str) -> Unfit:
    """Return the refusal of a file that is something else."""
    return Unfit(
        Flaw.FOREIGN,
        "{name} is not a backup of this program. Nothing was changed. Choose a file that ends in "
        ".{ending}.",
        name=name,
        ending=ENDING,
    )


def truncated(name: str) -> Unfit:
    """Return the refusal of a file whose end is missing."""
    return Unfit(
        Flaw.TRUNCATED,
        "The backup {name} is cut off: its end is missing. It cannot be used; nothing was "
        "changed. Copy it once more from where it came, or choose another backup.",
        name=name,
    )


def damaged(name: str) -> Unfit:
    """Return the refusal of a file of which a part was changed."""
    return Unfit(
        Flaw.DAMAGED,
        "The backup {name} is damaged: a part of it is not as it was written. It cannot be used; "
        "nothing was changed. Choose another backup.",
        name=name,
    )


def wrong_key(name: str) -> Unfit:
    """Return the refusal of a key that belongs to other backups."""
    return Unfit(
        Flaw.WRONG_KEY,
        "This recovery key does not open the backup {name}: it belongs to another key. Nothing "
        "was changed. Take the sheet with the key {name} was made for.",
        name=name,
    )


def no_key(name: str, key_id: str) -> Unfit:
    """Return the refusal where the key is not at hand."""
    return Unfit(
        Flaw.NO_KEY,
        "The backup {name} is locked, and this computer does not have its key (number {key}). "
        "Type the recovery key from the printed sheet.",
        name=name,
        key=key_id,
    )


def newer_format(name: str) -> Unfit:
    """Return the refusal of what a newer program wrote."""
    return Unfit(
        Flaw.NEWER,
        "The backup {name} was made by a newer program. Nothing was changed. Install the newer "
        "program on this computer first.",
        name=name,
    )
