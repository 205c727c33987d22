"""Kinds of visit and rooms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.catalogue import SaveRoom, SaveVisitType
from hms_desktop.domain.doctors import AddDoctor
from hms_desktop.domain.errors import Conflict, Invalid, NotFound, Stale
from tests.support.programs import Program
from tests.support.strings import naughty_strings


@pytest.fixture
def admin(program: Program) -> Actor:
    return program.begin()[1]


@pytest.mark.feature("APT-12")
def test_a_kind_of_visit_is_kept_whole(program: Program, admin: Actor) -> None:
    wish = SaveVisitType(
        "Vaccination", 10, "#3B7DD8", 5, 10, 60, 30, frozenset({"desk"}), position=0
    )
    made = program.catalogue.create_visit_type(admin, wish, request_id="v-1")
    assert program.catalogue.create_visit_type(admin, wish, request_id="v-1") == made
    assert (made.minutes, made.colour, made.bookable_by) == (10, "#3b7dd8", {"desk"})
    assert (made.buffer_before, made.buffer_after, made.min_notice) == (5, 10, 60)
    assert program.catalogue.visit_types(admin)[0] == made
    changed = program.catalogue.update_visit_type(
        admin, replace(wish, minutes=12, visit_type_id=made.id, version=made.version)
    )
    assert (changed.minutes, changed.version) == (12, 2)
    with pytest.raises(Stale) as caught:
        program.catalogue.update_visit_type(
            admin, replace(wish, minutes=15, visit_type_id=made.id, version=made.version)
        )
    assert caught.value.current == changed
    with pytest.raises(Conflict):
        program.catalogue.create_visit_type(admin, SaveVisitType("VACCINATION", 5))


@pytest.mark.feature("APT-12")
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"minutes": True}, "minutes"),
        ({"colour": "red"}, "colour"),
        ({"colour": "#12345g"}, "colour"),
        ({"colour": "#ffee88"}, "colour"),
        ({"colour": "#101418"}, "colour"),
        ({"buffer_before": -1}, "buffer_before"),
        ({"horizon_days": 0}, "horizon_days"),
        ({"bookable_by": frozenset()}, "bookable_by"),
        ({"bookable_by": frozenset({"anybody"})}, "bookable_by"),
    ],
)
def test_a_wrong_kind_of_visit_is_refused(
    program: Program, admin: Actor, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        program.catalogue.create_visit_type(admin, replace(SaveVisitType("New", 30), **values))
    assert caught.value.field == field


@pytest.mark.feature("APT-12")
def test_one_kind_of_visit_always_stays(program: Program, admin: Actor) -> None:
    first, *others = program.catalogue.visit_types(admin)
    for one in others:
        program.catalogue.retire_visit_type(admin, one.id, one.version)
    with pytest.raises(Conflict, match="only one"):
        program.catalogue.retire_visit_type(admin, first.id, first.version)
    assert program.catalogue.visit_types(admin) == (first,)
    gone = program.catalogue.visit_types(admin, include_retired=True)[1]
    program.catalogue.restore_visit_type(admin, gone.id, gone.version)
    assert len(program.catalogue.visit_types(admin)) == 2


@pytest.mark.feature("APT-12")
def test_kinds_of_visit_stand_in_the_order_they_are_put_into(
    program: Program, admin: Actor
) -> None:
    rows = program.catalogue.visit_types(admin)
    new = program.catalogue.create_visit_type(admin, SaveVisitType("A new one", 10))
    assert program.catalogue.visit_types(admin) == (*rows, new), "a new one comes last"
    wanted = [new.id, *(row.id for row in reversed(rows))]
    after = program.catalogue.order_visit_types(admin, wanted, request_id="o")
    assert [row.id for row in after] == wanted
    assert program.catalogue.order_visit_types(admin, wanted, request_id="o") == after
    renamed = SaveVisitType("Still first", 10, visit_type_id=new.id, version=after[0].version)
    program.catalogue.update_visit_type(admin, renamed)
    assert [row.id for row in program.catalogue.visit_types(admin)] == wanted
    for wrong in ([new.id, new.id], [999]):
        with pytest.raises(Invalid):
            program.catalogue.order_visit_types(admin, wrong)


@pytest.mark.feature("APT-12")
def test_a_colour_that_cannot_be_seen_is_refused_with_one_that_can(
    program: Program, admin: Actor
) -> None:
    pale = SaveVisitType("Pale", 10, "#ffee88")
    with pytest.raises(Invalid, match=r"1\.2 : 1") as caught:
        program.catalogue.create_visit_type(admin, pale)
    better = caught.value.values["other"]
    made = program.catalogue.create_visit_type(admin, replace(pale, colour=better))
    assert made.colour == better


def test_a_room_is_kept_while_it_is_used(program: Program, admin: Actor) -> None:
    room = program.catalogue.create_room(admin, SaveRoom("Room 1", "Ground floor"))
    with pytest.raises(Conflict):
        program.catalogue.create_room(admin, SaveRoom("room  1"))
    program.doctors.add_doctor(admin, AddDoctor("Dr Rao", "R-1", room_id=room.id))
    with pytest.raises(Conflict, match="room of Dr Rao"):
        program.catalogue.retire_room(admin, room.id, room.version)
    renamed = program.catalogue.update_room(
        admin, SaveRoom("Room One", room_id=room.id, version=room.version)
    )
    (doctor,) = program.doctors.doctors(admin)
    assert doctor.room_name == "Room One"
    spare = program.catalogue.create_room(admin, SaveRoom("Room 2"))
    gone = program.catalogue.retire_room(admin, spare.id, spare.version)
    assert program.catalogue.rooms(admin) == (renamed,)
    assert program.catalogue.restore_room(admin, gone.id, gone.version).name == "Room 2"
    with pytest.raises(NotFound):
        program.catalogue.retire_room(admin, 99, 1)
    with pytest.raises(NotFound):
        program.catalogue.update_room(admin, SaveRoom("Room 3", room_id=99, version=1))


def test_hostile_strings_are_kept_or_refused(program: Program, admin: Actor) -> None:
    kept = 0
    for number, text in enumerate(naughty_strings()[::6]):
        wish = SaveRoom(f"{number} {text}", text)
        try:
            cleaned = wish.check()
        except Invalid:
            with pytest.raises(Invalid):
                program.catalogue.create_room(admin, wish)
            continue
        row = program.catalogue.create_room(admin, wish)
        assert (row.name, row.description) == (cleaned.name, cleaned.description)
        kept += 1
    assert kept > 50
