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
        "Vaccination", 10, "#AABBCC", 5, 10, 60, 30, frozenset({"desk"}), position=0
    )
    made = program.catalogue.create_visit_type(admin, wish, request_id="v-1")
    assert program.catalogue.create_visit_type(admin, wish, request_id="v-1") == made
    assert (made.minutes, made.colour, made.bookable_by) == (10, "#aabbcc", {"desk"})
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
