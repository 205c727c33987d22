"""What somebody typed into the patient box, taken apart for a registration."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from hms_desktop.domain.dates import parse_birth_date
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.phones import looks_like_phone, phone_digits

_NUMBERS = re.compile(r"\+?\(?\d[\d\s().\-/]*")
_AGE = re.compile(r"\b\d{1,3} ?(?:y|yr|yrs|years?|mo|months?|wks?|weeks?|d|days?)\b", re.IGNORECASE)
_NAMED_DATE = re.compile(r"\b\d{1,2} ?(?:st|nd|rd|th)?[ .-]?[A-Za-z]{3,9}\.?[ ,-]{1,2}\d{2,4}\b")
_EMAIL = re.compile(r"\S+@\S+\.\S+")


@dataclass(frozen=True, slots=True)
class Typed:
    """The parts found; ``birth`` is the text as typed."""

    given: str = ""
    middle: str = ""
    family: str = ""
    phone: str = ""
    birth: str = ""
    email: str = ""


def split_typed(text: str, *, today: date, day_first: bool = True) -> Typed:
    """Return name, phone, birth date and e-mail of a text such as ``kumar swamy 9876543210``.

    What is neither number nor address belongs to the name: the last word is the family name, a
    single word the given one. Words typed in small letters only get a capital each.
    """
    rest, email = _take(text, _EMAIL, lambda _one: True)
    rest, birth = _take(rest, _NAMED_DATE, lambda one: _is_birth(one, today, day_first=day_first))
    if not birth:
        rest, birth = _take(rest, _AGE, lambda one: _is_birth(one, today, day_first=day_first))
    if not birth:
        rest, birth = _take(rest, _NUMBERS, lambda one: _dated(one, today, day_first=day_first))
    rest, phone = _take(rest, _NUMBERS, looks_like_phone)
    words = [word for word in rest.replace(",", " ").split() if any(map(str.isalpha, word))]
    words = [word[:1].upper() + word[1:] if word.islower() else word for word in words]
    given = words[0] if words else ""
    family = words[-1] if len(words) > 1 else ""
    return Typed(given, " ".join(words[1:-1]), family, phone, birth, email)


def _take(text: str, pattern: re.Pattern[str], fits: object) -> tuple[str, str]:
    if not callable(fits):
        return text, ""
    for match in pattern.finditer(text):
        found = match[0].strip()
        if fits(found):
            return f"{text[: match.start()]} {text[match.end() :]}", found
    return text, ""


def _is_birth(text: str, today: date, *, day_first: bool) -> bool:
    try:
        parse_birth_date(text, today=today, day_first=day_first)
    except Invalid:
        return False
    return True


def _dated(text: str, today: date, *, day_first: bool) -> bool:
    # Bare digits are a phone number or an MRN; a date is typed with its dots.
    parted = any(sign in text for sign in "./-")
    digits = len(phone_digits(text))
    return parted and digits <= 8 and _is_birth(text, today, day_first=day_first)  # noqa: PLR2004
