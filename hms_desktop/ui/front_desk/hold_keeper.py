"""One desk's soft hold while its booking panel is open: taken, renewed, let go of, in order."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from hms_desktop.domain.errors import Conflict

if TYPE_CHECKING:
    from datetime import datetime

    from hms_desktop.ui.pages.base import Desk

_RENEW_SHARE = 0.4
"""A hold is renewed after this share of its life."""


class HoldPlace(NamedTuple):
    """A stretch of a doctor's time (UTC)."""

    doctor_id: int
    starts_at: datetime
    ends_at: datetime


class HoldKeeper(QObject):
    """Keeps one hold where it is wanted; one call at a time, so that none overtakes another.

    ``refused`` carries the Conflict when another desk has the place, ``taken`` the HoldRow.
    """

    refused = Signal(object)
    taken = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        """Hold nothing yet."""
        super().__init__(parent)
        self._desk = desk
        self.token = uuid.uuid4().hex
        self._wanted: HoldPlace | None = None
        self._held: HoldPlace | None = None
        self._busy = False
        self._renewal = QTimer(self)
        self._renewal.setInterval(round(desk.settings.hold_seconds * _RENEW_SHARE * 1000))
        self._renewal.timeout.connect(self._renew)

    @property
    def held(self) -> HoldPlace | None:
        """What is held right now."""
        return self._held

    def want(self, place: HoldPlace | None) -> None:
        """Hold this place instead of the one before; None lets go."""
        self._wanted = place
        self._step()

    def booked(self) -> None:
        """Forget the hold: the booking itself has dropped it."""
        self._renewal.stop()
        self._wanted = None
        if not self._busy:
            # A renewal on its way would hold the place again; then it is let go of after it.
            self._held = None
            self.token = uuid.uuid4().hex

    def _renew(self) -> None:
        self._held = None
        self._step()

    def _step(self) -> None:
        if self._busy or self._wanted == self._held:
            return
        self._busy = True
        place, token = self._wanted, self.token
        services, actor = self._desk.services, self._desk.actor
        if place is None:
            self._renewal.stop()
            self._desk.runner.run(
                lambda: services.holds.release(actor, token),
                owner=self,
                done=lambda _none: self._now_held(None),
                failed=lambda _error: self._now_held(None),
            )
            return
        self._desk.runner.run(
            lambda: services.holds.take(actor, *place, token),
            owner=self,
            done=lambda row: self._was_taken(place, row),
            failed=lambda error: self._was_refused(place, error),
        )

    def _was_taken(self, place: HoldPlace, row: object) -> None:
        self._renewal.start()
        self._now_held(place)
        if self._wanted == place:
            self.taken.emit(row)

    def _was_refused(self, place: HoldPlace, error: Exception) -> None:
        self._busy = False
        if self._wanted == place:
            # Not asked for again by itself; another place or the next opening asks anew.
            self._held = place
            self._renewal.stop()
            if isinstance(error, Conflict):
                self.refused.emit(error)
            return
        self._step()

    def _now_held(self, place: HoldPlace | None) -> None:
        self._busy = False
        self._held = place
        self._step()
