"""What one log-in works at: top bar, pages and their list, status bar, commands of everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from hms_desktop.domain.appointments import AppointmentRow
from hms_desktop.ui.actions import Command
from hms_desktop.ui.bench_commands import program_commands
from hms_desktop.ui.bench_status import BenchStatus
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.exports.screen_list import ScreenList
from hms_desktop.ui.finding import add_providers
from hms_desktop.ui.navigation import PageRail, PageTabs
from hms_desktop.ui.pages.base import (
    Desk,
    Page,
    ShownDepartments,
    ShownDoctors,
    ShownPatients,
    ShownVisits,
)
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.top_bar import TopBar
from hms_desktop.ui.undo_control import UndoControl
from hms_desktop.ui.widgets.palette_box import PaletteBox
from hms_desktop.ui.widgets.shortcut_sheet import ShortcutSheet

LAST_TAB = "window/page"
MOST_KEYS = 10
"""Alt+1 to Alt+9, and Alt+0 for the tenth."""
MOST_TABS = 12
"""More pages than this stand in a list at the side."""
PageMaker = Callable[[Desk], Page]
OPENS = {
    "book_for": "book_for",
    "book_slot": "book_slot",
    "register": "register",
    "patient": "open_patient",
    "doctor": "open_doctor",
    "job": "open_job",
    "messages": "open_messages",
    "exports": "open_export",
    "new_export": "open_new_export",
    "reports": "open_kept",
    "doctor_hours": "open_hours",
    "doctor_calendar": "open_calendar",
    "department_records": "open_department",
    "backups": "open_backups",
    "hospital_month": "open_hospital",
}
"""What the navigator is asked for, and what a page is asked by that shows such a thing."""
LISTS: dict[type, str] = {
    ShownVisits: "show_visits",
    ShownPatients: "show_patients",
    ShownDoctors: "show_doctors",
    ShownDepartments: "show_departments",
}
"""What a page is asked by that shows such a list."""


@dataclass(frozen=True, slots=True)
class Tab:
    """What is known of a page before it is built: title, class, icon, and group in a long list.

    ``own_today``: it shows the doctor's own visits of today and no others.
    """

    title: str
    make: PageMaker
    icon: str = ""
    group: str = ""
    own_today: bool = False


def tab_key(number: int) -> str:
    """Return the key of a tab (the first is 1), or an empty text when it has none."""
    return f"Alt+{number % 10}" if number <= MOST_KEYS else ""


def _name(tab: Tab) -> str:
    """Return what a page is remembered by: its place may change with what a log-in may do."""
    return getattr(tab.make, "__name__", tab.title)


class Workbench(QWidget):
    """Built at log-in, kept aside while somebody else works, taken down at log-out.

    A page is built when it is first shown: together they take longer than a log-in may.
    """

    lock_wanted = Signal()
    switch_wanted = Signal()
    log_out_wanted = Signal()

    def __init__(
        self,
        desk: Desk,
        tabs: Sequence[Tab],
        extra: dict[str, PageMaker],
        parent: QWidget | None = None,
    ) -> None:
        """Build the page in front; ``extra`` are those without a tab (profile, settings)."""
        super().__init__(parent)
        self.desk = desk
        self._known = tuple(tabs)
        self._extra = extra
        self._pages: dict[int, Page] = {}
        self._by_name: dict[str, Page] = {}
        self.top = TopBar(desk)
        many = len(self._known) > MOST_TABS
        self.tabs: PageRail | PageTabs = PageRail(desk.memory) if many else PageTabs()
        self.tabs.setAccessibleName(self.tr("Pages"))
        self.stack = QStackedWidget()
        self.status = BenchStatus(desk, self.open_sheet)
        self.banner = self._make_banner()
        self._lay_out()
        self.palette_box = PaletteBox(self)
        self.sheet = ShortcutSheet(self)
        self._undo = UndoControl(desk, self)
        self.screen_list = ScreenList(desk, self)
        desk.commands.add_all(program_commands(self))
        for tab in self._known:
            self._add_tab(tab)
        add_providers(self.palette_box, desk, lambda: self.scope)
        self._connect()
        self.show_live(live=True)
        self._restore_tab()

    @property
    def known(self) -> tuple[Tab, ...]:
        """The tabs, in their order, whether their pages are built or not."""
        return self._known

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages that are built, in the order of their tabs."""
        return tuple(self._pages[index] for index in sorted(self._pages))

    @property
    def scope(self) -> Page | None:
        """The page in front."""
        page = self.stack.currentWidget()
        return page if isinstance(page, Page) else None

    # -------------------------------------------------------------------------- building
    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.top)
        layout.addWidget(self.banner)
        if isinstance(self.tabs, PageTabs):
            layout.addWidget(self.tabs)
            layout.addWidget(self.stack, 1)
        else:
            row = QHBoxLayout()
            row.setSpacing(0)
            row.addWidget(self.tabs)
            row.addWidget(self.stack, 1)
            layout.addLayout(row, 1)
        layout.addWidget(self.status)

    def _make_banner(self) -> QFrame:
        banner = QFrame()
        banner.setProperty("banner", True)
        row = QHBoxLayout(banner)
        row.setContentsMargins(16, 6, 12, 6)
        text = self.tr(
            "The database cannot be reached. What is shown stays readable, what you type is "
            "kept. Trying again…"
        )
        row.addWidget(plain_label(text, role="error", wrap=True), 1)
        banner.setAccessibleName(text)
        banner.hide()
        return banner

    def _add_tab(self, tab: Tab) -> None:
        index = self.tabs.add_page(tab.title, tab.icon, tab.group)
        key = tab_key(index + 1)
        self.tabs.setTabToolTip(index, key)
        self.desk.commands.add(
            Command(
                f"page.{index + 1}",
                self.tr("Go to {page}").format(page=tab.title),
                partial(self._go, index),
                key,
                self.tr("Pages"),
            )
        )

    def _go(self, index: int) -> None:
        """Bring a page forward, also from one that has no tab."""
        self.tabs.setCurrentIndex(index)
        self._tab_changed(index)

    def _page(self, index: int) -> Page:
        """Return the page behind a tab; the first time it is built."""
        page = self._pages.get(index)
        if page is None:
            page = self._pages[index] = self._known[index].make(self.desk)
            self.stack.addWidget(page)
            page.badge_changed.connect(partial(self.tabs.set_badge, index))
        return page

    def _connect(self) -> None:
        self.top.search_wanted.connect(self.palette_box.open_box)
        self.top.lock_wanted.connect(self.lock_wanted)
        self.top.switch_wanted.connect(self.switch_wanted)
        self.top.log_out_wanted.connect(self.log_out_wanted)
        self.top.profile_wanted.connect(lambda: self.show_extra("profile"))
        self.top.settings_wanted.connect(lambda: self.show_extra("settings"))
        self.tabs.currentChanged.connect(self._tab_changed)
        self.tabs.tabBarClicked.connect(self._tab_changed)
        navigate = self.desk.navigate
        navigate.appointment.connect(self._open_appointment)
        navigate.listed.connect(lambda what: self._open_on(LISTS[type(what)], what))
        for asked, call in OPENS.items():
            getattr(navigate, asked).connect(partial(self._open_on, call))

    # ----------------------------------------------------------------------------- pages
    def _tab_changed(self, index: int) -> None:
        if 0 <= index < len(self._known):
            self._show(self._page(index))
            self.desk.memory.put(LAST_TAB, _name(self._known[index]))

    def _restore_tab(self) -> None:
        last = self.desk.memory.get(LAST_TAB, "")
        places = [index for index, tab in enumerate(self._known) if _name(tab) == last]
        if self._known:
            self._go(places[0] if places else 0)

    def _show(self, page: Page) -> None:
        for one in (*self._pages.values(), *self._by_name.values()):
            one.commands.set_active(one is page)
        self.stack.setCurrentWidget(page)

    def _open_on(self, call: str, what: object, *, today: bool = False) -> None:
        """Bring the first page forward that can show such a thing, and show it there."""
        for index, tab in enumerate(self._known):
            if hasattr(tab.make, call) and (today or not tab.own_today):
                self._go(index)
                getattr(self._page(index), call)(what)
                return

    def _open_appointment(self, appointment_id: int) -> None:
        """Show a visit: an own one of today where it is written, others at the desk."""
        if not any(tab.own_today for tab in self._known):
            self._open_on("open_appointment", appointment_id)
            return
        desk = self.desk

        def found(row: AppointmentRow) -> None:
            own = row.doctor_id == desk.actor.doctor_id
            today = desk.local(row.starts_at).date() == desk.today()
            self._open_on("open_appointment", row.id, today=own and today)

        def refused(error: Exception) -> None:
            desk.toasts.show_toast(sentence(error), kind="alarm")

        desk.runner.run(
            lambda: desk.services.appointments.get(desk.actor, appointment_id),
            owner=self,
            done=found,
            failed=refused,
            key="open appointment",
        )

    def show_extra(self, name: str) -> None:
        """Show a page that has no tab."""
        page = self._by_name.get(name)
        if page is None:
            page = self._extra[name](self.desk)
            self._by_name[name] = page
            self.stack.addWidget(page)
        self.tabs.setCurrentIndex(-1)  # none of them is in front
        self._show(page)

    def open_sheet(self) -> None:
        """Show the keys that work here."""
        page = self.scope
        commands = page.commands if page is not None else self.desk.commands
        self.sheet.open_sheet(commands.reachable())

    # ---------------------------------------------------------------------------- status
    def show_live(self, *, live: bool) -> None:
        """Show whether the database answers, and the banner while it does not."""
        self.banner.setVisible(not live)
        self.status.show_live(live=live)

    def showEvent(self, event: QShowEvent) -> None:
        """Put the cursor where work begins."""
        super().showEvent(event)
        page = self.scope
        if page is not None and page.focusWidget() is None:
            page.setFocus()

    def close_down(self) -> None:
        """Let go of what outlives widgets: written drafts and layouts."""
        self.desk.drafts.flush()
        self.desk.layout.flush()
