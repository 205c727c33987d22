from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.consultations import (
    diagnosis,
    encounter,
    prescription_item,
    record_version,
    test_order,
    vitals,
)
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import CancelAppointment
from hms_desktop.domain.consultations import (
    AmendRecord,
    CompleteVisit,
    Diagnosis,
)
from hms_desktop.domain.errors import Conflict, HmsError, Invalid, NotAllowed, Stale
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.permissions import DOCTOR
from hms_desktop.domain.vitals import Vitals
from hms_desktop.services.assembly import Services
from tests.services.bookings import DAY, ONE_PM, book
from tests.services.clinic import RECORD, arrived, completed, count_rows, only_encounter
from tests.services.conftest import Hospital, actor
from tests.support.clock import FakeClock


# ------------------------------------------------------------------------- today and beginning
@pytest.mark.feature("QUE-2")
def test_the_list_of_the_day_shows_who_waits_and_for_how_long(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital, clock: FakeClock
) -> None:
    arrived(services, desk, hospital)
    book(services, desk, hospital, patient=1, starts_at=ONE_PM + timedelta(hours=1))
    book(services, desk, hospital, patient=2, doctor=1)
    first, second = services.consultations.today(doctor_actor, DAY)
    assert (first.status, first.token, first.token_state) == (Status.ARRIVED, 1, "waiting")
    assert first.waited_minutes(clock() + timedelta(minutes=27)) == 27
    assert (second.status, second.token, second.waited_minutes(clock())) == (
        Status.BOOKED,
        None,
        None,
    )


@pytest.mark.feature("QUE-2")
def test_starting_ends_the_wait(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital
) -> None:
    visit = arrived(services, desk, hospital).appointment
    services.consultations.start(doctor_actor, visit.id, visit.version)
    (line,) = services.consultations.today(doctor_actor, DAY)
    assert (line.status, line.token_state) == (Status.IN_CONSULTATION, "done")


def test_a_patient_who_walked_past_the_desk_is_noted_as_arrived(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital
) -> None:
    visit = book(services, desk, hospital).appointment
    done = services.consultations.start(doctor_actor, visit.id, visit.version)
    steps = services.appointments.history(desk, visit.id)
    assert done.appointment.status is Status.IN_CONSULTATION
    assert [step.after.get("status") for step in steps] == ["booked", "arrived", "in_consultation"]


def test_only_visits_of_today_begin(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital
) -> None:
    visit = book(services, desk, hospital, starts_at=ONE_PM + timedelta(days=1)).appointment
    with pytest.raises(Invalid, match="not today"):
        services.consultations.start(doctor_actor, visit.id, visit.version)


# --------------------------------------------------------------------------------- completing
@pytest.mark.feature("CLN-1", "CLN-2", "CLN-3")
def test_the_record_comes_back_as_it_was_typed(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital
) -> None:
    done = completed(services, desk, doctor_actor, hospital)
    found = services.consultations.encounter(doctor_actor, done.appointment.id)
    assert found is not None
    assert found.newest.record == RECORD
    assert (found.newest.number, found.newest.author) == (1, "Dr Rao")
    assert done.appointment.status is found.status is Status.COMPLETED


@pytest.mark.feature("CLN-3")
def test_a_waiting_patient_may_be_completed_in_one_go(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital
) -> None:
    visit = arrived(services, desk, hospital).appointment
    done = services.consultations.complete(doctor_actor, CompleteVisit(visit.id, RECORD))
    assert done.appointment.status is Status.COMPLETED
    assert services.queue.board(desk, DAY) == ()


@pytest.mark.feature("CLN-3")
def test_sent_twice_it_is_completed_once(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital
) -> None:
    visit = arrived(services, desk, hospital).appointment
    wish = CompleteVisit(visit.id, RECORD)
    first = services.consultations.complete(doctor_actor, wish, request_id="once")
    again = services.consultations.complete(doctor_actor, wish, request_id="once")
    assert first == again
    assert len(services.consultations.versions(doctor_actor, only_encounter(services))) == 1


@pytest.mark.feature("CLN-3")
def test_a_second_completion_says_when_and_by_whom_it_was_done(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital
) -> None:
    done = completed(services, desk, doctor_actor, hospital)
    with pytest.raises(Conflict, match="was completed at 12:00") as caught:
        services.consultations.complete(doctor_actor, CompleteVisit(done.appointment.id, RECORD))
    assert caught.value.kind == "completed"
    assert "Amend the record" in str(caught.value)


@pytest.mark.feature("CLN-3")
def test_another_doctor_cannot_complete_it(
    services: Services, desk: Actor, hospital: Hospital
) -> None:
    other_doctor = actor(services, "Dr Khan", DOCTOR, doctor_id=hospital.doctors[1])
    visit = arrived(services, desk, hospital).appointment
    with pytest.raises(NotAllowed, match="what you typed is still here"):
        services.consultations.complete(other_doctor, CompleteVisit(visit.id, RECORD))
    with pytest.raises(NotAllowed):
        services.consultations.start(other_doctor, visit.id, visit.version)


