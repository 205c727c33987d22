"""A desk of somebody who really logged in, for the pages of the program itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QWidget

from hms_desktop.domain.accounts import CreateUser, FirstStart
from hms_desktop.services.assembly import Services, open_services
from hms_desktop.ui.actions import CommandSet
from hms_desktop.ui.bridge import Bridge
from hms_desktop.ui.drafts import Drafts
from hms_desktop.ui.layout_memory import DictMemory, LayoutMemory
from hms_desktop.ui.pages.base import Desk, Navigator, Page, UndoHistory
from hms_desktop.ui.runner import Runner
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.toast import ToastStack
from tests.support.programs import cheap
from tests.support.rest import come_to_rest

PASSWORD = "lantern-cobalt-meadow-47"
OTHER = "granite-violet-teapot-93"


@dataclass
class Place:
    """One log-in at one window."""

    desk: Desk
    window: QWidget

    @property
    def services(self) -> Services:
        return self.desk.services

    def show(self, page: Page) -> None:
        self.window.resize(1200, 900)
        page.resize(1200, 900)
        self.window.show()
        page.show()
        self.window.activateWindow()
        self.settle()

    def settle(self) -> None:
        """Let everything underway arrive."""
        come_to_rest(lambda: self.desk.runner.count)


def begin(url: str) -> Services:
    """Set up a hospital with an administrator (asha) and a receptionist (sheela)."""
    services = open_services(url, authenticator=cheap())
    services.accounts.first_start(
        FirstStart("City Care", "Asia/Kolkata", "asha", "Asha Menon", PASSWORD)
    )
    admin = services.accounts.log_in("asha", PASSWORD, "office")
    made = services.accounts.create_user(
        admin, CreateUser("sheela", "Sheela Joseph", ("receptionist",))
    )
    code = services.accounts.start_reset(admin, made.id).code
    services.accounts.redeem_code("sheela", code, OTHER)
    return services


@contextmanager
def place(services: Services, folder: Path, login: str, password: str) -> Iterator[Place]:
    """Log in and give the desk; everything of Qt is closed afterwards."""
    actor = services.accounts.log_in(login, password, "desk-1")
    window = QWidget()
    runner = Runner(window)
    bridge = Bridge(services.context.bus, window, gather_ms=1)
    memory = DictMemory()
    desk = Desk(
        services=services,
        actor=actor,
        settings=services.context.settings(),
        runner=runner,
        bridge=bridge,
        theme=current_theme(),
        memory=memory,
        layout=LayoutMemory(memory, window),
        toasts=ToastStack(window),
        drafts=Drafts(runner, folder, login, window),
        commands=CommandSet(window, "Window"),
        history=UndoHistory(window),
        navigate=Navigator(window),
    )
    made = Place(desk, window)
    try:
        desk.drafts.open()
        made.settle()
        yield made
    finally:
        desk.drafts.flush()
        made.settle()
        bridge.close()
        runner.close()
        window.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, 0)
        QApplication.processEvents()
