"""A doctor's monthly activity report: any month on the screen, on paper, in a file."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.domain.doctor_month import DoctorMonth, Month
from hms_desktop.domain.doctors import DoctorRow
from hms_desktop.ui.actions import Command
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.numbers.month_picker import MonthPicker
from hms_desktop.ui.numbers.month_view import MonthView
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.paper.preview import PaperPreview
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.busy import BusyVeil

DOCUMENT = "doctor_month"


class MyReportsPage(Page):
    """The own report; with ``reports.all`` any doctor's."""

    entities = ("appointment", "encounter", "record_version", "working_session")

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the page and count the last month that is over."""
        super().__init__(desk, "", "report", parent)
        self.title = self.tr("My reports") if desk.actor.doctor_id else self.tr("Doctors’ months")
        self._doctor_id = desk.actor.doctor_id
        self.report: DoctorMonth | None = None
        self.picker = MonthPicker(desk.today())
        self.doctor = QComboBox()
        self.doctor.setAccessibleName(self.tr("Doctor"))
        self.doctor.setMinimumContentsLength(18)
        self.doctor.hide()
        self.paper_button = button(
            self.tr("&Print or save…"),
            self.open_paper,
            kind="primary",
            icon="document",
            tip=self.tr("See the report as paper, print it, save it (Ctrl+P)"),
        )
        self.heading = plain_label(role="heading")
        self.note = plain_label(role="small", wrap=True)
        self.trouble = plain_label(role="error", wrap=True)
        self.view = MonthView(Formats.of(desk.settings))
        self._build()
        self.veil = BusyVeil(self.view)
        self.preview = PaperPreview(desk, self)
        self.picker.changed.connect(lambda _month: self.reload())
        self.doctor.activated.connect(self._choose_doctor)
        self._add_commands()
        self._stale = True  # read at the first look, not at every log-in

    def reload(self) -> None:
        """Count the chosen month again."""
        if not self.doctor.count() and self.desk.actor.may("reports.all"):
            self._load_doctors()
        reports, actor = self.desk.services.doctor_reports, self.desk.actor
        doctor_id, month = self._doctor_id, self.picker.value
        self.heading.setText(month_title(month))
        if doctor_id is None:
            self.note.setText(self.tr("Choose a doctor."))
            self.paper_button.setEnabled(False)
            return
        self.veil.set_busy(True)
        self.ask(
            lambda: reports.month(actor, doctor_id, month.year, month.month),
            self._show,
            failed=self._failed,
            key="month",
        )

    def open_paper(self) -> None:
        """Show the report as it is printed."""
        reports, actor = self.desk.services.doctor_reports, self.desk.actor
        doctor_id, month = self._doctor_id, self.picker.value
        if doctor_id is None:
            return
        self.preview.show_paper(
            month_title(month),
            lambda: reports.month_pdf(actor, doctor_id, month.year, month.month),
            DOCUMENT,
        )

    # ----------------------------------------------------------------------------- inside
    def _build(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self.heading)
        bar.addStretch(1)
        for one in (self.doctor, self.picker, self.paper_button):
            bar.addWidget(one)
        self.trouble.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.setSpacing(10)
        layout.addLayout(bar)
        layout.addWidget(self.note)
        layout.addWidget(self.trouble)
        layout.addWidget(self.view, 1)

    def _add_commands(self) -> None:
        group = self.tr("Reports")
        self.commands.add_all(
            (
                Command(
                    "reports.paper", self.tr("Print or save the report"), self.open_paper,
                    "Ctrl+P", group, lambda: self._doctor_id is not None, icon="print",
                ),
                Command(
                    "reports.before", self.tr("Month before"), partial(self.picker.step, -1),
                    "PgUp", group, also=("Alt+Left",),
                ),
                Command(
                    "reports.after", self.tr("Next month"), partial(self.picker.step, 1),
                    "PgDown", group, also=("Alt+Right",),
                ),
            )
        )  # fmt: skip

    def _load_doctors(self) -> None:
        doctors, actor = self.desk.services.doctors, self.desk.actor
        self.ask(
            lambda: doctors.doctors(actor), self._show_doctors, failed=self._failed, key="doctors"
        )

    def _show_doctors(self, doctors: tuple[DoctorRow, ...]) -> None:
        self.doctor.clear()
        for one in doctors:
            self.doctor.addItem(one.display_name, one.id)
        self.doctor.setVisible(bool(doctors))
        place = self.doctor.findData(self._doctor_id)
        self.doctor.setCurrentIndex(max(0, place))
        if place < 0 and doctors:
            self._choose_doctor(0)

    def _choose_doctor(self, place: int) -> None:
        self._doctor_id = self.doctor.itemData(place)
        self.reload()

    def _show(self, report: DoctorMonth) -> None:
        self.veil.set_busy(False)
        self.trouble.hide()
        self.report = report
        self.paper_button.setEnabled(True)
        self.view.show_month(report)
        who = " · ".join(part for part in (report.doctor_name, report.department_name) if part)
        self.note.setText(
            who
            if report.over
            else self.tr("{who} · this month is not over, the numbers still grow").format(who=who)
        )

    def _failed(self, error: Exception) -> None:
        self.veil.set_busy(False)
        self.trouble.setText(sentence(error))
        self.trouble.show()


def month_title(month: Month) -> str:
    """Return a month as a heading: October 2026."""
    return f"{QLocale().standaloneMonthName(month.month)} {month.year}"
