"""A doctor's patients with what they had with each other, and all of it together."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.doctor_numbers import (
    DoctorTotals,
    PatientNumbers,
    PatientsOfDoctor,
)
from hms_desktop.ui.actions import Command
from hms_desktop.ui.buttons import icon_button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.list_layout import bar_of, card, counted, fill_page, message, rule
from hms_desktop.ui.numbers.cards import TileRow
from hms_desktop.ui.numbers.patients_table import MyPatientsTable
from hms_desktop.ui.numbers.words import number, percent, tr
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.search_box import SearchBox
from hms_desktop.ui.widgets.tile import Tile

PAGE_ROWS = 100
_Found = tuple[tuple[PatientNumbers, ...], int, DoctorTotals]


class MyPatientsPage(Page):
    """Search and sort go to the query; Enter opens the patient."""

    entities = ("appointment", "patient")

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the page and read the first rows."""
        super().__init__(desk, "", "patients", parent)
        self.title = self.tr("My patients")
        self._formats = Formats.of(desk.settings)
        self._first = self._total = 0
        self.patients = Tile(self.tr("patients"), active=False)
        self.visits = Tile(self.tr("visits"), active=False)
        self.completed = Tile(self.tr("completed"), active=False)
        self.no_shows = Tile(self.tr("no-shows"), active=False)
        self.cancelled = Tile(self.tr("cancelled"), active=False)
        self.since = Tile(self.tr("first visit"), active=False)
        self.box = SearchBox(self.tr("Name or MRN"), name=self.tr("Search my patients"))
        self.empty = EmptyState(self.tr("No patient yet"), icon="patients")
        self.table = MyPatientsTable(desk, self.empty)
        self.count = plain_label(role="dim")
        self.trouble = plain_label(role="error", wrap=True)
        self.earlier = icon_button("arrow-left", self.tr("Page before"), lambda: self.turn(-1))
        self.later = icon_button("arrow-right", self.tr("Next page"), lambda: self.turn(1))
        self._build()
        self.box.query_changed.connect(lambda _text: self._from_the_top())
        self.box.submitted.connect(lambda _text: self.table.setFocus())
        self.box.forward_keys_to(self.table.view)
        self.table.order_changed.connect(self._from_the_top)
        self.table.opened.connect(lambda row: desk.navigate.patient.emit(row.patient_id))
        group = self.tr("My patients")
        self.commands.add_all(
            (
                Command("mine.find", self.tr("Search my patients"), self._find, "Ctrl+F", group),
                Command(
                    "mine.before",
                    self.tr("Page before"),
                    lambda: self.turn(-1),
                    "Alt+Left",
                    group,
                ),
                Command(
                    "mine.after", self.tr("Next page"), lambda: self.turn(1), "Alt+Right", group
                ),
            )
        )
        self._stale = True  # read at the first look, not at every log-in

    def reload(self) -> None:
        """Read the page of the list that is shown, and the totals."""
        services, actor = self.desk.services, self.desk.actor
        order, descending = self.table.order()
        wish = PatientsOfDoctor(
            text=self.box.text(),
            order=order,
            descending=descending,
            offset=self._first,
            limit=PAGE_ROWS,
        )

        def work() -> _Found:
            rows, count = services.doctor_numbers.my_patients(actor, wish)
            return rows, count, services.doctor_numbers.totals(actor)

        self.table.set_loading(True)
        self.ask(work, self._show, failed=self._failed, key="rows")

    def turn(self, pages: int) -> None:
        """Show a later (or earlier) page of the list."""
        first = self._first + pages * PAGE_ROWS
        if 0 <= first < self._total:
            self._first = first
            self.reload()

    # ----------------------------------------------------------------------------- inside
    def _build(self) -> None:
        tiles = TileRow(
            (self.patients, self.visits, self.completed, self.no_shows, self.cancelled, self.since)
        )
        bar = bar_of(self.box, wide=self.box)
        message(self.trouble)
        self.table.view.setProperty("flat", True)
        below = counted(self.count, None, self.earlier, self.later)
        panel = card(bar, self.trouble, rule(), self.table, below, wide=self.table)
        fill_page(self, tiles, panel, wide=panel)
        self.setFocusProxy(self.box)

    def _find(self) -> None:
        self.box.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.edit.selectAll()

    def _from_the_top(self) -> None:
        self._first = 0
        self.reload()

    def _show(self, found: _Found) -> None:
        rows, count, totals = found
        self.trouble.hide()
        self.table.set_loading(False)
        self._total = count
        if self.box.text().strip():
            self.empty.set_text(
                self.tr("No patient fits"), self.tr("Take a letter away, or search by the MRN.")
            )
        else:
            self.empty.set_text(
                self.tr("No patient yet"),
                self.tr("Who has a visit booked with you stands here."),
            )
        self.table.set_rows(rows)
        last = self._first + len(rows)
        self.count.setText(
            self.tr("{a}–{b} of {n}").format(a=self._first + 1, b=last, n=number(count))
            if rows
            else ""
        )
        self.earlier.setEnabled(self._first > 0)
        self.later.setEnabled(last < count)
        self._show_totals(totals)

    def _show_totals(self, totals: DoctorTotals) -> None:
        self.patients.set_value(number(totals.patients))
        self.visits.set_value(number(totals.visits))
        self.completed.set_value(number(totals.completed))
        self.no_shows.set_value(
            number(totals.no_shows),
            tr("no-shows · {share}").format(share=percent(totals.no_show_rate)),
            "alarm" if totals.no_shows else "",
        )
        self.cancelled.set_value(number(totals.cancelled))
        first = totals.first_visit
        if first is not None:
            today = self.desk.today()
            self.since.set_value(self._formats.short(self._formats.day_of(first), today))

    def _failed(self, error: Exception) -> None:
        self.table.set_loading(False)
        self.trouble.setText(sentence(error))
        self.trouble.show()
