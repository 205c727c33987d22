"""The composition root: settings → database → services → feed → window → jobs, and back again.

Start: window painted, then everything heavy is loaded and opened on a worker. Close: runner,
jobs, feed, window, engine.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from hms_desktop.domain.errors import DamagedDatabase, HmsError
from hms_desktop.paths import data_dir
from hms_desktop.settings import (
    WindowOptions,
    WorkstationSettings,
    config_dir,
    load_settings,
    save_settings,
    with_password,
)
from hms_desktop.told_to_end import told_to_end
from hms_desktop.ui.window import MainWindow

if TYPE_CHECKING:
    from collections.abc import Callable

    # Loaded while the window is already on the screen: together they take longer than Qt itself.
    from hms_desktop.db.feed import Feed
    from hms_desktop.domain.actor import Actor
    from hms_desktop.domain.backups import RestoreWish
    from hms_desktop.jobs.clock import JobClock
    from hms_desktop.opening import Opened
    from hms_desktop.services.assembly import Services
    from hms_desktop.settings import Theme as ModeName
    from hms_desktop.ui.backups.way_back import WayBack, Ways
    from hms_desktop.ui.bridge import Bridge
    from hms_desktop.ui.early_login import EarlyLogin
    from hms_desktop.ui.errors import ErrorNet
    from hms_desktop.ui.first_start import FirstStartView
    from hms_desktop.ui.plaintext import PlainTextGuard
    from hms_desktop.ui.runner import Runner
    from hms_desktop.ui.sessions import Sessions
    from hms_desktop.ui.theme import Theme

GROUNDS = {"light": ("#f4f6f8", "#1b2430"), "dark": ("#151a20", "#e7ecf2")}
"""Ground and ink of the bare window, as its look will have them; the system's own otherwise."""
CLOSE_SECONDS = 2.5
"""How long what is underway may take to end when the window closes; three seconds with the rest."""
NO_SCREEN = (
    "hms-desktop: There is no screen to show the window on (DISPLAY is not set). Start the program "
    "from a desktop, or under a virtual screen: xvfb-run hms-desktop"
)
NO_SCREEN_STATUS = 2


