"""How the part for weekly hours looks: grid and text side by side, what is to be said above."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.domain.week_hours import Period
from hms_desktop.ui.availability.day_texts import DayTexts
from hms_desktop.ui.availability.period_bar import PeriodBar
from hms_desktop.ui.availability.week_grid import WeekGrid
from hms_desktop.ui.buttons import button
from hms_desktop.ui.conflict_panel import ConflictPanel
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.patients.strip import Strip
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.theme import current_theme


class WeekFrame(QWidget):
    """The widgets of the part and how they show its state; what they do is the heir's."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build everything, with nothing to show yet."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        usual = desk.settings.slot_minutes
        self.bar = PeriodBar(desk, usual)
        self.grid = WeekGrid(self._formats, usual)
        self.texts = DayTexts()
        self.strip = Strip("accent")
        self.begin_button = self.strip.add_button(self.tr("Begin with these hours"), self.begin)
        self.conflict = ConflictPanel()
        self._trouble = plain_label(role="error", wrap=True)
        self._trouble.hide()
        self._note = plain_label(role="small", wrap=True)
        self.clear_button = button(self.tr("C&lear the week"), self.clear_week, kind="danger")
        self.discard_button = button(self.tr("&Discard"), self.discard)
        self.save_button = button(self.tr("&Save week"), self.save, kind="primary", icon="check")
        card = QFrame()
        card.setProperty("panel", True)
        framed = QVBoxLayout(card)
        framed.setContentsMargins(1, 1, 1, 1)
        framed.setSpacing(0)
        framed.addWidget(self.bar)
        framed.addWidget(self.grid, 1)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(card, 1)
        row.addWidget(self._side())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for one in (self.conflict, self.strip, self._trouble):
            layout.addWidget(one)
        layout.addLayout(row, 1)

    def begin(self) -> None:
        """Begin with the hospital's usual hours."""

    def clear_week(self) -> None:
        """Empty the period that is shown."""

    def discard(self) -> None:
        """Give up what is not saved."""

    def save(self) -> None:
        """Save the whole week at once."""

    def show_state(self, period: Period, *, dirty: bool, saving: bool, may_edit: bool) -> None:
        """Show a period and what may be done with it."""
        self.grid.set_period(period)
        self.texts.set_period(period)
        for one in (self.grid, self.texts, self.bar):
            one.set_read_only(not may_edit)
        for button_ in (self.save_button, self.discard_button, self.clear_button):
            button_.setVisible(may_edit)
        self.save_button.setEnabled(dirty and not saving)
        self.discard_button.setEnabled(dirty and not saving)
        self.clear_button.setEnabled(not period.empty)
        words = self.tr("Not saved yet") if dirty else ""
        if not may_edit:
            words = self.tr("You may look at these hours, not change them")
        hours = self.tr("{n} hours a week").format(n=f"{period.minutes / 60:g}")
        self._note.setText(" · ".join(part for part in (words, hours) if part))

    def say_usual(self, *, may_edit: bool) -> None:
        """Say what counts while no hours are set, and offer to begin with it."""
        settings = self._desk.settings
        self.begin_button.setVisible(may_edit and settings.default_hours_apply)
        what_to_do = self.tr("Paint hours on the week or type them, then save.") if may_edit else ""
        if not settings.default_hours_apply:
            self.strip.say(
                self.tr("No weekly hours are set, so nothing can be booked with this doctor."),
                what_to_do,
            )
            return
        words = self.tr(
            "No weekly hours are set: the hospital's usual hours {from_}–{to} count."
        ).format(
            from_=self._formats.minute(settings.default_start_minute),
            to=self._formats.minute(settings.default_end_minute),
        )
        self.strip.say(words, what_to_do)

    def say_draft(self) -> None:
        """Say that what was not saved is back."""
        self.begin_button.hide()
        self.strip.say(
            self.tr("What was painted here and not saved is back."),
            self.tr("Save the week, or discard it."),
        )

    def show_trouble(self, words: str) -> None:
        """Show a sentence over everything; an empty one hides it."""
        self._trouble.setText(words)
        self._trouble.setVisible(bool(words))

    def _side(self) -> QFrame:
        side = QFrame()
        side.setProperty("panel", True)
        side.setFixedWidth(current_theme().px(372))
        inside = QVBoxLayout(side)
        inside.setContentsMargins(16, 14, 16, 14)
        inside.setSpacing(8)
        inside.addWidget(plain_label(self.tr("The same as text"), role="section"))
        help_text = self.tr(
            "Like 09:00-12:30, 14:00-17:00. Add /20 for slots of 20 minutes and x2 for two "
            "patients at once."
        )
        inside.addWidget(plain_label(help_text, role="small", wrap=True))
        inside.addWidget(self.texts)
        inside.addStretch(1)
        inside.addWidget(self._note)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.clear_button)
        buttons.addStretch(1)
        buttons.addWidget(self.discard_button)
        buttons.addWidget(self.save_button)
        inside.addLayout(buttons)
        return side
