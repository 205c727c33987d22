"""A panel at the right edge where others would open a dialog; the page stays usable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QObject,
    QPoint,
    QPropertyAnimation,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.ui.buttons import icon_button
from hms_desktop.ui.plaintext import plain_label

if TYPE_CHECKING:
    from collections.abc import Sequence

_MILLISECONDS = 140


class SidePanel(QFrame):
    """Slides in over the right edge of its host, or stands in a layout when docked.

    Never modal and asks nothing: Esc or the cross closes it, what was typed stays in the body
    (and in the page's draft). ``closed`` and ``opened`` tell.
    """

    opened = Signal()
    closed = Signal()

    def __init__(
        self, host: QWidget, *, width: int = 420, docked: bool = False, title: str = ""
    ) -> None:
        """Start hidden.

        Args:
            host: the page it covers the right edge of (or its parent when docked).
            width: in pixels; never wider than the host.
            docked: the page puts it into a layout or splitter itself.
            title: the heading.
        """
        super().__init__(host)
        self._host = host
        self._width = width
        self._docked = docked
        self._back: QWidget | None = None
        self._animation = QPropertyAnimation(self, b"pos", self)
        self._animation.setDuration(_MILLISECONDS)
        self._animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.setProperty("side", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._build()
        self.set_title(title)
        if docked:
            self.setMinimumWidth(min(width, 320))
        else:
            host.installEventFilter(self)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.close_panel)
        self.hide()

    def _build(self) -> None:
        self._title = plain_label(role="heading", wrap=True)
        self._subtitle = plain_label(role="small", wrap=True)
        self._subtitle.hide()
        self.close_button = icon_button(
            "close", self.tr("Close panel"), self.close_panel, shortcut="Esc"
        )
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._subtitle)
        head = QHBoxLayout()
        head.setContentsMargins(20, 16, 12, 12)
        head.addLayout(words, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._footer = QFrame()
        self._footer.setProperty("footer", True)
        self._footer_row = QHBoxLayout(self._footer)
        self._footer_row.setContentsMargins(20, 12, 20, 12)
        self._footer_row.setSpacing(8)
        self._footer.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self._footer)

    @property
    def is_open(self) -> bool:
        """Say whether the panel is (or is about to be) on the screen."""
        return not self.isHidden()

    @property
    def body(self) -> QWidget | None:
        """What the page put in."""
        holder = self._scroll.widget()
        return holder.findChild(QWidget, "side_panel_body") if holder is not None else None

    def set_title(self, title: str, subtitle: str = "") -> None:
        """Set the heading and a dim line under it."""
        self._title.setText(title)
        self._subtitle.setText(subtitle)
        self._subtitle.setVisible(bool(subtitle))
        self.setAccessibleName(title)

    def set_body(self, widget: QWidget) -> None:
        """Put the content in; an earlier one is deleted."""
        old = self._scroll.takeWidget()
        if old is not None:
            old.deleteLater()
        widget.setObjectName("side_panel_body")
        holder = QWidget()
        holder.setProperty("plain", True)
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(20, 4, 20, 20)
        layout.addWidget(widget)
        layout.addStretch(1)
        self._scroll.setWidget(holder)

    def set_footer(self, right: Sequence[QWidget], left: Sequence[QWidget] = ()) -> None:
        """Put buttons in the bottom line; the main one last (it stands at the right)."""
        while (item := self._footer_row.takeAt(0)) is not None:
            old = item.widget()
            if old is not None and old not in (*right, *left):
                old.deleteLater()
        for widget in left:
            self._footer_row.addWidget(widget)
        self._footer_row.addStretch(1)
        for widget in right:
            self._footer_row.addWidget(widget)
        self._footer.setVisible(bool(right or left))

    def open_panel(self, focus: QWidget | None = None) -> None:
        """Show the panel and put the cursor into ``focus`` (or the first field)."""
        if not self.is_open:
            self._back = QApplication.focusWidget()
        self.show()
        self.raise_()
        if not self._docked:
            self._place(slide=True)
        if focus is not None:
            focus.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._focus_first()
        self.opened.emit()

    def close_panel(self) -> None:
        """Hide the panel; the focus goes back to where it was."""
        if not self.is_open:
            return
        self._animation.stop()
        had_focus = self.isAncestorOf(QApplication.focusWidget() or self._host)
        self.hide()
        back, self._back = self._back, None
        if had_focus and back is not None and not self.isAncestorOf(back):
            try:
                back.setFocus(Qt.FocusReason.OtherFocusReason)
            except RuntimeError:  # the widget was deleted meanwhile
                self._host.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep plain keys from reaching the page underneath."""
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the host's size."""
        if watched is self._host and event.type() == QEvent.Type.Resize and self.is_open:
            self._place(slide=False)
        return False

    def _focus_first(self) -> None:
        body = self.body
        for child in (body, *body.findChildren(QWidget)) if body is not None else ():
            if (
                child.focusPolicy() & Qt.FocusPolicy.TabFocus
                and child.isEnabled()
                and child.isVisibleTo(self)
            ):
                child.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _place(self, *, slide: bool) -> None:
        width = min(self._width, self._host.width())
        self.resize(width, self._host.height())
        end = QPoint(self._host.width() - width, 0)
        self._animation.stop()
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        if slide and self._host.isVisible() and self.style().styleHint(hint, None, self) > 0:
            self._animation.setStartValue(QPoint(end.x() + 32, 0))
            self._animation.setEndValue(end)
            self._animation.start()
        else:
            self.move(end)
