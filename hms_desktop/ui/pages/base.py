"""What every page is given, and what every page is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from hms_desktop.bus import Announcement
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.domain.visit_parts import VisitPart
from hms_desktop.services.assembly import Services
from hms_desktop.ui.actions import CommandSet
from hms_desktop.ui.bridge import Bridge
from hms_desktop.ui.drafts import Drafts
from hms_desktop.ui.layout_memory import LayoutMemory, Memory
from hms_desktop.ui.runner import Runner, Task
from hms_desktop.ui.theme import Theme
from hms_desktop.ui.widgets.toast import ToastStack

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    """One log-in at one window: who is there, and everything a page may use.

    ``settings`` are the hospital's as they were at log-in; the window builds a new Desk when they
    change. ``history`` keeps what may be undone. ``open_patient`` and ``open_appointment`` take
    an id and show it wherever the window shows such a thing.
    """

    services: Services
    actor: Actor
    settings: HospitalSettings
    runner: Runner
    bridge: Bridge
    theme: Theme
    memory: Memory
    layout: LayoutMemory
    toasts: ToastStack
    drafts: Drafts
    commands: CommandSet
    history: UndoHistory
    navigate: Navigator

    @property
    def zone(self) -> ZoneInfo:
        """The hospital's time zone."""
        return self.settings.zone_info

    def now(self) -> datetime:
        """Return the moment by the server's clock (UTC)."""
        return self.services.context.now()

    def today(self) -> date:
        """Return the hospital's local date."""
        return self.now().astimezone(self.zone).date()

    def local(self, moment: datetime) -> datetime:
        """Return a moment as the hospital's clock shows it."""
        return moment.astimezone(self.zone)


@dataclass(frozen=True, slots=True)
class ShownVisits:
    """A list of appointments that another page asks for: local dates, and what narrows them."""

    first: date
    last: date
    statuses: tuple[Status, ...] = ()
    doctor_ids: tuple[int, ...] = ()
    department_ids: tuple[int, ...] = ()
    part: VisitPart | None = None

    def state(self) -> dict[str, Any]:
        """Return it as the filters of the list keep what is set."""
        return {
            "period": "custom",
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "doctors": list(self.doctor_ids),
            "departments": list(self.department_ids),
            "statuses": [status.value for status in self.statuses],
            "part": {} if self.part is None else self.part.kept(),
        }


@dataclass(frozen=True, slots=True)
class ShownPatients:
    """A list of patients that another page asks for; without dates all charts in use.

    With dates: who came on them, or (``new``) came on them for the first time ever.
    """

    first: date | None = None
    last: date | None = None
    new: bool = False


@dataclass(frozen=True, slots=True)
class ShownDoctors:
    """The list of doctors who can be booked."""


@dataclass(frozen=True, slots=True)
class ShownDepartments:
    """The list of departments."""


class Navigator(QObject):
    """Where pages ask for other pages; the window listens."""

    patient = Signal(object)  # patient id
    appointment = Signal(object)  # appointment id
    book_for = Signal(object)  # patient id: begin booking on the front desk
    register = Signal(str)  # text typed so far: open the registration panel
    book_slot = Signal(object)  # FreeSlot: open the booking panel at that time
    doctor = Signal(object)  # doctor id: show the doctor and the free slots
    job = Signal(object)  # id of a run (or None): show the jobs
    messages = Signal(str)  # which list: attention, calls, held, waiting, all
    exports = Signal(object)  # id of a run (or None): show the exports
    new_export = Signal(str)  # which kind of file to ask for
    listed = Signal(object)  # ShownVisits and so on: show that list
    hospital_month = Signal(object)  # Month: the hospital's report of it
    reports = Signal(str)  # a month as 2026-10: show the reports kept of it
    doctor_hours = Signal(object)  # (doctor id, part): weekly hours, exceptions or leave
    doctor_calendar = Signal(object)  # doctor id
    department_records = Signal(object)  # department id
    backups = Signal(object)  # nothing: show the backups
    restore = Signal(object)  # RestoreWish: close everything and bring that state back


class UndoHistory(QObject):
    """What this log-in did and may take back: newest last; emptied at log-out."""

    changed = Signal()
    undo_requested = Signal()
    redo_requested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin with nothing to undo."""
        super().__init__(parent)
        self._undo: list[tuple[str, str]] = []
        self._redo: list[tuple[str, str]] = []

    def did(self, request_id: str, text: str) -> None:
        """Note a change that was made, with a short sentence for the menu and the status bar."""
        self._undo.append((request_id, text))
        self._redo.clear()
        self.changed.emit()

    def take(self, *, redo: bool = False) -> tuple[str, str] | None:
        """Take the newest change off the stack, to undo (or redo) it."""
        stack = self._redo if redo else self._undo
        found = stack.pop() if stack else None
        self.changed.emit()
        return found

    def undone(self, request_id: str, text: str, *, redo: bool = False) -> None:
        """Note what taking back (or redoing) left: it can go the other way again."""
        (self._undo if redo else self._redo).append((request_id, text))
        self.changed.emit()

    def last(self, *, redo: bool = False) -> str:
        """Return the sentence of what would be undone (redone) next, or an empty text."""
        stack = self._redo if redo else self._undo
        return stack[-1][1] if stack else ""

    def clear(self) -> None:
        """Forget everything: another person logs in."""
        self._undo.clear()
        self._redo.clear()
        self.changed.emit()


class Page(QWidget):
    """A tab of the window: loads on show, reloads on announcements, never waits.

    A page lists in ``entities`` the tables that it shows; when one of them changes while the page
    is visible ``reload`` is called (once for a burst), and when it is hidden, at its next show.
    """

    entities: tuple[str, ...] = ()
    badge_changed = Signal(int)

    def __init__(self, desk: Desk, title: str, icon: str, parent: QWidget | None = None) -> None:
        """Keep the desk; subclasses build their widgets and end with ``self.reload()``."""
        super().__init__(parent)
        self.desk = desk
        self.title = title
        self.icon = icon
        self.commands = CommandSet(self, title, above=desk.commands)
        self._stale = False
        desk.bridge.changed.connect(self._on_changed)

    def reload(self) -> None:
        """Read again what this page shows; on the runner."""

    def _on_changed(self, announcement: Announcement) -> None:
        if not announcement.touches(*self.entities):
            return
        if self.isVisible():
            self.reload()
        else:
            self._stale = True

    def showEvent(self, event: Any) -> None:  # noqa: ANN401, D102 - Qt's override
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self.reload()

    def ask(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        *,
        failed: Callable[[Exception], None] | None = None,
        key: str | None = None,
    ) -> Task:
        """Call a service on the runner; ``done`` (or ``failed``) comes back on the GUI thread."""
        return self.desk.runner.run(work, owner=self, done=done, failed=failed, key=key)
