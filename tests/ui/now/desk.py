"""A log-in at a window without the window: everything that a page is given."""

from __future__ import annotations

import secrets
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.permissions import RECEPTIONIST
from hms_desktop.services.assembly import Services
from hms_desktop.ui.actions import CommandSet
from hms_desktop.ui.bridge import Bridge
from hms_desktop.ui.layout_memory import DictMemory, LayoutMemory
from hms_desktop.ui.pages.base import Desk, Navigator, UndoHistory
from hms_desktop.ui.runner import Runner
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.toast import ToastStack
from tests.support.rest import come_to_rest


class DraftsInMemory(QObject):
    """What is typed, for as long as the test runs."""

    ready = Signal()
    persistent = True

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.values: dict[str, dict[str, Any]] = {}

    def keep(self, key: str, value: dict[str, Any]) -> None:
        self.values[key] = value

    def get(self, key: str) -> dict[str, Any] | None:
        return self.values.get(key)

    def discard(self, key: str) -> None:
        self.values.pop(key, None)


class Window(QWidget):
    """Holds what the window of the program holds for a page."""

    def __init__(
        self,
        services: Services,
        *,
        permissions: frozenset[str] = RECEPTIONIST,
        doctor_id: int | None = None,
    ) -> None:
        super().__init__()
        self.errors: list[Exception] = []
        self.runner = Runner(self, on_error=self.errors.append)
        self.bridge = Bridge(services.context.bus, self, gather_ms=0)
        actor = Actor(
            secrets.token_hex(8), None, "Sheela", ("test",), permissions, "desk-1", doctor_id
        )
        memory = DictMemory()
        self.desk = Desk(
            services=services,
            actor=services.context.gate.admit(actor),
            settings=services.context.settings(),
            runner=self.runner,
            bridge=self.bridge,
            theme=current_theme(),
            memory=memory,
            layout=LayoutMemory(memory, self),
            toasts=ToastStack(self),
            drafts=DraftsInMemory(self),  # type: ignore[arg-type]
            commands=CommandSet(self, "Window"),
            history=UndoHistory(self),
            navigate=Navigator(self),
        )

    def settle(self) -> None:
        """Wait until nothing is underway and nothing announced waits to be shown."""
        come_to_rest(lambda: self.runner.count)

    def toast(self) -> str:
        """Return the newest note."""
        return self.desk.toasts.toasts[-1].text if self.desk.toasts.toasts else ""

    def close_all(self) -> None:
        """End as the program does: threads, announcements, notes."""
        self.desk.toasts.clear()
        self.bridge.close()
        self.runner.close()
