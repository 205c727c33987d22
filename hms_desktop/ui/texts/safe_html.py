"""HTML of a mail on the screen: nothing is loaded from anywhere, nothing can be followed."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from PySide6.QtCore import QByteArray, QUrl
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QTextBrowser, QWidget

from hms_desktop.ui.palette import LIGHT

DEEPEST = 6
"""Tables within tables that are still laid out; Qt's time doubles with each."""


class _Depth(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.depth = self.deepest = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag == "table":
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self.depth = max(0, self.depth - 1)


def table_depth(html: str) -> int:
    """Return how deep tables lie in one another."""
    found = _Depth()
    found.feed(html)
    found.close()
    return found.deepest


class SafeHtml(QTextBrowser):
    """Shows a mail on white paper, as most people see it, whatever the program's colours."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Start empty; ``name`` is the accessible name."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setProperty("paper", True)
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.Base, LIGHT.colour("panel"))
        palette.setColor(QPalette.ColorRole.Text, LIGHT.colour("ink"))
        self.setPalette(palette)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:  # noqa: ANN401, ARG002
        """Answer nothing, whatever is asked for: pictures, style sheets, files, the network."""
        return QByteArray()

    def show_html(self, html: str) -> None:
        """Lay a mail out; one with tables far too deep in one another is shown as its source."""
        place = self.verticalScrollBar().value()
        if table_depth(html) > DEEPEST:
            self.setPlainText(html)
        else:
            self.setHtml(html)
        self.verticalScrollBar().setValue(place)
