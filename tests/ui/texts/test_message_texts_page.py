"""Texts of messages: edited beside a safe preview, refused at the field, put back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from hms_desktop.domain.permissions import ADMINISTRATOR
from hms_desktop.services.assembly import Services
from hms_desktop.ui.pages.message_texts import MessageTextsPage
from hms_desktop.ui.texts.safe_html import SafeHtml, table_depth
from tests.services.conftest import Hospital, actor
from tests.ui.now.conftest import OpenWindow
from tests.ui.now.desk import Window

BOOKED = ("booked", "email", "en")


@pytest.fixture
def window(open_window: OpenWindow, hospital: Hospital) -> Window:
    return open_window(ADMINISTRATOR)


@pytest.fixture
def page(window: Window) -> MessageTextsPage:
    made = MessageTextsPage(window.desk, window)
    made.resize(1400, 800)
    window.resize(1400, 800)
    window.show()
    window.activateWindow()
    window.settle()
    return made


def preview(page: MessageTextsPage, window: Window) -> None:
    """The preview without the wait for a pause in typing."""
    page._soon.stop()
    page._make_preview()
    window.settle()


def saved(services: Services) -> tuple[str, str, str, int]:
    rows = services.templates.all(actor(services, "Asha", ADMINISTRATOR))
    row = next(one for one in rows if (one.kind, one.channel, one.language) == BOOKED)
    return *row.texts, row.version


@pytest.mark.feature("JOB-6")
def test_a_text_is_edited_with_its_preview_saved_and_reset(
    page: MessageTextsPage, window: Window, services: Services, qtbot: QtBot
) -> None:
    page.table.select_ids([BOOKED])
    window.settle()
    assert "Asha Kumar" in page.preview.html.toPlainText()
    assert "nothing was changed" in page.preview.changes.toPlainText()
    assert not page.frame.save_button.isEnabled()
    page.editor.show_part("text")
    page.editor.text.setFocus()
    page.editor.text.clear()
    page.editor.placeholders.select_ids(["doctor_name"])
    page.editor.insert()
    assert page.editor.text.toPlainText() == "{{ doctor_name }}"
    page.editor.subject.setFocus()
    page.editor.subject.clear()
    page.editor.placeholders.select_ids(["patient_name"])
    page.editor.insert()
    assert page.editor.subject.text() == "{{ patient_name }}"
    assert page._soon.isActive(), "made when one stops typing"
    qtbot.waitUntil(lambda: not page._soon.isActive(), timeout=20_000)
    window.settle()
    assert page.preview.subject.text() == "Asha Kumar"
    assert page.preview.text.toPlainText() == "Dr Meera Rao\n"
    assert "+ {{ doctor_name }}" in page.preview.changes.toPlainText()
    page.save()
    window.settle()
    assert saved(services)[:2] == ("{{ patient_name }}", "{{ doctor_name }}")
    assert not page.frame.save_button.isEnabled()
    assert window.desk.drafts.get("message_text/booked/email/en") is None
    page.reset()
    window.settle()
    assert saved(services)[3] == 0
    assert page.editor.subject.text() == saved(services)[0]
    assert window.errors == []


@pytest.mark.feature("JOB-6")
@pytest.mark.parametrize(
    ("source", "line", "says"),
    [
        ("<p>\n{{ diagnosis }}</p>", 2, "no placeholder diagnosis"),
        ("<p>\n\n{% if %}</p>", 3, "cannot be read"),
    ],
)
def test_what_cannot_be_is_refused_at_the_field_with_its_line(
    page: MessageTextsPage, window: Window, services: Services, source: str, line: int, says: str
) -> None:
    page.table.select_ids([BOOKED])
    window.settle()
    before, shown = saved(services), page.preview.html.toPlainText()
    page.editor.show_part("text")
    page.editor.html.setPlainText(source)
    preview(page, window)
    assert says in page.preview.trouble.text()
    assert page.preview.html.toPlainText() == shown, "what was shown before stays"
    page.save()
    window.settle()
    assert f"Line {line}" in page.editor.html_field.error
    assert says in page.editor.html_field.error
    assert page.editor.stack.currentWidget() is page.editor.html_field
    assert page.editor.html.textCursor().blockNumber() == line - 1
    assert saved(services) == before
    page.editor.html.setPlainText("")
    preview(page, window)
    assert not page.editor.html_field.error
    assert not page.preview.trouble.isVisible()


@pytest.mark.feature("SEC-3")
def test_a_hostile_name_stays_text_and_nothing_is_loaded(
    page: MessageTextsPage, window: Window, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.html"
    secret.write_text("<b>the secret</b>")
    name = f"<img src='{secret.as_uri()}'><b>Kumar</b>"
    page.table.select_ids([BOOKED])
    page.preview.name.setText(name)
    page.editor.html.setPlainText(
        f"<html><head><link rel=stylesheet href='{secret.as_uri()}'></head><body>"
        f"<img src='{secret.as_uri()}'>"
        "<a href='https://example.org'>{{ patient_name }}</a></body></html>"
    )
    preview(page, window)
    assert name in page.preview.html.toPlainText()
    kind = QTextDocument.ResourceType.HtmlResource.value
    found = page.preview.html.document().resource(kind, QUrl.fromLocalFile(str(secret)))
    assert not found


def test_tables_far_too_deep_are_shown_as_their_source(qtbot: QtBot) -> None:
    view = SafeHtml("Preview")
    qtbot.addWidget(view)
    deep = "<table><tr><td>" * 60 + "x"
    assert table_depth(deep) == 60
    assert table_depth("<table></table>" * 60) == 1
    view.show_html(deep)
    assert view.toPlainText() == deep


@pytest.mark.feature("NET-1")
@pytest.mark.parametrize("mine", [True, False])
def test_two_administrators_edit_one_text(
    page: MessageTextsPage, window: Window, services: Services, mine: bool
) -> None:
    page.table.select_ids([BOOKED])
    window.settle()
    page.editor.subject.setText("Mine")
    other = actor(services, "Maria", ADMINISTRATOR)
    services.templates.save(other, "booked", "en", ("Theirs", "Theirs", ""), 0)
    window.settle()
    assert page.editor.subject.text() == "Mine"
    page.save()
    window.settle()
    assert page.conflict.isVisible()
    (page.conflict.keep_mine if mine else page.conflict.take_theirs).click()
    window.settle()
    assert not page.conflict.isVisible()
    assert saved(services)[0] == ("Mine" if mine else "Theirs")
    assert page.editor.subject.text() == saved(services)[0]
    assert window.errors == []


@pytest.mark.feature("JOB-6")
def test_what_is_typed_stays_while_another_text_is_looked_at(
    page: MessageTextsPage, window: Window
) -> None:
    page.table.select_ids([BOOKED])
    window.settle()
    page.editor.subject.setText("Half a")
    page.table.select_ids([("reminder", "sms", "en")])
    window.settle()
    assert not page.editor.subject_field.isVisible(), "a short text has no subject"
    assert page.preview.views.value() == "text"
    assert page.preview.text.toPlainText().startswith("City Care Hospital: Asha Kumar")
    row = next(one for one in page.table.rows() if one.kind == "booked")
    assert page._state(row) == "not saved"
    page.frame.language.set_value("hi")
    page._show_list()
    window.settle()
    assert {one.language for one in page.table.rows()} == {"hi"}
    page.frame.language.set_value("en")
    page._show_list()
    page.table.select_ids([BOOKED])
    window.settle()
    assert page.editor.subject.text() == "Half a"
    page.put_back()
    assert page.editor.subject.text() == row.subject
    assert page._state(replace(row)) == ""