@pytest.mark.feature("CLN-3")
def test_a_cancelled_visit_cannot_be_completed(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital
) -> None:
    visit = book(services, desk, hospital).appointment
    services.appointments.cancel(desk, CancelAppointment(visit.id, visit.version))
    with pytest.raises(Conflict, match="is cancelled now"):
        services.consultations.complete(doctor_actor, CompleteVisit(visit.id, RECORD))
    assert count_rows(services, encounter) == 0


@pytest.mark.feature("CLN-3")
def test_a_refused_record_leaves_the_visit_as_it_was(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital
) -> None:
    visit = arrived(services, desk, hospital).appointment
    bad = replace(RECORD, vitals=Vitals(pulse=7_000))
    with pytest.raises(Invalid) as caught:
        services.consultations.complete(doctor_actor, CompleteVisit(visit.id, bad))
    assert caught.value.field == "vitals.pulse"
    assert services.appointments.get(desk, visit.id).status is Status.ARRIVED


@pytest.mark.feature("CLN-3")
def test_two_windows_complete_one_visit_and_one_of_them_wins(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital
) -> None:
    visit = arrived(services, desk, hospital).appointment
    barrier = threading.Barrier(4)
    outcomes: list[str] = []

    def finish(number: int) -> None:
        record = replace(RECORD, notes=f"window {number}")
        barrier.wait()
        try:
            services.consultations.complete(doctor_actor, CompleteVisit(visit.id, record))
        except HmsError as error:
            outcomes.append(type(error).__name__)
        else:
            outcomes.append("done")

    threads = [threading.Thread(target=finish, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["Conflict", "Conflict", "Conflict", "done"]
    assert count_rows(services, encounter) == count_rows(services, record_version) == 1


@pytest.mark.feature("CLN-3")
def test_the_database_itself_allows_one_record_a_visit(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital
) -> None:
    completed(services, desk, doctor_actor, hospital)
    engine = services.context.database.engine
    with engine.connect() as connection:
        row = dict(connection.execute(sa.select(encounter)).mappings().one())
        row.pop("id")
        with pytest.raises(sa.exc.IntegrityError):
            connection.execute(sa.insert(encounter), row)
        connection.rollback()


# ------------------------------------------------------------------------ reopening, amending
@pytest.mark.feature("CLN-4")
def test_reopened_today_it_gets_a_second_version(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital
) -> None:
    visit = completed(services, desk, doctor_actor, hospital).appointment
    opened = services.consultations.reopen(doctor_actor, visit.id, visit.version).appointment
    assert opened.status is Status.IN_CONSULTATION
    more = replace(RECORD, notes="and a cough")
    services.consultations.complete(
        doctor_actor, CompleteVisit(visit.id, more, based_on=1, reason="came back in")
    )
    newest, first = services.consultations.versions(doctor_actor, only_encounter(services))
    assert (newest.number, newest.reason, newest.record) == (2, "came back in", more)
    assert (first.number, first.record) == (1, RECORD)


@pytest.mark.feature("CLN-4")
def test_an_amendment_keeps_what_was_there(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital, clock: FakeClock
) -> None:
    completed(services, desk, doctor_actor, hospital)
    clock.advance(days=3)
    encounter_id = only_encounter(services)
    migraine = replace(RECORD, diagnoses=(Diagnosis("migraine", "g43.9"),))
    wish = AmendRecord(encounter_id, 1, migraine, "laboratory result came in")
    found = services.consultations.amend(doctor_actor, wish)
    assert found.newest.record.diagnoses == (Diagnosis("migraine", "G43.9"),)
    assert [one.number for one in services.consultations.versions(doctor_actor, encounter_id)] == [
        2,
        1,
    ]
    with pytest.raises(Stale) as caught:
        services.consultations.amend(doctor_actor, wish)
    assert caught.value.current == found
    with pytest.raises(Invalid) as refused:
        services.consultations.amend(doctor_actor, replace(wish, based_on=2, reason=" "))
    assert refused.value.field == "reason"


@pytest.mark.feature("CLN-4")
def test_an_old_record_is_amended_though_its_follow_up_is_past(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital, clock: FakeClock
) -> None:
    completed(services, desk, doctor_actor, hospital)
    clock.advance(days=60)
    more = replace(RECORD, notes="seen again")
    wish = AmendRecord(only_encounter(services), 1, more, "late note")
    assert services.consultations.amend(doctor_actor, wish).newest.record == more
    past = replace(more, follow_up_on=clock().date() - timedelta(days=1))
    with pytest.raises(Invalid) as caught:
        services.consultations.amend(doctor_actor, replace(wish, based_on=2, record=past))
    assert caught.value.field == "follow_up_on"


@pytest.mark.feature("CLN-4")
def test_raw_sql_cannot_change_a_record(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital
) -> None:
    completed(services, desk, doctor_actor, hospital)
    parts = (record_version, vitals, diagnosis, test_order, prescription_item)
    for table in parts:
        for statement in (sa.delete(table), sa.update(table).values(id=table.c.id)):
            with services.context.database.engine.connect() as connection:
                with pytest.raises(sa.exc.DBAPIError, match="append-only"):
                    connection.execute(statement)
                connection.rollback()
