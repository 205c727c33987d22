"""The hospital's dashboard: numbers and charts of any time, each with the list behind it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hms_desktop.bus import Announcement
from hms_desktop.domain.doctor_month import Month
from hms_desktop.domain.hospital_period import HospitalPeriod
from hms_desktop.ui.actions import Command
from hms_desktop.ui.buttons import button
from hms_desktop.ui.dashboard.board import ChartBoard
from hms_desktop.ui.dashboard.period_bar import PeriodBar
from hms_desktop.ui.dashboard.tiles import NumberTiles
from hms_desktop.ui.dashboard.words import period_title
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.numbers.words import number
from hms_desktop.ui.pages.base import Desk, Page, ShownDepartments, ShownDoctors, ShownPatients
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.busy import BusyVeil

REST_MS = 2_000
"""Changes at the desks within this time are shown together."""


class HospitalDashboardPage(Page):
    """Every number opens the list that it counts; nothing here can be changed."""

    entities = ("appointment", "queue_token", "patient", "doctor", "department",
                "working_session", "date_exception", "unavailability", "slot_block",
                "hospital_holiday")  # fmt: skip

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the page; the numbers are read at its first look."""
        super().__init__(desk, "", "report", parent)
        self.title = self.tr("Dashboard")
        self._formats = Formats.of(desk.settings)
        self.found: HospitalPeriod | None = None
        self.heading = plain_label(role="title")
        self.note = plain_label(role="small", wrap=True)
        self.trouble = plain_label(role="error", wrap=True)
        self.trouble.hide()
        self.bar = PeriodBar(desk)
        self.tiles = NumberTiles()
        self._make_totals()
        self.board = ChartBoard(desk)
        self.board.opened.connect(desk.navigate.listed.emit)
        self._build()
        self.veil = BusyVeil(self._inside)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self.reload)
        self.bar.changed.connect(lambda _period: self.reload())
        self.tiles.opened.connect(desk.navigate.listed.emit)
        self._add_commands()
        self._show_title()
        self._stale = True  # read at the first look, not at every log-in

    def reload(self) -> None:
        """Count the chosen period again; what is shown stays until then."""
        numbers, actor, period = (
            self.desk.services.hospital_numbers,
            self.desk.actor,
            self.bar.value,
        )
        self._rest.stop()
        self._show_title()
        self.veil.set_busy(True)
        self.ask(
            lambda: numbers.period(actor, period.first, period.last),
            self._show,
            failed=self._failed,
            key="numbers",
        )

    def open_month(self) -> None:
        """Open the monthly report of the period's (last) month."""
        on = min(self.bar.value.last, self.desk.today())
        self.desk.navigate.hospital_month.emit(Month(on.year, on.month))

    # ----------------------------------------------------------------------------- inside
    def _on_changed(self, announcement: Announcement) -> None:
        if not announcement.touches(*self.entities):
            return
        if not self.isVisible():
            self._stale = True
        elif not self._rest.isActive():
            self._rest.start()

    def _make_totals(self) -> None:
        navigate = self.desk.navigate
        self.doctors_button = button(
            "", lambda: navigate.listed.emit(ShownDoctors()), kind="link",
            tip=self.tr("Open the list of doctors"),
        )  # fmt: skip
        self.departments_button = button(
            "",
            lambda: navigate.listed.emit(ShownDepartments()),
            kind="link",
            tip=self.tr("Open the list of departments"),
        )
        self.patients_button = button(
            "", lambda: navigate.listed.emit(ShownPatients()), kind="link",
            tip=self.tr("Open the list of patients"),
        )  # fmt: skip
        self.month_button = button(
            self.tr("&Monthly report…"),
            self.open_month,
            icon="document",
            tip=self.tr("See the hospital’s month as a report, print it, save it"),
        )
        if not self.desk.actor.may("reports.all"):
            self.month_button.hide()

    def _build(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.heading)
        words.addWidget(self.note)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addLayout(words, 1)
        top.addWidget(self.bar)
        totals = QHBoxLayout()
        totals.setSpacing(4)
        totals.addWidget(self.doctors_button)
        totals.addWidget(self.departments_button)
        totals.addWidget(self.patients_button)
        totals.addStretch(1)
        totals.addWidget(self.bar.dates)
        totals.addWidget(self.month_button)
        self._inside = QWidget()
        self._inside.setProperty("plain", True)
        inside = QVBoxLayout(self._inside)
        inside.setContentsMargins(16, 0, 16, 14)
        inside.setSpacing(10)
        inside.addWidget(self.tiles)
        inside.addWidget(self.board, 1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(self.focusPolicy())
        self._area.setWidget(self._inside)
        self._area.viewport().setAutoFillBackground(False)
        head = QVBoxLayout()
        head.setContentsMargins(16, 12, 16, 0)
        head.setSpacing(4)
        head.addLayout(top)
        head.addLayout(totals)
        head.addWidget(self.trouble)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self._area, 1)

    def _add_commands(self) -> None:
        group = self.tr("Dashboard")
        step = self.bar.step
        self.commands.add_all(
            (
                Command("dashboard.before", self.tr("Period before"), partial(step, -1), "PgUp",
                        group, also=("Alt+Left",)),
                Command("dashboard.after", self.tr("Period after"), partial(step, 1), "PgDown",
                        group, also=("Alt+Right",)),
                Command("dashboard.today", self.tr("Present period"), self.bar.go_today, "Ctrl+T",
                        group),
                Command("dashboard.month", self.tr("Monthly report of the hospital"),
                        self.open_month, "Ctrl+M", group,
                        lambda: self.desk.actor.may("reports.all"), icon="document"),
            )
        )  # fmt: skip

    # ---------------------------------------------------------------------------- showing
    def _show_title(self) -> None:
        period = self.bar.value
        self.heading.setText(period_title(period, self._formats))
        before = period_title(period.before, self._formats)
        self.note.setText(self.tr("compared with {before}").format(before=before))

    def _show(self, found: HospitalPeriod) -> None:
        self.veil.set_busy(False)
        self.trouble.hide()
        self.found = found
        if not found.over:
            self.note.setText(
                self.tr("not over yet, the numbers still grow · compared with {before}").format(
                    before=period_title(found.before.period, self._formats)
                )
            )
        self._show_totals(found)
        self.tiles.show_numbers(found)
        self.board.show_numbers(found)

    def _show_totals(self, found: HospitalPeriod) -> None:
        totals = found.totals
        self.doctors_button.setText(
            self.tr("{n} doctors who can be booked").format(n=number(totals.doctors))
        )
        self.departments_button.setText(
            self.tr("{n} departments").format(n=number(totals.departments))
        )
        self.patients_button.setText(
            self.tr("{n} patients on file").format(n=number(totals.patients))
        )

    def _failed(self, error: Exception) -> None:
        self.veil.set_busy(False)
        self.trouble.setText(sentence(error))
        self.trouble.show()
