"""The first start of a hospital: its name, its database, its administrator, step by step."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.domain.accounts import FirstStart, FirstStarted
from hms_desktop.domain.errors import Invalid
from hms_desktop.ui.buttons import button
from hms_desktop.ui.cards import Card, Column
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.first_start_steps import (
    AdminStep,
    DatabaseStep,
    HospitalStep,
    SheetStep,
)
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.runner import Runner
from hms_desktop.ui.theme import set_look
from hms_desktop.ui.widgets.toast import announce

WIDTH = 620
HOSPITAL, DATABASE, ADMIN, SHEET = range(4)


class FirstStartView(QWidget):
    """Leads through the steps; what was typed stays in them, back and forth.

    ``try_database(address)`` returns the address as it may be shown, ``set_up(address, wish)``
    makes the tables and the hospital; both run on a worker. ``finished`` carries (address, login)
    when the recovery sheet was seen.
    """

    finished = Signal(object)

    def __init__(
        self,
        runner: Runner,
        *,
        default_database: str,
        fixed_database: str | None,
        try_database: Callable[[str], str],
        set_up: Callable[[str, FirstStart], FirstStarted],
        parent: QWidget | None = None,
    ) -> None:
        """Begin at the hospital; ``fixed_database`` was named when the program was started."""
        super().__init__(parent)
        self.setProperty("ground", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._runner = runner
        self._try, self._set_up = try_database, set_up
        self._made: FirstStarted | None = None
        self._address = ""
        self._busy = False
        self._held: QWidget | None = None
        self._fixed = fixed_database or ""
        self._order = tuple(
            step for step in range(SHEET + 1) if step != DATABASE or not self._fixed
        )
        self.hospital = HospitalStep()
        self.database = DatabaseStep(default_database, fixed_database)
        self.admin = AdminStep(runner, self.hospital.hospital_name)
        self.sheet = SheetStep(runner)
        self.steps = QStackedWidget()
        self._steps = (self.hospital, self.database, self.admin, self.sheet)
        for step in self._steps:
            # The card is as high as its highest step, so the buttons stay where they are.
            step.column.addStretch(1)
            self.steps.addWidget(step)
        self._places = {step: plain_label(role="small") for step in self._order}
        self._message = plain_label(wrap=True)
        self._message.hide()
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Working"))
        self._bar.hide()
        self.back_button = button(self.tr("&Back"), self.back)
        self.next_button = button("", self.go_on, kind="primary")
        self._lay_out()
        for one in (self.hospital, self.database, self.admin):
            one.submitted.connect(self.go_on)
        self.database.test_button.clicked.connect(lambda _checked=False: self.test())
        self.database.changed.connect(lambda: self._say(""))
        self.sheet.seen.toggled.connect(lambda _on: self._show_buttons())
        self._show(HOSPITAL)

    def _lay_out(self) -> None:
        words = self.tr("A few short steps. Nothing is saved before you set up the hospital.")
        if self._fixed:
            words += " " + self.tr("The data goes to {address}.").format(
                address=_without_password(self._fixed)
            )
        card = Card(self.tr("Set up your hospital"), words)
        card.body.setContentsMargins(32, 28, 32, 24)
        card.add_row(*self._places.values())
        card.add(self.steps)
        card.add(self._message)
        card.add(self._bar)
        row = QHBoxLayout()
        row.addWidget(self.back_button)
        row.addStretch(1)
        row.addWidget(self.next_button)
        card.body.addLayout(row)
        column = Column(width=WIDTH)
        column.add(card)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 24, 0, 0)
        layout.addWidget(column)

    # ------------------------------------------------------------------------------- steps
    @property
    def step(self) -> int:
        """The step in front: HOSPITAL, DATABASE, ADMIN or SHEET."""
        return self.steps.currentIndex()

    def _show(self, step: int) -> None:
        names = (
            self.tr("Hospital"),
            self.tr("Database"),
            self.tr("First administrator"),
            self.tr("Recovery sheet"),
        )
        words = self.tr("Step {n} of {m}: {name}").format(
            n=self._order.index(step) + 1, m=len(self._order), name=names[step]
        )
        for place, label in self._places.items():
            mark = "✓" if place < step else str(self._order.index(place) + 1)
            label.setText(f"{mark}  {names[place]}   ")
            set_look(label, role="strong" if place == step else "small")
        self.steps.setCurrentIndex(step)
        self._say("")
        self._show_buttons()
        self._steps[self.step].first.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, words)

    def _show_buttons(self) -> None:
        last = self.step == SHEET
        words = {
            ADMIN: self.tr("Set &up the hospital"),
            SHEET: self.tr("&Go to log-in"),
        }
        self.next_button.setText(words.get(self.step, self.tr("&Next")))
        self.next_button.setEnabled(not self._busy and (not last or self.sheet.seen.isChecked()))
        self.back_button.setVisible(not last)
        self.back_button.setEnabled(not self._busy and self.step != HOSPITAL)

    def back(self) -> None:
        """Go one step back; what was typed stays."""
        if not self._busy and HOSPITAL < self.step < SHEET:
            self._show(self._order[self._order.index(self.step) - 1])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.back()
        else:
            super().keyPressEvent(event)

    def go_on(self) -> None:
        """Check the step in front and go to the next."""
        if self._busy or not self.next_button.isEnabled():
            return
        self._say("")
        if self.step == HOSPITAL and self.hospital.check():
            self._show(self._order[1])
        elif self.step == DATABASE and self.database.check():
            self._work(
                self.tr("Looking at the database…"), self._trial(), lambda _words: self._tried()
            )
        elif self.step == ADMIN and self.admin.check():
            self._begin()
        elif self.step == SHEET and self._made is not None:
            self.finished.emit((self._address, self._made.login))

    def test(self) -> None:
        """Look at the database and stay at this step."""
        if not self._busy and self.database.check():
            words = self.tr("Looking at the database…")
            self._work(words, self._trial(), self._usable)

    def _trial(self) -> Callable[[], str]:
        address, look = self.database.address(), self._try
        return lambda: look(address)

    def _usable(self, address: str) -> None:
        words = self.tr("{address} can be used. The hospital will be set up there.")
        self._say(words.format(address=address), "ok")

    def _tried(self) -> None:
        self._show(ADMIN)

    def _begin(self) -> None:
        self._address = address = self.database.address()
        wish = FirstStart(
            hospital_name=self.hospital.hospital_name(),
            zone=self.hospital.zone.value(),
            settings={"country": str(self.hospital.country.value())},
            login=self.admin.login.text(),
            display_name=self.admin.name.text(),
            email=self.admin.email.text(),
            password=self.admin.password.text(),
        )
        make = self._set_up
        self._work(
            self.tr("Making the tables and the hospital…"), lambda: make(address, wish), self._done
        )

    def _done(self, made: FirstStarted) -> None:
        self._made = made
        self.admin.forget()
        self.database.forget()
        self.sheet.show_codes(self.hospital.hospital_name(), made)
        self._show(SHEET)

    # ---------------------------------------------------------------------------- underway
    def _work(self, words: str, work: Callable[[], object], done: Callable[..., object]) -> None:
        self._set_busy(busy=True)
        self._say(words, "dim")

        def arrived(result: object) -> None:
            self._set_busy(busy=False)
            self._say("")
            done(result)

        self._runner.run(work, owner=self, done=arrived, failed=self._refused, label=words)

    def _set_busy(self, *, busy: bool) -> None:
        if busy:
            self._held = QApplication.focusWidget()
        self._busy = busy
        self._bar.setVisible(busy)
        self.steps.setEnabled(not busy)
        self._show_buttons()
        # What is disabled loses the cursor; it comes back to where it was.
        if not busy and self._held is not None and self.isAncestorOf(self._held):
            self._held.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refused(self, error: Exception) -> None:
        self._set_busy(busy=False)
        self._say("")
        if isinstance(error, Invalid):
            for number, step in enumerate(self._steps):
                if error.field in step.form.fields:
                    if number != self.step:
                        self._show(number)
                    step.form.show_error(error)
                    return
        self._say(sentence(error), "error")
        self._steps[self.step].first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, words: str, look: str = "error") -> None:
        self._message.setText(words)
        self._message.setVisible(bool(words))
        set_look(self._message, role=look)
        if words:
            announce(self, words)

    def showEvent(self, event: QShowEvent) -> None:
        """Put the cursor where typing begins."""
        super().showEvent(event)
        self._steps[self.step].first.setFocus(Qt.FocusReason.OtherFocusReason)


def _without_password(address: str) -> str:
    """Return an address as a person may see it."""
    head, at, tail = address.rpartition("@")
    if not at or "://" not in head:
        return address
    scheme, _, login = head.partition("://")
    return f"{scheme}://{login.partition(':')[0]}@{tail}"
