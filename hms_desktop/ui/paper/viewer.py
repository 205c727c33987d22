"""A PDF on the screen: QtPdf's view over the bytes in memory, no file in between.

Imported when the first paper is shown: QtPdf costs every start tens of milliseconds.
"""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QBuffer, QIODevice, QPointF, Signal
from PySide6.QtGui import QPalette
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hms_desktop.domain.errors import HmsError
from hms_desktop.ui.paper.printing import PAPERS
from hms_desktop.ui.theme import current_theme

LEAST_ZOOM, MOST_ZOOM, STEP = 0.25, 4.0, 1.2
_POINTS = {"A4": (595, 842), "A5": (420, 595), "Letter": (612, 792), "Legal": (612, 1008)}
_NEAR = 3
"""Points that a page may differ from its paper by rounding."""


class NotReadable(HmsError):  # noqa: N818 - errors are named after what happened
    """What was made is no PDF that can be shown."""


class PdfViewer(QWidget):
    """Shows pages one below the other; ``page_changed`` carries page (1 first) and count."""

    page_changed = Signal(int, int)
    zoom_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with nothing to show."""
        super().__init__(parent)
        self._buffer = QBuffer(self)
        self._document = QPdfDocument(self)
        self.view = QPdfView(self)
        self.view.setAccessibleName(self.tr("Pages of the paper"))
        self.view.setFrameShape(QPdfView.Shape.NoFrame)
        self.view.setPageMode(QPdfView.PageMode.MultiPage)
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.view.setDocument(self._document)
        self.view.pageNavigator().currentPageChanged.connect(lambda _page: self._tell())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.setFocusProxy(self.view)
        current_theme().changed.connect(self._restyle)
        self._restyle()

    @property
    def pages(self) -> int:
        """How many pages are shown."""
        return max(0, self._document.pageCount())

    @property
    def page(self) -> int:
        """The page in front, from 1; 0 when nothing is shown."""
        return self.view.pageNavigator().currentPage() + 1 if self.pages else 0

    @property
    def zoom(self) -> float:
        """1.0 shows the paper in its own size."""
        if self.fits:
            width = self._document.pagePointSize(0).width() if self.pages else 0.0
            inches = self.view.viewport().width() / max(1, self.view.logicalDpiX())
            return inches * 72 / width if width else 1.0
        return self.view.zoomFactor()

    @property
    def fits(self) -> bool:
        """Say whether the page is as wide as the window."""
        return self.view.zoomMode() == QPdfView.ZoomMode.FitToWidth

    def paper_size(self) -> str:
        """Return which paper the first page is made for; empty when it is none of ours."""
        if not self.pages:
            return ""
        size = self._document.pagePointSize(0)
        sides = sorted((size.width(), size.height()))
        for name in PAPERS:
            if all(abs(a - b) <= _NEAR for a, b in zip(sides, _POINTS[name], strict=True)):
                return name
        return ""

    def show_pdf(self, pdf: bytes) -> None:
        """Show the first page; raises NotReadable."""
        self.clear()
        self._buffer.setData(pdf)
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._document.load(self._buffer)
        if self._document.error() != QPdfDocument.Error.None_ or not self.pages:
            self.clear()
            raise NotReadable(
                "The paper cannot be shown, because it came out damaged. Nothing was printed. "
                "Try again; if it happens again, tell your administrator."
            )
        self.fit_width()
        self.go_to(1)
        self._tell()

    def clear(self) -> None:
        """Forget the paper."""
        self._document.close()
        self._buffer.close()
        self._buffer.setData(b"")

    def text(self) -> str:
        """Return the text of all pages (for a screen reader, and to find words again)."""
        return "\n".join(self._document.getAllText(n).text() for n in range(self.pages))

    def go_to(self, page: int) -> None:
        """Bring a page to the top, the first or last one where there is none."""
        if self.pages:
            self.view.pageNavigator().jump(min(max(1, page), self.pages) - 1, QPointF(), 0)

    def fit_width(self) -> None:
        """Make the page as wide as the window."""
        self.view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.zoom_changed.emit()

    def zoom_by(self, steps: int) -> None:
        """Make it larger (or smaller) by steps of a fifth."""
        zoom = min(MOST_ZOOM, max(LEAST_ZOOM, self.zoom * STEP**steps))
        self.view.setZoomMode(QPdfView.ZoomMode.Custom)
        self.view.setZoomFactor(zoom)
        self.zoom_changed.emit()

    def _tell(self) -> None:
        # The view still tells of pages while all of this is taken down.
        if shiboken6.isValid(self._document):
            self.page_changed.emit(self.page, self.pages)

    def _restyle(self) -> None:
        # The ground around the sheets; the sheets themselves stay white as paper is.
        palette = self.view.palette()
        palette.setColor(QPalette.ColorRole.Dark, current_theme().tokens.colour("hover"))
        self.view.setPalette(palette)
