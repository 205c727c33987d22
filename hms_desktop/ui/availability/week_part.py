"""Weekly hours: painted, typed, for several periods, saved as one."""

from __future__ import annotations

import uuid

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.errors import HmsError, Invalid, Stale
from hms_desktop.domain.hours import SessionHours, Week
from hms_desktop.domain.week_hours import Period, periods_of, sessions_of
from hms_desktop.ui.availability.week_draft import differences
from hms_desktop.ui.availability.week_editing import WeekEditing
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk


class WeekPart(WeekEditing):
    """A doctor's whole week, read, saved at once, and compared when somebody else was quicker."""

    saved = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the part; ``show_doctor`` fills it."""
        super().__init__(desk, parent)
        self.conflict.theirs_taken.connect(self.discard)
        self.conflict.mine_kept.connect(self._keep_mine)

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

    # ----------------------------------------------------------------------------------- inside
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
