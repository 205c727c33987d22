"""The whole program in a process of its own, driven by keys: `type` a registration, or `look`.

Tells on standard output what it sees, one JSON line each; `type` then waits to be killed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import keyring
from keyring.backend import KeyringBackend
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from hms_desktop import opening
from hms_desktop.app import Program
from hms_desktop.services.assembly import open_services
from hms_desktop.settings import WindowOptions, load_settings
from hms_desktop.ui.patients.editor import PatientEditor
from tests.support.programs import cheap

PATIENCE = 60.0
CONTROL = Qt.KeyboardModifier.ControlModifier


class FileKeyring(KeyringBackend):
    """A keyring that outlives the process, as the desktop's does."""

    priority = 1  # type: ignore[assignment]

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def _read(self) -> dict[str, str]:
        return dict(json.loads(self.path.read_text())) if self.path.exists() else {}

    def get_password(self, service: str, username: str) -> str | None:
        return self._read().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self.path.write_text(json.dumps({**self._read(), f"{service}/{username}": password}))


class Hands:
    """A keyboard, and eyes for what has the focus."""

    def __init__(self, app: QApplication, program: Program) -> None:
        self.app, self.program = app, program

    def until(self, ready: Callable[[], object]) -> None:
        limit = time.monotonic() + PATIENCE
        while not ready() or self.program.runner.count:
            if time.monotonic() > limit:
                raise TimeoutError("the program did not come so far")
            self.app.processEvents()
            time.sleep(0.005)

    def focused(self) -> QWidget:
        widget = QApplication.focusWidget()
        if widget is None:
            raise LookupError("nothing has the focus")
        return widget

    def log_in(self, login: str, password: str) -> None:
        QTest.keyClicks(self.focused(), login)
        QTest.keyClick(self.focused(), Qt.Key.Key_Tab)
        QTest.keyClicks(self.focused(), password)
        QTest.keyClick(self.focused(), Qt.Key.Key_Return)
        sessions = self.program.sessions
        self.until(lambda: sessions is not None and sessions.bench is not None)

    def editor(self) -> PatientEditor:
        QTest.keyClick(self.focused(), Qt.Key.Key_N, CONTROL)
        window = self.program.window
        self.until(lambda: any(one.isVisible() for one in window.findChildren(PatientEditor)))
        return next(one for one in window.findChildren(PatientEditor) if one.isVisible())


def tell(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main(mode: str, url: str, ring: str, login: str, password: str, typed: str) -> None:
    keyring.set_keyring(FileKeyring(Path(ring)))
    opening.open_services = lambda one: open_services(one, authenticator=cheap())  # type: ignore[attr-defined]
    app = QApplication(sys.argv[:1])
    program = Program(app, WindowOptions(database=url, demo=False), load_settings())
    program.start()
    program.window.activateWindow()
    hands = Hands(app, program)
    hands.until(lambda: program.sessions is not None)
    hands.log_in(login, password)
    editor = hands.editor()
    if mode == "type":
        QTest.keyClicks(hands.focused(), typed)
        tell({"typed": typed})
        while True:  # Until it is killed: nothing here closes or flushes anything.
            app.processEvents()
            time.sleep(0.005)
    tell({"offered": editor.offer.isVisible()})
    buttons = editor.offer.findChildren(QWidget)
    take = next(one for one in buttons if getattr(one, "text", str)() == "Go on with it")
    take.setFocus()
    QTest.keyClick(take, Qt.Key.Key_Space)
    hands.until(lambda: True)
    tell({"contents": editor.form.contents()})
    program.window.close()
    program.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
