"""The stage of the pictures: the program itself on an invisible screen, driven by a script.

Imported before anything of Qt or the program: it keeps a person's own screen, files and secrets out
of it.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLACE = tempfile.mkdtemp(prefix="hms-screenshots-")
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["HMS_DATA_DIR"] = str(Path(PLACE) / "data")
os.environ["HMS_CONFIG_DIR"] = str(Path(PLACE) / "config")
os.environ["PYTHON_KEYRING_BACKEND"] = "tests.support.memory_keyring.MemoryKeyring"

from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hms_desktop.app import Program
from hms_desktop.settings import WindowOptions, load_settings

OUT = ROOT / "docs" / "screenshots"
SIZE = (1600, 1000)
PATIENCE = 60.0


class Stage:
    """The program on an invisible screen, and what can be done with it."""

    def __init__(
        self,
        app: QApplication,
        url: str,
        theme: str,
        workstation: str = "Front desk 2",
        size: tuple[int, int] = SIZE,
    ) -> None:
        self.app = app
        self.theme = theme
        options = WindowOptions(database=url, demo=False, workstation=workstation, theme=theme)
        self.program = Program(app, options, load_settings())
        self.program.window.resize(*size)
        self.program.start()
        self.until(lambda: self.program.sessions is not None)

    def settle(self, seconds: float = 0.6) -> None:
        """Let the program come to rest."""
        quiet = time.monotonic() + seconds
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < quiet and time.monotonic() < limit:
            self.app.processEvents()
            if self.program.runner.count:
                quiet = time.monotonic() + seconds
            time.sleep(0.01)

    def until(self, ready: Callable[[], bool]) -> None:
        limit = time.monotonic() + PATIENCE
        while not ready():
            if time.monotonic() > limit:
                raise TimeoutError(f"the program did not come so far {self.program.refused}")
            self.app.processEvents()
            time.sleep(0.01)
        self.settle()

    def shoot(self, name: str) -> None:
        self.settle()
        path = OUT / f"{name}-{self.theme}.png"
        self.program.window.grab().save(str(path))
        print(path.relative_to(ROOT))

    def log_in(self, login: str, password: str = "") -> None:
        """Log in; without a password as somebody of the demo hospital."""
        sessions, opened = self.program.sessions, self.program._opened
        assert sessions is not None
        assert opened is not None
        password = password or {one[0]: one[1] for one in opened.demo_logins}[login]
        sessions.login.login.setText(login)
        sessions.login.password.setText(password)
        QTest.keyClick(sessions.login.password, Qt.Key.Key_Return)
        self.until(lambda: sessions.bench is not None)

    def page(self, number: int) -> object:
        sessions = self.program.sessions
        assert sessions is not None
        assert sessions.bench is not None
        sessions.bench.tabs.setCurrentIndex(number)
        self.settle()
        return sessions.bench.scope

    def titled(self, title: str) -> object:
        """Bring the page with a title forward."""
        sessions = self.program.sessions
        assert sessions is not None
        assert sessions.bench is not None
        titles = [one.title for one in sessions.bench.known]
        return self.page(titles.index(title))

    def close(self) -> None:
        self.program.window.close()
        self.program.close()
        self.program.window.deleteLater()
        self.program.deleteLater()
        # Only a loop that ends would do it by itself; every theme restyles whatever is left.
        self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.app.processEvents()
