"""What goes on paper: the rows a document is made from, and the wishes for letters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from hms_desktop.domain.consultations import Encounter, EncounterLine
from hms_desktop.domain.dates import BirthDate
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.logos import logo_bytes
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.domain.text import clean

LETTER_LIMIT = 20_000
QUESTION_LIMIT = 2_000
ADDRESSEE_LIMIT = 500
LONGEST_SICK_NOTE = timedelta(days=366)
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

    @classmethod
    def of(cls, settings: HospitalSettings) -> Letterhead:
        """Return the head of a hospital's papers."""
        logo = logo_bytes(settings.logo)
        return cls(settings.hospital_name, settings.address, settings.phone, settings.email, logo)


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
