"""The view between log-in and work for somebody whose role asks for a second factor."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hms_desktop.domain.actor import Actor
from hms_desktop.services.assembly import Services
from hms_desktop.ui.buttons import button
from hms_desktop.ui.cards import Card, Column
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.house import Entered, House
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.runner import Runner
from hms_desktop.ui.second_factor.steps import EnrolSteps
from hms_desktop.ui.window import MainWindow

WIDTH = 600


class EnrolView(QWidget):
    """The card with the steps, alone in the window.

    ``finished`` carries the log-in with the rights that it has now, ``left`` one that gave up.
    """

    finished = Signal(object)  # Actor
    left = Signal(object)  # Actor

    def __init__(self, runner: Runner, services: Services, actor: Actor) -> None:
        """Build the card and ask for a key."""
        super().__init__()
        self.setProperty("ground", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._runner = runner
        self._services = services
        self.actor = actor
        self.steps = EnrolSteps(runner, services)
        self._error = plain_label(role="error", wrap=True)
        self._error.hide()
        card = Card(
            self.tr("Set up your second factor"),
            self.tr(
                "{name}, your role asks for a code of your phone besides the password. This is "
                "done once; then your work opens."
            ).format(name=actor.name),
        )
        card.add(self._error)
        card.add(self.steps)
        self.leave_button = button(
            self.tr("Log out"), lambda: self.left.emit(self.actor), kind="link"
        )
        card.body.addWidget(self.leave_button, 0, Qt.AlignmentFlag.AlignLeft)
        column = Column(width=WIDTH)
        column.add(card)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 48, 0, 0)
        layout.addWidget(column)
        # Leaving is logging out here.
        self.steps.cancel_button.hide()
        self.steps.done_button.setText(self.tr("&Go to work"))
        self.steps.refused.connect(self._failed)
        self.steps.confirmed.connect(self.leave_button.hide)
        self.steps.finished.connect(self._go_on)
        self.steps.begin(actor)

    def _go_on(self) -> None:
        services, actor = self._services, self.actor
        self._runner.run(
            lambda: services.accounts.current(actor),
            owner=self,
            done=self.finished.emit,
            failed=self._failed,
        )

    def _failed(self, error: object) -> None:
        if isinstance(error, Exception):
            self._error.setText(sentence(error))
            self._error.show()


class FirstTime(QObject):
    """Puts the view in front of the work.

    ``entered`` carries who may go on to it, ``given_up`` the log-in that is to be ended.
    """

    entered = Signal(object)  # Entered
    given_up = Signal(object)  # Actor

    def __init__(self, window: MainWindow, house: House, parent: QObject) -> None:
        """Begin with nobody."""
        super().__init__(parent)
        self._window = window
        self._house = house
        self.view: EnrolView | None = None

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Who stands between log-in and work."""
        return () if self.view is None else (self.view.actor,)

    def lead(self, entered: Entered) -> None:
        """Show the steps to somebody who must take them."""
        view = EnrolView(self._house.runner, self._house.services, entered.actor)
        self.view = view
        view.finished.connect(lambda actor: self._finished(replace(entered, actor=actor)))
        view.left.connect(lambda _actor: self.give_up())
        self._window.show_view(view)

    def give_up(self) -> None:
        """Take the steps down: the person left, or nobody is there any more."""
        if self.view is not None:
            self.given_up.emit(self._take_down(self.view))

    def _finished(self, entered: Entered) -> None:
        view = self.view
        self.entered.emit(entered)
        if view is not None:
            self._take_down(view)

    def _take_down(self, view: EnrolView) -> Actor:
        self.view = None
        self._window.drop_view(view)
        return view.actor
