"""The page of the gallery that shows every control, chip and field."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QRadioButton,
    QSpinBox,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.ui.buttons import button, icon_button
from hms_desktop.ui.icons import NAMES, pixmap
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.avatar import Avatar
from hms_desktop.ui.widgets.chip import Badge, Chip, KeyCap, StatusChip
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.search_box import SearchBox
from hms_desktop.ui.widgets.segmented import Segmented
from hms_desktop.ui.widgets.tile import Tile

STATUSES = (
    ("requested", "Requested"),
    ("booked", "Booked"),
    ("confirmed", "Confirmed"),
    ("arrived", "Arrived"),
    ("in_consultation", "With doctor"),
    ("completed", "Completed"),
    ("no_show", "No-show"),
    ("cancelled", "Cancelled"),
)


def panel(title: str, *widgets: QWidget, across: bool = False) -> QFrame:
    frame = QFrame()
    frame.setProperty("panel", True)
    outer = QVBoxLayout(frame)
    outer.setContentsMargins(16, 12, 16, 16)
    outer.setSpacing(10)
    outer.addWidget(plain_label(title, role="section"))
    inner = QHBoxLayout() if across else QVBoxLayout()
    inner.setSpacing(8)
    for widget in widgets:
        inner.addWidget(widget)
    if across:
        inner.addStretch(1)
    outer.addLayout(inner)
    outer.addStretch(1)
    return frame


def row(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return holder


def disabled(widget: QWidget) -> QWidget:
    widget.setEnabled(False)
    return widget


def controls() -> QWidget:
    page = QWidget()
    page.setProperty("ground", True)
    page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    grid = QGridLayout(page)
    grid.setContentsMargins(12, 12, 12, 12)
    grid.setSpacing(12)
    combo = QComboBox()
    combo.addItems(["All departments", "General medicine"])
    spin = QSpinBox()
    spin.setValue(30)
    checked = QCheckBox("Consent given")
    checked.setChecked(True)
    radio = QRadioButton("Female")
    radio.setChecked(True)
    text = QPlainTextEdit("Adherence good. Home readings 145–150.")
    text.setFixedHeight(56)
    bad = QLineEdit("31.02.1980")
    bad.setProperty("invalid", True)
    bar = QProgressBar()
    bar.setValue(40)
    bar.setTextVisible(False)
    tabs = QTabBar()
    for name in ("Front desk", "Appointments", "Patients", "Waitlist"):
        tabs.addTab(name)
    tabs.setExpanding(False)
    buttons = panel(
        "Buttons",
        row(
            button("Complete and next", kind="primary"),
            button("Preview"),
            button("Today", kind="quiet"),
            button("Cancel visit", kind="danger"),
        ),
        row(
            button("Check in", small=True),
            button("Add drug", kind="link", icon="add"),
            button("New patient", icon="patient-add"),
            icon_button("arrow-left", "Previous day"),
            icon_button("settings", "Settings"),
        ),
        row(
            disabled(button("Primary", kind="primary")),
            disabled(button("Secondary")),
            disabled(button("Quiet", kind="quiet")),
        ),
        row(Segmented([("day", "Day"), ("week", "Week"), ("month", "Month")], name="View")),
    )
    fields = panel(
        "Fields",
        QLineEdit("Kumar Swamy"),
        bad,
        disabled(QLineEdit("H-002913")),
        row(combo, spin),
        text,
        row(checked, QCheckBox("Unknown"), radio, QRadioButton("Male")),
        bar,
    )
    chips = panel(
        "Chips",
        row(*(StatusChip(key, word) for key, word in STATUSES[:4])),
        row(*(StatusChip(key, word) for key, word in STATUSES[4:])),
        row(*(StatusChip(key, word, compact=True) for key, word in STATUSES)),
        row(
            Chip("Hypertension"),
            Chip("Allergy: penicillin", "alarm", icon="alert"),
            Chip("Arrived", "ok", icon="check"),
            Chip("Look-alike", "warn", icon="patients"),
            Chip("I10 Essential hypertension", "accent", removable=True),
        ),
        row(KeyCap("Ctrl+K"), KeyCap("Enter"), KeyCap("F8"), Badge(4), Badge(128)),
        row(
            Avatar("Kumar Swamy", square=True),
            Avatar("Sheela J", accent=True),
            Avatar("शीला देवी"),
            Avatar("Deepa Thomas", size=48, square=True),
        ),
    )
    search = panel(
        "Search",
        SearchBox("Search patients, doctors, visits, commands", shortcut="Ctrl+K", tone="sunken"),
        SearchBox("Find a patient"),
        tabs,
    )
    tiles = QFrame()
    tiles.setProperty("panel", True)
    tile_grid = QGridLayout(tiles)
    tile_grid.setRowStretch(5, 1)
    tile_grid.setContentsMargins(4, 4, 4, 4)
    for number, (value, caption) in enumerate(
        [("86", "booked today"), ("31", "arrived"), ("5", "waiting · ø 19 min"), ("22", "free")]
    ):
        tile = Tile(caption, value)
        tile.set_value(value, tone="warn" if number == 2 else "")
        tile_grid.addWidget(tile, number // 2, number % 2)
    empty = panel(
        "Empty",
        EmptyState(
            "Nobody is waiting.",
            detail="Patients who check in appear here, longest first.",
            action="Check somebody in",
            icon="queue",
        ),
    )
    kinds = [
        ("heading", "Heading"),
        ("section", "Section"),
        ("overline", "NEXT FREE"),
        ("dim", "Dim text"),
        ("error", "An error."),
        ("accent", "Accent"),
        ("warn", "Warn"),
    ]
    words = panel("Text", *(plain_label(t, role=r) for r, t in kinds))
    for number, one in enumerate((buttons, fields, chips, search, tiles, empty, words)):
        places = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (0, 2), (1, 2)]
        grid.addWidget(one, *places[number])
    icons = QWidget()
    icon_grid = QGridLayout(icons)
    for number, name in enumerate(sorted(NAMES)):
        label = plain_label()
        label.setPixmap(pixmap(name, "dim", 18))
        label.setToolTip(name)
        icon_grid.addWidget(label, number // 18, number % 18)
    grid.addWidget(panel("Icons", icons), 2, 1, 1, 2)
    page.resize(1440, 960)
    return page
