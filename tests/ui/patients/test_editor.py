"""Registering and editing: errors at their fields, nothing typed is ever lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from hms_desktop.domain.names import Name
from hms_desktop.domain.patients import ContactKind, PatientRow, RegisterPatient, UpdatePatient
from hms_desktop.ui.patients.editor import PatientEditor
from tests.support.strings import naughty_strings
from tests.ui.patients.desk import Place


def open_editor(here: Place, typed: str = "") -> tuple[PatientEditor, list[PatientRow]]:
    editor = PatientEditor(here.desk, here.window)
    saved: list[PatientRow] = []
    editor.saved.connect(saved.append)
    here.window.resize(500, 900)
    here.window.show()
    editor.show()
    editor.start_new(typed)
    here.settle()
    return editor, saved


def type_into(editor: PatientEditor, name: str, text: str) -> None:
    line = editor.form.lines[name]
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClicks(line, text)
    line.editingFinished.emit()


@pytest.mark.feature("PAT-1")
def test_what_was_typed_into_the_box_is_registered_with_ctrl_enter(here: Place) -> None:
    editor, saved = open_editor(here, "priya nair 9845012345")
    type_into(editor, "birth", "46 y")
    assert "about 46 years" in editor.form.fields["birth"]._note.text()
    QTest.keyClick(
        editor.form.lines["birth"], Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
    )
    here.settle()
    (row,) = saved
    assert (row.name, row.phones) == (Name("Priya", "Nair"), ("098450 12345",))
    assert here.desk.drafts.get("register") is None
    assert here.desk.toasts.toasts


@pytest.mark.feature("PAT-1")
def test_wrong_fields_say_so_while_they_are_left_and_nothing_is_saved(here: Place) -> None:
    editor, saved = open_editor(here)
    type_into(editor, "birth", "31.02.1980")
    type_into(editor, "email", "nonsense")
    assert editor.form.fields["birth"].error
    assert editor.form.fields["email"].error
    type_into(editor, "email", "")
    type_into(editor, "birth", "")
    assert not editor.form.first_error()
    editor.save()
    here.settle()
    assert not saved
    assert editor.form.fields["given"].error


@pytest.mark.feature("PAT-1")
def test_a_minor_gets_a_guardians_line_and_an_adult_does_not(here: Place) -> None:
    editor, _saved = open_editor(here)
    type_into(editor, "birth", "12.3.2019")
    assert editor.form.contacts.has(ContactKind.GUARDIAN)
    type_into(editor, "birth", "12.3.1980")
    assert not editor.form.contacts.has(ContactKind.GUARDIAN)


@pytest.mark.feature("PAT-6")
def test_an_unknown_patient_needs_no_name_and_is_identified_later(here: Place) -> None:
    editor, saved = open_editor(here)
    editor.form.unknown.setChecked(True)
    editor.save()
    here.settle()
    (row,) = saved
    assert row.placeholder
    editor.load(row.id)
    here.settle()
    type_into(editor, "given", "Asha")
    type_into(editor, "family", "Pillai")
    editor.form.unknown.setChecked(False)
    editor.save()
    here.settle()
    assert saved[-1].display_name == "Asha Pillai"
    assert not saved[-1].placeholder
    assert saved[-1].mrn == row.mrn


@pytest.mark.feature("PAT-1")
def test_who_looks_like_a_chart_is_shown_while_typing(here: Place) -> None:
    editor, _saved = open_editor(here, "kumar swamy 9876543210")
    assert editor.duplicates.shown[0].id == here.patients[0].id
    opened: list[object] = []
    here.desk.navigate.patient.connect(opened.append)
    editor.duplicates.open_wanted.emit(editor.duplicates.shown[0])
    assert opened == [here.patients[0].id]


def test_what_was_typed_is_offered_again(here: Place) -> None:
    editor, _saved = open_editor(here, "priya")
    type_into(editor, "family", "Nair")
    again, saved = open_editor(here, "zara")
    assert again.offer.isVisible()
    type_into(again, "email", "zara@example.org")
    again._take_draft()
    assert again.form.name().display == "Priya Nair"
    again.save()
    here.settle()
    assert saved[0].email == "zara@example.org"


def test_an_offer_nobody_answered_outlives_the_next_registration(here: Place) -> None:
    editor, _saved = open_editor(here, "priya")
    type_into(editor, "family", "Nair")
    again, saved = open_editor(here, "zara khan")
    again.save()
    here.settle()
    assert saved
    draft = here.desk.drafts.get("register")
    assert draft is not None
    assert draft["contents"]["family"] == "Nair"


@pytest.mark.feature("NET-3")
def test_two_desks_edit_one_chart_and_nothing_typed_is_lost(here: Place) -> None:
    editor, saved = open_editor(here)
    chart = here.patients[0]
    editor.load(chart.id)
    here.settle()
    type_into(editor, "middle", "S.")
    type_into(editor, "family", "Swami")
    theirs = RegisterPatient(
        Name("Kumar", "Swaminathan"), chart.birth, chart.sex, chart.phones, "k@example.org"
    )
    here.services.patients.update(here.actor, UpdatePatient(chart.id, chart.version, theirs))
    editor.save()
    here.settle()
    assert not saved
    assert editor.comparison.isVisible()
    assert list(editor.comparison.choices) == ["family"]
    assert editor.form.lines["family"].text() == "Swami"
    assert editor.form.lines["email"].text() == "k@example.org"
    editor.comparison.choices["family"]._walk(0)
    assert editor.form.lines["family"].text() == "Swaminathan"
    editor.comparison.choices["family"]._walk(1)
    editor.save()
    here.settle()
    assert saved[0].name == Name("Kumar", "Swami", "S.")


@pytest.mark.feature("PAT-1")
def test_a_photo_is_shown_and_saved_and_what_is_none_is_refused(
    here: Place, tmp_path: Path
) -> None:
    editor, saved = open_editor(here, "priya nair")
    picture, text = tmp_path / "face.png", tmp_path / "face.txt"
    image = QImage(40, 60, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGreen)
    assert image.save(str(picture))
    text.write_text("no picture", encoding="utf-8")
    editor.form.photo.load(str(text))
    here.settle()
    assert "neither JPEG nor PNG" in editor.form.photo.note.text()
    editor.form.photo.load(str(picture))
    here.settle()
    editor.save()
    here.settle()
    assert saved[0].has_photo
    assert here.services.patients.photo(here.actor, saved[0].id) == picture.read_bytes()


def test_no_text_is_read_as_anything_but_text(here: Place) -> None:
    editor, _saved = open_editor(here)
    for text in naughty_strings()[::11]:
        contents = {**editor.form.contents(), "given": text, "notes": text}
        editor.form.put(contents)
        assert editor.form.lines["given"].text() == text.replace("\r", "").split("\n")[0] or text
        assert not editor.grab().isNull()
