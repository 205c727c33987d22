"""Records: a doctor's own, or all of them for oversight, and which charts were opened in need."""

from __future__ import annotations

from array import array
from datetime import date, timedelta

from PySide6.QtWidgets import QComboBox, QStackedWidget, QWidget

from hms_desktop.domain.consultations import ChartAccess, RecordFilter
from hms_desktop.domain.doctors import DepartmentRow, DoctorFilter, DoctorRow
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.list_layout import bar_of, card, counted, fill_page, message, rule
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.records.tables import accesses_table, records_table
from hms_desktop.ui.today.record_panel import RecordPanel
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.search_box import SearchBox
from hms_desktop.ui.widgets.segmented import Segmented

_DAYS = {"week": 7, "month": 31, "year": 366}


class RecordsPage(Page):
    """Period, doctor, department and words narrow the list; Enter opens a record to read."""

    entities = ("encounter", "chart_access")

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the page; it reads at its first show."""
        super().__init__(desk, "", "document", parent)
        self.title = self.tr("Records")
        self.oversight = desk.actor.may("clinical.oversight")
        self._wanted = 0
        self.period = Segmented(
            (
                ("week", self.tr("7 days")),
                ("month", self.tr("31 days")),
                ("year", self.tr("A year")),
            ),
            name=self.tr("Period"),
        )
        self.what = Segmented(
            (("records", self.tr("Records")), ("accesses", self.tr("Opened in need"))),
            name=self.tr("What is listed"),
        )
        self.box = SearchBox(
            self.tr("Patient, MRN or diagnosis"),
            name=self.tr("Search records"),
            shortcut="Ctrl+F",
        )
        self.doctors, self.departments = QComboBox(), QComboBox()
        for box in (self.doctors, self.departments):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.doctors.setAccessibleName(self.tr("Doctor"))
        self.departments.setAccessibleName(self.tr("Department"))
        self.doctors.addItem(self.tr("All doctors"), None)
        self.departments.addItem(self.tr("All departments"), None)
        self.table = records_table(
            desk,
            EmptyState(
                self.tr("No record fits"),
                detail=self.tr("Choose a longer period, or take a word away."),
                icon="document",
            ),
        )
        self.accesses = accesses_table(
            desk,
            EmptyState(
                self.tr("No chart was opened in need"),
                detail=self.tr("Doctors give a reason when they open somebody else's chart."),
                icon="eye",
            ),
        )
        for one in (self.table, self.accesses):
            one.view.setProperty("flat", True)
        self.count = plain_label(role="dim")
        self.trouble = plain_label(role="error", wrap=True)
        self.panel = RecordPanel(desk, self)
        self._lay_out()
        self._connect()
        self._stale = True  # read at the first look, not at every log-in

    def _lay_out(self) -> None:
        choices = (self.what, self.period, self.doctors, self.departments)
        bar = bar_of(*choices, self.box, wide=self.box)
        for one in (self.what, self.doctors, self.departments):
            if not self.oversight:
                one.hide()
        message(self.trouble)
        self.lists = QStackedWidget()
        self.lists.addWidget(self.table)
        self.lists.addWidget(self.accesses)
        below = counted(self.count, None)
        panel = card(bar, self.trouble, rule(), self.lists, below, wide=self.lists)
        fill_page(self, panel, wide=panel)
        self.setFocusProxy(self.box)

    def _connect(self) -> None:
        self.period.changed.connect(lambda _value: self._read_anew())
        self.what.changed.connect(lambda _value: self._read_anew())
        self.box.query_changed.connect(lambda _text: self._read_anew())
        for choice in (self.doctors, self.departments):
            choice.activated.connect(lambda _index: self._read_anew())
        self.table.rows_wanted.connect(self._read_rows)
        self.table.order_changed.connect(self.reload)
        self.table.opened.connect(lambda row: self.panel.open_record(row.id))
        self.accesses.opened.connect(lambda row: self.desk.navigate.patient.emit(row.patient_id))

    # ------------------------------------------------------------------------------ reading
    def days(self) -> tuple[date, date]:
        """Return the local dates of the period, both inclusive."""
        today = self.desk.today()
        return today - timedelta(days=_DAYS[str(self.period.value())] - 1), today

    def reload(self) -> None:
        """Read the list that is shown; the choices as well while there are none."""
        services, actor = self.desk.services, self.desk.actor
        first, last = self.days()
        if self.oversight and self.doctors.count() == 1:
            self.ask(
                lambda: (
                    services.doctors.doctors(actor, DoctorFilter()),
                    services.doctors.departments(actor),
                ),
                self._offer,
                failed=self._failed,
                key="choices",
            )
        if self.what.value() == "accesses":
            self.accesses.set_loading(True)
            self.ask(
                lambda: services.consultations.accesses(actor, first, last),
                self._show_accesses,
                failed=self._failed,
                key="list",
            )
            return
        order, descending = self.table.order()
        wish = RecordFilter(
            first,
            last,
            doctor_id=self.doctors.currentData(),
            department_id=self.departments.currentData(),
            text=self.box.text(),
            order=order,
            descending=descending,
        )
        self.table.set_loading(True)
        self.ask(
            lambda: services.consultations.record_ids(actor, wish),
            self._show,
            failed=self._failed,
            key="list",
        )

    def open_department(self, department_id: int) -> None:
        """Show the records of one department, of the last year."""
        self._wanted = department_id
        self.period.set_value("year")
        self.what.set_value("records")
        if self.departments.count() > 1:
            self._choose_wanted()

    def _read_anew(self) -> None:
        self.lists.setCurrentIndex(int(self.what.value() == "accesses"))
        self.reload()

    def _read_rows(self, ids: tuple[int, ...]) -> None:
        clinical, actor = self.desk.services.consultations, self.desk.actor
        self.ask(
            lambda: clinical.record_rows(actor, ids),
            self.table.put,
            failed=self._rows_failed,
            key="rows",
        )

    def _rows_failed(self, error: Exception) -> None:
        self.table.not_read()
        self._failed(error)

    def _offer(self, found: tuple[tuple[DoctorRow, ...], tuple[DepartmentRow, ...]]) -> None:
        doctors, departments = found
        for one in doctors:
            self.doctors.addItem(one.display_name, one.id)
        for other in departments:
            self.departments.addItem(other.name, other.id)
        self._choose_wanted()

    def _choose_wanted(self) -> None:
        wanted, self._wanted = self._wanted, 0
        if wanted:
            self.departments.setCurrentIndex(max(0, self.departments.findData(wanted)))
            self._read_anew()

    def _show(self, ids: array[int]) -> None:
        self.trouble.hide()
        self.table.set_loading(False)
        self.table.set_ids(ids)
        self.count.setText(self.tr("{n} records").format(n=f"{len(ids):,}") if ids else "")

    def _show_accesses(self, rows: tuple[ChartAccess, ...]) -> None:
        self.trouble.hide()
        self.accesses.set_loading(False)
        self.accesses.set_rows(rows)
        self.count.setText(self.tr("{n} openings").format(n=f"{len(rows):,}") if rows else "")

    def _failed(self, error: Exception) -> None:
        for table in (self.table, self.accesses):
            table.set_loading(False)
        self.trouble.setText(sentence(error))
        self.trouble.show()
