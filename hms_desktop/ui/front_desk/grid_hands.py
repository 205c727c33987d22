"""From the grid's wishes to the desk's steps: move, stretch, cancel, check in, menus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from hms_desktop.domain.appointments import CancelReason
from hms_desktop.domain.availability_rules import Reason
from hms_desktop.domain.errors import Conflict
from hms_desktop.domain.lifecycle import Status, may_become
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.front_desk.ask_panel import AskPanel, Question
from hms_desktop.ui.front_desk.grid_menu import GridMenu
from hms_desktop.ui.front_desk.words import at_time, cancel_reasons
from hms_desktop.ui.grid.day import CellRef, MoveWish, ResizeWish, StatusWish
from hms_desktop.ui.grid.texts import one_line
from hms_desktop.ui.patients.formats import Formats

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from hms_desktop.domain.appointments import AppointmentRow, GridVisit
    from hms_desktop.ui.front_desk.book_part import BookPart
    from hms_desktop.ui.front_desk.steps import DeskSteps
    from hms_desktop.ui.pages.base import Desk

_STATUSES = {"confirm": Status.CONFIRMED, "no_show": Status.NO_SHOW}


class GridHands(QObject):
    """Carries out what is wished for in the grid.

    ``booking_wanted`` carries a CellRef, ``opening_wanted`` a visit id.
    """

    booking_wanted = Signal(object)
    opening_wanted = Signal(object)

    def __init__(self, desk: Desk, part: BookPart, steps: DeskSteps, ask: AskPanel) -> None:
        """Listen to the grid."""
        super().__init__(part)
        self._desk = desk
        self._part = part
        self._steps = steps
        self._ask = ask
        self._formats = Formats.of(desk.settings)
        grid = part.grid
        grid.move_requested.connect(self.move)
        grid.resize_requested.connect(self.resize)
        grid.status_requested.connect(self.status)
        self.menu = GridMenu(desk, part, self)
        grid.menu_requested.connect(self.menu.show_menu)
        grid.open_requested.connect(self.opening_wanted)
        grid.book_requested.connect(self.book)
        steps.done.connect(self._after)

    # ------------------------------------------------------------------ moving
    def move(self, wish: MoveWish) -> None:
        """Move a visit; refused, it goes back, and who may is offered to overbook."""
        if not self._desk.actor.may("appointments.move"):
            self._part.say(self.tr("You may not move visits."))
            return
        visit = self.visit(wish.visit_id)
        if visit is not None:
            length = visit.ends_at - visit.starts_at
            self._part.pretend(
                visit._replace(
                    doctor_id=wish.doctor_id,
                    starts_at=wish.starts_at,
                    ends_at=wish.starts_at + length,
                )
            )
        self._steps.move(wish, failed=lambda error: self._not_moved(wish, error))

    def _not_moved(self, wish: MoveWish, error: Exception) -> None:
        def again(overbook: str | None, outside: str | None) -> None:
            self._steps.move(
                wish,
                overbook=overbook,
                outside=outside,
                failed=lambda refused: self._ask.refused(sentence(refused)),
            )

        self._refused(error, wish.visit_id, wish.starts_at, again)

    def resize(self, wish: ResizeWish) -> None:
        """Let a visit end at another time; refused, it goes back."""
        if not self._desk.actor.may("appointments.move"):
            self._part.say(self.tr("You may not change visits."))
            return
        visit = self.visit(wish.visit_id)
        if visit is not None:
            self._part.pretend(visit._replace(ends_at=wish.ends_at))

        def failed(error: Exception) -> None:
            starts_at = visit.starts_at if visit is not None else wish.ends_at
            self._refused(error, wish.visit_id, starts_at, again)

        def again(overbook: str | None, outside: str | None) -> None:
            self._steps.resize(
                wish,
                overbook=overbook,
                outside=outside,
                failed=lambda refused: self._ask.refused(sentence(refused)),
            )

        self._steps.resize(wish, failed=failed)

    def _refused(
        self,
        error: Exception,
        visit_id: int,
        starts_at: datetime,
        again: Callable[[str | None, str | None], None],
    ) -> None:
        """Put the box back, say what is there, offer what the person may do about it."""
        self._part.put_back()
        text = sentence(error)
        self._part.say(text)
        right = self._override(error)
        if right is None or not self._desk.actor.may(right):
            self._desk.toasts.show_toast(text, kind="warn", shortcut="")
            if not isinstance(error, Conflict):
                self._part.reload()
            return
        overbook = right == "appointments.overbook"
        visit = self.visit(visit_id)
        name = one_line(visit.patient_name) if visit is not None else ""
        question = Question(
            title=self.tr("Overbook") if overbook else self.tr("Book at a closed time"),
            subtitle=f"{name} · {at_time(self._formats, starts_at, self._desk.now())}",
            message=text,
            label=self.tr("Reason"),
            ok=self.tr("Overbook") if overbook else self.tr("Book all the same"),
            required=True,
        )

        def answered(_key: str, reason: str) -> None:
            again(reason if overbook else None, None if overbook else reason)

        self._desk.toasts.show_toast(
            text,
            kind="warn",
            shortcut="",
            undo=lambda: self._ask.ask(question, answered),
            undo_text=self.tr("Overbook…") if overbook else self.tr("Give a reason…"),
        )

    @staticmethod
    def _override(error: Exception) -> str | None:
        if not isinstance(error, Conflict):
            return None
        if error.kind in {"doctor", "hold"}:
            return "appointments.overbook"
        return error.existing.override if isinstance(error.existing, Reason) else None

    # ------------------------------------------------------------------ status
    def status(self, wish: StatusWish) -> None:
        """Check in, confirm, mark as no-show, or ask why to cancel."""
        visits = [one for one in map(self.visit, wish.visit_ids) if one is not None]
        if wish.action == "cancel":
            self.cancel(visits)
        elif wish.action == "check_in":
            self._check_in(visits)
        else:
            after = _STATUSES[wish.action]
            fitting = [one for one in visits if may_become(Status(one.status), after)]
            if not fitting:
                self._part.say(self.tr("This step is not possible for this visit now."))
                return
            self._steps.set_status([(one.id, one.version) for one in fitting], after)

    def _check_in(self, visits: Sequence[GridVisit]) -> None:
        fitting = [one for one in visits if may_become(Status(one.status), Status.ARRIVED)]
        if not fitting:
            self._part.say(self.tr("Only a visit that is booked or confirmed can be checked in."))
            return
        self._steps.check_in([(one.id, one.version) for one in fitting])

    def cancel(self, visits: Sequence[GridVisit] | Sequence[AppointmentRow]) -> None:
        """Ask why some visits are cancelled; Enter takes the usual reason."""
        fitting = [one for one in visits if may_become(Status(one.status), Status.CANCELLED)]
        if not fitting or not self._desk.actor.may("appointments.cancel"):
            self._part.say(self.tr("This visit cannot be cancelled any more."))
            return
        first = fitting[0]
        when = at_time(self._formats, first.starts_at, self._desk.now())
        single = len(fitting) == 1
        chosen = [(one.id, one.version) for one in fitting]

        def answered(key: str, text: str) -> None:
            self._ask.close_panel()
            self._steps.cancel(chosen, CancelReason(key), text)

        self._ask.ask(
            Question(
                title=self.tr("Cancel visit")
                if single
                else self.tr("Cancel {count} visits").format(count=len(fitting)),
                subtitle=f"{one_line(first.patient_name)} · {when}" if single else "",
                message=""
                if single
                else "\n".join(
                    f"{self._formats.at(one.starts_at)}  {one_line(one.patient_name)}"
                    for one in fitting
                ),
                label=self.tr("More, if there is more to say"),
                ok=self.tr("Cancel visit") if single else self.tr("Cancel visits"),
                choices=[(reason.value, text) for reason, text in cancel_reasons()],
                danger=True,
            ),
            answered,
        )

    def void(self, row: AppointmentRow) -> None:
        """Ask why a booking was entered in error."""

        def answered(_key: str, text: str) -> None:
            self._steps.void(row, text, failed=lambda refused: self._ask.refused(sentence(refused)))

        self._ask.ask(
            Question(
                title=self.tr("Entered in error"),
                subtitle=f"{one_line(row.patient_name)} · {row.mrn}",
                message="",
                label=self.tr("What was wrong"),
                ok=self.tr("Mark as entered in error"),
                required=True,
                danger=True,
            ),
            answered,
        )

    # ------------------------------------------------------------------ inside
    def book(self, cell: CellRef) -> None:
        """Wish for a booking, where the person may book."""
        if self._desk.actor.may("appointments.book"):
            self.booking_wanted.emit(cell)
        else:
            self._part.say(self.tr("You may not book visits."))

    def visit(self, visit_id: int) -> GridVisit | None:
        """Return a visit that is shown or pinned."""
        state = self._part.state
        every = (*state.visits, *state.pinned) if state is not None else ()
        return next((one for one in every if one.id == visit_id), None)

    def _after(self, done: object) -> None:
        action = getattr(done, "action", "")
        if action == "move":
            self._part.unpin(done.appointments[-1].id)  # type: ignore[attr-defined] # a Done
        if action in {"move", "resize"} and self._ask.is_open:
            self._ask.close_panel()
        if action in {"move", "book"}:
            self._part.focus_after(done.appointment.id)  # type: ignore[attr-defined]
