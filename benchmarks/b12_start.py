"""B12: a warm start: to the first paint, to a log-in that takes typing, to one that can answer.

Each start is a process of its own, begun through the program's real entry point; the limit is a
process that shows a bare PySide6 window of the same size.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Row, at_most, p50
from hms_desktop import opening
from hms_desktop.domain.accounts import FirstStart

if TYPE_CHECKING:
    from collections.abc import Sequence

ROUNDS, QUICK_ROUNDS = 20, 5
WARM_UP = 1
PAINT, USABLE, OPEN = 1.5, 4.0, 8.0
_COLD = {"PYTHONDONTWRITEBYTECODE"}
_FIRST = FirstStart(
    "Lakeside Clinic", "Asia/Kolkata", "asha", "Asha Rao", "ribbon kettle lantern", "", "office"
)
_BARE = """
import time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])

class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, self.end)

    def end(self):
        print(time.monotonic(), flush=True)
        app.exit()

window = Window()
window.resize(1440, 900)
window.show()
app.exec()
"""
# Ours tells three moments: the window's first paint; the log-in screen painted and a letter typed
# into its name field; the database open behind it. The probes are set from outside; the program
# knows of none.
_OURS = """
import json, runpy, sys, time
from PySide6.QtCore import QCoreApplication, QObject, QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
import hms_desktop.app as app
import hms_desktop.ui.window as window
moments = {}
plain_program = app.Program.__init__
plain_init = window.MainWindow.__init__
plain_view = window.MainWindow.show_view

class Probe(QObject):
    def __init__(self, watched, name, ready):
        super().__init__(watched)
        self.watched, self.name, self.ready = watched, name, ready
        watched.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and self.name not in moments and self.ready():
            name = self.name
            # After the paint itself and whatever Qt does with it.
            QTimer.singleShot(0, lambda: note(name))
        return False

def note(name):
    if name == "usable":
        field = window_now.stack.currentWidget().login
        assert field.hasFocus() or window_now.focusWidget() is field
        key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
        QCoreApplication.sendEvent(field, key)
        assert field.text() == "a", field.text()
    elif name == "open":
        field = window_now.stack.currentWidget().login
        assert field.text() == "a", "what was typed is kept"
        window_now.close()
    moments.setdefault(name, time.monotonic())

def program(self, *args):
    plain_program(self, *args)
    self.opened.connect(lambda: note("open"))

def init(self, *args):
    global window_now
    plain_init(self, *args)
    window_now = self
    # As the bare window does it: a zero timer begun in the paint. A probe on every event would
    # make Qt wrap them all, which takes longer than the paint.
    self.painted.connect(lambda: note("paint"))

def show_view(self, view):
    plain_view(self, view)
    if hasattr(view, "login"):
        def ready():
            return view.login.isEnabled() and view.login.isVisible()
        self.usable_probe = Probe(view, "usable", ready)

app.Program.__init__ = program
window.MainWindow.__init__ = init
window.MainWindow.show_view = show_view
sys.argv = ["hms-desktop", "--database", sys.argv[1], "--theme", "light"]
try:
    runpy.run_module("hms_desktop", run_name="__main__")
except SystemExit as end:
    assert not end.code, end.code
print(json.dumps(moments), flush=True)
"""


def run(quick: bool) -> list[Row]:  # noqa: FBT001 - the convention of all benchmarks
    """Start both in turn; times run from the start of the process."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    with tempfile.TemporaryDirectory(prefix="hms-start-") as folder:
        address = f"sqlite:///{folder}/small.db"
        opening.set_up_hospital(address, _FIRST)
        home = Path(folder)
        bare: list[float] = []
        paints: list[float] = []
        usables: list[float] = []
        opens: list[float] = []
        for number in range(WARM_UP + rounds):
            limit = _bare(home)
            paint, usable, opened = _ours(address, home)
            if number >= WARM_UP:
                bare.append(limit)
                paints.append(paint)
                usables.append(usable)
                opens.append(opened)
    limit = p50(bare)
    return [
        at_most("first paint, p50", p50(paints), limit, PAINT),
        at_most("log-in usable, p50", p50(usables), limit, USABLE),
        at_most("database open behind it, p50", p50(opens), limit, OPEN),
    ]


def _bare(home: Path) -> float:
    begun = time.monotonic()
    return (float(_start(_BARE, (), home).split()[0]) - begun) * 1_000


def _ours(address: str, home: Path) -> tuple[float, float, float]:
    begun = time.monotonic()
    moments = json.loads(_start(_OURS, (address,), home).splitlines()[-1])
    paint, usable, opened = (
        (moments[name] - begun) * 1_000 for name in ("paint", "usable", "open")
    )
    return paint, usable, opened


def _start(code: str, arguments: Sequence[str], home: Path) -> str:
    folders = {f"XDG_{kind}_HOME": str(home / kind) for kind in ("CONFIG", "DATA", "STATE")}
    # Warm means compiled, as an installed program is; the uncounted start leaves the byte code.
    inherited = {name: value for name, value in os.environ.items() if name not in _COLD}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
        cwd=Path(__file__).parents[1],
        env={**inherited, "QT_QPA_PLATFORM": "offscreen", **folders},
    ).stdout
