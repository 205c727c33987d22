"""A doctor's desk over a real database, with one consultation form in its window."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget

from hms_desktop.domain.permissions import DOCTOR
from hms_desktop.ui.consultation.form import ConsultationForm
from tests.ui.patients import desk as patients_desk


@dataclass
class Clinic:
    """A hospital, a doctor's desk in it, and the form."""

    place: patients_desk.Place
    form: ConsultationForm

    def settle(self) -> None:
        self.place.settle()

    def type(self, text: str) -> None:
        """Type on whatever has the cursor."""
        for letter in text:
            if letter.isascii():
                QTest.keyClicks(self.here(), letter)
            else:  # the test's keyboard has ASCII keys only
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
                    QApplication.sendEvent(self.here(), event)

    def key(
        self,
        key: Qt.Key,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        QTest.keyClick(self.here(), key, modifiers)

    def here(self) -> QWidget:
        """Return what has the cursor."""
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def through_json(self) -> None:
        """Take everything typed out, through JSON, and put it into the emptied form."""
        raw = json.loads(json.dumps(self.form.raw(), ensure_ascii=False))
        self.form.clear()
        self.form.restore(raw)
        assert self.form.raw() == raw


@contextmanager
def clinic(url: str, folder: Path) -> Iterator[Clinic]:
    with patients_desk.place(url, folder, permissions=DOCTOR) as place:
        form = ConsultationForm(place.desk)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(form)
        layout = QVBoxLayout(place.window)
        layout.addWidget(area)
        place.window.resize(1000, 800)
        place.window.show()
        place.window.activateWindow()
        opened = Clinic(place, form)
        opened.settle()
        yield opened
