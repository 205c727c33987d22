"""A booking's note, edited under a version guard: two people never overwrite each other."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from hms_desktop.domain.appointments import AppointmentRow
from hms_desktop.domain.errors import Stale
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.patients.strip import Strip
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.field import Field

if TYPE_CHECKING:
    from hms_desktop.domain.appointments import Done
    from hms_desktop.ui.pages.base import Desk

_SHOWN = 400


class NoteField(QWidget):
    """Shows the note; what is typed is kept as a draft until it is saved."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._desk = desk
        self._id: int | None = None
        self._row: AppointmentRow | None = None
        self._putting = False
        self._request: tuple[str, int, str] | None = None
        self.edit = QPlainTextEdit()
        self.edit.setTabChangesFocus(True)
        self.edit.setPlaceholderText(self.tr("A note for the visit"))
        self.edit.textChanged.connect(self._typed)
        self.edit.installEventFilter(self)
        self.field = Field(self.tr("Note"), self.edit)
        self.save_button = button(
            self.tr("Save note"), self.save, kind="primary", small=True,
            tip=self.tr("Save the note (Ctrl+Enter)"),
        )  # fmt: skip
        self.drop_button = button(self.tr("Discard"), self.drop, small=True)
        self.clash = Strip("warn")
        self.theirs = plain_label(wrap=True, selectable=True)
        self.yours = plain_label(wrap=True, selectable=True)
        for title, label in (
            (self.tr("THEIRS"), self.theirs),
            (self.tr("YOURS"), self.yours),
        ):
            self.clash.rows.addWidget(plain_label(title, role="overline"))
            self.clash.rows.addWidget(label)
        self.take_theirs = self.clash.add_button(self.tr("Take theirs"), self._take_theirs)
        self.put_mine = self.clash.add_button(
            self.tr("Put mine in again"), self._put_mine, primary=True
        )
        self.buttons = QWidget()
        row = QHBoxLayout(self.buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.save_button)
        row.addWidget(self.drop_button)
        row.addStretch(1)
        self.error = plain_label(role="error", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for widget in (self.field, self.clash, self.error, self.buttons):
            layout.addWidget(widget)
        self.error.hide()
        self.buttons.hide()
        self.setEnabled(desk.actor.may("appointments.edit_note"))

    @property
    def dirty(self) -> bool:
        """Say whether something typed is not saved."""
        return self._row is not None and self.edit.toPlainText() != self._row.note

    # ------------------------------------------------------------------ showing
    def begin(self, appointment_id: int) -> None:
        """Show another appointment's note, once its row comes."""
        self._id, self._row, self._request = appointment_id, None, None
        self._put("")
        self._say("")
        self.clash.hide()
        self.buttons.hide()

    def moved(self, appointment_id: int) -> None:
        """Go on with the appointment that this one became; what is typed stays."""
        text, dirty = self.edit.toPlainText(), self.dirty
        self._id, self._row, self._request = appointment_id, None, None
        if dirty:
            self._desk.drafts.keep(self._key(), {"text": text})

    def show_row(self, row: AppointmentRow) -> None:
        """Take the row as it is now; what is typed stays, a changed note is compared."""
        before, self._row = self._row, row
        if before is None or before.id != row.id:
            draft = self._desk.drafts.get(self._key())
            self._put(str(draft["text"]) if draft else row.note)
            self._refresh()
            return
        typed = self.edit.toPlainText()
        if typed == before.note:
            self._put(row.note)
        elif row.note not in {before.note, typed}:
            self._compare(row.updated_by_name, row)
        self._refresh()

    def _compare(self, who: str, row: AppointmentRow) -> None:
        self._row = row
        self.theirs.setText(row.note[:_SHOWN] or self.tr("(empty)"))
        self.yours.setText(self.edit.toPlainText()[:_SHOWN] or self.tr("(empty)"))
        self.clash.say(
            self.tr("{who} changed this note meanwhile.").format(who=who or self.tr("Someone")),
            self.tr("Nothing of yours was saved; what you typed is still here."),
        )
        self._refresh()

    # ------------------------------------------------------------------ saving
    def save(self) -> None:
        """Save what is typed, unless somebody changed the note meanwhile."""
        row = self._row
        if row is None or not self.dirty or not self.save_button.isEnabled():
            return
        text = self.edit.toPlainText()
        if self._request is None or self._request[:2] != (text, row.version):
            self._request = (text, row.version, str(uuid.uuid4()))
        request_id = self._request[2]
        self.save_button.setEnabled(False)
        services, actor = self._desk.services, self._desk.actor
        self._desk.runner.run(
            lambda: services.appointments.edit_note(
                actor, row.id, row.version, text, request_id=request_id
            ),
            owner=self,
            done=self._saved,
            failed=self._failed,
        )

    def drop(self) -> None:
        """Show the saved note again."""
        if self._row is not None:
            self._put(self._row.note)
        self._desk.drafts.discard(self._key())
        self.clash.hide()
        self._say("")
        self._refresh()

    def _saved(self, done: Done) -> None:
        self.save_button.setEnabled(True)
        self._say("")
        self.clash.hide()
        self._request = None
        row = done.appointment
        typed = self.edit.toPlainText()
        self._row = row
        if typed == row.note or typed.strip() == row.note:
            self._put(row.note)
            self._desk.drafts.discard(self._key())
        self._refresh()
        text = self.tr("Note of {patient} saved").format(patient=row.patient_name)
        self._desk.history.did(done.request_id, text)
        self._desk.toasts.show_toast(text, undo=self._desk.history.undo_requested.emit)

    def _failed(self, error: Exception) -> None:
        self.save_button.setEnabled(True)
        if isinstance(error, Stale) and isinstance(error.current, AppointmentRow):
            if self._row is not None and error.current.note == self._row.note:
                # Only something else of the visit changed: the note may be saved over it.
                self._row = error.current
                self.save()
                return
            self._compare(str(error.values.get("who", "")), error.current)
            return
        self._say(sentence(error))

    def _take_theirs(self) -> None:
        self.drop()

    def _put_mine(self) -> None:
        self.clash.hide()
        self.save()

    # ------------------------------------------------------------------ inside
    def _key(self) -> str:
        return f"note/{self._id}"

    def _put(self, text: str) -> None:
        self._putting = True
        self.edit.setPlainText(text)
        self._putting = False

    def _typed(self) -> None:
        if self._putting or self._row is None:
            return
        if self.dirty:
            self._desk.drafts.keep(self._key(), {"text": self.edit.toPlainText()})
        else:
            self._desk.drafts.discard(self._key())
        self._refresh()

    def _refresh(self) -> None:
        self.buttons.setVisible(self.dirty and self.clash.isHidden())

    def _say(self, text: str) -> None:
        self.error.setText(text)
        self.error.setVisible(bool(text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+Enter saves."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if control and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self.save()
                return True
        return super().eventFilter(watched, event)
