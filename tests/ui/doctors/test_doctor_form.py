"""Doctors are added with their log-in, edited, compared after a clash, and kept as drafts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from hms_desktop.domain.doctors import AddDoctor, Approval, SaveDepartment, UpdateDoctor
from hms_desktop.domain.errors import Invalid
from hms_desktop.services.assembly import open_services
from tests.support.programs import cheap
from tests.support.strings import naughty_strings
from tests.ui.doctors.desk import Office, begin, office, picture

pytestmark = pytest.mark.feature("DOC-1")


@pytest.fixture
def room(qapp: QApplication, sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    services = begin(sqlite_url)
    with office(services, tmp_path / "drafts") as made:
        yield made
    services.close()


def test_a_doctor_is_added_with_log_in_photo_and_all(room: Office, tmp_path: Path) -> None:
    doctors = room.services.doctors
    heart = doctors.create_department(room.desk.actor, SaveDepartment("Heart"))
    room.settle()
    room.page.add()
    room.type(
        display_name="Dr Meera Rao",
        registration_number="KA-1",
        practising_since="1999",
        phone="+91 98765 43210",
        email="rao@example.org",
        default_minutes="20",
        overbook_limit="3",
        login="Meera.Rao",
    )
    room.page.form.department.box.set_value(heart.id)
    room.page.form.photo.load(str(picture(tmp_path / "face.png")))
    room.settle()
    room.save()
    (row,) = doctors.doctors(room.desk.actor)
    assert (row.display_name, row.department_name, row.practising_since) == (
        "Dr Meera Rao",
        "Heart",
        1999,
    )
    assert (row.default_minutes, row.overbook_limit, row.has_photo) == (20, 3, True)
    assert row.approval is Approval.PENDING
    code = room.page.code
    assert code.isVisible()
    assert code.login.text() == "meera.rao"
    room.services.accounts.redeem_code("meera.rao", code.code.text(), "orchid walnut thimble")
    assert room.services.accounts.log_in("meera.rao", "orchid walnut thimble", "x").doctor_id
    code.close_panel()
    assert code.code.text() == "", "a code is shown once"
    assert room.page.details.row == row
    assert "meera.rao" in room.page.details.login.text()
    assert room.desk.drafts.keys() == ()


WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({}, "display_name"),
    ({"display_name": "Dr Rao"}, "registration_number"),
    ({"registration_number": "1"}, "login"),
    ({"practising_since": "soon"}, "practising_since"),
    ({"practising_since": "2999"}, "practising_since"),
    ({"practising_since": "", "default_minutes": "-5"}, "default_minutes"),
    ({"default_minutes": "", "login": "a b"}, "login"),
    ({"login": "ASHA"}, "login"),
    ({"email": "a@b, c@d"}, "email"),
    ({"email": "", "phone": "call me"}, "phone"),
)


def test_what_is_wrong_is_said_at_its_field(room: Office) -> None:
    room.page.add()
    for fields, wrong in WRONG:
        room.type(**fields)
        room.save()
        assert list(room.errors()) == [wrong]
        assert room.page.form.is_open
    assert room.services.doctors.doctors(room.desk.actor) == ()


@pytest.mark.feature("NET-1")
def test_two_programs_edit_one_doctor_and_nothing_typed_is_lost(
    room: Office, sqlite_url: str
) -> None:
    row = room.services.doctors.add_doctor(
        room.desk.actor, AddDoctor("Dr Rao", "KA-1", phone="080 1111 1111")
    )
    room.settle()
    room.page.edit()
    room.type(display_name="Dr Meera Rao", phone="080 2222 2222")
    other = open_services(sqlite_url, authenticator=cheap())
    maria = other.context.gate.system("Maria")
    other.doctors.update_doctor(
        maria,
        UpdateDoctor("Dr Rao", "KA-1", phone="080 3333 3333", email="rao@example.org",
                     doctor_id=row.id, version=row.version),
    )  # fmt: skip
    other.close()
    room.save()
    form = room.page.form
    assert form.conflict.isVisible()
    contents = form.contents()
    assert contents["display_name"] == "Dr Meera Rao"
    assert contents["phone"] == "080 2222 2222", "mine stays until it is decided"
    assert contents["email"] == "rao@example.org", "what I did not touch is taken over"
    form.conflict.keep_mine.click()
    room.settle()
    (after,) = room.services.doctors.doctors(room.desk.actor)
    assert (after.display_name, after.phone, after.email) == (
        "Dr Meera Rao",
        "080 2222 2222",
        "rao@example.org",
    )
    assert not form.is_open
    room.undo()
    (back,) = room.services.doctors.doctors(room.desk.actor)
    assert (back.display_name, back.email) == ("Dr Rao", "rao@example.org")


def test_what_was_typed_is_offered_again(room: Office) -> None:
    room.page.add()
    room.type(display_name="Dr Half Way")
    room.page.form.close_panel()
    room.page.add()
    form = room.page.form
    assert form.offer.isVisible()
    assert form.contents()["display_name"] == ""
    form._take_draft()
    assert form.contents()["display_name"] == "Dr Half Way"
    form.close_panel()
    room.page.add()
    form._drop_draft()
    assert room.desk.drafts.keys() == ()


def test_what_is_typed_while_another_is_saved_stays(room: Office) -> None:
    row = room.services.doctors.add_doctor(room.desk.actor, AddDoctor("Dr Rao", "KA-1"))
    room.settle()
    room.page.edit()
    room.type(display_name="Dr M Rao")
    room.page.form.save()
    room.page.add()
    room.type(display_name="Dr Next")
    room.settle()
    form = room.page.form
    assert form.is_open
    assert form.contents()["display_name"] == "Dr Next"
    assert room.desk.drafts.keys() == ("doctor/new",)
    assert room.services.doctors.doctor(room.desk.actor, row.id).display_name == "Dr M Rao"


@pytest.mark.feature("SEC-3")
def test_hostile_strings_are_saved_as_the_gate_leaves_them_or_refused(room: Office) -> None:
    doctors, actor, form = room.services.doctors, room.desk.actor, room.page.form
    kept = 0
    for number, text in enumerate(naughty_strings()[::30]):
        room.page.add()
        form._drop_draft()
        form.way.set_value("none")
        form._way_chosen()
        room.type(display_name=text, registration_number=f"{number} {text}")
        try:
            wanted = AddDoctor(text, f"{number} {text}").check(2026)
        except Invalid:
            room.save()
            assert room.errors()
            continue
        room.save()
        assert not form.is_open, room.errors()
        found = {row.registration_number: row for row in doctors.doctors(actor)}
        assert found[wanted.registration_number].display_name == wanted.display_name
        assert wanted.display_name in room.names()
        kept += 1
    assert kept > 8
    form.close_panel()


@pytest.mark.feature("DOC-2")
def test_filters_and_steps_for_several_with_a_way_back(room: Office) -> None:
    doctors, actor = room.services.doctors, room.desk.actor
    for number, name in enumerate(("Dr Bose", "Dr Khan", "Dr Rao")):
        doctors.add_doctor(actor, AddDoctor(name, f"{number}"))
    room.settle()
    room.select("Dr Bose", "Dr Khan")
    room.page.card.approve_button.click()
    room.settle()
    assert [row.bookable for row in room.page.card.table.rows()] == [True, True, False]
    room.page.card.state.set_value("pending")
    room.page.card.state.activated.emit(1)
    room.settle()
    assert room.names() == ["Dr Rao"]
    room.undo()
    assert room.names() == ["Dr Bose", "Dr Khan", "Dr Rao"]
    room.page.card.box.set_text("khan")
    room.page.card.filtered.emit()
    room.settle()
    assert room.names() == ["Dr Khan"]
    room.page.card.reset()
    room.settle()
    room.select("Dr Rao")
    room.page.retire()
    room.settle()
    room.page.leaving.go_on()
    room.settle()
    assert room.names() == ["Dr Bose", "Dr Khan"]
    assert room.toast() == "Dr Rao retired"
    room.undo()
    assert room.names() == ["Dr Bose", "Dr Khan", "Dr Rao"]


def test_a_log_in_is_made_later_and_a_new_code_given(room: Office) -> None:
    room.services.doctors.add_doctor(room.desk.actor, AddDoctor("Dr Rao", "1"))
    room.settle()
    assert room.page.details.login.text() == "No log-in yet"
    room.page.details.login_button.click()
    room.page.login.login.setText("asha")
    room.page.login.make()
    room.settle()
    assert "taken" in room.page.login.form.field("login").error
    room.page.login.login.setText("meera")
    room.page.login.make()
    room.settle()
    first = room.page.code.code.text()
    assert first
    room.page.code.close_panel()
    room.page.details.code_button.click()
    room.settle()
    assert room.page.code.code.text() not in {"", first}
