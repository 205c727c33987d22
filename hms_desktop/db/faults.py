"""What a database error means for the person at the desk."""

from __future__ import annotations

import sqlite3

import sqlalchemy.exc

from hms_desktop.domain.errors import Busy, DamagedDatabase, HmsError, Unreachable, Unusable

OVERLAP_PREFIX = "hms overlap: "
"""How both engines' triggers begin their refusal; followed by doctor, patient or room."""
STEP_PREFIX = "hms step: "
APPEND_ONLY_PREFIX = "hms append-only: "


class Overlap(Exception):  # noqa: N818 - named after what the database found
    """The database refused a visit because the doctor, the patient or the room is taken."""

    def __init__(self, kind: str) -> None:
        """Keep what is taken: ``doctor``, ``patient`` or ``room``."""
        super().__init__(kind)
        self.kind = kind


class Duplicate(Exception):  # noqa: N818
    """A unique rule was broken; ``constraint`` is its name or its columns."""

    def __init__(self, constraint: str) -> None:
        """Keep the constraint."""
        super().__init__(constraint)
        self.constraint = constraint


class StepRefused(Exception):  # noqa: N818
    """The database refused a change of status that is not in its table."""


class Retry(Exception):  # noqa: N818
    """The transaction lost a race that a second try may win (deadlock, serialization)."""


_EXCLUSIONS = {
    "ex_appointment_doctor": "doctor",
    "ex_appointment_patient": "patient",
    "ex_appointment_room": "room",
}
_LOST = {"57P01", "57P02", "57P03"}
_NO_ANSWER = (sqlalchemy.exc.OperationalError, sqlalchemy.exc.InterfaceError)
_BUSY = {"55P03", "57014"}
_AGAIN = {"40P01", "40001"}


def translate(error: sqlalchemy.exc.DBAPIError) -> Exception | None:
    """Return the error to raise instead, or None when it is a defect of the program."""
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return _of_sqlite(original)
    return _of_postgres(error)


def _of_sqlite(error: sqlite3.Error) -> Exception | None:  # noqa: PLR0911 - a table of cases
    text = str(error)
    if text.startswith(OVERLAP_PREFIX):
        return Overlap(text.removeprefix(OVERLAP_PREFIX))
    if text.startswith(STEP_PREFIX):
        return StepRefused(text)
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return busy()
    if name.startswith(("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY")):
        return Duplicate(text.partition("failed: ")[2])
    if name.startswith(("SQLITE_FULL",)):
        return Unusable(
            "The disk is full. This change was not saved; everything saved before is kept. "
            "Make room on the disk and try again."
        )
    if name.startswith("SQLITE_READONLY"):
        return Unusable(
            "The database file is read-only. This change was not saved. "
            "Allow writing to the file and its folder, then try again."
        )
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return DamagedDatabase()
    if name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN")):
        return unreachable()
    return None


def _of_postgres(error: sqlalchemy.exc.DBAPIError) -> Exception | None:  # noqa: PLR0911 - as above
    code = getattr(error.orig, "sqlstate", None)
    diagnosis = getattr(error.orig, "diag", None)
    constraint = getattr(diagnosis, "constraint_name", None) or ""
    if code == "23P01":
        return Overlap(_EXCLUSIONS.get(constraint, constraint))
    if code == "23505":
        return Duplicate(constraint)
    if code == "23514" and constraint == "status_step":
        return StepRefused(str(error.orig))
    if code in _AGAIN:
        return Retry(code)
    if code in _BUSY:
        return busy()
    if error.connection_invalidated or code in _LOST or (code or "").startswith("08"):
        return unreachable()
    # Without a code the server said nothing; what is wrong with the data itself is no such case.
    if code is None and isinstance(error, _NO_ANSWER):
        return unreachable()
    if code == "53100":
        return Unusable(
            "The disk of the database server is full. This change was not saved; everything "
            "saved before is kept. Make room on the server and try again."
        )
    return None


def busy() -> HmsError:
    """Return the error for a database that is too busy for the time we wait."""
    return Busy(
        "The database is busy. Nothing was changed and what you typed is kept. "
        "Try again in a moment."
    )


def unreachable() -> HmsError:
    """Return the error for a database that does not answer."""
    return Unreachable(
        "The database cannot be reached. What you typed is kept. The program tries again; "
        "check the network or the server if this stays."
    )