def has_screen() -> bool:
    """Say whether Qt would find a screen; without one it ends the process."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def run_window(options: WindowOptions, *, set_up_log: Callable[[], None] | None = None) -> int:
    """Show the window and return the exit status when it was closed.

    ``set_up_log`` is called once the window is painted.
    """
    if not has_screen():
        print(NO_SCREEN, file=sys.stderr)  # noqa: T201 - there is no window to say it in
        return NO_SCREEN_STATUS
    settings = load_settings()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        raise TypeError("another kind of Qt application runs already")
    app.setApplicationName("hms-desktop")
    app.setApplicationDisplayName("HMS Desktop")
    program = Program(app, options, settings, set_up_log)
    with told_to_end() as told:
        ears = QSocketNotifier(told.fileno(), QSocketNotifier.Type.Read)
        ears.activated.connect(app.closeAllWindows)
        program.start()
        status = app.exec()
        ears.setEnabled(False)
        program.close()
    return status


class Program(QObject):
    """One run of the program, from the first paint to the last connection closed."""

    _feed_state = Signal(bool)
    opened = Signal()

    def __init__(
        self,
        app: QApplication,
        options: WindowOptions,
        settings: WorkstationSettings,
        set_up_log: Callable[[], None] | None = None,
    ) -> None:
        """Make the window; nothing is opened yet."""
        super().__init__()
        self._app = app
        self._set_up_log = set_up_log
        self._options = options
        name = options.workstation or settings.workstation
        self._settings = replace(settings, workstation=name)
        self._address = ""
        self._dressed = False
        self._opened: Opened | None = None
        self._feed: Feed | None = None
        self._jobs: JobClock | None = None
        self._bridge: Bridge | None = None
        self._closed = False
        self.sessions: Sessions | None = None
        self.first_start: FirstStartView | None = None
        self.refused = ""
        self.window = MainWindow(self.tr("HMS Desktop"))
        self._feed_state.connect(self._show_state)
        self.window.closing.connect(self._put_away)
        self.window.painted.connect(self._begin_work)

    def start(self) -> None:
        """Paint the window, then dress it and open the database."""
        ground = GROUNDS.get(self._mode())
        if ground is not None:
            # Not a palette: to make one costs a quarter of the time until the first paint.
            self.window.setStyleSheet("QWidget {{ background: {}; color: {} }}".format(*ground))
        self.window.greet(self.tr("Opening…"))

    def _mode(self) -> ModeName:
        asked = self._options.theme
        return cast("ModeName", asked) if asked in GROUNDS else self._settings.theme

    def _begin_work(self) -> None:
        if not self._closed:
            if self._set_up_log is not None:
                self._set_up_log()
            self._dress()
            self.open_database()

    def _dress(self) -> None:
        """Load the look, the nets and the workers; before this the window is bare."""
        # Behind the first paint: together they take longer than it.
        from hms_desktop.ui.early_login import EarlyLogin  # noqa: PLC0415
        from hms_desktop.ui.errors import install_excepthook  # noqa: PLC0415
        from hms_desktop.ui.plaintext import install_guard  # noqa: PLC0415
        from hms_desktop.ui.runner import Runner  # noqa: PLC0415
        from hms_desktop.ui.theme import current_theme  # noqa: PLC0415

        self._net: ErrorNet = install_excepthook(self._app, lambda: self.window)
        self.runner: Runner = Runner(self)
        self._guard: PlainTextGuard = install_guard(self._app)
        self.theme: Theme = current_theme()
        self.window.setStyleSheet("")
        self.theme.apply(self._mode(), scale=self._settings.font_scale)
        self._early: EarlyLogin = EarlyLogin(self.window)
        self._dressed = True

    def open_database(self) -> None:
        """Open the database that was asked for, the one of last time, or ask for the first."""
        asked = self._options.database or self._settings.database or str(data_dir() / "hospital.db")
        self._early.open(asked)
        # Behind the paint: what is loaded on the worker would hold it up.
        QTimer.singleShot(0, self, lambda: self._open(with_password(asked)))

    def _open(self, address: str) -> None:
        self._address = address
        self.runner.run(
            lambda: _open(address),
            owner=self,
            done=self._found,
            failed=self._not_opened,
            label=self.tr("Opening the database"),
        )

    def _not_opened(self, error: Exception) -> None:
        from hms_desktop.ui.errors import sentence  # noqa: PLC0415 - loaded long since

        words = self.refused = sentence(error)
        self._early.drop()
        if isinstance(error, DamagedDatabase):
            self._way_back().offer(words)
            return
        if not isinstance(error, HmsError):
            self._net.catch(type(error), error, error.__traceback__)
        self.window.show_notice(
            self.tr("The database could not be opened"),
            words,
            (self.tr("&Try again"), self.open_database),
            (self.tr("&Close"), self.window.close),
        )

    def _found(self, opened: Opened) -> None:
        if not self._closed and not opened.first_start:
            self._begin(opened)
            return
        opened.services.close()
        if not self._closed:
            self._early.drop()
            self._first_start()

    def _begin(self, opened: Opened) -> None:
        # The worker that opened the database has loaded these already.
        from hms_desktop.db.feed import Feed  # noqa: PLC0415
        from hms_desktop.ui.bridge import Bridge  # noqa: PLC0415
        from hms_desktop.ui.house import House  # noqa: PLC0415
        from hms_desktop.ui.login import DemoLogin  # noqa: PLC0415
        from hms_desktop.ui.sessions import Sessions  # noqa: PLC0415

        self._opened = opened
        services = opened.services
        self._bridge = Bridge(services.context.bus, self)
        self._feed = Feed(services.context.database, self._feed_state.emit)
        self._feed.start()
        house = House(
            services=services,
            runner=self.runner,
            bridge=self._bridge,
            theme=self.theme,
            workstation=self._settings,
            face=opened.face,
            demo_logins=tuple(DemoLogin(*one) for one in opened.demo_logins),
            data_folder=data_dir(),
            config_folder=config_dir(),
        )
        self.sessions = Sessions(self.window, house, self._early)
        self.sessions.restore_wanted.connect(self._restore)
        self.runner.run(
            partial(self._start_jobs, services, self._settings.workstation),
            owner=self,
            failed=lambda error: self._net.catch(type(error), error, error.__traceback__),
        )
        self.opened.emit()

    def _start_jobs(self, services: Services, workstation: str) -> None:
        """Begin what runs unasked; on a worker, as it loads the scheduler and the mail."""
        from hms_desktop.jobs.sender import start_clock  # noqa: PLC0415 - heavy, see above

        clock = start_clock(services, workstation)
        if self._opened is not None and self._opened.services is services:
            self._jobs = clock
        else:
            clock.stop()

    # ------------------------------------------------------------------------ way back
    def _way_back(self) -> WayBack:
        from hms_desktop.ui.backups.way_back import WayBack  # noqa: PLC0415 - on bad days

        back = WayBack(self.window, self.runner, _ways(self._address), self)
        back.reopen.connect(self.open_database)
        back.leave.connect(self.window.close)
        return back

    def _restore(self, wish: RestoreWish) -> None:
        """Bring an earlier state back: the screens go first, then what holds the database."""
        opened, sessions, bridge = self._opened, self.sessions, self._bridge
        if opened is None or sessions is None or bridge is None:
            return
        close_all = partial(_close_house, opened, sessions.actors(), self._jobs, self._feed)
        self._opened = self.sessions = self._bridge = self._jobs = self._feed = None
        sessions.take_down()
        bridge.close()
        self._way_back().restore(wish, close_all)

    # ---------------------------------------------------------------------- first start
    def _first_start(self) -> None:
        # Once in the life of a hospital; the database's side was loaded with the first look at it.
        from hms_desktop import opening  # noqa: PLC0415
        from hms_desktop.ui.first_start import FirstStartView  # noqa: PLC0415

        view = FirstStartView(
            self.runner,
            default_database=str(data_dir() / "hospital.db"),
            fixed_database=self._options.database,
            try_database=opening.try_database,
            set_up=opening.set_up_hospital,
        )
        self.first_start = view
        view.finished.connect(self._first_done)
        self.window.show_view(view)

    def _first_done(self, found: tuple[str, str]) -> None:
        address, _login = found
        if self._options.database:
            self.open_database()
            return
        self.window.show_notice(self.tr("Opening…"))
        keep = partial(save_settings, {"database": address})
        self.runner.run(keep, owner=self, done=self._kept, failed=self._not_opened)

    def _kept(self, settings: WorkstationSettings) -> None:
        self._settings = settings
        self.open_database()

    # -------------------------------------------------------------------- state and end
    @Slot(bool)
    def _show_state(self, live: bool) -> None:  # noqa: FBT001 - a signal's argument
        if self.sessions is not None:
            self.sessions.set_live(live)

    def _put_away(self) -> None:
        if self.sessions is not None:
            self.sessions.close_down()

    def close(self) -> None:
        """End in order: log-ins, runner and jobs, feed, engine; may be called twice."""
        if self._closed:
            return
        self._closed = True
        if not self._dressed:
            return
        opened = self._opened
        if opened is not None and self.sessions is not None:
            for actor in self.sessions.actors():
                self.runner.run(
                    partial(opened.services.accounts.log_out, actor),
                    owner=self,
                    failed=lambda _error: None,
                )
        # Together: each may need the whole time, and nobody waits for a window to close.
        begun = time.monotonic()
        jobs = _stop(self._jobs)
        self.runner.close(CLOSE_SECONDS)
        jobs = jobs or _stop(self._jobs)  # they may have begun only just now
        if jobs is not None:
            jobs.join(max(0.5, CLOSE_SECONDS + 0.3 - (time.monotonic() - begun)))
        if self._feed is not None:
            self._feed.close()
        if self._bridge is not None:
            self._bridge.close()
        if opened is not None:
            opened.services.close()
        self._net.remove()


def _stop(jobs: JobClock | None) -> threading.Thread | None:
    """Have what runs unasked end or be handed back, in a thread of its own."""
    if jobs is None:
        return None
    thread = threading.Thread(target=jobs.stop, name="jobs-stop", daemon=True)
    thread.start()
    return thread


def _open(address: str) -> Opened:
    """Open a database on a worker; the screens' modules are loaded on the way."""
    from hms_desktop.opening import open_house  # noqa: PLC0415 - heavy, see above

    opened = open_house(address)
    importlib.import_module("hms_desktop.ui.sessions")
    return opened


def _close_house(
    opened: Opened, actors: tuple[Actor, ...], jobs: JobClock | None, feed: Feed | None
) -> None:
    """Let go of a database on a worker; nobody is at its screens any more."""
    for actor in actors:
        with suppress(HmsError):
            opened.services.accounts.log_out(actor)
    if jobs is not None:
        jobs.stop()
    if feed is not None:
        feed.close()
    opened.services.close()


def _ways(address: str) -> Ways:
    """Return how a database is brought back; the ciphers come along with the first call."""
    from hms_desktop import opening  # noqa: PLC0415 - heavy, see above
    from hms_desktop.ui.backups.way_back import Ways  # noqa: PLC0415 - on bad days

    return Ways(
        partial(opening.newest_backup, address),
        opening.chosen_backup,
        partial(opening.restore_house, address),
    )
