"""From a booking line to a proposal: who is meant, with whom, when, and what if that is taken.

Runs on a worker; calls services only, touches no widget.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from hms_desktop.domain import zones
from hms_desktop.domain.availability_rules import ReasonKind
from hms_desktop.domain.booking_vocabulary import PartOfDay
from hms_desktop.domain.hours import NextFreeWish

if TYPE_CHECKING:
    from hms_desktop.domain.actor import Actor
    from hms_desktop.domain.availability_rules import Reason
    from hms_desktop.domain.booking_line import BookingLine
    from hms_desktop.domain.booking_vocabulary import Vocabulary
    from hms_desktop.domain.hours import FreeSlot
    from hms_desktop.domain.patients import PatientHit
    from hms_desktop.services.assembly import Services

MOST_HITS = 6
MOST_SLOTS = 3
LONGEST_LOOK = 90
"""Days ahead in which a free slot is looked for."""
_PARTS = {
    PartOfDay.MORNING: (0, 12 * 60),
    PartOfDay.AFTERNOON: (12 * 60, 17 * 60),
    PartOfDay.EVENING: (17 * 60, 24 * 60),
}


class Stage(StrEnum):
    """How far a line is from a booking."""

    PATIENT_MISSING = "patient_missing"
    PATIENT_UNKNOWN = "patient_unknown"
    PATIENT_UNCLEAR = "patient_unclear"
    DOCTOR_UNKNOWN = "doctor_unknown"
    DOCTOR_UNCLEAR = "doctor_unclear"
    TYPE_MISSING = "type_missing"
    CLOSED = "closed"
    NOTHING_FREE = "nothing_free"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Asked:
    """A line and what stands around it: what is shown, what was chosen since it was typed."""

    line: BookingLine
    vocabulary: Vocabulary
    day: date
    doctor_ids: tuple[int, ...]
    departments: tuple[tuple[int, int | None], ...]
    default_type: int | None
    minutes_of: tuple[tuple[int, int], ...]
    chosen: PatientHit | None = None
    doctor_id: int | None = None
    preferred_doctor: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a line comes to; ``instead`` are free slots where the wanted time is not."""

    stage: Stage
    hits: tuple[PatientHit, ...] = ()
    patient: PatientHit | None = None
    doctor_ids: tuple[int, ...] = ()
    doctor_id: int | None = None
    starts_at: datetime | None = None
    minutes: int = 0
    visit_type_id: int | None = None
    note: str = ""
    reason: Reason | None = None
    instead: tuple[FreeSlot, ...] = ()

    def at(self, slot: FreeSlot) -> Answer:
        """Return the same wish in another slot, ready to be booked."""
        return replace(
            self,
            stage=Stage.READY,
            doctor_id=slot.doctor_id,
            starts_at=slot.starts_at,
            reason=None,
            instead=(),
        )


def propose(services: Services, actor: Actor, asked: Asked) -> Answer:
    """Return what a line comes to."""
    asked, hits = _people(services, actor, asked)
    line = asked.line
    patient = asked.chosen or (hits[0] if len(hits) == 1 else None)
    type_id = line.visit_type_id or asked.default_type
    minutes = line.minutes or dict(asked.minutes_of).get(type_id or 0, 0)
    answer = Answer(
        Stage.READY,
        hits=hits,
        patient=patient,
        minutes=minutes,
        visit_type_id=type_id,
        note=line.note,
    )
    if line.doctor_words and not line.doctor_ids:
        return replace(answer, stage=Stage.DOCTOR_UNKNOWN)
    doctors = _doctors(asked)
    if len(line.doctor_ids) > 1 and asked.doctor_id is None:
        return replace(answer, stage=Stage.DOCTOR_UNCLEAR, doctor_ids=doctors)
    if not doctors:
        return replace(answer, stage=Stage.DOCTOR_UNKNOWN)
    if type_id is None:
        return replace(answer, stage=Stage.TYPE_MISSING)
    answer = _place(services, actor, asked, answer, doctors)
    if patient is not None:
        return answer
    if hits:
        return replace(answer, stage=Stage.PATIENT_UNCLEAR)
    said = bool(line.patient_words)
    return replace(answer, stage=Stage.PATIENT_UNKNOWN if said else Stage.PATIENT_MISSING)


