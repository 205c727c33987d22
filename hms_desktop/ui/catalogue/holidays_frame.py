"""How the section of holidays looks: a year, its days, and the panels over it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from hms_desktop.domain.holidays import HolidayLine
from hms_desktop.ui.availability.move_panel import MovePanel
from hms_desktop.ui.buttons import button, icon_button
from hms_desktop.ui.catalogue.hits_panel import HitsPanel
from hms_desktop.ui.catalogue.holiday_panel import HolidayPanel
from hms_desktop.ui.catalogue.import_panel import ImportPanel
from hms_desktop.ui.list_layout import bar_of, fill, message, rule
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.table import Column, RowTable


class HolidaysFrame(QWidget):
    """The widgets; what they do is the heir's."""

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Build the list; its panels slide over ``host``."""
        super().__init__()
        self.desk = desk
        self._formats = Formats.of(desk.settings)
        self.year = desk.today().year
        self.panel = HolidayPanel(desk, host)
        self.imports = ImportPanel(desk, host)
        self.hits = HitsPanel(desk, host)
        self.moves = MovePanel(desk, host)
        self.before_button = icon_button(
            "arrow-left", self.tr("Year before"), lambda: self.turn(-1), shortcut="Alt+Left"
        )
        self.after_button = icon_button(
            "arrow-right", self.tr("Year after"), lambda: self.turn(1), shortcut="Alt+Right"
        )
        self.year_label = plain_label(role="heading")
        self.new_button = button(self.tr("&New holiday"), self.add, kind="primary", icon="add")
        self.import_button = button(self.tr("&Public holidays…"), self.open_import, icon="calendar")
        self.hits_button = button(self.tr("&Visits on it…"), self.show_hits, icon="list")
        self.edit_button = button(self.tr("&Edit"), self.edit, icon="edit")
        self.remove_button = button(self.tr("&Remove"), self.remove, icon="delete")
        self.trouble = plain_label(role="error", wrap=True)
        self.empty = EmptyState(
            "",
            detail=self.tr("Take a country's public holidays over, or add a day by hand."),
            icon="calendar",
            action=self.tr("Public holidays…"),
            run=self.open_import,
        )
        self.table: RowTable[HolidayLine] = RowTable(
            self._columns(),
            lambda line: line.row.id,
            name=self.tr("Holidays"),
            multi=True,
            memory=desk.memory,
            memory_key="catalogue/holidays",
            empty=self.empty,
        )
        self._lay_out()

    # -------------------------------------------------------------------------------- doing
    def turn(self, years: int) -> None:
        """Show another year."""

    def add(self) -> None:
        """Open the form."""

    def open_import(self) -> None:
        """Open the list of countries."""

    def edit(self) -> None:
        """Open the form of the selected day."""

    def remove(self) -> None:
        """Open the hospital again on the selected days."""

    def show_hits(self) -> None:
        """List the visits that are booked on the selected days."""

    # ------------------------------------------------------------------------------- inside
    def _lay_out(self) -> None:
        bar = bar_of(
            self.before_button,
            self.year_label,
            self.after_button,
            None,
            self.hits_button,
            self.edit_button,
            self.remove_button,
            self.import_button,
            self.new_button,
        )
        message(self.trouble)
        self.table.view.setProperty("flat", True)
        fill(self, bar, self.trouble, rule(), self.table, wide=self.table, edge=0)
        self.setFocusProxy(self.new_button)  # until there are days

    def _columns(self) -> Sequence[Column[HolidayLine]]:
        formats, today = self._formats, self.desk.today
        return (
            Column(
                "date", self.tr("Date"), lambda line: formats.long(line.row.on_date, today()),
                sort=lambda line: line.row.on_date, width=220, bold=True,
                tone=lambda line: "dim" if line.row.on_date < today() else "",
            ),
            Column("name", self.tr("Name"), lambda line: line.row.name, width=0),
            Column(
                "source", self.tr("From"),
                lambda line: line.row.source or self.tr("entered by hand"), width=160,
            ),
            Column(
                "visits", self.tr("Visits booked"), lambda line: str(line.visits or ""),
                sort=lambda line: line.visits, width=130, right=True,
                tone=lambda line: "alarm_text" if line.visits else "",
            ),
        )  # fmt: skip
