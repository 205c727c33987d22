"""Asks why visits are cancelled."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QVBoxLayout, QWidget

from hms_desktop.domain.appointments import AppointmentRow, CancelReason
from hms_desktop.ui.appointments.words import cancel_reasons
from hms_desktop.ui.buttons import button
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.field import Field, Form
from hms_desktop.ui.widgets.side_panel import SidePanel

_MOST_NAMES = 12


class CancelPanel(SidePanel):
    """``confirmed`` carries the visits, the CancelReason and the words."""

    confirmed = Signal(object, object, str)

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Build the form."""
        super().__init__(host, title=self.tr("Cancel visits"))
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._rows: tuple[AppointmentRow, ...] = ()
        self._names = plain_label(wrap=True)
        self.reason = QComboBox()
        for key, text in cancel_reasons():
            self.reason.addItem(text, key)
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        form = Form()
        form.add("reason", Field(self.tr("&Reason"), self.reason))
        form.add("text", Field(self.tr("In &words (optional)"), self.text))
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(self._names)
        layout.addWidget(form)
        self.set_body(body)
        self.yes = button(self.tr("&Cancel visits"), self._confirm, kind="danger")
        self.set_footer([button(self.tr("&Keep them"), self.close_panel), self.yes])

    def ask(self, rows: Sequence[AppointmentRow]) -> None:
        """Show which visits are meant and ask why."""
        self._rows = tuple(rows)
        now = self._desk.now()
        lines = [
            f"{self._formats.moment(row.starts_at, now)}  {row.patient_name}, {row.doctor_name}"
            for row in self._rows[:_MOST_NAMES]
        ]
        more = len(self._rows) - _MOST_NAMES
        if more > 0:
            lines.append(self.tr("and {n} more").format(n=more))
        self._names.setText("\n".join(lines))
        self.text.clear()
        one = len(self._rows) == 1
        self.set_title(
            self.tr("Cancel this visit")
            if one
            else self.tr("Cancel {n} visits").format(n=len(self._rows)),
            self.tr("The time is free for others at once. You can undo this."),
        )
        self.yes.setText(self.tr("&Cancel visit") if one else self.tr("&Cancel visits"))
        self.open_panel(self.reason)

    def _confirm(self) -> None:
        rows, text = self._rows, self.text.toPlainText()
        self.close_panel()
        self.confirmed.emit(rows, CancelReason(self.reason.currentData()), text)
