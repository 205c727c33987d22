from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import BookAppointment
from hms_desktop.domain.availability_rules import ExceptionKind, ReasonKind
from hms_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from hms_desktop.domain.hours import (
    AddException,
    SaveLeave,
    SessionHours,
    ToggleRange,
)
from hms_desktop.services.assembly import Services
from tests.services.bookings import AFTERNOON, DAY, HALF, MORNING, NEXT, ONE_PM, free
from tests.services.conftest import Hospital


# ------------------------------------------------------------------------------------ the week
@pytest.mark.feature("AVL-1")
def test_a_week_is_set_read_and_cleared(
    services: Services, admin: Actor, hospital: Hospital
) -> None:
    doctor_id = hospital.doctors[1]
    week = services.availability.set_week(admin, doctor_id, [AFTERNOON, MORNING])
    assert [one.hours for one in week.sessions] == [MORNING, AFTERNOON]
    assert services.availability.week(admin, doctor_id) == week
    assert services.availability.clear_week(admin, doctor_id, mark=week.mark).sessions == ()


@pytest.mark.feature("AVL-1")
def test_sessions_that_stay_keep_their_row(
    services: Services, admin: Actor, hospital: Hospital
) -> None:
    first = services.availability.set_week(admin, hospital.doctors[0], [MORNING])
    second = services.availability.set_week(admin, hospital.doctors[0], [MORNING, AFTERNOON])
    assert second.sessions[0] == first.sessions[0]


@pytest.mark.feature("AVL-1")
def test_one_day_is_updated_alone(services: Services, admin: Actor, hospital: Hospital) -> None:
    doctor_id = hospital.doctors[0]
    week = services.availability.set_day(admin, doctor_id, 0, [MORNING])
    assert [one.hours for one in week.sessions if one.hours.weekday == 0] == [MORNING]
    assert len(week.sessions) == 7
    with pytest.raises(Invalid, match="another day of the week"):
        services.availability.set_day(admin, doctor_id, 1, [MORNING])


@pytest.mark.feature("AVL-1")
@pytest.mark.parametrize(
    ("sessions", "field"),
    [
        ([replace(MORNING, start_minute=12 * 60)], "end_minute"),
        ([replace(MORNING, end_minute=1441)], "start_minute"),
        ([replace(MORNING, weekday=7)], "weekday"),
        ([replace(MORNING, capacity=0)], "capacity"),
        ([replace(MORNING, capacity=91)], "capacity"),
        ([replace(MORNING, slot_minutes=0)], "slot_minutes"),
        ([replace(MORNING, slot_minutes=241)], "slot_minutes"),
        ([replace(MORNING, valid_from=NEXT, valid_to=DAY)], "valid_to"),
        ([MORNING, replace(AFTERNOON, start_minute=11 * 60)], "sessions"),
        ([replace(MORNING, valid_to=DAY), replace(MORNING, valid_from=DAY)], "sessions"),
    ],
)
def test_hours_that_cannot_be_are_refused(
    services: Services,
    admin: Actor,
    hospital: Hospital,
    sessions: list[SessionHours],
    field: str,
) -> None:
    before = services.availability.week(admin, hospital.doctors[0])
    with pytest.raises(Invalid) as caught:
        services.availability.set_week(admin, hospital.doctors[0], sessions)
    assert caught.value.field == field
    assert services.availability.week(admin, hospital.doctors[0]) == before


@pytest.mark.feature("AVL-1")
def test_hours_may_follow_each_other_by_date(
    services: Services, admin: Actor, hospital: Hospital
) -> None:
    until = replace(MORNING, valid_to=date(2026, 11, 29))
    since = replace(MORNING, valid_from=date(2026, 11, 30), start_minute=10 * 60)
    services.availability.set_week(admin, hospital.doctors[0], [until, since])
    assert free(services, admin, hospital, date(2026, 11, 30))[0] == "10:00"


@pytest.mark.feature("AVL-1")
def test_an_outdated_week_is_not_overwritten(
    services: Services, admin: Actor, hospital: Hospital
) -> None:
    doctor_id = hospital.doctors[0]
    seen = services.availability.week(admin, doctor_id)
    services.availability.set_week(admin, doctor_id, [MORNING])
    with pytest.raises(Stale) as caught:
        services.availability.set_week(admin, doctor_id, [AFTERNOON], mark=seen.mark)
    assert [one.hours for one in caught.value.current.sessions] == [MORNING]


def test_a_week_twice_under_one_request_is_set_once(
    services: Services, admin: Actor, hospital: Hospital
) -> None:
    seen = services.availability.week(admin, hospital.doctors[0])
    for _ in range(2):
        week = services.availability.set_week(
            admin, hospital.doctors[0], [MORNING], mark=seen.mark, request_id="once"
        )
    assert [one.hours for one in week.sessions] == [MORNING]


