"""The whole program in a process of its own: a doctor types into a consultation, hurries, or looks.

Tells on standard output what it sees, one JSON line each; `type` and `hurry` go on until killed.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import keyring
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPlainTextEdit

from hms_desktop import opening
from hms_desktop.app import Program
from hms_desktop.settings import WindowOptions, load_settings
from hms_desktop.ui.pages.today import TodayPage
from tests.walks.clinic import LOGIN, OTHER, open_clinic
from tests.walks.shell_program import CONTROL, FileKeyring, Hands, tell

KEY_SECONDS = 0.03
"""Between two keys of somebody in a hurry; far less than the wait before a draft is written."""


def _text(editor: QLineEdit | QPlainTextEdit) -> str:
    return editor.text() if isinstance(editor, QLineEdit) else editor.toPlainText()


class Doctor(Hands):
    """A doctor who types."""

    @property
    def page(self) -> TodayPage:
        sessions = self.program.sessions
        assert sessions is not None
        assert sessions.bench is not None
        page = sessions.bench.scope
        assert isinstance(page, TodayPage)
        return page

    def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        QTest.keyClick(self.focused(), key, modifier)

    def type(self, text: str) -> None:
        QTest.keyClicks(self.focused(), text)

    def begin(self) -> None:
        """Call the first patient and begin."""
        self.until(lambda: self.page.list.next_visit() is not None)
        self.press(Qt.Key.Key_F8)
        self.until(lambda: self.page.part.opened is not None)
        self.press(Qt.Key.Key_F9)
        form = self.page.part.form
        self.until(lambda: form.isAncestorOf(QApplication.focusWidget()))

    def hurry(self, words: str) -> None:
        """Type without a pause until killed, and tell how far it came."""
        self.begin()
        done = 0
        while True:
            self.type(words[done % len(words)])
            done += 1
            tell({"keys": done})
            until = time.monotonic() + KEY_SECONDS
            while time.monotonic() < until:
                self.app.processEvents()
                time.sleep(0.002)

    def consult(self, words: str) -> None:
        """Type into every kind of field of the first patient's visit; nothing is saved."""
        self.begin()
        form = self.page.part.form
        for number, part in enumerate(("complaint", "signs", "code", "test", "note", "drug"), 1):
            self.press(Qt.Key(Qt.Key.Key_0.value + number), CONTROL)
            self.type("118/" if part == "signs" else f"{words} {part}")
            if part == "code":
                self.until(lambda: form.diagnoses.completion.is_open)
                self.press(Qt.Key.Key_Up)
                self.press(Qt.Key.Key_Return)
                self.type(f"{words} half")
        self.fill_the_rest(words)

    def fill_the_rest(self, words: str) -> None:
        """Type something of its own into every field that is empty still."""
        for name, part in self.page.part.form.parts.items():
            for number, editor in enumerate(part.editors()):
                if not editor.isVisible():
                    continue
                editor.setFocus()
                if isinstance(editor, QCheckBox) and not editor.isChecked():
                    self.press(Qt.Key.Key_Space)
                elif isinstance(editor, QLineEdit | QPlainTextEdit) and not (
                    editor.isReadOnly() or _text(editor)
                ):
                    self.type({"vitals": "36", "follow_up_on": "4w"}.get(name, f"{words} {number}"))


def main(mode: str, url: str, ring: str, words: str) -> None:
    keyring.set_keyring(FileKeyring(Path(ring)))
    opening.open_services = open_clinic  # type: ignore[attr-defined]
    app = QApplication(sys.argv[:1])
    program = Program(app, WindowOptions(database=url, demo=False), load_settings())
    program.start()
    program.window.activateWindow()
    hands = Doctor(app, program)
    hands.until(lambda: program.sessions is not None)
    hands.log_in(LOGIN, OTHER)
    if mode == "hurry":
        hands.hurry(words)
    if mode == "type":
        hands.consult(words)
        tell(hands.page.part.form.raw())
        while True:  # Until it is killed: nothing here closes or flushes anything.
            app.processEvents()
            time.sleep(0.005)
    hands.until(lambda: hands.page.part.opened is not None)
    opened = hands.page.part.opened
    assert opened is not None
    tell({"visit": opened.visit.id, "raw": hands.page.part.form.raw()})
    program.window.close()
    program.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
