"""What somebody means who types into the patient search box."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from hms_desktop.domain.dates import BirthDate, BirthPrecision, parse_birth_date
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.names import fold, search_tokens
from hms_desktop.domain.patients import MRN_PREFIX, MRN_WIDTH, format_mrn, parse_mrn
from hms_desktop.domain.phones import phone_digits, phone_key

TEXT_LIMIT = 200
WORDS_LIMIT = 6
WORD_LIMIT = 64
FEWEST_PHONE_DIGITS = 4
_MOST_MRN_DIGITS = 12
_NUMBERS = re.compile(r"[\d\s+().\-/]*\d[\d\s+().\-/]*")
_OTHER_MRN = re.compile(r"[A-Za-z0-9]{0,6}[A-Za-z]-[0-9]{1,12}")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_MOST_DATE_WORDS = 4
_YEAR_DIGITS = 4


@dataclass(frozen=True, slots=True)
class PatientQuery:
    """A search, taken apart: folded words, and what a number among them may be.

    ``born`` are the first and last day of birth; ``phone`` is the typed ending, backwards.
    """

    words: tuple[str, ...] = ()
    mrn: str | None = None
    phone: str | None = None
    born: tuple[date, date] | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not (self.words or self.mrn or self.phone or self.born)


def parse_query(
    text: str,
    today: date,
    *,
    day_first: bool = True,
    prefix: str = MRN_PREFIX,
    width: int = MRN_WIDTH,
) -> PatientQuery:
    """Take a typed search apart; whatever is typed, there is an answer and never an error."""
    typed = _UNSTORABLE.sub(" ", text[:TEXT_LIMIT]).split()
    whole = " ".join(typed)
    if not whole:
        return PatientQuery()
    if (mrn := parse_mrn(whole, prefix, width)) and not whole.isdigit():
        return PatientQuery(words=_words(whole), mrn=mrn) if prefix == "" else PatientQuery(mrn=mrn)
    if _OTHER_MRN.fullmatch(whole):
        # A number from before the hospital chose another beginning.
        return PatientQuery(mrn=whole.upper())
    if _NUMBERS.fullmatch(whole):
        return _number(whole, today, day_first=day_first, prefix=prefix, width=width)
    for begin, end in _stretches(typed):
        born = _born(" ".join(typed[begin:end]), today, day_first=day_first)
        if born:
            return PatientQuery(words=_words(*typed[:begin], *typed[end:]), born=born)
    names = [word for word in typed if not _NUMBERS.fullmatch(word)]
    digits = " ".join(word for word in typed if _NUMBERS.fullmatch(word))
    if not digits:
        return PatientQuery(words=_words(*names))
    number = _number(digits, today, day_first=day_first, prefix=prefix, width=width)
    return PatientQuery(_words(*names), number.mrn, number.phone)


def _words(*texts: str) -> tuple[str, ...]:
    return tuple(word[:WORD_LIMIT] for word in search_tokens(*texts)[:WORDS_LIMIT])


def _number(text: str, today: date, *, day_first: bool, prefix: str, width: int) -> PatientQuery:
    digits = phone_digits(text)
    plain = fold(text)
    mrn = (
        format_mrn(int(plain), prefix, width)
        if plain.isascii() and plain.isdigit() and len(plain) <= _MOST_MRN_DIGITS
        else None
    )
    return PatientQuery(
        mrn=mrn,
        phone=phone_key(digits) if len(digits) >= FEWEST_PHONE_DIGITS else None,
        born=None
        if plain.isdigit() and len(plain) <= _YEAR_DIGITS
        else _born(text, today, day_first=day_first),
    )


def _stretches(typed: list[str]) -> list[tuple[int, int]]:
    """Return where a date may stand: the longest stretches at the end, then at the beginning."""
    count = len(typed)
    longest = min(_MOST_DATE_WORDS, count)
    ends = [(count - size, count) for size in range(longest, 0, -1)]
    return ends + [(0, size) for size in range(longest, 0, -1) if size < count]


def _born(text: str, today: date, *, day_first: bool) -> tuple[date, date] | None:
    """Return the days a text stands for when it is a date of birth (an age is none)."""
    if not any(char.isdigit() for char in text):
        return None
    try:
        birth = parse_birth_date(text, today=today, day_first=day_first)
    except Invalid:
        return None
    return _days(birth)


def _days(birth: BirthDate) -> tuple[date, date] | None:
    first = birth.date
    match birth.precision:
        case BirthPrecision.DAY:
            return first, first
        case BirthPrecision.MONTH:
            last = calendar.monthrange(first.year, first.month)[1]
            return first, first.replace(day=last)
        case BirthPrecision.YEAR:
            return first, first.replace(month=12, day=31)
        case BirthPrecision.ESTIMATED:
            return None
