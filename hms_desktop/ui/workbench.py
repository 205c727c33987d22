"""What one log-in works at: top bar, tabs, pages, status bar, and the commands of everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from hms_desktop.ui.actions import Command
from hms_desktop.ui.bench_commands import program_commands
from hms_desktop.ui.finding import add_providers
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.plaintext import menu_text, plain_label
from hms_desktop.ui.top_bar import TopBar
from hms_desktop.ui.undo_control import UndoControl
from hms_desktop.ui.widgets.palette_box import PaletteBox
from hms_desktop.ui.widgets.shortcut_sheet import ShortcutSheet
from hms_desktop.ui.widgets.status_bar import StatusBar

LAST_TAB = "window/tab"
BUSY_MS = 400
MOST_TABS = 9
PageMaker = Callable[[Desk], Page]


class Workbench(QWidget):
    """Built at log-in, kept aside while somebody else works, taken down at log-out."""

    lock_wanted = Signal()
    switch_wanted = Signal()
    log_out_wanted = Signal()

    def __init__(
        self,
        desk: Desk,
        makers: Sequence[PageMaker],
        extra: dict[str, PageMaker],
        parent: QWidget | None = None,
    ) -> None:
        """Build the pages; ``extra`` are those without a tab (profile, settings)."""
        super().__init__(parent)
        self.desk = desk
        self._extra = extra
        self._busy_soon = QTimer(self)
        self._busy_soon.setSingleShot(True)
        self._busy_soon.setInterval(BUSY_MS)
        self._busy_soon.timeout.connect(self._show_if_busy)
        self.pages: list[Page] = []
        self._by_name: dict[str, Page] = {}
        self.top = TopBar(desk)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(self.tr("Pages"))
        self.stack = QStackedWidget()
        self.status = StatusBar()
        self.banner = self._make_banner()
        self._lay_out()
        self.palette_box = PaletteBox(self)
        self.sheet = ShortcutSheet(self)
        self._undo = UndoControl(desk, self)
        desk.commands.add_all(program_commands(self))
        for make in makers:
            self._add_page(make(desk))
        add_providers(self.palette_box, desk, lambda: self.scope)
        self._connect()
        self._fill_status()
        self._restore_tab()

    @property
    def scope(self) -> Page | None:
        """The page in front."""
        page = self.stack.currentWidget()
        return page if isinstance(page, Page) else None

    # -------------------------------------------------------------------------- building
    def _lay_out(self) -> None:
        strip = QFrame()
        strip.setProperty("bar", True)
        row = QHBoxLayout(strip)
        row.setContentsMargins(12, 0, 12, 0)
        row.addWidget(self.tabs)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.top, self.banner, strip):
            layout.addWidget(widget)
        layout.addWidget(self.stack, 1)
        layout.addWidget(self.status)

    def _make_banner(self) -> QFrame:
        banner = QFrame()
        banner.setProperty("banner", True)
        row = QHBoxLayout(banner)
        row.setContentsMargins(16, 6, 12, 6)
        text = self.tr(
            "The database cannot be reached. What is shown stays readable, what you type is "
            "kept. Trying again …"
        )
        row.addWidget(plain_label(text, role="error", wrap=True), 1)
        banner.setAccessibleName(text)
        banner.hide()
        return banner

    def _add_page(self, page: Page) -> None:
        self.pages.append(page)
        self.stack.addWidget(page)
        index = self.tabs.addTab(menu_text(page.title))
        number = index + 1
        if number <= MOST_TABS:
            self.tabs.setTabToolTip(index, f"Alt+{number}")
            self.desk.commands.add(
                Command(
                    f"page.{number}",
                    self.tr("Go to {page}").format(page=page.title),
                    partial(self.tabs.setCurrentIndex, index),
                    f"Alt+{number}",
                    self.tr("Pages"),
                )
            )
        page.badge_changed.connect(partial(self._show_badge, page))

    def _show_badge(self, page: Page, count: int) -> None:
        words = f"{menu_text(page.title)}  {count}" if count else menu_text(page.title)
        self.tabs.setTabText(self.pages.index(page), words)

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
        navigate.book_for.connect(lambda _patient_id: self._show_first())
        navigate.appointment.connect(partial(self._open_on, "open_appointment"))
        navigate.book_slot.connect(partial(self._open_on, "book_slot"))
        navigate.register.connect(partial(self._open_on, "register"))
        navigate.patient.connect(partial(self._open_on, "open_patient"))
        navigate.doctor.connect(partial(self._open_on, "open_doctor"))
        self.desk.history.changed.connect(self._show_undo)
        self.desk.runner.busy.connect(self._show_busy)

    # ----------------------------------------------------------------------------- pages
    def _tab_changed(self, index: int) -> None:
        if 0 <= index < len(self.pages):
            self._show(self.pages[index])
            self.desk.memory.put(LAST_TAB, index)

    def _restore_tab(self) -> None:
        index = self.desk.memory.get(LAST_TAB, 0)
        if not isinstance(index, int) or not 0 <= index < len(self.pages):
            index = 0
        self.tabs.setCurrentIndex(index)
        if self.pages:
            self._show(self.pages[index])

    def _show(self, page: Page) -> None:
        for one in (*self.pages, *self._by_name.values()):
            one.commands.set_active(one is page)
        self.stack.setCurrentWidget(page)

    def _show_first(self) -> None:
        """Bring the front desk forward: it listens to the same signals."""
        if self.pages:
            self.tabs.setCurrentIndex(0)
            self._show(self.pages[0])

    def _open_on(self, call: str, what: object) -> None:
        """Bring the first page forward that can show such a thing, and show it there."""
        for index, page in enumerate(self.pages):
            show = getattr(page, call, None)
            if show is not None:
                self.tabs.setCurrentIndex(index)
                self._show(page)
                show(what)
                return

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
    def _fill_status(self) -> None:
        for name in ("freshness", "saved", "undo", "drafts"):
            self.status.add_part(name, active=name == "undo")
        self.status.add_part("keys", active=True, right=True)
        self.status.parts["undo"].clicked.connect(
            lambda _checked=False: self.desk.history.undo_requested.emit()
        )
        self.status.parts["keys"].clicked.connect(lambda _checked=False: self.open_sheet())
        self.status.set_part("keys", self.tr("F1 keys"))
        self.show_live(live=True)
        self._show_busy(0)
        self._show_undo()
        self.desk.drafts.ready.connect(self.show_drafts)

    def show_drafts(self) -> None:
        """Say when drafts cannot outlive the program."""
        kept = self.desk.drafts.persistent
        self.status.set_part("drafts", "" if kept else self.tr("Drafts in memory only"), "warn")

    def show_live(self, *, live: bool) -> None:
        """Show whether the database answers, and the banner while it does not."""
        self.banner.setVisible(not live)
        if live:
            self.status.set_live(self.tr("Live"))
        else:
            self.status.set_stale(self.tr("Database away"))

    def _show_busy(self, count: int) -> None:
        if count:
            # A word that comes and goes with each keystroke would only unsettle.
            self._busy_soon.start()
        else:
            self._busy_soon.stop()
            self.status.set_part("saved", self.tr("All changes saved"))

    def _show_if_busy(self) -> None:
        if self.desk.runner.count:
            self.status.set_part("saved", self.tr("Working …"), "accent")

    def _show_undo(self) -> None:
        last = self.desk.history.last()
        words = self.tr("Last: {what} · Undo").format(what=last) if last else ""
        self.status.set_part("undo", words)

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