@pytest.mark.feature("AVL-1")
def test_doctors_edit_their_own_time_only(
    services: Services, doctor_actor: Actor, desk: Actor, hospital: Hospital
) -> None:
    own, other = hospital.doctors
    services.availability.set_week(doctor_actor, own, [MORNING])
    leave = SaveLeave(other, ONE_PM, ONE_PM + HALF)
    for call in (
        lambda: services.availability.set_week(doctor_actor, other, [MORNING]),
        lambda: services.availability.clear_week(doctor_actor, other),
        lambda: services.availability.toggle_slot(doctor_actor, other, ONE_PM, 30),
        lambda: services.availability.add_leave(doctor_actor, leave),
        lambda: services.availability.add_exception(
            doctor_actor, AddException(other, DAY, ExceptionKind.CLOSES)
        ),
        lambda: services.availability.set_week(desk, own, [MORNING]),
        lambda: services.availability.add_holiday(doctor_actor, DAY, "Party"),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_hours_of_nobody_are_not_found(services: Services, admin: Actor) -> None:
    with pytest.raises(NotFound):
        services.availability.set_week(admin, 999_999, [MORNING])
    with pytest.raises(NotFound):
        services.availability.free_slots(admin, 999_999, DAY, DAY)


# ---------------------------------------------------------------------------------- exceptions
@pytest.mark.feature("AVL-2")
def test_exceptions_close_replace_and_add(
    services: Services, admin: Actor, hospital: Hospital
) -> None:
    doctor_id = hospital.doctors[0]
    add = services.availability.add_exception
    closed = add(admin, AddException(doctor_id, NEXT, ExceptionKind.CLOSES, reason=" exam "))
    assert closed.reason == "exam"
    assert free(services, admin, hospital) == []
    reason = services.availability.why_closed(
        admin, doctor_id, ONE_PM + timedelta(days=1), hospital.visit_type
    )
    assert reason is not None
    assert (reason.kind, reason.row_id) == (ReasonKind.DATE_CLOSED, closed.id)
    services.availability.delete_exception(admin, closed.id, closed.version)
    add(admin, AddException(doctor_id, NEXT, ExceptionKind.REPLACES, 600, 660))
    assert free(services, admin, hospital) == ["10:00", "10:30"]
    add(admin, AddException(doctor_id, NEXT, ExceptionKind.ADDS, 1200, 1230))
    assert free(services, admin, hospital) == ["10:00", "10:30", "20:00"]
    rows = services.availability.exceptions(admin, doctor_id, DAY, NEXT)
    assert [row.kind for row in rows] == [ExceptionKind.REPLACES, ExceptionKind.ADDS]
    with pytest.raises(Conflict, match="10:00–11:00"):
        add(admin, AddException(doctor_id, NEXT, ExceptionKind.ADDS, 630, 700))
    with pytest.raises(Invalid):
        add(admin, AddException(doctor_id, NEXT, ExceptionKind.ADDS))


def test_an_exception_is_deleted_only_as_it_was_seen(
    services: Services, admin: Actor, hospital: Hospital
) -> None:
    wish = AddException(hospital.doctors[0], NEXT, ExceptionKind.CLOSES)
    row = services.availability.add_exception(admin, wish, request_id="once")
    assert services.availability.add_exception(admin, wish, request_id="once") == row
    with pytest.raises(Stale):
        services.availability.delete_exception(admin, row.id, row.version + 1)
    services.availability.delete_exception(admin, row.id, row.version)
    with pytest.raises(NotFound):
        services.availability.delete_exception(admin, row.id, row.version)


@pytest.mark.feature("AVL-2")
def test_a_slot_is_closed_and_opened_with_one_call(
    services: Services, admin: Actor, hospital: Hospital
) -> None:
    toggle = services.availability.toggle_slot
    assert toggle(admin, hospital.doctors[0], ONE_PM, 30).closed
    reason = services.availability.why_closed(admin, hospital.doctors[0], ONE_PM)
    assert reason is not None
    assert reason.kind is ReasonKind.SLOT_BLOCK
    assert "13:00" not in free(services, admin, hospital, DAY)
    assert not toggle(admin, hospital.doctors[0], ONE_PM, 30).closed
    assert "13:00" in free(services, admin, hospital, DAY)


@pytest.mark.feature("AVL-2")
def test_many_dates_are_closed_at_once_and_partly_opened(
    services: Services, admin: Actor, hospital: Hospital
) -> None:
    close = ToggleRange(
        hospital.doctors[0],
        DAY,
        DAY + timedelta(days=13),
        9 * 60,
        12 * 60,
        closed=True,
        weekdays=frozenset({1, 3}),
    )
    done = services.availability.toggle_range(admin, close)
    assert [one.starts_at.day for one in done] == [24, 26, 1, 3]
    assert free(services, admin, hospital)[0] == "12:00"
    assert free(services, admin, hospital, date(2026, 11, 25))[0] == "09:00"
    opened = replace(close, start_minute=10 * 60, end_minute=11 * 60, closed=False)
    services.availability.toggle_range(admin, opened)
    assert free(services, admin, hospital)[:3] == ["10:00", "10:30", "12:00"]
    services.availability.toggle_range(admin, close)
    assert free(services, admin, hospital)[0] == "12:00"


# --------------------------------------------------------------------------- leave and holidays
@pytest.mark.feature("AVL-3")
def test_a_leave_tells_which_visits_it_hits(
    services: Services, admin: Actor, desk: Actor, hospital: Hospital
) -> None:
    doctor_id = hospital.doctors[0]
    visit = services.appointments.book(
        desk, BookAppointment(hospital.patients[0], doctor_id, hospital.visit_type, ONE_PM)
    ).appointment
    saved = services.availability.add_leave(
        admin, SaveLeave(doctor_id, ONE_PM + HALF / 2, ONE_PM + 4 * HALF, "dentist")
    )
    assert [row.id for row in saved.hits] == [visit.id]
    reason = services.availability.why_closed(admin, doctor_id, ONE_PM + HALF)
    assert reason is not None
    assert (reason.kind, reason.note) == (ReasonKind.LEAVE, "dentist")
    assert services.availability.leaves(desk, doctor_id) == (saved.leave,)
    later = SaveLeave(
        doctor_id, ONE_PM + HALF, ONE_PM + 4 * HALF, "dentist", saved.leave.id, saved.leave.version
    )
    changed = services.availability.update_leave(admin, later)
    assert (changed.leave.version, changed.hits) == (2, ())
    with pytest.raises(Stale) as caught:
        services.availability.update_leave(admin, later)
    assert caught.value.current == changed.leave
    with pytest.raises(Stale):
        services.availability.delete_leave(admin, saved.leave.id, 1)
    services.availability.delete_leave(admin, saved.leave.id, 2)
    assert services.availability.leaves(desk, doctor_id) == ()


@pytest.mark.feature("AVL-3")
def test_a_leave_that_ends_before_it_begins_is_refused(
    services: Services, admin: Actor, hospital: Hospital
) -> None:
    with pytest.raises(Invalid) as caught:
        services.availability.add_leave(admin, SaveLeave(hospital.doctors[0], ONE_PM, ONE_PM))
    assert caught.value.field == "ends_at"
    assert services.availability.leaves(admin, hospital.doctors[0]) == ()


@pytest.mark.feature("AVL-4")
def test_holidays_close_the_hospital(
    services: Services, admin: Actor, desk: Actor, hospital: Hospital
) -> None:
    row = services.availability.add_holiday(admin, NEXT, "  Diwali ", request_id="once")
    assert services.availability.add_holiday(admin, NEXT, "Diwali", request_id="once") == row
    assert free(services, desk, hospital) == []
    assert services.availability.holidays(desk, 2026) == (row,)
    assert services.availability.holidays(desk, 2027) == ()
    with pytest.raises(Conflict, match="is a holiday already: Diwali"):
        services.availability.add_holiday(admin, NEXT, "Another")
    with pytest.raises(Invalid):
        services.availability.add_holiday(admin, DAY, " ")
    with pytest.raises(Stale):
        services.availability.delete_holiday(admin, row.id, 7)
    services.availability.delete_holiday(admin, row.id, row.version)
    assert len(free(services, desk, hospital)) == 16


@pytest.mark.feature("AVL-2")
def test_many_dates_differ_in_one_step_or_none_does(
    services: Services, admin: Actor, doctor_actor: Actor, hospital: Hospital
) -> None:
    one, other = hospital.doctors
    dates = [NEXT + timedelta(days=number) for number in range(3)]
    wishes = [AddException(one, on, ExceptionKind.CLOSES, reason="camp") for on in dates]
    rows = services.availability.add_exceptions(doctor_actor, wishes, request_id="three")
    assert [row.on_date for row in rows] == dates
    assert services.availability.add_exceptions(doctor_actor, wishes, request_id="three") == rows
    with pytest.raises(Conflict, match=f"{dates[2].isoformat()} already differs"):
        services.availability.add_exceptions(
            admin,
            [
                AddException(one, dates[2] + timedelta(days=1), ExceptionKind.CLOSES),
                AddException(one, dates[2], ExceptionKind.CLOSES),
            ],
        )
    with pytest.raises(NotAllowed):
        services.availability.add_exceptions(
            doctor_actor, [*wishes, AddException(other, NEXT, ExceptionKind.CLOSES)]
        )
    with pytest.raises(Invalid):
        services.availability.add_exceptions(admin, [])
    last = dates[2] + timedelta(days=5)
    assert services.availability.exceptions(admin, one, NEXT, last) == rows
    chosen = [(row.id, row.version) for row in rows]
    with pytest.raises(Stale):
        services.availability.delete_exceptions(admin, [*chosen[:2], (chosen[2][0], 9)])
    assert services.availability.exceptions(admin, one, NEXT, last) == rows
    services.availability.delete_exceptions(admin, chosen)
    assert services.availability.exceptions(admin, one, NEXT, last) == ()
