"""The bar over the tabs: hospital, search, clock, who is here, lock."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QSizePolicy, QWidget

from hms_desktop.ui.buttons import button, native_keys
from hms_desktop.ui.icons import bind_icon
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import menu_text, plain_label
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.avatar import Avatar
from hms_desktop.ui.widgets.chip import Chip, KeyCap

TICK_MS = 5_000


_MOST = 40
"""How much more of the spare room the search takes than the gaps beside it."""
_BESIDE = 100
"""What stands in the search beside its words: the glass, the key (unscaled pixels)."""


class _SearchField(QPushButton):
    """Says what can be searched where there is room for it, else only what it is."""

    def __init__(self, long: str, short: str) -> None:
        super().__init__(long)
        self._long, self._short = long, short
        self.setAccessibleName(long)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the words."""
        super().resizeEvent(event)
        room = self.width() - current_theme().px(_BESIDE)
        fits = self.fontMetrics().horizontalAdvance(self._long) <= room
        self.setText(self._long if fits else self._short)


class TopBar(QFrame):
    """Signals say what was asked for; the workbench does it."""

    search_wanted = Signal()
    lock_wanted = Signal()
    switch_wanted = Signal()
    log_out_wanted = Signal()
    profile_wanted = Signal()
    settings_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the bar for one log-in."""
        super().__init__(parent)
        self._desk = desk
        self.setProperty("bar", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(48)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 12, 0)
        row.setSpacing(8)
        row.addWidget(plain_label(desk.settings.hospital_name, role="heading"))
        row.addWidget(plain_label(desk.actor.workstation, role="dim"))
        if desk.settings.demo:
            demo = Chip(self.tr("Demo: nothing here is real"), "warn")
            row.addWidget(demo)
        row.addStretch(1)
        self.search = self._search_field()
        row.addWidget(self.search, _MOST)
        row.addStretch(1)
        self.clock = Chip("", "neutral")
        row.addWidget(self.clock)
        row.addWidget(Avatar(desk.actor.name, size=26, accent=True))
        self.person = self._person_button()
        row.addWidget(self.person)
        lock = button(
            self.tr("Lock {keys}").format(keys=native_keys("Ctrl+L")),
            self.lock_wanted.emit,
            small=True,
        )
        row.addWidget(lock)
        timer = QTimer(self)
        timer.setInterval(TICK_MS)
        timer.timeout.connect(self.tick)
        timer.start()
        self.tick()

    def _search_field(self) -> QPushButton:
        field = _SearchField(
            self.tr("Search patients, doctors, visits, commands"), self.tr("Search")
        )
        field.setProperty("kind", "searchfield")
        field.setMinimumWidth(140)
        field.setMaximumWidth(440)
        field.setFixedHeight(32)
        field.setCursor(Qt.CursorShape.IBeamCursor)
        field.setIconSize(QSize(15, 15))
        bind_icon(field, "search", "dim")
        inside = QHBoxLayout(field)
        inside.setContentsMargins(0, 0, 8, 0)
        inside.addStretch(1)
        inside.addWidget(KeyCap(native_keys("Ctrl+K")))
        field.clicked.connect(lambda _checked=False: self.search_wanted.emit())
        return field

    def _person_button(self) -> QPushButton:
        actor = self._desk.actor
        one = button(menu_text(actor.name), kind="quiet")
        one.setProperty("hasmenu", True)
        one.setAccessibleName(
            self.tr("{name}, {roles}: menu").format(
                name=actor.name, roles=", ".join(role_name(self, role) for role in actor.roles)
            )
        )
        menu = QMenu(one)
        roles = ", ".join(role_name(self, role) for role in actor.roles)
        heading = menu.addAction(menu_text(f"{actor.name} · {roles}"))
        heading.setEnabled(False)
        menu.addSeparator()
        for text, signal in (
            (self.tr("My &profile"), self.profile_wanted),
            (self.tr("S&ettings"), self.settings_wanted),
            (self.tr("&Switch user"), self.switch_wanted),
            (self.tr("Log &out"), self.log_out_wanted),
        ):
            menu.addAction(text).triggered.connect(lambda _checked=False, one=signal: one.emit())
        one.setMenu(menu)
        return one

    def tick(self) -> None:
        """Show the hospital's date and time; roles stand beside the name."""
        now, formats = self._desk.now(), Formats.of(self._desk.settings)
        today = formats.day_of(now)
        day = QLocale().dayName(today.isoweekday(), QLocale.FormatType.LongFormat)
        self.clock.set_text(f"{day} {formats.short(today, today)} · {formats.at(now)}")


def role_name(widget: QWidget, role: str) -> str:
    """Return a role's name as people say it; roles of the hospital's own keep their name."""
    known = {
        "receptionist": widget.tr("Receptionist"),
        "doctor": widget.tr("Doctor"),
        "admin": widget.tr("Administrator"),
        "patient": widget.tr("Patient"),
    }
    return known.get(role, role)
