"""Random days at the desk, compared step by step with a model in a few lines of Python."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import (
    AppointmentRow,
    BookAppointment,
    CancelAppointment,
    Done,
    MoveAppointment,
)
from hms_desktop.domain.errors import Conflict, Invalid
from hms_desktop.domain.lifecycle import HOLDING, OPEN, Status, may_become
from hms_desktop.services.assembly import Services
from tests.services.conftest import Hospital, make_hospital
from tests.support import invariants
from tests.support.seed import NOON

QUARTER = timedelta(minutes=15)
PATIENTS = st.integers(0, 2)
DOCTORS = st.integers(0, 1)
STARTS = st.integers(0, 8)
LENGTHS = st.integers(1, 3)
WHICH = st.integers(0, 50)


@dataclass(frozen=True)
class Visit:
    patient: int
    doctor: int
    start: int
    length: int
    status: Status = Status.BOOKED
    token: int | None = None

    def meets(self, other: Visit) -> bool:
        together = self.patient == other.patient or self.doctor == other.doctor
        apart = self.start + self.length <= other.start or other.start + other.length <= self.start
        return together and not apart


@dataclass
class Model:
    """What the hospital should look like: visits by id, and what can be undone."""

    visits: dict[int, Visit] = field(default_factory=dict)
    tokens: dict[int, int] = field(default_factory=dict)
    undo: list[tuple[str, dict[int, Visit]]] = field(default_factory=list)
    redo: list[tuple[str, dict[int, Visit]]] = field(default_factory=list)

    def free(self, wish: Visit, without: int | None = None) -> bool:
        return not any(
            one != without and visit.status in HOLDING and visit.meets(wish)
            for one, visit in self.visits.items()
        )


class DeskMachine(RuleBasedStateMachine):
    services: Services
    actor: Actor

    @initialize()
    def open_the_hospital(self) -> None:
        self.hospital: Hospital = make_hospital(self.services.context.database)
        self.model = Model()

    # ------------------------------------------------------------------------------- rules
    @rule(patient=PATIENTS, doctor=DOCTORS, start=STARTS, length=LENGTHS)
    def book(self, patient: int, doctor: int, start: int, length: int) -> None:
        visit = Visit(patient, doctor, start, length)
        wish = BookAppointment(
            self.hospital.patients[patient],
            self.hospital.doctors[doctor],
            self.hospital.visit_type,
            NOON + start * QUARTER,
            length * 15,
        )
        if not self.model.free(visit):
            with pytest.raises(Conflict):
                self.services.appointments.book(self.actor, wish)
            return
        done = self.services.appointments.book(self.actor, wish)
        gone = replace(visit, status=Status.ENTERED_IN_ERROR)
        self._did(done, {done.appointment.id: gone}, {done.appointment.id: visit})

    @precondition(lambda self: self.model.visits)
    @rule(which=WHICH, doctor=DOCTORS, start=STARTS)
    def move(self, which: int, doctor: int, start: int) -> None:
        one, visit = self._pick(which)
        there = replace(visit, doctor=doctor, start=start, status=Status.BOOKED)
        row = self._row(one)
        wish = MoveAppointment(
            one, row.version, NOON + start * QUARTER, self.hospital.doctors[doctor]
        )
        same = (visit.doctor, visit.start) == (doctor, start)
        if visit.status not in OPEN or same or not self.model.free(there, without=one):
            with pytest.raises((Conflict, Invalid)):
                self.services.appointments.move(self.actor, wish)
            return
        done = self.services.appointments.move(self.actor, wish)
        new = done.appointment.id
        void = replace(there, status=Status.ENTERED_IN_ERROR)
        self._did(
            done,
            {one: visit, new: void},
            {one: replace(visit, status=Status.CANCELLED), new: there},
        )

    @precondition(lambda self: self.model.visits)
    @rule(which=WHICH, length=LENGTHS)
    def resize(self, which: int, length: int) -> None:
        one, visit = self._pick(which)
        after = replace(visit, length=length)
        row = self._row(one)
        ends_at = row.starts_at + length * QUARTER
        if length == visit.length:
            return
        able = visit.status in OPEN or visit.status is Status.ARRIVED
        if not able or not self.model.free(after, without=one):
            with pytest.raises((Conflict, Invalid)):
                self.services.appointments.resize(self.actor, one, row.version, ends_at)
            return
        done = self.services.appointments.resize(self.actor, one, row.version, ends_at)
        self._did(done, {one: visit}, {one: after})

    @precondition(lambda self: self.model.visits)
    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        one, visit = self._pick(which)
        wish = CancelAppointment(one, self._row(one).version)
        self._step(one, visit, Status.CANCELLED, lambda: self.services.appointments.cancel(
            self.actor, wish
        ))  # fmt: skip

    @precondition(lambda self: self.model.visits)
    @rule(which=WHICH, after=st.sampled_from([Status.CONFIRMED, Status.NO_SHOW]))
    def step(self, which: int, after: Status) -> None:
        one, visit = self._pick(which)
        chosen = [(one, self._row(one).version)]
        self._step(one, visit, after, lambda: self.services.appointments.set_status(
            self.actor, chosen, after
        ))  # fmt: skip

    @precondition(lambda self: self.model.visits)
    @rule(which=WHICH)
    def check_in(self, which: int) -> None:
        one, visit = self._pick(which)
        version = self._row(one).version
        arrived = replace(visit, status=Status.ARRIVED)
        able = may_become(visit.status, Status.ARRIVED)
        if not able or not self.model.free(arrived, without=one):
            with pytest.raises((Conflict, Invalid)):
                self.services.queue.check_in(self.actor, one, version)
            return
        done = self.services.queue.check_in(self.actor, one, version)
        number = done.appointment.token
        assert number is not None
        if visit.token is None:
            assert number > self.model.tokens.get(visit.doctor, 0), "a token number came again"
            self.model.tokens[visit.doctor] = number
        else:
            assert number == visit.token, "who comes back keeps the number"
        self._did(done, {one: visit}, {one: replace(arrived, token=number)})

    @precondition(lambda self: self.model.undo)
    @rule()
    def undo(self) -> None:
        self._take(self.model.undo, self.model.redo)

    @precondition(lambda self: self.model.redo)
    @rule()
    def redo(self) -> None:
        self._take(self.model.redo, self.model.undo)

    def teardown(self) -> None:
        if not hasattr(self, "model"):
            return
        for one, visit in self.model.visits.items():
            row = self._row(one)
            assert row.status is visit.status
            assert row.starts_at == NOON + visit.start * QUARTER
            assert row.minutes == visit.length * 15
            assert row.doctor_id == self.hospital.doctors[visit.doctor]
        invariants.check(self.services.context.database)

    # ----------------------------------------------------------------------------- helpers
    def _pick(self, which: int) -> tuple[int, Visit]:
        ids = sorted(self.model.visits)
        one = ids[which % len(ids)]
        return one, self.model.visits[one]

    def _row(self, one: int) -> AppointmentRow:
        return self.services.appointments.get(self.actor, one)

    def _step(self, one: int, visit: Visit, after: Status, call: object) -> None:
        assert callable(call)
        if not may_become(visit.status, after):
            with pytest.raises((Conflict, Invalid)):
                call()
            return
        self._did(call(), {one: visit}, {one: replace(visit, status=after)})

    def _did(self, done: Done, before: dict[int, Visit], after: dict[int, Visit]) -> None:
        self.model.visits.update(after)
        self.model.undo.append((done.request_id, before))
        self.model.redo.clear()

    def _take(
        self, source: list[tuple[str, dict[int, Visit]]], target: list[tuple[str, dict[int, Visit]]]
    ) -> None:
        change, back = source.pop()
        done = self.services.undo.undo(self.actor, change)
        now = {one: self.model.visits[one] for one in back}
        self.model.visits.update(back)
        target.append((done.request_id, now))


@pytest.mark.feature("APT-3")
@pytest.mark.feature("APT-7")
@pytest.mark.feature("APT-8")
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_random_days_at_the_desk(services: Services, desk: Actor) -> None:
    DeskMachine.services = services
    DeskMachine.actor = desk
    run_state_machine_as_test(
        DeskMachine,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