def _people(services: Services, actor: Actor, asked: Asked) -> tuple[Asked, tuple[PatientHit, ...]]:
    """Look the patient up; a last or first word that only a doctor has is the doctor's."""
    line = asked.line
    words = line.patient_words
    if asked.chosen is not None and not words:
        return asked, ()
    if not words:
        return asked, ()
    hits = services.patients.search(actor, line.patient_text, MOST_HITS)
    untitled = not line.doctor_words and not line.any_doctor and asked.doctor_id is None
    if untitled and (not hits or len(words) > 1):
        for place, rest in ((-1, words[:-1]), (0, words[1:])):
            found = asked.vocabulary.doctors_called([words[place].casefold()])
            if len(found) != 1:
                continue
            fewer = services.patients.search(actor, " ".join(rest), MOST_HITS) if rest else ()
            chosen_before = asked.chosen is not None and not rest
            if (fewer or chosen_before) and not hits:
                line = replace(
                    line, patient_words=rest, doctor_words=(words[place],), doctor_ids=found
                )
                return replace(asked, line=line), fewer
    if asked.chosen is not None and asked.chosen.id in {one.id for one in hits}:
        return asked, hits
    if asked.chosen is not None:
        asked = replace(asked, chosen=None)
    return asked, tuple(hits)


def _doctors(asked: Asked) -> tuple[int, ...]:
    line = asked.line
    if asked.doctor_id is not None:
        return (asked.doctor_id,)
    if line.doctor_ids:
        return line.doctor_ids
    if line.department_id is not None:
        return tuple(
            one for one, department in asked.departments if department == line.department_id
        )
    return asked.doctor_ids


def _place(
    services: Services, actor: Actor, asked: Asked, answer: Answer, doctors: tuple[int, ...]
) -> Answer:
    """Find doctor and time; where the wanted time is closed, say why and what is free after."""
    line = asked.line
    day = line.day or asked.day
    zone = services.context.zone()
    if line.time is None:
        low, high = _PARTS[line.part_of_day] if line.part_of_day else (0, 24 * 60)
        many = max(MOST_SLOTS, min(len(doctors), 50))
        wish = NextFreeWish(
            answer.visit_type_id, doctors, first=day, from_minute=low, to_minute=high, limit=many
        )
        found = free_after(services, actor, wish, (low, high))
        if not found:
            return replace(answer, stage=Stage.NOTHING_FREE)
        return answer.at(_preferred(found, asked.preferred_doctor))
    minute = line.time.hour * 60 + line.time.minute
    starts_at = zones.to_utc(zone, day, minute)
    if len(doctors) == 1:
        answer = replace(answer, doctor_id=doctors[0], starts_at=starts_at)
        reason = services.availability.why_closed(
            actor, doctors[0], starts_at, answer.visit_type_id
        )
        if reason is None or reason.kind is ReasonKind.OFF_GRID:
            return answer
    else:
        exact = services.availability.next_free(
            actor,
            NextFreeWish(
                answer.visit_type_id, doctors, first=day, from_minute=minute,
                to_minute=minute + 1, days=1, limit=min(len(doctors), 50),
            ),
        )  # fmt: skip
        exact = tuple(slot for slot in exact if slot.starts_at == starts_at)
        if exact:
            return answer.at(_preferred(exact, asked.preferred_doctor))
        reason = None
        answer = replace(answer, starts_at=starts_at)
    wish = NextFreeWish(
        answer.visit_type_id, doctors, first=day, from_minute=minute, limit=MOST_SLOTS
    )
    instead = free_after(services, actor, wish)
    return replace(answer, stage=Stage.CLOSED, reason=reason, instead=instead)


def free_after(
    services: Services,
    actor: Actor,
    wish: NextFreeWish,
    usual: tuple[int, int] = (0, 24 * 60),
) -> tuple[FreeSlot, ...]:
    """Return free slots of the wish's first day, else of the days after it.

    ``usual`` bounds the local minutes of the days after.
    """
    now = services.context.now()
    day = wish.first or now.astimezone(services.context.zone()).date()
    found = services.availability.next_free(actor, replace(wish, first=day, days=1))
    found = tuple(slot for slot in found if slot.starts_at >= now)
    if found:
        return found
    later = replace(
        wish,
        first=day + timedelta(days=1),
        days=LONGEST_LOOK,
        from_minute=usual[0],
        to_minute=usual[1],
        limit=MOST_SLOTS,
    )
    return services.availability.next_free(actor, later)


def _preferred(slots: tuple[FreeSlot, ...], doctor_id: int | None) -> FreeSlot:
    """Return the earliest slot, of the preferred doctor where several begin then."""
    first = slots[0]
    same = (slot for slot in slots if slot.starts_at == first.starts_at)
    return next((slot for slot in same if slot.doctor_id == doctor_id), first)
