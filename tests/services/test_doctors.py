"""Departments, specializations and doctors: unique names, approval, what keeps a row in use."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.doctors import (
    AddDoctor,
    Approval,
    DoctorFilter,
    DoctorRow,
    SaveDepartment,
    SaveSpecialization,
    UpdateDoctor,
)
from hms_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from tests.support import seed
from tests.support.clock import FakeClock
from tests.support.programs import OTHER, Program, open_program
from tests.support.strings import naughty_strings

PNG = b"\x89PNG\r\n\x1a\n" + b"picture"


@pytest.fixture
def admin(program: Program) -> Actor:
    return program.begin()[1]


def add(program: Program, admin: Actor, name: str = "Dr Rao", number: str = "R-1") -> DoctorRow:
    return program.doctors.add_doctor(admin, AddDoctor(name, number))


def book(program: Program, doctor_id: int, days: int, status: str = "booked") -> None:
    starts = seed.NOON + timedelta(days=days)

    def work(write: seed.Write) -> None:
        write.insert(
            appointment,
            {
                "patient_id": seed.new_patient(write),
                "doctor_id": doctor_id,
                "visit_type_id": seed.new_visit_type(write),
                "starts_at": starts,
                "ends_at": starts + timedelta(minutes=30),
                "blocks_from": starts,
                "blocks_to": starts + timedelta(minutes=30),
                "status": status,
            },
        )

    program.context.database.write(seed.stamp(), work)


# ------------------------------------------------------------- departments, specializations
@pytest.mark.feature("DEP-1")
def test_departments_count_their_doctors(program: Program, admin: Actor) -> None:
    made = program.doctors.create_department(
        admin, SaveDepartment("  Heart   clinic ", "HC", "Two\nlines"), request_id="d-1"
    )
    assert (made.name, made.short_name, made.doctors) == ("Heart clinic", "HC", 0)
    again = program.doctors.create_department(
        admin, SaveDepartment("Heart clinic"), request_id="d-1"
    )
    assert again == made
    program.doctors.add_doctor(admin, AddDoctor("Dr Rao", "R-1", made.id))
    (row,) = program.doctors.departments(admin)
    assert row.doctors == 1
    assert program.doctors.department(admin, made.id) == row


@pytest.mark.feature("DEP-1")
@pytest.mark.feature("DEP-2")
def test_a_name_is_taken_whatever_its_case_accents_and_signs(
    program: Program, admin: Actor
) -> None:
    heart = program.doctors.create_department(admin, SaveDepartment("Cardiology"))
    other = program.doctors.create_department(admin, SaveDepartment("Eyes"))
    for name in ("CARDIOLOGY", " cardiology", "Cárdiology"):
        with pytest.raises(Conflict, match="already") as caught:
            program.doctors.create_department(admin, SaveDepartment(name))
        assert caught.value.existing == heart
        wish = SaveDepartment(name, department_id=other.id, version=other.version)
        with pytest.raises(Conflict):
            program.doctors.update_department(admin, wish)
    renamed = SaveDepartment("CARDIOLOGY", department_id=heart.id, version=heart.version)
    assert program.doctors.update_department(admin, renamed).name == "CARDIOLOGY"
    program.doctors.create_specialization(admin, SaveSpecialization("Cardiology"))
    with pytest.raises(Conflict):
        program.doctors.create_specialization(admin, SaveSpecialization("cardiology"))


@pytest.mark.feature("NET-1")
def test_the_second_editor_sees_what_the_first_did(
    program: Program, database_url: str, admin: Actor
) -> None:
    row = program.doctors.create_department(admin, SaveDepartment("Eyes"))
    program.add_user(admin, "leela", "admin")
    second = open_program(database_url, FakeClock())
    other = second.accounts.log_in("leela", OTHER, "desk-2")
    new = second.doctors.update_department(
        other, SaveDepartment("Eyes and ears", department_id=row.id, version=row.version)
    )
    second.close()
    with pytest.raises(Stale) as caught:
        program.doctors.update_department(
            admin, SaveDepartment("Eye clinic", department_id=row.id, version=row.version)
        )
    assert caught.value.current == new
    assert str(caught.value).startswith("Leela changed this meanwhile")


@pytest.mark.feature("DEP-1")
@pytest.mark.feature("DEP-2")
def test_what_doctors_still_need_is_not_retired(program: Program, admin: Actor) -> None:
    eyes = program.doctors.create_department(admin, SaveDepartment("Eyes"))
    lens = program.doctors.create_specialization(admin, SaveSpecialization("Lenses"))
    rao = program.doctors.add_doctor(
        admin, AddDoctor("Dr Rao", "R-1", eyes.id, specialization_ids=(lens.id,))
    )
    with pytest.raises(Conflict, match="Dr Rao would be left") as caught:
        program.doctors.retire_department(admin, eyes.id, eyes.version)
    assert caught.value.kind == "in_use"
    with pytest.raises(Conflict, match="Dr Rao would be left"):
        program.doctors.retire_specialization(admin, lens.id, lens.version)
    free = UpdateDoctor("Dr Rao", "R-1", doctor_id=rao.id, version=rao.version)
    program.doctors.update_doctor(admin, free)
    gone = program.doctors.retire_department(admin, eyes.id, eyes.version, request_id="x")
    assert program.doctors.retire_department(admin, eyes.id, eyes.version, request_id="x") == gone
    program.doctors.retire_specialization(admin, lens.id, lens.version)
    assert program.doctors.departments(admin) == ()
    assert program.doctors.specializations(admin) == ()
    assert program.doctors.departments(admin, include_retired=True) == (gone,)
    with pytest.raises(Invalid) as refused:
        program.doctors.add_doctor(admin, AddDoctor("Dr Bose", "R-2", eyes.id))
    assert refused.value.field == "department_id"
    back = program.doctors.restore_department(admin, eyes.id, gone.version)
    assert program.doctors.departments(admin) == (back,)


@pytest.mark.feature("DEP-2")
def test_specializations_are_found_by_name(program: Program, admin: Actor) -> None:
    for name in ("Paediatric heart surgery", "Heart surgery", "Skin"):
        program.doctors.create_specialization(admin, SaveSpecialization(name))
    found = program.doctors.specializations(admin, "SURGERY heart")
    assert [row.name for row in found] == ["Heart surgery", "Paediatric heart surgery"]


# ------------------------------------------------------------------------------------ doctors
@pytest.mark.feature("DOC-1")
def test_a_doctor_is_entered_and_changed(program: Program, admin: Actor) -> None:
    lens = program.doctors.create_specialization(admin, SaveSpecialization("Lenses"))
    skin = program.doctors.create_specialization(admin, SaveSpecialization("Skin"))
    wish = AddDoctor(
        "Dr Rao", "R-1", specialization_ids=(lens.id,), practising_since=2001, photo=PNG,
        phone="+91 98765 43210", email="rao@Example.org", default_minutes=20,
    )  # fmt: skip
    made = program.doctors.add_doctor(admin, wish, request_id="a-1")
    assert program.doctors.add_doctor(admin, wish, request_id="a-1") == made
    assert (made.approval, made.specializations) == (Approval.PENDING, ("Lenses",))
    assert (made.email, made.experience(2026)) == ("rao@example.org", 25)
    assert made.has_photo
    assert program.doctors.photo(admin, made.id) == PNG
    new = program.doctors.update_doctor(
        admin,
        UpdateDoctor(
            "Dr Rao", "R-1", specialization_ids=(skin.id,), practising_since=2001,
            phone="+91 98765 43210", email="rao@example.org", default_minutes=20,
            doctor_id=made.id, version=made.version,
        ),
    )  # fmt: skip
    assert new.specializations == ("Skin",)
    assert new.version == made.version + 1  # what belongs to a doctor counts as an edit
    with pytest.raises(Stale) as caught:
        program.doctors.set_photo(admin, made.id, made.version, None)
    assert caught.value.current == new
    assert not program.doctors.set_photo(admin, made.id, new.version, None).has_photo
    assert program.doctors.photo(admin, made.id) is None


@pytest.mark.feature("DOC-1")
@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (AddDoctor(" ", "R-9"), "display_name"),
        (AddDoctor("Dr X", ""), "registration_number"),
        (AddDoctor("Dr X", "R-9", practising_since=2030), "practising_since"),
        (AddDoctor("Dr X", "R-9", default_minutes=0), "default_minutes"),
        (AddDoctor("Dr X", "R-9", email="a@b.org, c@d.org"), "email"),
        (AddDoctor("Dr X", "R-9", phone="call me"), "phone"),
        (AddDoctor("Dr X", "R-9", photo=b"GIF89a"), "photo"),
        (AddDoctor("Dr X", "R-9", department_id=99), "department_id"),
        (AddDoctor("Dr X", "R-9", room_id=99), "room_id"),
        (AddDoctor("Dr X", "R-9", user_id=99), "user_id"),
        (AddDoctor("Dr X", "R-9", specialization_ids=(99,)), "specialization_ids"),
    ],
)
def test_a_wrong_doctor_is_refused_whole(
    program: Program, admin: Actor, wish: AddDoctor, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        program.doctors.add_doctor(admin, wish)
    assert caught.value.field == field
    assert program.doctors.doctors(admin, DoctorFilter(include_retired=True)) == ()


@pytest.mark.feature("DOC-1")
def test_a_registration_number_and_a_log_in_belong_to_one_doctor(
    program: Program, admin: Actor
) -> None:
    meera = program.add_user(admin, "meera", "doctor")
    rao = program.doctors.add_doctor(admin, AddDoctor("Dr Rao", "KA-12/7", user_id=meera))
    with pytest.raises(Conflict) as caught:
        program.doctors.add_doctor(admin, AddDoctor("Dr Bose", "ka 12 7"))
    assert caught.value.existing == rao
    with pytest.raises(Conflict, match="another doctor"):
        program.doctors.add_doctor(admin, AddDoctor("Dr Bose", "R-2", user_id=meera))
    assert program.accounts.log_in("meera", OTHER, "clinic").doctor_id == rao.id


@pytest.mark.feature("DOC-2")
def test_a_doctor_is_approved_blocked_and_unblocked(program: Program, admin: Actor) -> None:
    rao = add(program, admin)
    assert not rao.bookable
    ok = program.doctors.approve(admin, rao.id, rao.version, request_id="ok")
    assert program.doctors.approve(admin, rao.id, rao.version, request_id="ok") == ok
    assert ok.bookable
    with pytest.raises(Invalid, match="approved already"):
        program.doctors.approve(admin, rao.id, ok.version)
    with pytest.raises(Invalid) as caught:
        program.doctors.block(admin, rao.id, ok.version, "  ")
    assert caught.value.field == "reason"
    with pytest.raises(Stale):
        program.doctors.block(admin, rao.id, rao.version, "Papers are missing")
    blocked = program.doctors.block(admin, rao.id, ok.version, "Papers are missing")
    assert (blocked.approval, blocked.approval_reason) == (Approval.BLOCKED, "Papers are missing")
    assert program.doctors.doctors(admin, DoctorFilter(bookable_only=True)) == ()
    again = program.doctors.approve(admin, rao.id, blocked.version)
    assert (again.bookable, again.approval_reason) == (True, "")
    with program.context.database.read() as connection:
        rows = connection.execute(
            sa.select(audit_entry.c.action, audit_entry.c.reason)
            .where(audit_entry.c.entity == "doctor")
            .order_by(audit_entry.c.id)
        ).all()
    assert [tuple(row) for row in rows] == [
        ("add_doctor", ""),
        ("approved", ""),
        ("blocked", "Papers are missing"),
        ("approved", ""),
    ]


@pytest.mark.feature("DOC-2")
def test_several_doctors_are_approved_and_blocked_at_once_or_none_is(
    program: Program, admin: Actor
) -> None:
    rows = [add(program, admin, name, name) for name in ("Dr Rao", "Dr Bose", "Dr Khan")]
    doctors = program.doctors
    book(program, rows[0].id, days=3)
    book(program, rows[1].id, days=5)
    done = doctors.approve_many(admin, [(row.id, row.version) for row in rows[:2]], request_id="m")
    assert [row.approval for row in done] == [Approval.APPROVED] * 2
    assert doctors.approve_many(admin, [(row.id, 0) for row in rows[:2]], request_id="m") == done
    chosen = [(row.id, row.version) for row in (*done, rows[2])]
    with pytest.raises(Invalid, match="approved already"):
        doctors.approve_many(admin, chosen)
    with pytest.raises(Invalid):
        doctors.approve_many(admin, [])
    assert doctors.doctor(admin, rows[2].id).approval is Approval.PENDING, "all or none"
    assert doctors.visits_ahead(admin, [row.id for row in rows]) == 2
    assert doctors.visits_ahead(admin, [rows[2].id]) == 0
    blocked = doctors.block_many(admin, chosen, "The wing is closed")
    assert {row.approval_reason for row in blocked} == {"The wing is closed"}
    back = doctors.approve(admin, rows[0].id, blocked[0].version)
    waiting = doctors.withdraw(admin, back.id, back.version)
    assert (waiting.approval, waiting.bookable) == (Approval.PENDING, False)


@pytest.mark.feature("DOC-1")
def test_a_photo_is_changed_with_the_rest_in_one_step(program: Program, admin: Actor) -> None:
    made = program.doctors.add_doctor(admin, AddDoctor("Dr Rao", "R-1", photo=PNG))
    wish = UpdateDoctor("Dr M Rao", "R-1", doctor_id=made.id, version=made.version)
    kept = program.doctors.update_doctor(admin, wish)
    assert program.doctors.photo(admin, made.id) == PNG
    other = replace(wish, version=kept.version, photo=PNG + b"2", keep_photo=False)
    changed = program.doctors.update_doctor(admin, other)
    assert changed.version == kept.version + 1
    assert program.doctors.photo(admin, made.id) == PNG + b"2"
    with pytest.raises(Invalid) as caught:
        program.doctors.update_doctor(
            admin, replace(other, version=changed.version, photo=b"GIF89a")
        )
    assert caught.value.field == "photo"


@pytest.mark.feature("DOC-1")
def test_a_doctor_with_coming_visits_is_not_retired(program: Program, admin: Actor) -> None:
    rao = add(program, admin)
    book(program, rao.id, days=-1)
    book(program, rao.id, days=1, status="cancelled")
    book(program, rao.id, days=2)
    with pytest.raises(Conflict, match="1 coming visits are booked"):
        program.doctors.retire_doctor(admin, rao.id, rao.version)
    bose = add(program, admin, "Dr Bose", "R-2")
    gone = program.doctors.retire_doctor(admin, bose.id, bose.version)
    assert gone.retired
    assert [row.id for row in program.doctors.doctors(admin)] == [rao.id]
    assert program.doctors.doctor(admin, bose.id).retired
    assert not program.doctors.restore_doctor(admin, bose.id, gone.version).retired


@pytest.mark.feature("DEP-3")
def test_doctors_are_browsed_by_department_and_words(program: Program, admin: Actor) -> None:
    eyes = program.doctors.create_department(admin, SaveDepartment("Eyes"))
    skin = program.doctors.create_specialization(admin, SaveSpecialization("Skin"))
    program.doctors.add_doctor(admin, AddDoctor("Dr Zoë Rao", "R-1", eyes.id))
    program.doctors.add_doctor(
        admin, AddDoctor("Dr Anil Bose", "R-2", specialization_ids=(skin.id,))
    )

    def names(**wanted: object) -> list[str]:
        found = program.doctors.doctors(admin, DoctorFilter(**wanted))  # type: ignore[arg-type]
        return [row.display_name for row in found]

    assert names() == ["Dr Anil Bose", "Dr Zoë Rao"]
    assert names(department_id=eyes.id) == ["Dr Zoë Rao"]
    assert names(specialization_id=skin.id) == ["Dr Anil Bose"]
    assert names(text="rao zoe") == ["Dr Zoë Rao"]
    assert names(text="skin") == ["Dr Anil Bose"]
    assert names(text="r-2") == ["Dr Anil Bose"]
    assert names(approval=Approval.APPROVED) == []
    assert names(limit=1) == ["Dr Anil Bose"]


def test_a_desk_may_look_but_not_change(program: Program, admin: Actor) -> None:
    rao = add(program, admin)
    program.add_user(admin, "meera", "receptionist")
    desk = program.accounts.log_in("meera", OTHER, "desk-1")
    assert program.doctors.doctors(desk) == (rao,)
    for call in (
        lambda: program.doctors.approve(desk, rao.id, rao.version),
        lambda: program.doctors.retire_doctor(desk, rao.id, rao.version),
        lambda: program.doctors.create_department(desk, SaveDepartment("Eyes")),
    ):
        with pytest.raises(NotAllowed):
            call()
    with pytest.raises(NotFound):
        program.doctors.doctor(desk, 99)


def test_hostile_strings_are_kept_or_refused(program: Program, admin: Actor) -> None:
    kept = 0
    for number, text in enumerate(naughty_strings()[::6]):
        wish = SaveDepartment(f"{number} {text}", description=text)
        try:
            cleaned = wish.check()
        except Invalid:
            with pytest.raises(Invalid):
                program.doctors.create_department(admin, wish)
            continue
        row = program.doctors.create_department(admin, wish)
        assert (row.name, row.description) == (cleaned.name, cleaned.description)
        doctor = AddDoctor(f"{number} {text}", f"R {number}")
        assert program.doctors.add_doctor(admin, doctor).display_name == cleaned.name
        kept += 1
    assert kept > 50
