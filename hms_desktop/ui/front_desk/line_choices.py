"""What the booking line asks back: which patient, which doctor, which other time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from hms_desktop.ui.front_desk.proposing import Answer, Stage
from hms_desktop.ui.front_desk.words import at_time
from hms_desktop.ui.grid.texts import one_line
from hms_desktop.ui.patients.formats import Formats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hms_desktop.ui.front_desk.loading import Loaded
    from hms_desktop.ui.pages.base import Desk

_MOST_ROWS = 6
_WIDEST = 460


class LineChoices(QListWidget):
    """A list under the line; the cursor stays in the line."""

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Start hidden, over the host."""
        super().__init__(host)
        self._desk = desk
        self._host = host
        self._formats = Formats.of(desk.settings)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("Choices for the booking line"))
        self.hide()

    def show_answer(self, answer: Answer, loaded: Loaded | None, line: QWidget) -> None:
        """Show what an answer leaves open under the line; hide where nothing is."""
        self.clear()
        for text, data in self._rows(answer, loaded):
            item = QListWidgetItem(text)
            # In a tuple: Qt would turn a named tuple into a list of its own.
            item.setData(Qt.ItemDataRole.UserRole, (data,))
            self.addItem(item)
        if not self.count():
            self.hide()
            return
        self.setCurrentRow(0)
        height = min(self.count(), _MOST_ROWS) * self.sizeHintForRow(0) + 4
        spot = line.mapTo(self._host, QPoint(0, line.height() + 2))
        self.setGeometry(spot.x(), spot.y(), min(line.width(), _WIDEST), height)
        self.raise_()
        self.show()

    def step(self, by: int) -> None:
        """Walk the rows round and round."""
        self.setCurrentRow((self.currentRow() + by) % self.count())

    def _rows(self, answer: Answer, loaded: Loaded | None) -> Iterator[tuple[str, object]]:
        now, today = self._desk.now(), self._desk.today()
        if answer.stage is Stage.PATIENT_UNCLEAR:
            for hit in answer.hits:
                yield f"{one_line(hit.name)}   {self._formats.person(hit, today)}", hit
        elif answer.stage is Stage.DOCTOR_UNCLEAR and loaded is not None:
            for one in answer.doctor_ids:
                doctor = loaded.doctor(one)
                if doctor is not None:
                    yield f"{one_line(doctor.display_name)}   {doctor.department_name}", one
        elif answer.stage is Stage.CLOSED:
            for slot in answer.instead:
                when = at_time(self._formats, slot.starts_at, now)
                yield f"{when[:1].upper()}{when[1:]}   {one_line(slot.doctor_name)}", slot
