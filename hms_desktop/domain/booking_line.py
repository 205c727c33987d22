"""The booking line: ``kumar 3pm tue dr rao follow-up`` read as a proposal for a booking.

Words come in any order. What is not understood belongs to the patient. Said twice, the later
day and time count, and the earlier words go to the patient (``sun li tue``: Sun is a name).
Reading never fails, and its time grows with the length of the line only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from hms_desktop.domain.booking_tokens import ClaimedTokens, Meaning, Span
from hms_desktop.domain.booking_vocabulary import (
    ANY,
    DEPARTMENT_MARKS,
    FILLERS,
    FIRST_FREE,
    PARTS_OF_DAY,
    TITLES,
    PartOfDay,
    Phrase,
    Vocabulary,
)
from hms_desktop.domain.dates import parse_day, parse_time
from hms_desktop.domain.phones import looks_like_phone

if TYPE_CHECKING:
    from collections.abc import Callable

LINE_LIMIT = 500
"""Characters that are read; nobody types more, and a pasted page is no booking."""


@dataclass(frozen=True, slots=True)
class BookingLine:
    """What a line asks for; what it does not say is None or empty.

    ``doctor_ids`` are all doctors whom the doctor's words fit: one is a choice made, several are
    a question, none (with words) is unknown. ``any_doctor`` is said in words, or by a department
    without a doctor.
    """

    patient_words: tuple[str, ...] = ()
    doctor_words: tuple[str, ...] = ()
    doctor_ids: tuple[int, ...] = ()
    department_words: tuple[str, ...] = ()
    department_id: int | None = None
    any_doctor: bool = False
    visit_type_id: int | None = None
    day: date | None = None
    time: time | None = None
    part_of_day: PartOfDay | None = None
    first_free: bool = False
    minutes: int | None = None
    note: str = ""
    spans: tuple[Span, ...] = ()

    @property
    def patient_text(self) -> str:
        """The patient's words as one search text."""
        return " ".join(self.patient_words)


_TODAY_TOO = frozenset({"this", "tonight"})
_MINUTES = re.compile(r"(\d{1,3})\s?(?:m|min|mins|minute|minutes)\.?")
_HOURS = re.compile(r"(\d)\s?(?:h|hr|hrs|hour|hours)(?:\s?(\d{2})(?:\s?m|\s?min)?)?")
_FROM_NOW = re.compile(r"in (\d{1,3}) ?(m|min|mins|minutes|h|hr|hrs|hours?)")
_LONGEST_VISIT_HOURS = 4
_NUMBERED_PERSON = re.compile(r"[a-z]{1,6}-\d{2,12}|[a-z]{1,3}\d{4,12}|\+?\d{7,15}|\+\d{4,6}")
_BARE_NUMBER = re.compile(r"\d{1,4}")
_DOTTED_DAY = re.compile(r"\d{1,2}\.\d{1,2}\.?")
_LONGEST_PHRASE = 4
_ROUND_TO_MINUTES = 5


def parse(
    text: str, vocabulary: Vocabulary, today: date, now: datetime, *, day_first: bool = True
) -> BookingLine:
    """Read the first 500 characters of a line; ``now`` is the hospital's local time.

    Never raises, whatever the text.
    """
    return _Reader(text[:LINE_LIMIT], vocabulary, today, now, day_first=day_first).read()


