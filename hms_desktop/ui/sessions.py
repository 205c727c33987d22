"""Who is at the window: log in, lock, switch, log out, and each one's workbench kept aside."""

from __future__ import annotations

import importlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import NotAllowed
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.ui.early_login import EarlyLogin
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.file_memory import FileMemory, memory_file, read_memory
from hms_desktop.ui.following import TOAST_SECONDS, Following
from hms_desktop.ui.house import Entered, House, owner_of
from hms_desktop.ui.idle import IdleWatch, lock_minutes
from hms_desktop.ui.login import Credentials, LoginView
from hms_desktop.ui.seat_keeper import SeatKeeper
from hms_desktop.ui.second_factor.first_time import FirstTime
from hms_desktop.ui.widgets.lock_screen import LockScreen
from hms_desktop.ui.window import MainWindow

if TYPE_CHECKING:
    # The pages are loaded while somebody types a password: see ``pages``.
    from hms_desktop.ui.pages.base import Desk, Page
    from hms_desktop.ui.seats import Seat

LOAD_AFTER_MS = 200
"""The log-in is painted by then."""
PAGES = ("hms_desktop.ui.seats", "hms_desktop.ui.pages.settings")
UNKNOWN_MINUTES = 5
"""Before the first log-in, when only the second factor may be waiting for somebody."""
OWN_ONLY = frozenset({"session.own"})


def load_pages() -> None:
    """Load every page's code; costs nothing the second time."""
    for name in PAGES:
        importlib.import_module(name)


