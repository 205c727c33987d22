"""What is painted and typed, before it is saved: periods, changes, the draft."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QWidget

from hms_desktop.domain.hours import Week
from hms_desktop.domain.week_hours import DAYS, Period, Stretch, periods_of
from hms_desktop.ui.availability.week_draft import WeekDraft, keep_draft, read_draft
from hms_desktop.ui.availability.week_frame import WeekFrame
from hms_desktop.ui.pages.base import Desk


class WeekEditing(WeekFrame):
    """The week of one doctor as it is on the screen; reading and saving are the heir's."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Begin with an empty week of nobody."""
        super().__init__(desk, parent)
        self._doctor_id: int | None = None
        self._may_edit = False
        self._usual = desk.settings.slot_minutes
        self._week: Week | None = None
        self._mark: str | None = None
        self._periods: list[Period] = [Period()]
        self._dirty = False
        self._saving = False
        self._restored = False
        self._request = ""
        self._connect()
        self._show()

    @property
    def dirty(self) -> bool:
        """Say whether something is painted or typed that is not saved."""
        return self._dirty

    def clear_week(self) -> None:
        """Empty the period that is shown; saved with the week."""
        self._changed(Period(self._period.valid_from, self._period.valid_to))
        self.texts.reset()

    # ----------------------------------------------------------------------------------- inside
    def _connect(self) -> None:
        self.grid.changed.connect(self._changed)
        self.texts.day_typed.connect(
            lambda day, hours: self._changed(self._period.with_day(day, hours))
        )
        self.texts.day_copied.connect(self._copy)
        self.texts.raw_changed.connect(self._keep_draft)
        self.bar.chosen.connect(lambda _at: self._show())
        self.bar.dates_changed.connect(self._dates)
        self.bar.added.connect(self._add_period)
        self.bar.removed.connect(self._remove_period)
        self.bar.brush_changed.connect(self._brush)
        self.bar.brush_applied.connect(self._apply_brush)

    @property
    def _period(self) -> Period:
        return self._periods[min(self.bar.at, len(self._periods) - 1)]

    def _key(self) -> str:
        return f"week/{self._doctor_id}"

    def _take(self, period: Period, more: Sequence[Period]) -> None:
        self._periods = [period, *more]
        self.bar.set_periods(self._periods, 0)
        self._show()
        self.texts.reset()

    def _take_week(self, week: Week) -> None:
        self._mark = week.mark
        periods = periods_of(row.hours for row in week.sessions)
        today = self._desk.today()
        at = next(
            (
                number
                for number, one in enumerate(periods)
                if (one.valid_from or today) <= today <= (one.valid_to or today)
            ),
            0,
        )
        keep = self.bar.at if len(periods) == len(self._periods) else at
        self._periods = list(periods)
        self.bar.set_periods(self._periods, keep)
        self._show()

    def _show(self) -> None:
        self._brush()
        self.show_state(
            self._period, dirty=self._dirty, saving=self._saving, may_edit=self._may_edit
        )
        if self._week is not None and not self._week.sessions and not self._dirty:
            self.say_usual(may_edit=self._may_edit)
        elif not self._restored:
            self.strip.say("")

    def begin(self) -> None:
        """Begin with the hospital's usual hours, for every day."""
        settings = self._desk.settings
        day = (Stretch(settings.default_start_minute, settings.default_end_minute),)
        self._changed(Period(days=tuple(day for _ in DAYS)))
        self.grid.setFocus()

    # ---------------------------------------------------------------------------------- changes
    def _changed(self, period: Period) -> None:
        if not self._may_edit:
            return
        self._periods[min(self.bar.at, len(self._periods) - 1)] = period
        self._touch()

    def _touch(self) -> None:
        self._dirty = True
        self._request = ""
        self.show_trouble("")
        self._keep_draft()
        self._show()

    def _copy(self, weekday: int, to: Sequence[int]) -> None:
        period = self._period
        for day in to:
            period = period.with_day(day, period.days[weekday])
        self._changed(period)
        self.texts.reset()

    def _dates(self, begin: date | None, end: date | None) -> None:
        self._changed(Period(begin, end, self._period.days))
        self.bar.set_periods(self._periods, self.bar.at)

    def _add_period(self) -> None:
        now = self._period
        self._periods.append(Period(self._desk.today(), None, now.days))
        self.bar.set_periods(self._periods, len(self._periods) - 1)
        self._touch()
        self.bar.first.edit.setFocus()

    def _remove_period(self) -> None:
        del self._periods[self.bar.at]
        self._periods = self._periods or [Period()]
        self.bar.set_periods(self._periods, 0)
        self._touch()

    def _brush(self) -> None:
        slot, places = self.bar.brush()
        self.grid.set_step(slot or self._usual)
        self.grid.set_brush(slot, places)

    def _apply_brush(self) -> None:
        slot, places = self.bar.brush()
        period = self._period
        for day in DAYS:
            hours = [one._replace(slot=slot, capacity=places) for one in period.days[day]]
            period = period.with_day(day, hours)
        self._changed(period)

    # ------------------------------------------------------------------------------------ draft
    def _keep_draft(self) -> None:
        raw = self.texts.raw()
        if not self._dirty and not raw:
            return
        if not self._dirty:
            self._dirty = True
            self._show()
        draft = WeekDraft(tuple(self._periods), self.bar.at, self._mark, raw)
        keep_draft(self._desk.drafts, self._key(), draft)

    def _restore_draft(self) -> None:
        draft = read_draft(self._desk.drafts, self._key())
        if draft is None:
            return
        self._periods, self._mark = list(draft.periods), draft.mark
        self._dirty = self._restored = True
        self.bar.set_periods(self._periods, draft.at)
        self._show()
        self.texts.restore(draft.raw)
        self.say_draft()
