"""The form of one holiday: the date and its name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from hms_desktop.domain.dates import parse_day
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.hours import NAME_LIMIT, HolidayRow
from hms_desktop.domain.text import clean
from hms_desktop.ui.availability.edits import day_edit
from hms_desktop.ui.entries.fields import Contents, Entry, line_entry
from hms_desktop.ui.entries.panel import EntryPanel
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.settings.editors import Editor


class HolidayPanel(EntryPanel[HolidayRow]):
    """A holiday; ``saved`` tells, so that the visits on it can be looked at."""

    KIND = "holiday"
    CONFLICT_FIELDS: ClassVar[dict[str, str]] = {"holiday": "on_date"}

    def build(self) -> None:
        """Put the fields in."""
        self.day = day_edit(self.desk, self.tr("Date"))
        picked = Editor(self.day, self._read_day, self._write_day, self.day.edit.textChanged)
        self.add_entries((Entry("on_date", self.tr("&Date"), picked, required=True), 1))
        self.day.refused.connect(lambda why: self.form.field("on_date").set_error(why))
        self.add_entries(
            (
                line_entry(
                    "name",
                    self.tr("&Name"),
                    required=True,
                    hint=self.tr("Shown wherever the day is closed"),
                ),
                1,
            )
        )

    def contents_of(self, row: HolidayRow | None) -> Contents:
        """Return what stands in the form."""
        if row is None:
            return {"on_date": "", "name": ""}
        return {"on_date": row.on_date.isoformat(), "name": row.name}

    def wish_of(
        self,
        contents: Contents,
        row: HolidayRow | None,  # noqa: ARG002 - the date and the name are all of it
    ) -> tuple[date, str]:
        """Return the date and the name; raises Invalid."""
        if not contents["on_date"]:
            raise Invalid("on_date", "Give the date of the holiday.")
        try:
            on = date.fromisoformat(contents["on_date"])
        except ValueError:
            raise Invalid("on_date", "This is not a date. Type it like 24.12.2026.") from None
        return on, clean(contents["name"], "name", limit=NAME_LIMIT, required=True)

    def store(
        self,
        wish: Any,  # noqa: ANN401 - as its parent says
        row: HolidayRow | None,
        request_id: str,
    ) -> HolidayRow:
        """Write it; a date that is a holiday already is refused at the date."""
        hours, actor = self.desk.services.availability, self.desk.actor
        if row is None:
            return hours.add_holiday(actor, *wish, request_id=request_id)
        return hours.change_holiday(actor, row.id, row.version, *wish, request_id=request_id)

    def take_back(self, row: HolidayRow) -> Callable[[], object]:
        """Open the hospital again."""
        hours, actor = self.desk.services.availability, self.desk.actor

        def work() -> HolidayRow:
            hours.delete_holiday(actor, row.id, row.version)
            return row

        return work

    def title_of(self, row: HolidayRow | None) -> tuple[str, str]:
        """Return the heading."""
        title = self.tr("New holiday") if row is None else row.name
        return title, self.tr("No doctor has regular hours on it.")

    def saved_words(self, row: HolidayRow, *, new: bool) -> str:  # noqa: ARG002 - the same words
        """Return what the toast says."""
        formats = Formats.of(self.desk.settings)
        day = formats.long(row.on_date, self.desk.today())
        return self.tr("{day} is a holiday: {name}").format(day=day, name=row.name)

    def _read_day(self) -> str:
        # What is no date stays as it is typed: a draft keeps it, saving refuses it.
        text = self.day.text().strip()
        day_first = self.desk.settings.day_first
        found = parse_day(text, self.desk.today(), day_first=day_first) if text else None
        return text if found is None else found.isoformat()

    def _write_day(self, text: str) -> None:
        try:
            self.day.set_value(date.fromisoformat(text) if text else None)
        except ValueError:
            self.day.set_value(None)
            self.day.edit.setText(text)
