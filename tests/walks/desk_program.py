"""The front desk in a process of its own: it books by keys and takes it back, or only watches.

Tells on standard output what it sees, one JSON line each. `book` waits for a line on standard
input before each step; `watch` tells whenever other visits are on its grid, until that is closed.
"""

from __future__ import annotations

import select
import sys
import time

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hms_desktop import opening
from hms_desktop.app import Program
from hms_desktop.settings import WindowOptions, load_settings
from hms_desktop.ui.pages.front_desk import FrontDeskPage
from tests.walks.clinic import OTHER, open_clinic
from tests.walks.shell_program import CONTROL, Hands, tell


class Receptionist(Hands):
    """Somebody at the front desk."""

    @property
    def page(self) -> FrontDeskPage:
        sessions = self.program.sessions
        assert sessions is not None
        assert sessions.bench is not None
        page = sessions.bench.scope
        assert isinstance(page, FrontDeskPage)
        return page

    def visits(self) -> list[list[str]]:
        """Return name and status of each visit on the grid."""
        day = self.page.book.grid.day
        return sorted([one.patient_name, one.status] for one in day.visits) if day else []

    def told_to_go_on(self) -> bool:
        """Keep the window alive until a line comes (or, False, none will come any more)."""
        while not select.select([sys.stdin], [], [], 0)[0]:
            self.app.processEvents()
            time.sleep(0.005)
        return bool(sys.stdin.readline())

    def watch(self) -> None:
        """Tell of every change on the grid until standard input is closed."""
        seen = self.visits()
        tell({"visits": seen})
        while not select.select([sys.stdin], [], [], 0)[0]:
            self.app.processEvents()
            if (now := self.visits()) != seen:
                seen = now
                tell({"visits": seen})
            time.sleep(0.005)

    def work(self, line: str) -> None:
        """Book by the booking line, check in, and take both back."""
        tell({"visits": self.visits()})
        self.told_to_go_on()
        self.page.book.focus_grid()
        QTest.keyClick(self.focused(), Qt.Key.Key_B, CONTROL)
        QTest.keyClicks(self.focused(), line)
        QTest.keyClick(self.focused(), Qt.Key.Key_Return)
        self.until(self.visits)
        tell({"visits": self.visits()})
        self.told_to_go_on()
        self.page.book.focus_grid()
        (visit,) = self.page.book.state.visits if self.page.book.state else ()
        self.page.book.grid.focus_visit(visit.id)
        QTest.keyClick(self.focused(), Qt.Key.Key_C)
        self.until(lambda: [one[1] for one in self.visits()] == ["arrived"])
        tell({"visits": self.visits()})
        for _step in range(2):
            self.told_to_go_on()
            before = self.visits()
            QTest.keyClick(self.focused(), Qt.Key.Key_Z, CONTROL)
            self.until(lambda before=before: self.visits() != before)
            tell({"visits": self.visits()})
        self.told_to_go_on()


def main(mode: str, url: str, line: str) -> None:
    opening.open_services = open_clinic  # type: ignore[attr-defined]
    app = QApplication(sys.argv[:1])
    program = Program(app, WindowOptions(database=url, demo=False), load_settings())
    program.start()
    program.window.activateWindow()
    hands = Receptionist(app, program)
    hands.until(lambda: program.sessions is not None)
    hands.log_in("sheela", OTHER)
    hands.until(lambda: hands.page.book.state is not None)
    if mode == "watch":
        hands.watch()
    else:
        hands.work(line)
    program.window.close()
    program.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
