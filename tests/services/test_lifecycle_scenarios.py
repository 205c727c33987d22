"""Independent cases of what booking, moving, cancelling and confirming do, on our services.

A hold that is confirmed is, with us, a booking made with the hold's token. Where ours decides
otherwise, ``docs/decisions/0006-lifecycle-policies.md`` says why and ``OTHERWISE`` what holds.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.appointments import slot_hold
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import (
    OVERBOOK_LANE,
    AppointmentFilter,
    AppointmentRow,
    BookAppointment,
    CancelAppointment,
    CancelReason,
    HistoryStep,
    MoveAppointment,
)
from hms_desktop.domain.availability_rules import ExceptionKind
from hms_desktop.domain.catalogue import SaveVisitType
from hms_desktop.domain.errors import Conflict, HmsError, Invalid, NotFound
from hms_desktop.domain.hours import AddException
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.names import Name
from hms_desktop.domain.patients import PatientRow, UpdatePatient
from hms_desktop.domain.permissions import ADMINISTRATOR, RECEPTIONIST
from hms_desktop.services.assembly import Services
from tests.services.bookings import DAY
from tests.services.conftest import Hospital, actor
from tests.support.clock import FakeClock
from tests.support.strings import DATA

pytestmark = [pytest.mark.feature("APT-5"), pytest.mark.feature("APT-6")]

FILE = DATA / "lifecycle_scenarios.json"
ROOT = Path(__file__).parents[2]
DECISIONS = ROOT / "docs" / "decisions" / "0006-lifecycle-policies.md"
UNKNOWN = 999_999
REASONS = {"CancelledBySite": CancelReason.HOSPITAL, "rescheduled": CancelReason.MOVED}
DEFAULT_REASON = CancelReason.PATIENT
Step = dict[str, Any]


@cache
def scenarios() -> dict[str, Step]:
    if not FILE.exists():
        return {}
    cases = json.loads(FILE.read_text(encoding="utf-8"))["scenarios"]
    return {case["id"]: case for case in cases}


def test_the_cases_are_there() -> None:
    if not FILE.exists():
        pytest.skip("the shared test data is not beside this project")
    assert len(scenarios()) == 15
    policies = {name for name, case in scenarios().items() if case["portable"] == "policy"}
    assert set(OTHERWISE) <= policies | {NUMBERS_OF_NOBODY}, "a core case decided otherwise"


class Desk:
    """Carries the steps of one case out, and remembers what came of them."""

    def __init__(self, services: Services, hospital: Hospital, clock: FakeClock) -> None:
        self.services, self.hospital, self.clock = services, hospital, clock
        self.admin = actor(services, "Asha", ADMINISTRATOR)
        self.doctor = hospital.doctors[0]
        kind = services.catalogue.create_visit_type(self.admin, SaveVisitType("Short", 5))
        self.kind = kind.id
        self.visits: dict[object, AppointmentRow] = {}
        self.last: object = None
        self.free_before: dict[str, int] = {}
        self._opened: set[date] = set()

    def open(self, on: date, hours: list[str], slot: int = 5) -> None:
        if on in self._opened:
            return
        self._opened.add(on)
        start, end = (int(text[:2]) * 60 + int(text[3:]) for text in hours)
        replaces = ExceptionKind.REPLACES
        wish = AddException(self.doctor, on, replaces, start, end, slot)
        self.services.availability.add_exception(self.admin, wish)

    def user(self, step: Step) -> Actor:
        return actor(self.services, step.get("user", "Sheela"), RECEPTIONIST)

    def free(self, on: date) -> int:
        found = self.services.availability.free_slots(self.admin, self.doctor, on, on, self.kind)
        return len(found)

    def remember(self, key: object, row: AppointmentRow) -> None:
        self.visits[key] = row
        self.last = key

    def now(self, key: object = None) -> AppointmentRow:
        row = self.visits[self.last if key is None else key]
        return self.services.appointments.get(self.admin, row.id)

    # ------------------------------------------------------------------------------- steps
    def book(self, step: Step, **changes: object) -> None:
        on = day(step.get("date", "D+1"))
        self.open(on, step.get("open", ["09:00", "10:00"]), step.get("slot_min", 5))
        starts_at = at(on, step.get("start", "09:20"))
        patient = self.hospital.patients["AB".index(step.get("patient", "A"))]
        wish = replace(BookAppointment(patient, self.doctor, self.kind, starts_at), **changes)
        done = self.services.appointments.book(self.user(step), wish)
        self.remember(step.get("id", "visit"), done.appointment)

    def reschedule(self, step: Step) -> None:
        if step.get("appointment") == "unknown":
            wish = MoveAppointment(UNKNOWN, 1, at(day("D+1"), "09:30"))
            self.services.appointments.move(self.user(step), wish)
            return
        on = day(step.get("to_date", "D+1"))
        self.open(on, step.get("open", ["09:00", "10:00"]))
        self.note_free(on)
        row = self.now()
        wish = MoveAppointment(row.id, row.version, at(on, step.get("to_start", "09:30")))
        done = self.services.appointments.move(self.user(step), wish)
        new, old = done.appointments
        self.remember("old", old)
        self.remember("new", new)

    def cancel(self, step: Step) -> None:
        row = self.now(step.get("id"))
        self.note_free(row.starts_at.date())
        wish = CancelAppointment(row.id, row.version)
        if step.get("reason"):
            wish = replace(wish, reason=reason(step["reason"]))
        done = self.services.appointments.cancel(self.user(step), wish)
        self.remember(step.get("id", self.last), done.appointment)

    def have_unplaced(self, step: Step) -> None:
        # Nothing is without a place here: what does not fit is overbooked, with a reason.
        patient = self.hospital.patients[1]
        self.book({**step, "patient": "A"}, patient_id=patient, overbook_reason="urgent")

    def hold(self, step: Step) -> None:
        on = day(step.get("date", "D+1"))
        self.open(day("D+1"), ["09:00", "10:00"])
        begins = at(on, "09:20")
        ends = begins + timedelta(minutes=5)
        self.services.holds.take(self.user(step), self.doctor, begins, ends, "token")
        if step.get("expired"):
            self.clock.advance(seconds=self.services.context.settings().hold_seconds + 1)

    def confirm(self, step: Step) -> None:
        if step.get("appointment") == "unknown":
            chosen = [(UNKNOWN, 1)]
            self.services.appointments.set_status(self.user(step), chosen, Status.CONFIRMED)
            return
        self.book(step, hold_token="token")
        if "email" in step:
            self.note_contact(step, step["email"], (step["phone"], step["landline"]))

    def note_contact(self, step: Step, email: str, phones: tuple[str, ...]) -> None:
        chart = self.chart()
        data = replace(chart.as_wish(), name=Name("Asha"), email=email, phones=phones)
        wish = UpdatePatient(chart.id, chart.version, data)
        self.services.patients.update(self.user(step), wish)

    def chart(self) -> PatientRow:
        return self.services.patients.open(self.admin, self.hospital.patients[0])

    def clean_up(self, step: Step) -> None:
        begins = at(day("D+1"), "09:40")
        ends = begins + timedelta(minutes=5)
        self.services.holds.take(self.user(step), self.doctor, begins, ends, "another")

    def note_free(self, on: date) -> None:
        for one in {on, day("D+1")}:
            self.free_before[label(one)] = self.free(one)

    def held(self) -> list[str]:
        with self.services.context.database.read() as connection:
            return list(connection.execute(sa.select(slot_hold.c.token)).scalars())


def day(text: str) -> date:
    return DAY + timedelta(days=int(text[1:] or 0))


def label(on: date) -> str:
    return f"D{(on - DAY).days:+d}"


def at(on: date, clock: str) -> datetime:
    return datetime.combine(on, datetime.min.time(), UTC) + timedelta(
        hours=int(clock[:2]), minutes=int(clock[3:])
    )


def reason(text: str) -> CancelReason:
    return REASONS[text] if text in REASONS else CancelReason(text)


@pytest.fixture
def counter(services: Services, hospital: Hospital, clock: FakeClock) -> Desk:
    return Desk(services, hospital, clock)


def names() -> list[str]:
    return sorted(scenarios()) or ["none"]


@pytest.mark.parametrize("name", names())
def test_case(name: str, counter: Desk) -> None:
    if name not in scenarios():
        pytest.skip("the shared test data is not beside this project")
    case = scenarios()[name]
    if name in OTHERWISE:
        OTHERWISE[name](counter, case["steps"])
        assert name in DECISIONS.read_text(encoding="utf-8"), "a decision without its reason"
        return
    expect = dict(case["expect"])
    if expect.pop("refused", False):
        with pytest.raises((HmsError, ValueError)) as refused:
            carry_out(counter, case["steps"])
        assert isinstance(refused.value, HmsError) or "not a valid CancelReason" in str(
            refused.value
        )
        assert all(counter.now(key).status is Status.BOOKED for key in counter.visits)
        return
    carry_out(counter, case["steps"])
    for what, value in expect.items():
        CHECKS[what](counter, value)


def carry_out(counter: Desk, steps: list[Step]) -> None:
    for step in steps:
        getattr(counter, step["do"])(step)


# ------------------------------------------------------------------------------- what must hold
def _status(key: object) -> Callable[[Desk, Any], None]:
    def check(counter: Desk, value: str) -> None:
        assert counter.now(key).status == value

    return check


def _free(counter: Desk, value: int | dict[str, int], counts: Callable[[date], int]) -> None:
    for on, number in (value if isinstance(value, dict) else {"D+1": value}).items():
        assert counts(day(on)) == number, on


def _cancelled(counter: Desk, value: dict[str, int]) -> None:
    for on, number in value.items():
        begins = at(day(on), "00:00")
        wish = AppointmentFilter(begins, begins + timedelta(days=1), statuses=(Status.CANCELLED,))
        assert counter.services.appointments.list(counter.admin, wish)[1] == number, on


def _reason(key: object) -> Callable[[Desk, Any], None]:
    def check(counter: Desk, value: str) -> None:
        wanted = DEFAULT_REASON if value == "default" else reason(value)
        assert counter.now(key).cancel_reason == wanted.value

    return check


def _last_step(counter: Desk) -> HistoryStep:
    return counter.services.appointments.history(counter.admin, counter.now().id)[-1]


def _audited(counter: Desk, value: bool) -> None:
    assert (_last_step(counter).action == "cancel") is value


def _by(counter: Desk, value: str) -> None:
    assert _last_step(counter).user_name == value


CHECKS: dict[str, Callable[[Desk, Any], None]] = {
    "state": _status(None),
    "old": _status("old"),
    "new": _status("new"),
    "old_reason": _reason("old"),
    "reason": _reason(None),
    "free_slots_before": lambda desk, value: _free(
        desk, value, lambda on: desk.free_before[label(on)]
    ),
    "free_slots_after": lambda desk, value: _free(desk, value, desk.free),
    "cancelled_count": _cancelled,
    "audit_entry": _audited,
    "last_updated_by": _by,
}


# -------------------------------------------------------------------------- decided otherwise
def _moves_keep_their_patient(counter: Desk, steps: list[Step]) -> None:
    assert "patient_id" not in {one.name for one in fields(MoveAppointment)}
    carry_out(counter, steps)
    assert counter.now("new").patient_id == counter.now("old").patient_id


def _overbooked_stays(counter: Desk, steps: list[Step]) -> None:
    carry_out(counter, steps)
    assert counter.now(1).status is Status.CANCELLED
    second = counter.now(2)
    assert second.status is Status.BOOKED
    assert second.lane >= OVERBOOK_LANE
    assert second.starts_at == counter.now(1).starts_at


def _expired_hold_books_what_is_free(counter: Desk, steps: list[Step]) -> None:
    carry_out(counter, steps)
    assert counter.now().status is Status.BOOKED
    # What somebody else took meanwhile is refused, hold or not.
    with pytest.raises(Conflict):
        counter.book({"patient": "B"}, hold_token="token")


def _holds_of_the_past_do_not_count(counter: Desk, steps: list[Step]) -> None:
    hold, clean_up = steps
    counter.hold(hold)
    with counter.services.context.database.read() as connection:
        left = connection.execute(sa.select(slot_hold.c.expires_at)).scalars().all()
    assert all(one <= counter.clock() for one in left)
    on = day(hold["date"])
    assert counter.services.holds.on_days(counter.admin, on, 1, [counter.doctor]) == ()
    counter.clean_up(clean_up)
    assert counter.held() == ["another"]


def _only_numbers_that_exist(counter: Desk, steps: list[Step]) -> None:
    with pytest.raises(Invalid) as refused:
        carry_out(counter, steps)
    assert refused.value.field == "phones"
    assert (counter.chart().email, counter.chart().phones) == ("", ())
    # The visit itself stands; the same with numbers that somebody could have is kept.
    assert counter.now().status is Status.BOOKED
    email = steps[-1]["email"]
    phones = ("+44 7400 123456", "+44 20 7946 0958")
    counter.note_contact(steps[-1], email, phones)
    assert (counter.chart().email, counter.chart().phones) == (email, phones)


NUMBERS_OF_NOBODY = "LIFE-12"
OTHERWISE: dict[str, Callable[[Desk, list[Step]], None]] = {
    "LIFE-03": _moves_keep_their_patient,
    "LIFE-10": _overbooked_stays,
    NUMBERS_OF_NOBODY: _only_numbers_that_exist,
    "LIFE-14": _expired_hold_books_what_is_free,
    "LIFE-15": _holds_of_the_past_do_not_count,
}


def test_an_unknown_visit_is_named_as_gone(counter: Desk) -> None:
    for step in ({"do": "reschedule"}, {"do": "confirm"}):
        with pytest.raises(NotFound):
            carry_out(counter, [{**step, "appointment": "unknown"}])
