"""All appointments as a list: find, sort, step many at once, export."""

from __future__ import annotations

from array import array
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from hms_desktop.domain.appointments import AppointmentFilter, AppointmentRow, VisitType
from hms_desktop.domain.doctors import DepartmentRow, DoctorRow
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.look_alikes import look_alikes
from hms_desktop.ui.appointments.cancel_panel import CancelPanel
from hms_desktop.ui.appointments.exporting import ExportLine
from hms_desktop.ui.appointments.filters import FilterBar
from hms_desktop.ui.appointments.list_table import AppointmentTable
from hms_desktop.ui.appointments.page_commands import page_commands
from hms_desktop.ui.appointments.steps import NEEDS, BatchSteps
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk, Page, ShownVisits
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.lazy_table import MOST_CHOSEN

LONG = 20_000
"""A list longer than this is not read anew at every change of every desk…"""
LONG_REST_MS = 20_000
"""…but this long after the last time; what is in sight is always as it is now."""


class AppointmentsPage(Page):
    """The list with its filters over it and its steps under it."""

    entities = ("appointment", "patient", "doctor", "department", "visit_type", "queue_token")

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the page and read the first rows."""
        super().__init__(desk, "", "list", parent)
        self.title = self.tr("Appointments")
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(LONG_REST_MS)
        self._rest.timeout.connect(self._read_again)
        self._due = False
        self.steps = BatchSteps(desk, self)
        self.filters = FilterBar(desk)
        self.empty = EmptyState(
            self.tr("No appointments here"), action=self.tr("Reset the filters")
        )
        if self.empty.action_button is not None:
            self.empty.action_button.clicked.connect(lambda _=False: self.filters.reset())
        self.table = AppointmentTable(desk, self.empty)
        self.export_line = ExportLine(desk)
        self._build()
        self.cancel_panel = CancelPanel(desk, self)
        self.cancel_panel.confirmed.connect(self.steps.cancel)
        self.filters.changed.connect(self._read)
        self.table.order_changed.connect(self._read)
        self.table.rows_wanted.connect(self._read_rows)
        self.table.opened.connect(lambda row: desk.navigate.appointment.emit(row.id))
        self.table.selected.connect(lambda _ids: self._show_steps())
        self.table.menu_wanted.connect(self._show_menu)
        self.commands.add_all(page_commands(self))
        self._show_steps()
        self._load_choices()
        self.reload()

    def reload(self) -> None:
        """Read again what is shown; a long list as a whole only now and then."""
        if self._rest.isActive() and self.table.model.rowCount() > LONG:
            self._due = True
            self.table.refresh()
        else:
            self._read()

    def wish(self) -> AppointmentFilter:
        """Return what the list is asked for."""
        key, descending = self.table.order()
        return replace(self.filters.wish(), order=key or "starts_at", descending=descending)

    def save_list(self) -> None:
        """Save the whole list, not only the rows in sight."""
        self.export()

    def export(self) -> None:
        """Ask for a file and write everything that the filters let through to it."""
        if self.export_line.busy or not self.desk.actor.may("appointments.export"):
            return
        first, last = self.filters.days()
        days = first.isoformat() if first == last else f"{first.isoformat()}-{last.isoformat()}"
        self.export_line.ask(self.wish(), self.tr("appointments-{days}.csv").format(days=days))

    def show_visits(self, shown: ShownVisits) -> None:
        """Show the appointments that another page counted."""
        self.filters.set_state(shown.state())

    def step(self, after: Status) -> None:
        """Take the selected visits a step on."""
        rows = self.table.selected_rows()
        if not self.steps.allowed(rows, after):
            return
        if after is Status.ARRIVED:
            self.steps.check_in(rows)
        elif after is Status.CANCELLED:
            self.cancel_panel.ask(rows)
        else:
            self.steps.set_status(rows, after)

    # ----------------------------------------------------------------------------- inside
    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(0)
        card = QFrame()
        card.setProperty("panel", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        top = QFrame()
        top.setProperty("bar", True)
        bar = QVBoxLayout(top)
        bar.setContentsMargins(14, 12, 14, 12)
        bar.addWidget(self.filters)
        inside.addWidget(top)
        self._trouble = plain_label(role="error", wrap=True)
        self._trouble.setContentsMargins(14, 8, 14, 8)
        self._trouble.hide()
        inside.addWidget(self._trouble)
        self.table.view.setProperty("flat", True)
        inside.addWidget(self.table, 1)
        inside.addWidget(self._build_foot())
        layout.addWidget(card)

    def _build_foot(self) -> QFrame:
        foot = QFrame()
        foot.setProperty("footer", True)
        row = QHBoxLayout(foot)
        row.setContentsMargins(14, 8, 14, 8)
        row.setSpacing(8)
        self._chosen = plain_label(role="small")
        self.step_buttons = {
            Status.CONFIRMED: button(self.tr("Con&firm"), partial(self.step, Status.CONFIRMED)),
            Status.ARRIVED: button(self.tr("Check &in"), partial(self.step, Status.ARRIVED)),
            Status.NO_SHOW: button(self.tr("&No-show"), partial(self.step, Status.NO_SHOW)),
            Status.CANCELLED: button(
                self.tr("Cance&l…"), partial(self.step, Status.CANCELLED), kind="danger"
            ),
        }
        for after, one in self.step_buttons.items():
            if not self.desk.actor.may(NEEDS[after]):
                one.hide()
            row.addWidget(one)
        row.addWidget(self._chosen)
        row.addStretch(1)
        row.addWidget(self.export_line)
        self._range = plain_label(role="small")
        row.addWidget(self._range)
        self.export_button = button(self.tr("&Export…"), self.export, icon="document")
        if not self.desk.actor.may("appointments.export"):
            self.export_button.hide()
        row.addWidget(self.export_button)
        return foot

    def may_step(self, after: Status) -> bool:
        """Say whether all selected visits may take a step."""
        return self.steps.allowed(self.table.selected_rows(), after)

    def _load_choices(self) -> None:
        services, actor = self.desk.services, self.desk.actor

        def work() -> tuple[
            tuple[DoctorRow, ...], tuple[DepartmentRow, ...], tuple[VisitType, ...]
        ]:
            return (
                services.doctors.doctors(actor),
                services.doctors.departments(actor),
                services.catalogue.visit_types(actor),
            )

        self.ask(
            work,
            lambda found: self.filters.set_choices(*found),
            failed=self._failed,
            key="choices",
        )

    def _read(self) -> None:
        """Read which visits the filters let through; the old list stays greyed until then."""
        appointments, actor, wish = self.desk.services.appointments, self.desk.actor, self.wish()
        self._due = False
        self._rest.start()
        self.table.set_loading(True)
        self.ask(lambda: appointments.ids(actor, wish), self._show, failed=self._failed, key="ids")

    def _read_again(self) -> None:
        if self._due and self.isVisible():
            self._read()

    def _read_rows(self, ids: tuple[int, ...]) -> None:
        appointments, actor = self.desk.services.appointments, self.desk.actor

        def work() -> tuple[tuple[AppointmentRow, ...], frozenset[int]]:
            rows = appointments.rows(actor, ids)
            return rows, frozenset(look_alikes((row.patient_id, row.patient_name) for row in rows))

        self.ask(work, lambda found: self.table.put_rows(*found), failed=self._rows_failed)

    def _rows_failed(self, error: Exception) -> None:
        self.table.not_read()
        self._failed(error)

    def _show(self, ids: array[int]) -> None:
        self._trouble.hide()
        self.table.set_loading(False)
        narrowed = self.filters.narrowed()
        self.empty.set_text(
            self.tr("No appointments here"),
            self.tr("Nothing fits these filters. Take some away or choose other days.")
            if narrowed
            else self.tr(
                "Nothing is booked on these days. Choose others, or book on the front desk."
            ),
        )
        self.table.set_ids(ids)
        one = len(ids) == 1
        words = self.tr("{n} visit") if one else self.tr("{n} visits")
        self._range.setText(words.format(n=f"{len(ids):,}") if ids else "")
        self.export_button.setEnabled(bool(ids))
        self._show_steps()

    def _failed(self, error: Exception) -> None:
        self.table.set_loading(False)
        self._trouble.setText(sentence(error))
        self._trouble.show()

    def _show_steps(self) -> None:
        rows = self.table.selected_rows()
        for after, one in self.step_buttons.items():
            one.setEnabled(self.steps.allowed(rows, after))
        count = self.table.selected_count()
        if count > MOST_CHOSEN:
            words = self.tr("{n} selected: at most {most} at once").format(
                n=f"{count:,}", most=f"{MOST_CHOSEN:,}"
            )
        elif count:
            words = self.tr("{n} selected").format(n=count)
        else:
            words = self.tr("Select visits with Space, Shift or Ctrl to take many a step on")
        self._chosen.setText(words)

    def menu_for(self, row: AppointmentRow) -> QMenu:
        """Return the menu of a row; it deletes itself when closed."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        navigate = self.desk.navigate
        look = menu.addAction(self.tr("Open appointment"))
        look.triggered.connect(lambda _=False: navigate.appointment.emit(row.id))
        if self.desk.actor.may("patients.read"):
            chart = menu.addAction(self.tr("Open patient"))
            chart.triggered.connect(lambda _=False: navigate.patient.emit(row.patient_id))
        copy = menu.addAction(self.tr("Copy MRN"))
        copy.triggered.connect(lambda _=False: QGuiApplication.clipboard().setText(row.mrn))
        menu.addSeparator()
        rows = self.table.selected_rows()
        for after, one in self.step_buttons.items():
            action = menu.addAction(one.text())
            action.setEnabled(self.steps.allowed(rows, after))
            action.triggered.connect(lambda _=False, to=after: self.step(to))
        return menu

    def _show_menu(self, point: QPoint) -> None:
        row = self.table.current_row()
        if row is not None:
            self.menu_for(row).popup(point)
