"""Weekly hours: painted, typed, for several periods, saved as one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.errors import HmsError, Invalid, Stale
from hms_desktop.domain.hours import SessionHours, Week
from hms_desktop.domain.week_hours import DAYS, Period, Stretch, periods_of, sessions_of
from hms_desktop.ui.availability.week_draft import WeekDraft, differences, keep_draft, read_draft
from hms_desktop.ui.availability.week_frame import WeekFrame
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk


class WeekPart(WeekFrame):
    """A doctor's whole week; what is not saved is kept as a draft."""

    saved = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the part; ``show_doctor`` fills it."""
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

    # ------------------------------------------------------------------------------- from outside
    @property
    def dirty(self) -> bool:
        """Say whether something is painted or typed that is not saved."""
        return self._dirty

    def show_doctor(self, doctor_id: int, usual_minutes: int | None, *, may_edit: bool) -> None:
        """Show a doctor's week; ``usual_minutes`` is the doctor's own length of slots."""
        self._usual = usual_minutes or self._desk.settings.slot_minutes
        self._may_edit = may_edit
        if doctor_id != self._doctor_id:
            self._doctor_id = doctor_id
            self._week = None
            self._dirty = self._restored = self._saving = False
            self.conflict.clear()
            self._take(Period(), ())
        self.bar.set_usual(self._usual)
        self.reload()

    def reload(self) -> None:
        """Read the week anew; what is painted and not saved stays."""
        if self._doctor_id is None:
            return
        availability, actor = self._desk.services.availability, self._desk.actor
        doctor_id = self._doctor_id
        self._desk.runner.run(
            lambda: availability.week(actor, doctor_id),
            owner=self,
            done=self._show_week,
            failed=self._failed,
            key="week",
        )

    def save(self) -> None:
        """Save the whole week at once."""
        if self._saving or not self._may_edit or self._doctor_id is None:
            return
        if self.texts.first_wrong():
            return
        if not self.bar.commit():
            return
        self._request = self._request or str(uuid.uuid4())
        before = self._week.sessions if self._week is not None else ()
        undo_to = tuple(row.hours for row in before)
        sessions = sessions_of(self._periods)
        self._write(self._doctor_id, sessions, self._mark, self._request, undo_to)

    def discard(self) -> None:
        """Give up what is not saved."""
        self._dirty = self._restored = False
        self._request = ""
        self._desk.drafts.discard(self._key())
        self.conflict.clear()
        if self._week is not None:
            self._take_week(self._week)
        self.texts.reset()
        self.reload()

    def clear_week(self) -> None:
        """Empty the period that is shown; saved with the week."""
        self._changed(Period(self._period.valid_from, self._period.valid_to))
        self.texts.reset()

    # ----------------------------------------------------------------------------------- inside
    def _connect(self) -> None:
        self.conflict.theirs_taken.connect(self.discard)
        self.conflict.mine_kept.connect(self._keep_mine)
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

    def _show_week(self, week: Week) -> None:
        self.show_trouble("")
        first = self._week is None
        self._week = week
        if self._dirty:
            self._show()
            return
        self._take_week(week)
        if first and self._may_edit:
            self._restore_draft()

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

    # ------------------------------------------------------------------------------------- save
    def _write(
        self,
        doctor_id: int,
        sessions: tuple[SessionHours, ...],
        mark: str | None,
        request_id: str,
        undo_to: tuple[SessionHours, ...] | None,
    ) -> None:
        availability, actor = self._desk.services.availability, self._desk.actor
        self._saving = True
        self._show()
        self._desk.runner.run(
            lambda: availability.set_week(
                actor, doctor_id, sessions, mark=mark, request_id=request_id
            ),
            owner=self,
            done=lambda week: self._saved(week, undo_to),
            failed=self._not_saved,
            label=self.tr("Saving the week"),
        )

    def _saved(self, week: Week, undo_to: tuple[SessionHours, ...] | None) -> None:
        self._saving = False
        toasts = self._desk.toasts
        if undo_to is None:
            toasts.show_toast(self.tr("The week is as it was before."), kind="ok")
        else:
            doctor_id, mark = week.doctor_id, week.mark
            toasts.show_toast(
                self.tr("Weekly hours saved."),
                kind="ok",
                shortcut="",
                undo=lambda: self._write(doctor_id, undo_to, mark, str(uuid.uuid4()), None),
            )
        if week.doctor_id == self._doctor_id:
            self._week, self._mark = week, week.mark
            if undo_to is None and self._dirty:
                self._show()  # what was painted since stays
            else:
                self._settle(week)
        else:
            self._desk.drafts.discard(f"week/{week.doctor_id}")
        self.saved.emit()

    def _settle(self, week: Week) -> None:
        self._dirty = self._restored = False
        self._request = ""
        self._desk.drafts.discard(self._key())
        self.conflict.clear()
        self._take_week(week)
        self.texts.reset()

    def _not_saved(self, error: Exception) -> None:
        self._saving = False
        self._show()
        if isinstance(error, Stale) and isinstance(error.current, Week):
            self._week = error.current
            theirs = periods_of(row.hours for row in error.current.sessions)
            rows = differences(theirs, self._periods)
            self.conflict.show_conflict(str(error.values.get("who", "")), rows)
            return
        if isinstance(error, Invalid) and error.field == "valid_to":
            self.bar.show_error(sentence(error))
            return
        self._request = "" if isinstance(error, HmsError) else self._request
        self._failed(error)

    def _keep_mine(self) -> None:
        if self._week is not None:
            self._mark = self._week.mark
        self._request = ""
        self._keep_draft()
        self.save()

    def _failed(self, error: Exception) -> None:
        self.show_trouble(sentence(error))
