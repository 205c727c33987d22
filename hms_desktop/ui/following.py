"""Keeps the workbench in front true to what changes elsewhere: rights, log-ins, settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from hms_desktop.bus import Announcement
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import NotAllowed
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.house import House

if TYPE_CHECKING:
    # With every page behind it; loaded while somebody types a password.
    from hms_desktop.ui.seats import Seat

RIGHTS = ("user_account", "login_session", "user_role", "role", "role_permission", "doctor")
TOAST_SECONDS = 60


class Following(QObject):
    """Looks again after each change that may concern whoever is at work here.

    ``ended`` carries the sentence of a log-in that is over; ``rebuild`` asks for a workbench with
    other rights or settings, and carries a sentence to show on it (or nothing).
    """

    ended = Signal(str)
    rebuild = Signal(object, object, object, str)  # Seat, Actor, HospitalSettings

    def __init__(self, house: House, front: Callable[[], Seat | None], parent: QObject) -> None:
        """Listen; ``front`` gives who is at work."""
        super().__init__(parent)
        self._house = house
        self._front = front
        house.bridge.changed.connect(self._changed)

    def look(self) -> None:
        """Read the rights of whoever is at work again."""
        seat = self._front()
        if seat is None:
            return
        services, actor = self._house.services, seat.desk.actor
        self._house.runner.run(
            lambda: services.accounts.current(actor),
            owner=self,
            done=lambda fresh: self._rights_read(seat, fresh),
            failed=lambda error: self._rights_gone(seat, error),
            key="here",
        )

    def _changed(self, announcement: Announcement) -> None:
        seat = self._front()
        if seat is None:
            return
        if announcement.touches(*RIGHTS):
            self.look()
        if announcement.touches("setting"):
            self._house.runner.run(
                self._house.services.context.settings,
                owner=self,
                done=lambda settings: self._settings_read(seat, settings),
                failed=lambda _error: None,
                key="settings",
            )

    def _rights_gone(self, seat: Seat, error: Exception) -> None:
        if isinstance(error, NotAllowed) and self._front() is seat:
            self.ended.emit(sentence(error))

    def _rights_read(self, seat: Seat, fresh: Actor) -> None:
        old = seat.desk.actor
        if fresh == old or self._front() is not seat:
            return
        if fresh.owes != old.owes:
            self.rebuild.emit(seat, fresh, seat.desk.settings, "")
        elif old.permissions - fresh.permissions or fresh.doctor_id != old.doctor_id:
            # The services refuse already: what is shown must not promise it any longer.
            words = self.tr("An administrator changed what you may do. Your drafts are kept.")
            self.rebuild.emit(seat, fresh, seat.desk.settings, words)
        elif fresh.permissions != old.permissions:
            self._offer(seat, self.tr("You may do more now."), fresh, seat.desk.settings)

    def _settings_read(self, seat: Seat, settings: HospitalSettings) -> None:
        # The key of backups is looked up where it is used: no page need be built anew for it.
        same = replace(settings, backups_key=seat.desk.settings.backups_key)
        if same != seat.desk.settings and self._front() is seat:
            words = self.tr("The hospital's settings were changed.")
            self._offer(seat, words, seat.desk.actor, settings)

    def _offer(self, seat: Seat, words: str, actor: Actor, settings: HospitalSettings) -> None:
        """Let the person choose the moment: typing is not interrupted for something better."""

        def now() -> None:
            if self._front() is seat:
                self.rebuild.emit(seat, actor, settings, "")

        seat.desk.toasts.show_toast(
            words,
            undo=lambda: QTimer.singleShot(0, self, now),
            undo_text=self.tr("Use them now"),
            shortcut="",
            seconds=TOAST_SECONDS,
        )