class _Reader(ClaimedTokens):
    """One reading of one line: tokens from left to right, each step claims some."""

    def __init__(
        self, text: str, vocabulary: Vocabulary, today: date, now: datetime, *, day_first: bool
    ) -> None:
        self._day_first = day_first
        self._vocabulary = vocabulary
        self._today = today
        self._now = now
        super().__init__(text)
        self._line = BookingLine(note=self._note)
        self._steps: tuple[Callable[[int], int], ...] = (
            self._person,
            self._doctor,
            self._phrase,
            self._now_or_soon,
            self._duration,
            self._day,
            self._time,
            self._part_of_day,
            self._first_free,
            self._filler,
        )

    def read(self) -> BookingLine:
        place = 0
        while place < len(self._tokens):
            taken = next((n for step in self._steps if (n := step(place))), 0)
            place += taken or 1
        self._bare_time()
        line = self._line
        return replace(
            line,
            patient_words=self._take_rest(),
            any_doctor=line.any_doctor
            or (line.department_id is not None and not line.doctor_words),
            spans=self._all_spans(),
        )

    def _person(self, place: int) -> int:
        """Leave MRNs, phone numbers and numbers in a row to the patient."""
        token = self._tokens[place]
        follower = self._tokens[place + 1].plain if place + 1 < len(self._tokens) else ""
        if _NUMBERED_PERSON.fullmatch(token.plain):
            return 0 if parse_day(token.plain, self._today) else 1
        count = 0
        if re.fullmatch(r"\+?\d{1,6}", token.plain) and follower.isdecimal():
            count = 1
            while place + count < len(self._tokens) and re.fullmatch(
                r"\d{1,6}", self._tokens[place + count].plain
            ):
                count += 1
            run = "".join(each.plain for each in self._tokens[place : place + count])
            if looks_like_phone(run):
                self._claim(place, count, Meaning.PATIENT)
        return count

    def _doctor(self, place: int) -> int:
        if self._line.doctor_words or self._line.any_doctor:
            return 0
        words = self._tokens[place].words
        if len(words) == 1 and words[0] in ANY:
            titled = place + 1 < len(self._tokens) and self._tokens[place + 1].words[:1]
            if words[0] != "any" or (titled and titled[0] in TITLES):
                self._line = replace(self._line, any_doctor=True)
                return self._claim(place, 2 if words[0] == "any" else 1, Meaning.DOCTOR)
            return 0
        if not words or words[0] not in TITLES:
            return 0
        said = list(words[1:])
        count = 1
        fitting = self._vocabulary.doctors_called(said)
        while place + count < len(self._tokens):
            token = self._tokens[place + count]
            longer = [*said, *token.words]
            narrower = self._vocabulary.doctors_called(longer)
            # The first word after the title is the doctor's even when no doctor has it.
            if said and not narrower:
                break
            if not token.words or (not said and not narrower and self._is_other(place + count)):
                break
            said, fitting = longer, narrower
            count += 1
        if not said:
            return self._claim(place, 1, Meaning.DOCTOR)
        self._line = replace(self._line, doctor_words=tuple(said), doctor_ids=fitting)
        return self._claim(place, count, Meaning.DOCTOR)

    def _is_other(self, place: int) -> bool:
        """Say whether a word after a lone title means something else than a doctor."""
        plain = self._tokens[place].plain
        day = parse_day(plain, self._today, day_first=self._day_first)
        return bool(day or parse_time(plain) or self._phrase_at(place)[0])

    def _phrase(self, place: int) -> int:
        token = self._tokens[place]
        marked = bool(token.words) and token.words[0] in DEPARTMENT_MARKS
        start = place + 1 if marked else place
        if start >= len(self._tokens) or not self._tokens[start].words:
            return 0
        found, count = self._phrase_at(start)
        if found is None or (marked and not found.is_department):
            return 0
        count += start - place
        if found.is_department:
            if self._line.department_id is not None:
                return 0
            self._line = replace(self._line, department_words=found.words, department_id=found.id)
            return self._claim(place, count, Meaning.DEPARTMENT)
        if self._line.visit_type_id is not None:
            return 0
        self._line = replace(self._line, visit_type_id=found.id)
        return self._claim(place, count, Meaning.VISIT_TYPE)

    def _phrase_at(self, place: int) -> tuple[Phrase | None, int]:
        tokens = self._tokens[place : place + _LONGEST_PHRASE]
        return self._vocabulary.phrase_at([token.words for token in tokens])

    def _now_or_soon(self, place: int) -> int:
        moment, count = self._now, 1
        if self._tokens[place].plain != "now":
            found = None
            for count in self._longest(place, 3):
                if found := _FROM_NOW.fullmatch(self._plain_from(place, count)):
                    break
            if not found:
                return 0
            unit = "hours" if found[2][0] == "h" else "minutes"
            moment += timedelta(**{unit: int(found[1])})
        late = -moment.minute % _ROUND_TO_MINUTES
        moment = moment.replace(second=0, microsecond=0) + timedelta(minutes=late)
        self._release(Meaning.DAY)
        self._release(Meaning.TIME)
        self._line = replace(self._line, day=moment.date(), time=moment.time())
        return self._claim(place, count, Meaning.TIME)

    def _duration(self, place: int) -> int:
        for count in self._longest(place, 2):
            plain = self._plain_from(place, count)
            minutes = 0
            if match := _MINUTES.fullmatch(plain):
                minutes = int(match[1])
            elif match := _HOURS.fullmatch(plain):
                hours = int(match[1])
                minutes = hours * 60 + int(match[2] or 0) if hours <= _LONGEST_VISIT_HOURS else 0
            if minutes:
                self._release(Meaning.MINUTES)
                self._line = replace(self._line, minutes=minutes)
                return self._claim(place, count, Meaning.MINUTES)
        return 0

    def _day(self, place: int) -> int:
        for count in self._longest(place, _LONGEST_PHRASE):
            plain = self._plain_from(place, count)
            found = parse_day(plain, self._today, day_first=self._day_first)
            if found is None or (
                # With a day already known, 9.30 and 10.12 are times.
                _DOTTED_DAY.fullmatch(plain) and self._line.day is not None
            ):
                continue
            self._release(Meaning.DAY)
            self._line = replace(self._line, day=found)
            return self._claim(place, count, Meaning.DAY)
        return 0

    def _time(self, place: int) -> int:
        for count in self._longest(place, 2):
            plain = self._plain_from(place, count)
            found = parse_time(plain)
            if found is None or (_BARE_NUMBER.fullmatch(plain) and not self._after_at(place)):
                continue
            self._release(Meaning.TIME)
            self._line = replace(self._line, time=found)
            return self._claim(place, count, Meaning.TIME)
        return 0

    def _after_at(self, place: int) -> bool:
        return place > 0 and self._tokens[place - 1].plain in FILLERS

    def _bare_time(self) -> None:
        """Take a lone number for the time where no better time was said."""
        if self._line.time is not None:
            return
        lone = [
            (number, found)
            for number, token in enumerate(self._tokens)
            if number not in self._claimed
            and _BARE_NUMBER.fullmatch(token.plain)
            and (found := parse_time(token.plain)) is not None
        ]
        if len(lone) == 1:
            self._line = replace(self._line, time=lone[0][1])
            self._claim(lone[0][0], 1, Meaning.TIME)

    def _part_of_day(self, place: int) -> int:
        word = self._tokens[place].plain
        count = 1
        if word == "this" and place + 1 < len(self._tokens):
            count, name = 2, self._tokens[place + 1].plain
        else:
            name = word
        part = PARTS_OF_DAY.get(name)
        if part is None:
            return 0
        if word in _TODAY_TOO and self._line.day is None:
            self._line = replace(self._line, day=self._today)
        self._line = replace(self._line, part_of_day=part)
        return self._claim(place, count, Meaning.PART_OF_DAY)

    def _first_free(self, place: int) -> int:
        for count in self._longest(place, 2):
            if self._plain_from(place, count) in FIRST_FREE:
                self._line = replace(self._line, first_free=True)
                return self._claim(place, count, Meaning.FIRST_FREE)
        return 0

    def _filler(self, place: int) -> int:
        """Let ``at``, ``on`` and ``for`` belong to the day, time or length that follows."""
        if self._tokens[place].plain not in FILLERS or place + 1 >= len(self._tokens):
            return 0
        for step, meaning in (
            (self._duration, Meaning.MINUTES),
            (self._day, Meaning.DAY),
            (self._time, Meaning.TIME),
        ):
            if count := step(place + 1):
                return self._claim(place, 1, meaning) + count
        return 0
