"""Asks what a sick note or a referral needs to say before it is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QVBoxLayout, QWidget

from hms_desktop.domain.errors import HmsError, Invalid
from hms_desktop.domain.papers import Referral, SickNote
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.today.follow_up import read_day
from hms_desktop.ui.widgets.date_edit import DateEdit
from hms_desktop.ui.widgets.field import Field
from hms_desktop.ui.widgets.side_panel import SidePanel


class LetterPanel(SidePanel):
    """Sick note: from, to, text. Referral: to whom, the question, the text, with history."""

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Start hidden."""
        super().__init__(host, width=440)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self.fields: dict[str, Field] = {}
        self.trouble = plain_label(role="error", wrap=True)

    def ask_sick_note(self, encounter_id: int, done: Callable[[SickNote], None]) -> None:
        """Ask for a sick note's days and text; ``done`` gets the checked wish."""
        first, last = self._date(self.tr("First day")), self._date(self.tr("Last day"))
        first.set_value(self._desk.today())
        last.set_value(self._desk.today())
        text = self._lines()
        column = self._begin(self.tr("Sick note"))
        self._add(column, "first", self.tr("First day"), first)
        self._add(column, "last", self.tr("Last day"), last)
        self._add(column, "text", self.tr("Text"), text)

        def read() -> SickNote:
            return SickNote(
                encounter_id,
                self._value(first, "first"),
                self._value(last, "last"),
                text.toPlainText(),
            ).check()

        self._finish(column, lambda: done(read()), first)

    def ask_referral(self, encounter_id: int, done: Callable[[Referral], None]) -> None:
        """Ask whom a referral goes to and what it asks; ``done`` gets the checked wish."""
        to, question, text = self._lines(), self._lines(), self._lines()
        history = QCheckBox(self.tr("With earlier visits"))
        history.setChecked(True)
        column = self._begin(self.tr("Referral letter"))
        self._add(column, "to", self.tr("To"), to, required=True)
        self._add(column, "question", self.tr("Question"), question, required=True)
        self._add(column, "text", self.tr("Text"), text)
        column.addWidget(history)

        def read() -> Referral:
            return Referral(
                encounter_id,
                to.toPlainText(),
                question.toPlainText(),
                text.toPlainText(),
                include_history=history.isChecked(),
            ).check()

        self._finish(column, lambda: done(read()), to)

    # ------------------------------------------------------------------------------ inside
    def _begin(self, title: str) -> QVBoxLayout:
        self.fields = {}
        self.set_title(title)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.trouble = plain_label(role="error", wrap=True)
        self.trouble.hide()
        column.addWidget(self.trouble)
        self.set_body(body)
        return column

    def _add(
        self, column: QVBoxLayout, name: str, label: str, editor: QWidget, *, required: bool = False
    ) -> None:
        self.fields[name] = Field(label, editor, required=required)
        column.addWidget(self.fields[name])

    def _finish(self, column: QVBoxLayout, run: Callable[[], None], focus: QWidget) -> None:
        column.addStretch(1)

        def go() -> None:
            for field in self.fields.values():
                field.set_error("")
            try:
                run()
            except Invalid as error:
                self.fields[error.field].set_error(sentence(error))
                self.fields[error.field].editor.setFocus()
            except HmsError as error:
                self.trouble.setText(sentence(error))
                self.trouble.show()

        self.ok = button(self.tr("Preview"), go, kind="primary")
        self.set_footer([button(self.tr("Back"), self.close_panel), self.ok])
        self.open_panel(focus)

    def _date(self, name: str) -> DateEdit:
        return DateEdit(
            lambda text: read_day(text, self._desk),
            self._formats.day,
            self._desk.today,
            name=name,
            week_start=self._formats.week_start,
        )

    @staticmethod
    def _lines() -> QPlainTextEdit:
        edit = QPlainTextEdit()
        edit.setTabChangesFocus(True)
        return edit

    @staticmethod
    def _value(edit: DateEdit, name: str) -> date:
        if not edit.commit() or (found := edit.value()) is None:
            raise Invalid(name, "Give a date.")
        return found
