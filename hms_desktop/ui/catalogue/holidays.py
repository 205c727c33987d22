"""Holidays by year: added, changed, removed, taken over from a country; the visits on them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import date
from typing import ClassVar

from PySide6.QtWidgets import QWidget

from hms_desktop.domain.appointments import AppointmentRow
from hms_desktop.domain.holidays import FIRST_YEAR, LAST_YEAR, HolidayLine, PublicDay
from hms_desktop.domain.hours import HolidayRow
from hms_desktop.ui.availability.move_panel import MoveTask
from hms_desktop.ui.catalogue.holidays_frame import HolidaysFrame
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk


class HolidaysSection(HolidaysFrame):
    """The holidays of one year."""

    KEY = "holidays"
    ENTITIES: ClassVar[tuple[str, ...]] = ("hospital_holiday", "appointment")

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Build the list; its panels slide over ``host``."""
        super().__init__(desk, host)
        self._dates: tuple[date, ...] = ()
        self._reason = ""
        self._connect()
        self._show_steps()

    # -------------------------------------------------------------------------------- doing
    def may_edit(self) -> bool:
        """Say whether this log-in may change holidays."""
        return self.desk.actor.may("holidays.manage")

    def reload(self) -> None:
        """Read the year that is shown."""
        hours, actor, year = self.desk.services.availability, self.desk.actor, self.year
        self.table.set_loading(True)
        self.desk.runner.run(
            lambda: hours.holiday_lines(actor, year),
            owner=self,
            done=self._show,
            failed=self._failed,
            key="holidays",
        )

    def turn(self, years: int) -> None:
        """Show another year."""
        if FIRST_YEAR <= self.year + years <= LAST_YEAR:
            self.year += years
            self.reload()

    def add(self) -> None:
        """Open the form."""
        if self.may_edit():
            self.panel.open_new()

    def open_import(self) -> None:
        """Open the list of countries, for the year that is shown."""
        if self.may_edit():
            self.imports.open_for(self.year)

    def remove(self) -> None:
        """Open the hospital again on the selected days; the toast closes it again."""
        rows = [line.row for line in self.table.selected_rows()]
        if not rows or not self.may_edit():
            return
        hours, actor = self.desk.services.availability, self.desk.actor
        chosen, request = [(row.id, row.version) for row in rows], str(uuid.uuid4())

        def done(_none: None) -> None:
            words = (
                self.tr("{name} removed").format(name=rows[0].name)
                if len(rows) == 1
                else self.tr("{n} holidays removed").format(n=len(rows))
            )
            self._toast(words, lambda: self._put_back(rows))
            self.reload()

        self.desk.runner.run(
            lambda: hours.delete_holidays(actor, chosen, request_id=request),
            owner=self,
            done=done,
            failed=self._failed,
        )

    def show_hits(self) -> None:
        """List the visits that are booked on the selected days."""
        rows = [line.row for line in self.table.selected_rows()]
        if rows:
            self._ask_hits(rows, always=True)

    def edit(self) -> None:
        """Enter on a day: its form, or the visits on it for who may not change it."""
        line = self.table.current_row()
        if line is not None and self.may_edit():
            self.panel.open_row(line.row)
        else:
            self.show_hits()

    def retire(self) -> None:
        """Delete on a day removes it."""
        self.remove()

    def restore(self) -> None:
        """Nothing here is retired."""

    def focus_search(self) -> None:
        """There is nothing to search: the list takes the keys."""
        self.table.view.setFocus()

    # ------------------------------------------------------------------------------- inside
    def _connect(self) -> None:
        self.panel.saved.connect(self._saved)
        self.imports.imported.connect(self._imported)
        self.hits.move_wanted.connect(self._move)
        self.moves.moved.connect(self.reload)
        self.table.opened.connect(lambda _line: self.edit())
        self.table.selected.connect(lambda _ids: self._show_steps())

    def _show(self, lines: tuple[HolidayLine, ...]) -> None:
        self.trouble.hide()
        self.year_label.setText(str(self.year))
        self.empty.set_text(
            self.tr("{year} has no holidays yet").format(year=self.year),
            self.tr("Take a country's public holidays over, or add a day by hand."),
        )
        self.table.set_loading(False)
        self.table.set_rows(lines)
        self.setFocusProxy(self.table if lines else self.new_button)
        self._show_steps()

    def _show_steps(self) -> None:
        chosen, may = bool(self.table.selected_rows()), self.may_edit()
        for one in (self.new_button, self.import_button, self.remove_button, self.edit_button):
            one.setVisible(may)
        self.edit_button.setEnabled(chosen)
        self.remove_button.setEnabled(chosen)
        self.hits_button.setEnabled(chosen)
        self.hits_button.setVisible(self.desk.actor.may("appointments.read"))

    def _saved(self, row: HolidayRow) -> None:
        shown = {line.row.on_date for line in self.table.rows()}
        self.year = row.on_date.year
        self.reload()
        if row.on_date not in shown:  # else only its name is another one
            self._ask_hits([row], always=False)

    def _imported(self, rows: tuple[HolidayRow, ...]) -> None:
        chosen = [(row.id, row.version) for row in rows]
        hours, actor = self.desk.services.availability, self.desk.actor
        words = (
            self.tr("{name} added").format(name=rows[0].name)
            if len(rows) == 1
            else self.tr("{n} holidays added").format(n=len(rows))
        )
        self._toast(words, lambda: self._run(lambda: hours.delete_holidays(actor, chosen)))
        self.year = rows[0].on_date.year
        self.reload()
        self._ask_hits(rows, always=False)

    def _ask_hits(self, rows: Sequence[HolidayRow], *, always: bool) -> None:
        """Show the visits on some days; unless ``always``, only when there are any."""
        if not self.desk.actor.may("appointments.read"):
            return
        self._dates = tuple(row.on_date for row in rows)
        self._reason = rows[0].name if len(rows) == 1 else self.tr("Holidays")
        name = rows[0].name if len(rows) == 1 else self.tr("Visits on these holidays")

        def found(visits: tuple[AppointmentRow, ...]) -> None:
            if visits or always:
                self.hits.show_visits(name, visits)

        self.desk.runner.run(
            self._reading(), owner=self, done=found, failed=self._failed, key="hits"
        )

    def _reading(self) -> Callable[[], tuple[AppointmentRow, ...]]:
        hours, actor, dates = self.desk.services.availability, self.desk.actor, self._dates
        return lambda: hours.holiday_hits(actor, dates)

    def _move(self) -> None:
        task = MoveTask(
            self._reason,
            self.tr("The holiday is saved. The visits stay until you move them."),
            self._reading(),
        )
        rows = self.hits.table.rows()
        self.hits.close_panel()
        self.moves.ask_for(task, rows)

    def _put_back(self, rows: Sequence[HolidayRow]) -> None:
        hours, actor = self.desk.services.availability, self.desk.actor
        sources: dict[str, list[PublicDay]] = {}
        for row in rows:
            sources.setdefault(row.source, []).append(PublicDay(row.on_date, row.name))

        def work() -> None:
            for source, days in sources.items():
                hours.import_holidays(actor, days, source)

        self._run(work)

    def _run(self, work: Callable[[], object]) -> None:
        self.desk.runner.run(
            work, owner=self, done=lambda _none: self.reload(), failed=self._failed
        )

    def _toast(self, words: str, undo: Callable[[], object]) -> None:
        self.desk.toasts.show_toast(words, kind="ok", undo=undo, shortcut="")

    def _failed(self, error: Exception) -> None:
        self.table.set_loading(False)
        self.trouble.setText(sentence(error))
        self.trouble.show()
