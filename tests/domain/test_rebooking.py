from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_desktop.domain.appointments import AppointmentRow
from hms_desktop.domain.availability_rules import Slot, VisitNeed
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.rebooking import (
    Busy,
    Candidate,
    Proposal,
    ProposalWish,
    Seeker,
    Span,
    assign,
    call_list,
    candidate,
    open_to,
)

pytestmark = pytest.mark.feature("AVL-3")
ZONE = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HALF = timedelta(minutes=30)
DAY = timedelta(days=1)
NOBODY = Busy({}, {})
NEED = VisitNeed(30)


def visit(one: int = 1, starts_at: datetime = MONDAY, patient: int = 1) -> AppointmentRow:
    return AppointmentRow(
        id=one,
        version=1,
        patient_id=patient,
        patient_name=f"Patient {patient}",
        mrn=f"T-{patient}",
        doctor_id=1,
        doctor_name="Dr 1",
        department_id=None,
        department_name="",
        visit_type_id=1,
        visit_type_name="Visit",
        room_id=None,
        room_name="",
        starts_at=starts_at,
        ends_at=starts_at + HALF,
        lane=0,
        status=Status.BOOKED,
        source="desk",
        note="",
        overbook_reason="",
        cancel_reason="",
        cancel_text="",
        rescheduled_from=None,
        token=None,
        created_at=MONDAY,
        created_by_name="",
        updated_at=MONDAY,
        updated_by_name="",
    )


def slot(starts_at: datetime, doctor: int = 1, free: int = 1, room: int | None = None) -> Candidate:
    return candidate(Slot(starts_at, starts_at + HALF, free, None), doctor, room, ZONE)


def test_the_same_weekday_and_time_suit_best() -> None:
    slots = [
        slot(MONDAY + DAY),
        slot(MONDAY + 7 * DAY + HALF),
        slot(MONDAY + 7 * DAY),
        slot(MONDAY + 14 * DAY),
    ]
    found = assign([Seeker(visit(), NEED, slots)], NOBODY, ZONE)
    assert found[1].starts_at == MONDAY + 7 * DAY


def test_the_time_of_day_is_the_hospitals_across_a_change_of_the_clock() -> None:
    before = datetime(2027, 3, 26, 9, 0, tzinfo=UTC)  # 10:00 in Berlin, two days before the change
    later = datetime(2027, 4, 2, 8, 0, tzinfo=UTC)  # 10:00 again, a week on
    slots = [slot(later - HALF), slot(later + HALF), slot(later), slot(later + 2 * HALF)]
    found = assign([Seeker(visit(starts_at=before), NEED, slots)], NOBODY, ZONE)
    assert found[1].starts_at == later


def test_no_slot_is_given_twice_and_the_earliest_visit_chooses_first() -> None:
    slots = [slot(MONDAY + 7 * DAY), slot(MONDAY + 7 * DAY + HALF)]
    seekers = [
        Seeker(visit(2, MONDAY, patient=2), NEED, slots),
        Seeker(visit(1, MONDAY, patient=1), NEED, slots),
        Seeker(visit(3, MONDAY + HALF, patient=3), NEED, slots),
    ]
    found = assign(seekers, NOBODY, ZONE)
    assert found == {1: slots[0], 2: slots[1]}


def test_a_session_for_two_takes_two() -> None:
    slots = [slot(MONDAY + 7 * DAY, free=2)]
    seekers = [Seeker(visit(one, patient=one), NEED, slots) for one in (1, 2, 3)]
    assert set(assign(seekers, NOBODY, ZONE)) == {1, 2}


def test_a_patient_is_not_in_two_places_and_rooms_are_not_shared() -> None:
    first, second = slot(MONDAY + DAY, room=4), slot(MONDAY + 2 * DAY, doctor=2, room=4)
    taken = Span(first.starts_at, first.ends_at)
    seeker = Seeker(visit(), NEED, [first, second])
    assert assign([seeker], Busy({1: [taken]}, {}), ZONE)[1] == second
    other = Span(second.starts_at, second.ends_at)
    assert assign([seeker], Busy({1: [taken]}, {4: [(9, other)]}), ZONE) == {}
    # Whose room it is anyway: the doctor's own visits are no obstacle there.
    assert assign([seeker], Busy({1: [taken]}, {4: [(2, other)]}), ZONE)[1] == second


def test_buffers_keep_their_distance() -> None:
    need = VisitNeed(30, buffer_after=15)
    slots = [slot(MONDAY + DAY), slot(MONDAY + DAY + HALF), slot(MONDAY + DAY + 2 * HALF)]
    seekers = [Seeker(visit(one, patient=one), need, slots) for one in (1, 2)]
    found = assign(seekers, NOBODY, ZONE)
    assert {one.starts_at for one in found.values()} == {
        slots[0].starts_at,
        slots[2].starts_at,
    }


def test_the_same_doctor_comes_later_another_one_the_same_day() -> None:
    same = [slot(MONDAY - HALF), slot(MONDAY + HALF), slot(MONDAY + 4 * HALF)]
    others = [slot(MONDAY - 2 * HALF, doctor=2), slot(MONDAY - DAY, doctor=2)]
    avoid = (MONDAY, MONDAY + 3 * HALF)
    assert open_to(visit(), same + others, ZONE, avoid) == [same[2], others[0]]


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 4)), min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 2)), max_size=25, unique=True),
)
def test_whatever_comes_nobody_is_put_where_somebody_is(
    visits: list[tuple[int, int]], free: list[tuple[int, int]]
) -> None:
    slots = [slot(MONDAY + DAY + step * HALF / 2, doctor) for step, doctor in free]
    seekers = [
        Seeker(visit(number, MONDAY + step * HALF, patient), NEED, slots)
        for number, (step, patient) in enumerate(visits)
    ]
    found = assign(seekers, NOBODY, ZONE)
    patients = {number: patient for number, (_step, patient) in enumerate(visits)}
    given_out = sorted(found.items())
    for index, (one, here) in enumerate(given_out):
        for other, there in given_out[index + 1 :]:
            apart = here.ends_at <= there.starts_at or there.ends_at <= here.starts_at
            assert apart or (here.doctor_id != there.doctor_id and patients[one] != patients[other])


def test_bad_wishes_are_refused() -> None:
    for wish in (
        ProposalWish(days=0),
        ProposalWish(days=1_000),
        ProposalWish(avoid=(MONDAY, MONDAY)),
    ):
        with pytest.raises(Invalid):
            wish.check()


def test_the_call_list_is_in_the_order_of_the_old_times() -> None:
    later = Proposal(visit(1, MONDAY + DAY), MONDAY + 8 * DAY, 1, "Dr 1", ("1",))
    sooner = Proposal(visit(2, patient=2), MONDAY + 7 * DAY, 1, "Dr 1", ("2", "3"))
    left_out = replace(later, new_starts_at=None)
    lines = call_list([later, left_out, sooner])
    assert [(line.patient_name, line.phones) for line in lines] == [
        ("Patient 2", ("2", "3")),
        ("Patient 1", ("1",)),
    ]
