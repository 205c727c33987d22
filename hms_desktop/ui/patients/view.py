"""One patient's chart: who it is, what is known, and the visits as a timeline."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.appointments import AppointmentFilter, AppointmentRow
from hms_desktop.domain.look_alikes import look_alike
from hms_desktop.domain.patients import PatientRow
from hms_desktop.domain.zones import day_bounds
from hms_desktop.ui.actions import Command, CommandSet
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.patients.chart import ChartBody
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


class PatientView(ChartBody):
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
        super().__init__(desk, parent)
        self.patient_id = patient_id
        self.row: PatientRow | None = None
        self._request: tuple[object, str] | None = None
        self._connect()
        self._set_up_commands(commands)
        self._veil = BusyVeil(self)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._read_visits)
        desk.bridge.changed.connect(self._on_changed)
        self.reload()

    def _connect(self) -> None:
        for one in (self.edit_button, self.identify_button):
            one.clicked.connect(lambda _checked=False: self.edit())
        self.book_button.clicked.connect(lambda _checked=False: self.book())
        self.retire_button.clicked.connect(lambda _checked=False: self.ask_reason())
        self.reason_line.returnPressed.connect(self.change_retirement)
        self.confirmed.connect(self.change_retirement)
        self.timeline.opened.connect(lambda visit: self._desk.navigate.appointment.emit(visit.id))

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
