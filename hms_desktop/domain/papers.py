"""What goes on paper: the rows a document is made from, and the wishes for letters."""

from __future__ import annotations

import base64
import binascii
import re
import struct
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from hms_desktop.domain.consultations import Encounter, EncounterLine
from hms_desktop.domain.dates import BirthDate
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.text import clean

LETTER_LIMIT = 20_000
QUESTION_LIMIT = 2_000
ADDRESSEE_LIMIT = 500
LONGEST_SICK_NOTE = timedelta(days=366)
LOGO_BYTES = 300 * 1024
LOGO_PIXELS = 4_000
"""A picture's width or height; more only costs memory, and a small file can claim any size."""
FILE_NAME_LIMIT = 80
PDF_ENDING = ".pdf"


class PageSize(StrEnum):
    """The sheets a paper can be laid out for."""

    A4 = "A4"
    A5 = "A5"


class Letterhead(NamedTuple):
    """The hospital's head; the logo is the bytes of a PNG or JPEG picture, or empty."""

    name: str
    address: str = ""
    phone: str = ""
    email: str = ""
    logo: bytes = b""


class PatientOnPaper(NamedTuple):
    """Whom a paper is about."""

    name: str
    mrn: str
    sex: str = "unknown"
    birth: BirthDate | None = None
    allergies: str = ""
    conditions: str = ""


class DoctorOnPaper(NamedTuple):
    """Who signs a paper."""

    name: str
    registration_number: str
    department: str = ""
    specializations: str = ""
    phone: str = ""


class Paper(NamedTuple):
    """A finished document: a title for people, a file name from a safe alphabet, the PDF."""

    title: str
    file_name: str
    pdf: bytes


@dataclass(frozen=True, slots=True)
class SickNote:
    """The wish for a sick note from one local date to another, both inclusive."""

    encounter_id: int
    first: date
    last: date
    text: str = ""

    @property
    def days(self) -> int:
        """How many days it covers."""
        return (self.last - self.first).days + 1

    def check(self) -> SickNote:
        """Return the cleaned wish; raise Invalid."""
        if self.last < self.first:
            raise Invalid("last", "The last day lies before the first. Change one of them.")
        if self.last - self.first >= LONGEST_SICK_NOTE:
            raise Invalid("last", "A sick note covers at most a year. Choose an earlier last day.")
        return replace(self, text=clean(self.text, "text", limit=LETTER_LIMIT, multiline=True))


@dataclass(frozen=True, slots=True)
class Referral:
    """The wish for a letter to another doctor or hospital about one visit."""

    encounter_id: int
    to: str
    question: str
    text: str = ""
    include_history: bool = True

    def check(self) -> Referral:
        """Return the cleaned wish; raise Invalid."""
        return replace(
            self,
            to=clean(self.to, "to", limit=ADDRESSEE_LIMIT, multiline=True, required=True),
            question=clean(
                self.question, "question", limit=QUESTION_LIMIT, multiline=True, required=True
            ),
            text=clean(self.text, "text", limit=LETTER_LIMIT, multiline=True),
        )


class VisitOnPaper(NamedTuple):
    """Everything a paper about a visit is made from.

    ``doctor`` signs; ``history`` holds earlier records, newest first, where a paper tells of them.
    """

    head: Letterhead
    patient: PatientOnPaper
    doctor: DoctorOnPaper
    encounter: Encounter
    history: tuple[EncounterLine, ...] = ()


# --------------------------------------------------------------------------------- file names
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")


def file_name(*parts: str) -> str:
    """Return a file name made of letters, digits and hyphens, whatever the parts hold.

    Accents go, other scripts go; a hospital number and a date always remain readable.
    """
    plain = (unicodedata.normalize("NFKD", part[:200]) for part in parts)
    ascii_only = (part.encode("ascii", "ignore").decode("ascii") for part in plain)
    words = (_UNSAFE.sub("-", part).strip("-").lower() for part in ascii_only)
    return (("-".join(filter(None, words)))[:FILE_NAME_LIMIT].strip("-") or "paper") + PDF_ENDING


# -------------------------------------------------------------------------------------- logos
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_JPEG_HEAD = 4


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height (pixels) of a PNG or JPEG picture, or None for anything else."""
    try:
        if data.startswith(_PNG) and data[12:16] == b"IHDR":
            width, height = struct.unpack(">II", data[16:24])
            return width, height
        if data.startswith(_JPEG):
            return _jpeg_size(data)
    except struct.error:
        return None
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + _JPEG_HEAD <= len(data) and data[at] == 0xFF:  # noqa: PLR2004 - begins a marker
        kind = data[at + 1]
        if kind == 0xFF:  # noqa: PLR2004 - filling
            at += 1
        elif kind in _JPEG_ALONE:
            at += 2
        elif kind in _JPEG_SIZES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return None


def logo_bytes(text: str) -> bytes:
    """Return the picture that the setting ``logo`` holds as base64; raise Invalid."""
    if not text:
        return b""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("logo", "The logo is no picture. Choose a PNG or JPEG file.") from None
    if len(data) > LOGO_BYTES:
        raise Invalid(
            "logo",
            "The logo has {kib} KiB, and at most {most} fit. Choose a smaller picture.",
            kib=-(-len(data) // 1024),
            most=LOGO_BYTES // 1024,
        )
    size = picture_size(data)
    if size is None:
        raise Invalid("logo", "The logo is no picture. Choose a PNG or JPEG file.")
    if not all(1 <= side <= LOGO_PIXELS for side in size):
        raise Invalid(
            "logo",
            "The logo is {width} × {height} pixels, and at most {most} a side fit. Choose a "
            "smaller picture.",
            width=size[0],
            height=size[1],
            most=LOGO_PIXELS,
        )
    return data
