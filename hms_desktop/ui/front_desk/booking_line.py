"""The booking line: typed words become a live proposal; Enter books it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QListWidgetItem,
    QWidget,
)

from hms_desktop.domain.booking_line import BookingLine, parse
from hms_desktop.domain.booking_vocabulary import Vocabulary
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.front_desk.line_choices import LineChoices
from hms_desktop.ui.front_desk.line_colours import paint_words
from hms_desktop.ui.front_desk.line_frame import LineFrame
from hms_desktop.ui.front_desk.proposing import Answer, Asked, Stage, propose
from hms_desktop.ui.front_desk.words import at_time, stage_text
from hms_desktop.ui.grid.day import Proposal
from hms_desktop.ui.grid.texts import one_line
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.theme import set_look

if TYPE_CHECKING:
    from hms_desktop.domain.patients import PatientHit
    from hms_desktop.ui.front_desk.loading import Loaded
    from hms_desktop.ui.pages.base import Desk

_PAUSE_MS = 90
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class BookingLineBar(LineFrame):
    """One line to book with.

    ``proposed`` carries the grid's ``Proposal`` or None, ``booking_wanted`` a ready ``Answer``,
    ``new_patient_wanted`` the words that no patient fits.
    """

    proposed = Signal(object)
    booking_wanted = Signal(object)
    new_patient_wanted = Signal(str)

    def __init__(self, desk: Desk, host: QWidget, parent: QWidget | None = None) -> None:
        """Build the line; ``host`` is the page, over which choices are shown."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._loaded: Loaded | None = None
        self._vocabulary = Vocabulary()
        self._chosen: PatientHit | None = None
        self._picked: tuple[str, PatientHit] | None = None
        self._doctor_id: int | None = None
        self._preferred: int | None = None
        self._enter_waits = False
        self._fresh = False
        self.answer: Answer | None = None
        self.choices = LineChoices(desk, host)
        self.choices.itemClicked.connect(self._take)
        self.edit.textEdited.connect(self._typed)
        self.edit.installEventFilter(self)
        desk.theme.changed.connect(self._recolour)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._ask)

    # ------------------------------------------------------------------ for the page
    def set_loaded(self, loaded: Loaded, preferred_doctor: int | None = None) -> None:
        """Take the names that a line may use, and what is shown."""
        before = self._loaded
        self._loaded, self._preferred = loaded, preferred_doctor
        if before is None or _names(before) != _names(loaded):
            self._vocabulary = Vocabulary(*_names(loaded))
        if self.edit.text().strip() and (before is None or before.shown.on != loaded.shown.on):
            self._pause.start()

    def prefer(self, doctor_id: int) -> None:
        """Take this doctor where several fit."""
        self._preferred = doctor_id

    def focus_line(self) -> None:
        """Put the cursor here."""
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.selectAll()

    def set_patient(self, hit: PatientHit | None) -> None:
        """Book for this patient where the line names nobody."""
        self._chosen = hit

    def clear(self) -> None:
        """Empty the line."""
        self.edit.clear()
        self._forget()

    def start_anew(self) -> None:
        """Make ready for the next visit: Ctrl+Z takes the booking back, not its words."""
        self.edit.start_anew()
        self._forget()

    # ------------------------------------------------------------------ typing
    def _typed(self, _text: str) -> None:
        self._doctor_id = None
        self._enter_waits = self._fresh = False
        paint_words(self.edit, self._read())
        if self.edit.text().strip():
            self._pause.start()
        else:
            self._forget()

    def _read(self) -> BookingLine:
        local = self._desk.local(self._desk.now())
        return parse(
            self.edit.text(),
            self._vocabulary,
            local.date(),
            local.replace(tzinfo=None),
            day_first=self._desk.settings.day_first,
        )

    def _ask(self) -> None:
        self._pause.stop()
        loaded = self._loaded
        if loaded is None or not self.edit.text().strip():
            return
        usual = next((one for one in loaded.visit_types if "desk" in one.bookable_by), None)
        line = self._read()
        asked = Asked(
            line=line,
            vocabulary=self._vocabulary,
            day=max(loaded.shown.on, self._desk.today()),
            doctor_ids=tuple(one.id for one in loaded.columns),
            departments=tuple((one.id, one.department_id) for one in loaded.doctors),
            default_type=usual.id if usual is not None else None,
            minutes_of=tuple((one.id, one.minutes) for one in loaded.visit_types),
            chosen=self._patient_for(line),
            doctor_id=self._doctor_id,
            preferred_doctor=self._preferred,
        )
        services, actor, text = self._desk.services, self._desk.actor, self.edit.text()
        self._desk.runner.run(
            lambda: propose(services, actor, asked),
            owner=self,
            done=lambda answer: self._show(text, answer),
            failed=self._failed,
            key="propose",
        )

    def _patient_for(self, line: BookingLine) -> PatientHit | None:
        """Return who was picked for exactly these words, else the page's for a line without."""
        if self._picked is not None and self._picked[0] == line.patient_text:
            return self._picked[1]
        return None if line.patient_words else self._chosen

    def _failed(self, error: Exception) -> None:
        self.say(sentence(error), alarm=True)

    def _show(self, text: str, answer: Answer) -> None:
        if text != self.edit.text():
            return
        self.answer = answer
        self._fresh = True
        waits, self._enter_waits = self._enter_waits, False
        self.choices.show_answer(answer, self._loaded, self)
        self.say(stage_text(answer, self._formats), alarm=answer.stage is Stage.CLOSED)
        self._show_chip(answer)
        if waits and answer.stage is Stage.READY:
            self.booking_wanted.emit(answer)

    def _show_chip(self, answer: Answer) -> None:
        shown = answer
        if answer.stage is Stage.CLOSED and answer.instead:
            shown = answer.at(answer.instead[0])
        doctor = self._loaded.doctor(shown.doctor_id) if self._loaded is not None else None
        ready = answer.stage is Stage.READY
        if doctor is None or shown.starts_at is None or answer.stage is Stage.PATIENT_UNKNOWN:
            self.chip.hide()
            self.proposed.emit(None)
            return
        when = at_time(self._formats, shown.starts_at, self._desk.now())
        name = one_line(shown.patient.name) if shown.patient is not None else self.tr("?")
        words = " · ".join((name, one_line(doctor.display_name), when))
        self.chip.set_text(words)
        self.chip.set_kind("accent" if ready else "warn", "" if ready else "clock")
        self.chip.show()
        self.keys.set_shortcut("Return" if ready or answer.instead else "Ctrl+B")
        self.proposed.emit(Proposal(doctor.id, shown.starts_at, shown.minutes or 15, name))

    # ------------------------------------------------------------------ choices
    def _take(self, item: QListWidgetItem | None) -> None:
        answer = self.answer
        if item is None or answer is None:
            return
        (data,) = item.data(Qt.ItemDataRole.UserRole)
        self.choices.hide()
        if answer.stage is Stage.CLOSED:
            self.answer = answer.at(data)
            self._after_choice()
        elif answer.stage is Stage.DOCTOR_UNCLEAR:
            self._doctor_id = data
            self._ask()
        else:
            self._picked = (self._read().patient_text, data)
            self._ask()

    def _after_choice(self) -> None:
        answer = self.answer
        if answer is not None:
            if answer.patient is None and answer.hits:
                answer = self.answer = Answer(
                    Stage.PATIENT_UNCLEAR, answer.hits, None, (), answer.doctor_id,
                    answer.starts_at, answer.minutes, answer.visit_type_id, answer.note,
                )  # fmt: skip
            self.choices.show_answer(answer, self._loaded, self)
            self.say(stage_text(answer, self._formats))
            self._show_chip(answer)

    # ------------------------------------------------------------------ keys
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter books or takes a choice, arrows walk the choices, Esc empties the line."""
        if watched is self.edit:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                return self._key(event)
            if event.type() == QEvent.Type.FocusIn:
                set_look(self, focused=True)
            elif event.type() == QEvent.Type.FocusOut:
                set_look(self, focused=False)
                self.choices.hide()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() in _ENTER:
            self.enter()
        elif event.key() == Qt.Key.Key_Escape and self.choices.isVisible():
            self.choices.hide()
        elif event.key() == Qt.Key.Key_Escape and self.edit.text():
            self.clear()
        elif event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up} and self.choices.isVisible():
            self.choices.step(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            return False
        return True

    def enter(self) -> None:
        """Do what Enter does: book what is proposed, take a choice, or wait for the proposal."""
        if not self.edit.text().strip():
            return
        answer = self.answer
        if answer is None or not self._fresh:
            self._enter_waits = True
            self._ask()
        elif self.choices.isVisible():
            self._take(self.choices.currentItem())
        elif answer.stage is Stage.READY and answer.patient is not None:
            self.booking_wanted.emit(answer)
        elif answer.stage is Stage.PATIENT_UNKNOWN:
            self.new_patient_wanted.emit(self._read().patient_text)
        else:
            self.choices.show_answer(answer, self._loaded, self)

    def refused(self, text: str) -> None:
        """Show why the booking was refused; the line stays, a new proposal is looked for."""
        self.say(text, alarm=True)

    # ------------------------------------------------------------------ looks
    def _recolour(self) -> None:
        self.restyle()
        if self.edit.text():
            paint_words(self.edit, self._read())

    def _forget(self) -> None:
        self._pause.stop()
        self.answer = None
        self._picked = None
        self._doctor_id = None
        self._fresh = False
        self._enter_waits = False
        self.choices.hide()
        self.chip.hide()
        self.keys.set_shortcut("Ctrl+B")
        self.say("")
        self.proposed.emit(None)


def _names(loaded: Loaded) -> tuple[tuple[tuple[int, str], ...], ...]:
    return (
        tuple((one.id, one.display_name) for one in loaded.doctors),
        tuple((one.id, one.name) for one in loaded.departments),
        tuple((one.id, one.name) for one in loaded.visit_types),
    )
