"""The panel that blocks or retires doctors: the reason, the visits, what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.domain.appointments import AppointmentRow, CancelReason
from hms_desktop.ui.appointments.words import cancel_reasons
from hms_desktop.ui.buttons import button
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.field import Field, Form
from hms_desktop.ui.widgets.side_panel import SidePanel
from hms_desktop.ui.widgets.table import Column, RowTable

KEEP, MOVE, CANCEL = "keep", "move", "cancel"
TALL = 260


class LeavingFrame(SidePanel):
    """The widgets; what they do is the heir's."""

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Build everything, hidden."""
        super().__init__(host, width=620)
        self.desk = desk
        self._formats = Formats.of(desk.settings)
        self._retiring = False
        self._count = 0
        self._ways: list[str] = []
        self.form = Form()
        self.reason = QLineEdit()
        self.form.add("reason", Field(self.tr("&Reason"), self.reason, required=True))
        self.trouble = plain_label(role="error", wrap=True)
        self.ahead = plain_label(role="section", wrap=True)
        self.hint = plain_label(role="small", wrap=True)
        self.table: RowTable[AppointmentRow] = RowTable(
            self._columns(), lambda row: row.id, name=self.tr("Visits that are booked")
        )
        self.table.setFixedHeight(TALL)
        self.table.opened.connect(lambda row: desk.navigate.appointment.emit(row.id))
        self.ways = QButtonGroup(self)
        self.way_boxes = {
            KEEP: QRadioButton(self.tr("Kee&p them for now")),
            MOVE: QRadioButton(self.tr("&Move them: look for new times with other doctors")),
            CANCEL: QRadioButton(self.tr("C&ancel them")),
        }
        for one in self.way_boxes.values():
            self.ways.addButton(one)
            one.toggled.connect(lambda _on: self._show_way())
        self.cancel_reason = QComboBox()
        for key, text in cancel_reasons():
            self.cancel_reason.addItem(text, key)
        self.cancel_text = QPlainTextEdit()
        self.cancel_text.setTabChangesFocus(True)
        self.cancel_form = Form()
        self.cancel_form.add(
            "cancel_reason", Field(self.tr("Reason to cancel"), self.cancel_reason)
        )
        self.cancel_form.add(
            "text", Field(self.tr("&Words for the patients (optional)"), self.cancel_text)
        )
        self.told = plain_label(role="small", wrap=True)
        self.go_button = button("", self.go_on, kind="danger")
        self._lay_out()

    def go_on(self) -> None:
        """Do what was chosen."""

    def _lay_out(self) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for widget in (self.trouble, self.form, self.ahead, self.hint, self.table):
            column.addWidget(widget)
        for box in self.way_boxes.values():
            column.addWidget(box)
        column.addWidget(self.cancel_form)
        column.addWidget(self.told)
        column.addStretch(1)
        self.set_body(body)
        self.set_footer([button(self.tr("Bac&k"), self.close_panel), self.go_button])

    def begin(self, names: str, *, retires: bool) -> None:
        """Start empty for these doctors; the visits come later."""
        self._retiring = retires
        self.clear_errors()
        self.reason.clear()
        self.cancel_text.clear()
        self.form.setVisible(not retires)
        away = CancelReason.DOCTOR_AWAY.value
        self.cancel_reason.setCurrentIndex(max(0, self.cancel_reason.findData(away)))
        if retires:
            title = self.tr("Retire {names}").format(names=names)
            note = self.tr("Leaves the lists; records and history stay. You can bring them back.")
        else:
            title = self.tr("Block {names}").format(names=names)
            note = self.tr("Nobody can be booked from now on, until you unblock.")
        self.set_title(title, note)
        self.show_visits(0, (), [])
        self.ahead.setText(self.tr("Looking for visits that are booked…"))
        self.go_button.setEnabled(False)
        self.open_panel(self.close_button if retires else self.reason)

    def show_visits(
        self, count: int, visits: Sequence[AppointmentRow], ways: Sequence[str]
    ) -> None:
        """Show what is booked and what may become of it."""
        self._count, self._ways = count, list(ways)
        self.table.set_rows(visits)
        self.table.setVisible(bool(visits))
        self.ahead.setText(
            self.tr("No visit is booked from now on.")
            if not count
            else self.tr("1 visit is booked from now on.")
            if count == 1
            else self.tr("{n} visits are booked from now on.").format(n=count)
        )
        stuck = bool(count) and not ways
        self.hint.setText(
            self.tr("They have to be moved or cancelled first. Ask the front desk.")
            if stuck
            else self.tr("What happens to them?")
            if count
            else ""
        )
        self.hint.setVisible(bool(count))
        for key, box in self.way_boxes.items():
            box.setVisible(bool(count) and key in ways)
        chosen = self.ways.checkedButton()
        if ways and (chosen is None or chosen.isHidden()):
            self.way_boxes[ways[0]].setChecked(True)
        self.go_button.setEnabled(not stuck)
        self._show_way()
        if self._retiring and count and ways:
            self.way_boxes[ways[0]].setFocus()
        elif self._retiring and not stuck:
            self.go_button.setFocus()

    def way(self) -> str:
        """Return what happens to the visits."""
        for key, box in self.way_boxes.items():
            if box.isChecked() and key in self._ways:
                return key
        return KEEP

    def clear_errors(self) -> None:
        """Take all errors away."""
        self.form.clear_errors()
        self.cancel_form.clear_errors()
        self.say("")

    def say(self, words: str) -> None:
        """Show a sentence above everything; an empty one hides it."""
        self.trouble.setText(words)
        self.trouble.setVisible(bool(words))

    def _show_way(self) -> None:
        way = self.way() if self._count else KEEP
        cancels = way == CANCEL
        self.cancel_form.setVisible(cancels)
        self.told.setVisible(cancels)
        self.told.setText(
            self.tr("Patients are told as the settings of messages say; you can undo this.")
            if self.desk.settings.mail_host
            else self.tr("No mail is set up: call these patients. You can undo this.")
        )
        verb = self.tr("Retire") if self._retiring else self.tr("Block")
        text = {
            KEEP: verb,
            MOVE: self.tr("{verb} and find new times…"),
            CANCEL: self.tr("{verb} and cancel {n}"),
        }[way]
        self.go_button.setText(text.format(verb=verb, n=len(self.table.rows())))

    def _columns(self) -> tuple[Column[AppointmentRow], ...]:
        formats, now = self._formats, self.desk.now
        return (
            Column(
                "when", self.tr("When"), lambda row: formats.moment(row.starts_at, now()),
                sort=lambda row: row.starts_at, width=150, bold=True,
            ),
            Column("patient", self.tr("Patient"), lambda row: row.patient_name, width=0),
            Column("doctor", self.tr("Doctor"), lambda row: row.doctor_name, width=160),
        )  # fmt: skip
