"""Buttons in the kit's kinds, made in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from hms_desktop.ui.icons import bind_icon
from hms_desktop.ui.plaintext import tooltip

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal["primary", "secondary", "quiet", "danger", "link"]

_ICON_ROLE = {"primary": "accent_ink", "danger": "alarm_text", "link": "accent_text"}


def native_keys(shortcut: str) -> str:
    """Return a shortcut as the system writes it (``Ctrl+K``); empty stays empty."""
    if not shortcut:
        return ""
    text = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
    # Keyboards say Enter; Qt's Return is a word for programmers.
    return text.replace("Return", QCoreApplication.translate("keys", "Enter"))


def button(
    text: str,
    on_click: Callable[[], object] | None = None,
    *,
    kind: Kind = "secondary",
    icon: str = "",
    small: bool = False,
    tip: str = "",
    name: str = "",
    parent: QWidget | None = None,
) -> QPushButton:
    """Return a push button.

    Args:
        text: may carry one ``&`` for its Alt key; double it in data (``menu_text``).
        on_click: called without arguments.
        kind: primary (one to a page), secondary, quiet (no frame), danger, link.
        icon: a name of ``icons.NAMES``.
        small: for rows of lists.
        tip: tooltip.
        name: accessible name where the text alone does not say enough.
        parent: the widget it stands in.
    """
    one = QPushButton(text, parent)
    one.setProperty("kind", kind)
    one.setAutoDefault(False)
    one.setCursor(Qt.CursorShape.PointingHandCursor)
    if small:
        one.setProperty("small", True)
    if icon:
        gap = 0.25 if text else 0.0
        one.setIconSize(QSize(round(16 * (1 + gap)), 16))
        bind_icon(one, icon, _ICON_ROLE.get(kind, "ink"), gap=gap)
    if icon and not text:
        one.setProperty("square", True)
    if tip:
        one.setToolTip(tooltip(tip))
    one.setAccessibleName(name or (tip if not text else ""))
    if on_click is not None:
        one.clicked.connect(lambda _checked=False: on_click())
    return one


def icon_button(
    icon: str,
    name: str,
    on_click: Callable[[], object] | None = None,
    *,
    role: str = "dim",
    shortcut: str = "",
    parent: QWidget | None = None,
) -> QToolButton:
    """Return a small button with an icon only.

    Args:
        icon: a name of ``icons.NAMES``.
        name: accessible name and tooltip.
        on_click: called without arguments.
        role: the icon's colour.
        shortcut: only shown in the tooltip; the command registry makes it work.
        parent: the widget it stands in.
    """
    one = QToolButton(parent)
    one.setIconSize(QSize(16, 16))
    one.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    one.setCursor(Qt.CursorShape.PointingHandCursor)
    bind_icon(one, icon, role)
    one.setAccessibleName(name)
    one.setToolTip(tooltip(f"{name}  {native_keys(shortcut)}".strip()))
    if on_click is not None:
        one.clicked.connect(lambda _checked=False: on_click())
    return one
