"""One patient's chart: who it is, what is known, and the visits as a timeline."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.domain.appointments import AppointmentFilter, AppointmentRow
from hms_desktop.domain.look_alikes import look_alike
from hms_desktop.domain.patients import PatientRow
from hms_desktop.domain.zones import day_bounds
from hms_desktop.ui.actions import Command, CommandSet
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.patients.banner import PatientBanner
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.patients.strip import Strip
from hms_desktop.ui.patients.timeline import Timeline
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.busy import BusyVeil

if TYPE_CHECKING:
    from hms_desktop.bus import Announcement
    from hms_desktop.ui.pages.base import Desk

_REST_MS = 300
_NAMED_LOOK_ALIKES = 3


@dataclass(frozen=True, slots=True)
class Chart:
    """What one reading of a chart brings."""

    row: PatientRow
    photo: bytes | None
    visits: tuple[AppointmentRow, ...]
    look_alikes: tuple[str, ...]


class PatientView(QWidget):
    """Bound to one patient for as long as it lives; open another view for another patient.

    ``edit_wanted`` carries the PatientRow, ``loaded`` the PatientRow after every reading.
    """

    edit_wanted = Signal(object)
    loaded = Signal(object)

    def __init__(
        self,
        desk: Desk,
        patient_id: int,
        parent: QWidget | None = None,
        *,
        commands: CommandSet | None = None,
    ) -> None:
        """Read the chart; ``commands`` is the scope above (the page's)."""
        super().__init__(parent)
        self.patient_id = patient_id
        self.row: PatientRow | None = None
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._request: tuple[object, str] | None = None
        self._build()
        self._set_up_commands(commands)
        self._veil = BusyVeil(self)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._read_visits)
        desk.bridge.changed.connect(self._on_changed)
        self.reload()

    # ------------------------------------------------------------------------------ widgets
    def _build(self) -> None:
        self.banner = PatientBanner(self._formats)
        self.note = Strip("alarm")
        self.book_button = button(self.tr("Book"), self.book, kind="primary", icon="calendar")
        self.edit_button = button(self.tr("Edit"), self.edit, icon="edit")
        self.identify_button = button(self.tr("Identify"), self.edit, icon="patient")
        self.retire_button = button(self.tr("Retire…"), self.ask_reason, kind="quiet")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for one in (self.book_button, self.identify_button, self.edit_button):
            buttons.addWidget(one)
        buttons.addStretch(1)
        buttons.addWidget(self.retire_button)
        self.reason = self._reason_strip()
        self.data = QGridLayout()
        self.data.setHorizontalSpacing(20)
        self.data.setVerticalSpacing(12)
        self.data.setColumnStretch(0, 1)
        self.data.setColumnStretch(1, 1)
        self.timeline = Timeline(self._formats)
        self.timeline.opened.connect(lambda visit: self._desk.navigate.appointment.emit(visit.id))
        inner = QWidget()
        inner.setProperty("plain", True)
        body = QVBoxLayout(inner)
        body.setContentsMargins(20, 4, 20, 20)
        body.setSpacing(14)
        body.addLayout(self.data)
        body.addWidget(plain_label(self.tr("VISITS"), role="overline"))
        body.addWidget(self.timeline)
        body.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        top = QVBoxLayout()
        top.setContentsMargins(20, 16, 20, 8)
        top.setSpacing(12)
        for widget in (self.banner, self.note):
            top.addWidget(widget)
        top.addLayout(buttons)
        top.addWidget(self.reason)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(scroll, 1)
        self.setFocusProxy(self.book_button)
        for one in (self.book_button, self.edit_button, self.identify_button, self.retire_button):
            one.hide()  # until it is known who it is and what may be done

    def _reason_strip(self) -> Strip:
        strip = Strip("warn")
        self.reason_line = QLineEdit()
        self.reason_line.setAccessibleName(self.tr("Reason"))
        self.reason_line.setPlaceholderText(self.tr("Reason, e.g. registered twice"))
        self.reason_line.returnPressed.connect(self.change_retirement)
        strip.rows.addWidget(self.reason_line)
        self.confirm_button = strip.add_button(
            self.tr("Retire"), self.change_retirement, primary=True
        )
        strip.add_button(self.tr("Leave it"), lambda: strip.say(""))
        return strip

    def sizeHint(self) -> QSize:
        """Return a side panel's usual size."""
        return QSize(460, 760)

    def _set_up_commands(self, above: CommandSet | None) -> None:
        self.commands = CommandSet(self, self.tr("Patient"), above=above)
        group = self.tr("Patient")
        self.commands.add_all(
            (
                Command(
                    "chart.edit",
                    self.tr("Edit this chart"),
                    self.edit,
                    "Ctrl+E",
                    group,
                    lambda: self.row is not None and self._may("patients.edit"),
                ),
                Command(
                    "chart.book",
                    self.tr("Book for this patient"),
                    self.book,
                    "Ctrl+B",
                    group,
                    lambda: self.row is not None and self._may("appointments.book"),
                ),
            )
        )

    # ------------------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Read the chart (an audited read)."""
        services, actor, patient_id = self._desk.services, self._desk.actor, self.patient_id

        def work() -> Chart:
            row = services.patients.open(actor, patient_id)
            photo = services.patients.photo(actor, patient_id) if row.has_photo else None
            return Chart(
                row,
                photo,
                services.patients.timeline(actor, patient_id),
                self._look_alikes(row),
            )

        self._veil.set_busy(True)
        self._desk.runner.run(work, owner=self, done=self._show, failed=self._failed, key="chart")

    def _look_alikes(self, row: PatientRow) -> tuple[str, ...]:
        """Return names on today's list easily taken for this one; runs on a worker."""
        desk = self._desk
        if not self._may("appointments.read"):
            return ()
        begins, ends = day_bounds(desk.settings.zone_info, desk.today())
        wish = AppointmentFilter(begins, ends)
        today, _count = desk.services.appointments.list(desk.actor, wish)
        others = {one.patient_name for one in today if one.patient_id != row.id}
        found = sorted(name for name in others if look_alike(name, row.display_name))
        return tuple(found[:_NAMED_LOOK_ALIKES])

    def _show(self, chart: Chart) -> None:
        self._veil.set_busy(False)
        self.row = row = chart.row
        self.note.say("")
        self.banner.show_patient(
            row, self._desk.today(), photo=chart.photo, look_alikes=chart.look_alikes
        )
        self._show_data(row)
        self.timeline.show_visits(chart.visits, self._desk.now())
        can_edit = self._may("patients.edit")
        self.book_button.setVisible(not row.retired and self._may("appointments.book"))
        self.edit_button.setVisible(can_edit and not row.placeholder)
        self.identify_button.setVisible(can_edit and row.placeholder)
        self.retire_button.setVisible(self._may("patients.retire"))
        self.retire_button.setText(self.tr("Bring back…") if row.retired else self.tr("Retire…"))
        self.loaded.emit(row)

    def _show_data(self, row: PatientRow) -> None:
        while (item := self.data.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        wide = []
        place = 0
        for title, text, long in self._facts(row):
            if long:
                wide.append((title, text))
                continue
            self.data.addWidget(self._fact(title, text), place // 2, place % 2)
            place += 1
        line = (place + 1) // 2
        for title, text in wide:
            self.data.addWidget(self._fact(title, text), line, 0, 1, 2)
            line += 1

    def _facts(self, row: PatientRow) -> list[tuple[str, str, bool]]:
        contacts = "\n".join(
            " · ".join(part for part in (one.name, one.relationship, one.phone) if part)
            for one in row.contacts
        )
        consent = row.consent
        agreed = [
            word
            for word, given in (
                (self.tr("treatment"), consent.treatment),
                (self.tr("messages"), consent.messages),
                (self.tr("sharing"), consent.share),
            )
            if given
        ]
        facts = [
            (self.tr("Phone"), "\n".join(row.phones), False),
            (self.tr("E-mail"), row.email, False),
            (self.tr("Address"), row.address.display, False),
            (self.tr("People to call"), contacts, False),
            (self.tr("Blood group"), row.blood_group.value, False),
            (self.tr("Consent"), ", ".join(agreed), False),
            (self.tr("Chronic conditions"), row.conditions, True),
            (self.tr("Notes"), row.notes, True),
            (self.tr("Last change"), self._by(row.updated_at, row.updated_by_name), True),
        ]
        return [(title, text or "–", long) for title, text, long in facts if text or not long]

    def _by(self, at: datetime, name: str) -> str:
        return f"{self._formats.moment(at, self._desk.now())} · {name}"

    @staticmethod
    def _fact(title: str, text: str) -> QWidget:
        holder = QWidget()
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        layout.addWidget(plain_label(title, role="small"))
        layout.addWidget(plain_label(text, wrap=True, selectable=True))
        layout.addStretch(1)
        return holder

    # ------------------------------------------------------------------------------ actions
    def edit(self) -> None:
        """Ask for the editor (also to identify an unknown patient)."""
        if self.row is not None and self._may("patients.edit"):
            self.edit_wanted.emit(self.row)

    def book(self) -> None:
        """Begin booking for this patient on the front desk."""
        if self.row is not None and not self.row.retired:
            self._desk.navigate.book_for.emit(self.patient_id)

    def ask_reason(self) -> None:
        """Ask why the chart is to be retired or brought back."""
        if self.row is None:
            return
        if self.row.retired:
            self.reason.say(self.tr("Bring this chart back into use?"))
            self.confirm_button.setText(self.tr("Bring back"))
        else:
            self.reason.say(
                self.tr("Retire this chart?"),
                self.tr("Only its number finds it then. It can be brought back."),
            )
            self.confirm_button.setText(self.tr("Retire"))
        self.reason_line.setFocus()

    def change_retirement(self) -> None:
        """Retire or bring back, with the reason typed."""
        row, reason = self.row, self.reason_line.text().strip()
        if row is None or not self.confirm_button.isEnabled():
            return
        services, actor = self._desk.services, self._desk.actor
        wish = (row.retired, row.version, reason)
        if self._request is None or self._request[0] != wish:
            self._request = (wish, uuid.uuid4().hex)
        request = self._request[1]
        change = services.patients.restore if row.retired else services.patients.retire
        self.confirm_button.setEnabled(False)
        self._desk.runner.run(
            lambda: change(actor, row.id, row.version, reason, request_id=request),
            owner=self,
            done=self._changed,
            failed=self._refused,
        )

    def _changed(self, row: PatientRow) -> None:
        self._request = None
        self.confirm_button.setEnabled(True)
        self.reason.say("")
        self.reason_line.clear()
        text = self.tr("{name} retired") if row.retired else self.tr("{name} brought back")
        self._desk.toasts.show_toast(text.format(name=row.display_name))
        self.reload()

    def _refused(self, error: Exception) -> None:
        self.confirm_button.setEnabled(True)
        self.reason.detail.setText(sentence(error))
        self.reason.detail.show()

    def _failed(self, error: Exception) -> None:
        self._veil.set_busy(False)
        self.note.say(sentence(error))

    def _may(self, permission: str) -> bool:
        return permission in self._desk.actor.permissions

    # ----------------------------------------------------------------------------- changes
    def _on_changed(self, announcement: Announcement) -> None:
        mine = announcement.everything or any(
            change.entity in {"patient", "patient_contact"}
            and self.patient_id in {change.entity_id, change.patient_id}
            for change in announcement.changes
        )
        if mine:
            self.reload()
        elif any(
            change.entity == "appointment" and change.patient_id in {self.patient_id, None}
            for change in announcement.changes
        ):
            self._rest.start()

    def _read_visits(self) -> None:
        services, actor, patient_id = self._desk.services, self._desk.actor, self.patient_id
        self._desk.runner.run(
            lambda: services.patients.timeline(actor, patient_id),
            owner=self,
            done=lambda visits: self.timeline.show_visits(visits, self._desk.now()),
            failed=self._failed,
            key="visits",
        )