class Sessions(SeatKeeper):
    """Moves the window between log-in, workbenches and lock.

    ``restore_wanted`` carries the wish for an earlier state of the whole hospital.
    """

    restore_wanted = Signal(object)

    def __init__(self, window: MainWindow, house: House, early: EarlyLogin) -> None:
        """Begin at the log-in, with what was typed into the early one."""
        super().__init__(window, house)
        self._live = True
        self._workstation = house.workstation
        self.login, sent = early.hand_over()
        _show_face(self.login, house)
        self.login.submitted.connect(self._enter)
        self.first_time = FirstTime(window, house, self)
        self.first_time.entered.connect(self._entered)
        self.first_time.given_up.connect(self._gave_up)
        self.lock_screen = LockScreen(window)
        self.lock_screen.unlock_requested.connect(self._unlock)
        self.lock_screen.switch_requested.connect(self.switch)
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            raise TypeError("the program has no application")
        self.idle = IdleWatch(app, house.workstation.auto_lock_minutes or UNKNOWN_MINUTES, self)
        self.idle.idle.connect(self.lock)
        self._following = Following(house, lambda: self._seat, self)
        self._following.ended.connect(self._end)
        self._following.rebuild.connect(self._rebuild)
        self._front_login()
        if sent is not None:
            self._enter(sent)
        QTimer.singleShot(LOAD_AFTER_MS, self, self._load_pages)

    def _load_pages(self) -> None:
        """Load the pages while somebody types, so that the log-in itself need not."""
        self._house.runner.run(load_pages, owner=self)

    # ------------------------------------------------------------------------- entering
    def show_login(self, login: str = "") -> None:
        """Show the log-in screen, empty."""
        self._front_login()
        self.login.begin(login)

    def _front_login(self) -> None:
        self._seat = None
        self._window.setWindowTitle(self.tr("{hospital} – Log in").format(
            hospital=self._house.face.hospital_name
        ))  # fmt: skip
        self._window.show_view(self.login)

    def _enter(self, typed: Credentials) -> None:
        services, workstation = self._house.services, self._workstation.workstation
        folder = self._house.config_folder / "layout"

        def work() -> Entered:
            if typed.code:
                services.accounts.redeem_code(typed.login, typed.code, typed.password)
            actor = services.accounts.log_in(typed.login, typed.password, workstation, typed.second)
            owner = owner_of(services, actor)
            load_pages()
            return Entered(
                actor, services.context.settings(), read_memory(memory_file(folder, owner))
            )

        self._house.runner.run(
            work,
            owner=self,
            done=self._entered,
            failed=self.login.refuse,
            label=self.tr("Log in"),
        )

    def _entered(self, entered: Entered) -> None:
        actor = entered.actor
        if actor.owes == "second_factor":
            self.first_time.lead(entered)
            return
        kept = self._seats.get(actor.user_id or 0)
        if kept is not None:
            # The work of before is still open; the log-in that proved who is there may go.
            self._log_out_quietly(actor)
            self._sit(kept)
            # It was out of sight: the log-in may have been ended, rights may have changed.
            self._following.look()
            return
        seat = self._make_seat(entered)
        self._seats[actor.user_id or 0] = seat
        seat.desk.layout.window(self._window, "main")
        self._sit(seat)
        if actor.owes or actor.permissions == OWN_ONLY:
            seat.bench.show_extra("profile")

    def _gave_up(self, actor: Actor) -> None:
        self._log_out_quietly(actor)
        self.show_login()

    def _sit(self, seat: Seat) -> None:
        self._seat = seat
        self.idle.set_minutes(lock_minutes(self._workstation, seat.desk))
        self.login.begin()
        self._window.setWindowTitle(f"{seat.desk.settings.hospital_name} – {seat.desk.actor.name}")
        self._window.show_view(seat.frame)
        seat.bench.show_live(live=self._live)
        front = seat.bench.scope
        if front is not None:
            front.setFocus()

    def _make_seat(self, entered: Entered) -> Seat:
        from hms_desktop.ui.seats import make_seat  # noqa: PLC0415 - every page, see above

        seat = make_seat(self._house, entered, self._settings_page)
        seat.bench.lock_wanted.connect(self.lock)
        seat.bench.switch_wanted.connect(self.switch)
        seat.bench.log_out_wanted.connect(self.log_out)
        seat.desk.navigate.restore.connect(self.restore_wanted)
        return seat

    def _settings_page(self, desk: Desk) -> Page:
        from hms_desktop.ui.pages.settings import SettingsPage  # noqa: PLC0415 - see above

        return SettingsPage(desk, self._apply_workstation)

    def _apply_workstation(self, changes: dict[str, Any]) -> None:
        self._workstation = replace(self._workstation, **changes)
        if self._seat is not None:
            self.idle.set_minutes(lock_minutes(self._workstation, self._seat.desk))

    # -------------------------------------------------------------- locking and leaving
    def lock(self) -> None:
        """Hide everything; what was typed stays as it is behind the lock."""
        self.first_time.give_up()
        seat = self._seat
        if seat is None or self.lock_screen.is_locked:
            return
        seat.desk.toasts.clear()
        seat.desk.drafts.flush()
        self.lock_screen.lock(seat.desk.actor.name, [self._window.stack])

    def _unlock(self, password: str) -> None:
        seat = self._seat
        if seat is None:
            return
        services, actor = self._house.services, seat.desk.actor
        self.lock_screen.set_busy(True)
        self._house.runner.run(
            lambda: services.accounts.unlock(actor, password),
            owner=self,
            done=lambda _actor: self.lock_screen.unlock(),
            failed=self._unlock_refused,
        )

    def _unlock_refused(self, error: Exception) -> None:
        if isinstance(error, NotAllowed):
            # Ended from elsewhere: the work stays in its drafts, the log-in is over.
            self._end(sentence(error))
            return
        self.lock_screen.refuse(sentence(error))

    def switch(self) -> None:
        """Let somebody else log in; the work of now is kept aside, out of sight."""
        if self._seat is not None:
            self._seat.desk.toasts.clear()
            self._seat.desk.drafts.flush()
        self.show_login()
        self.lock_screen.unlock()
        self.login.begin()

    def log_out(self) -> None:
        """End the log-in; drafts stay on the disk."""
        seat = self._seat
        if seat is None:
            return
        self._log_out_quietly(seat.desk.actor)
        self._take_down(seat)
        self.show_login()

    def _end(self, words: str) -> None:
        """Take down the workbench of a log-in that was ended elsewhere."""
        seat = self._seat
        if seat is None:
            return
        self._take_down(seat)
        self.show_login()
        self.lock_screen.unlock()
        self.login.refuse(NotAllowed("session.own", words))

    def _log_out_quietly(self, actor: Actor) -> None:
        services = self._house.services
        self._house.runner.run(
            lambda: services.accounts.log_out(actor), owner=self, failed=lambda _error: None
        )

    # ------------------------------------------------------------------------- database
    def set_live(self, live: bool) -> None:
        """Show on the workbench in front whether the database answers."""
        self._live = live
        if self._seat is not None:
            self._seat.bench.show_live(live=live)

    def _rebuild(self, seat: Seat, actor: Actor, settings: HospitalSettings, words: str) -> None:
        """Build the workbench anew with other rights or settings; drafts carry over."""
        if self._seat is not seat:
            return
        memory = seat.desk.memory
        remembered = memory.values if isinstance(memory, FileMemory) else {}
        fresh = self._make_seat(Entered(actor, settings, remembered))
        self._take_down(seat)
        self._seats[actor.user_id or 0] = fresh
        self._sit(fresh)
        if words:
            fresh.desk.toasts.show_toast(words, seconds=TOAST_SECONDS)

    def take_down(self) -> None:
        """Take every screen down for good: the database behind them is closed next."""
        self.take_all_down()
        self._window.drop_view(self.login)
        self.lock_screen.unlock()
        self.lock_screen.deleteLater()
        self.deleteLater()

    def actors(self) -> tuple[Actor, ...]:
        """Return who is logged in at this window."""
        return (*super().actors(), *self.first_time.actors)


def _show_face(view: LoginView, house: House) -> None:
    """Put the hospital's face on the log-in screen."""
    face, note = house.face, view.tr("Log in to begin at workstation {workstation}.")
    view.set_hospital(
        face.hospital_name,
        note.format(workstation=house.workstation.workstation),
        house.demo_logins,
    )
    view.set_lengths(face.password_least, face.password_least_with_second)
