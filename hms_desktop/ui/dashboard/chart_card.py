"""A chart in its panel: title, legend, what to say when it is empty, and saving it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSize, QStandardPaths, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QMenu,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.ui.buttons import icon_button
from hms_desktop.ui.dashboard.figures import Figures, Series
from hms_desktop.ui.dashboard.heat_map import OwnPlot, Pyramid
from hms_desktop.ui.dashboard.plots import LinePlot, Plot
from hms_desktop.ui.dashboard.words import tr
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.paper.saving import write_whole
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.empty import EmptyState

PICTURE_SCALE = 2
"""A saved picture has twice the points of the screen: it is looked at on paper as well."""


class Legend(QWidget):
    """Names of the series beside their colours; dashed where the line is."""

    def __init__(self, *, lines: bool, parent: QWidget | None = None) -> None:
        """Start without any; ``lines``: marks are pieces of lines, not squares."""
        super().__init__(parent)
        self._lines = lines
        self._series: tuple[Series, ...] = ()
        current_theme().changed.connect(self._retheme)

    def set_series(self, series: tuple[Series, ...]) -> None:
        """Show the names of a chart; a single one needs none."""
        self._series = series if len(series) > 1 else ()
        self.setVisible(bool(self._series))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of a line of small words."""
        return QSize(60, current_theme().px(18))

    def minimumSizeHint(self) -> QSize:
        """Return the same: names that have no room are left out, not squeezed."""
        return self.sizeHint()

    def _retheme(self, _tokens: object) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint marks and names."""
        painter = QPainter(self)
        theme = current_theme()
        painter.setFont(theme.font(11))
        side, left, middle = theme.px(9), 0.0, self.height() / 2
        for place, one in enumerate(self._series):
            colour = theme.tokens.colour(one.role)
            if self._lines:
                pen = painter.pen()
                pen.setColor(colour)
                pen.setWidthF(2)
                pen.setStyle(Qt.PenStyle.DashLine if place else Qt.PenStyle.SolidLine)
                painter.setPen(pen)
                painter.drawLine(int(left), int(middle), int(left) + 2 * side, int(middle))
                left += 2 * side + 5
            else:
                painter.fillRect(QRectF(left, middle - side / 2, side, side), colour)
                left += side + 5
            painter.setPen(theme.tokens.colour("dim"))
            wide = painter.fontMetrics().horizontalAdvance(one.name)
            box = QRectF(left, 0, wide + 2, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, one.name)
            left += wide + theme.px(14)
        painter.end()


class ChartCard(QFrame):
    """``opened`` carries the key of the point whose list is wanted."""

    opened = Signal(object)

    def __init__(
        self,
        desk: Desk,
        title: str,
        plot: Plot | OwnPlot,
        first_column: str,
        *,
        scrolls: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Take a chart in.

        Args:
            desk: who saves it, and where toasts appear.
            title: the heading, and the name of a saved file.
            plot: the chart.
            first_column: what its points are, as the head of a saved table.
            scrolls: the chart grows with its points and scrolls.
            parent: the widget it stands in.
        """
        super().__init__(parent)
        self._desk = desk
        self.title, self._first_column = title, first_column
        self._span = ""
        self.plot = plot
        self.setProperty("panel", True)
        self.setAccessibleName(title)
        self.legend = Legend(lines=isinstance(plot, LinePlot))
        self.note = plain_label(role="small")
        self.note.hide()
        self.tools = QHBoxLayout()
        self.tools.setSpacing(6)
        self.menu_button = icon_button(
            "save", self.tr("Save the chart “{title}”").format(title=title), self.open_menu
        )
        self.empty = EmptyState(self.tr("Nothing to show for this time"), icon="report")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._scrolled(plot) if scrolls else plot)
        self._pages.addWidget(self.empty)
        self._lay_out()
        plot.cursor_.opened.connect(self._open)

    def set_figures(self, figures: Figures, span: str, empty: str = "") -> None:
        """Show other values; ``span`` names the time they are of (for files)."""
        self._span = span
        if empty:
            self.empty.set_text(empty)
        # The two sides of a pyramid carry their names themselves.
        named = figures.empty or isinstance(self.plot, Pyramid)
        self.legend.set_series(() if named else figures.series)
        self._pages.setCurrentIndex(1 if figures.empty else 0)
        self.menu_button.setEnabled(not figures.empty)
        self.plot.set_figures(figures)

    def set_note(self, words: str) -> None:
        """Say something small under the chart."""
        self.note.setText(words)
        self.note.setVisible(bool(words))

    # --------------------------------------------------------------------------- saving
    def open_menu(self) -> None:
        """Offer both kinds of file."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(self.tr("Save as picture…"), partial(self.ask, "png"))
        menu.addAction(self.tr("Save as table (CSV)…"), partial(self.ask, "csv"))
        menu.popup(self.menu_button.mapToGlobal(self.menu_button.rect().bottomLeft()))

    def ask(self, kind: str) -> None:
        """Ask where to, then save; the window goes on meanwhile."""
        picture = kind == "png"
        dialog = QFileDialog(self.window(), self.title)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(
            self.tr("Picture (*.png)") if picture else self.tr("CSV table (*.csv)")
        )
        dialog.setDefaultSuffix(kind)
        place = QStandardPaths.StandardLocation
        folder = place.PicturesLocation if picture else place.DocumentsLocation
        dialog.setDirectory(QStandardPaths.writableLocation(folder))
        name = f"{self.title} {self._span}".replace("/", "-")
        dialog.selectFile(f"{name}.{kind}")
        save = self.save_picture if picture else self.save_table
        dialog.fileSelected.connect(lambda path: save(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_picture(self, path: Path) -> None:
        """Write the panel as a picture."""
        self.plot.cursor_.go(None)
        self.menu_button.hide()
        sharp = QPixmap(self.size() * PICTURE_SCALE)
        sharp.setDevicePixelRatio(PICTURE_SCALE)
        self.render(sharp)
        self.menu_button.show()
        image = sharp.toImage()

        def work() -> None:
            buffer = QBuffer()
            buffer.open(QIODevice.OpenModeFlag.WriteOnly)
            image.save(buffer, "PNG")  # type: ignore[call-overload]
            write_whole(path, bytes(buffer.data().data()))

        self._save(path, work)

    def save_table(self, path: Path) -> None:
        """Write the values as a table."""
        head, *rows = self.plot.figures.rows(self._first_column)
        numbers, actor = self._desk.services.hospital_numbers, self._desk.actor
        titles = [str(cell) for cell in head]
        self._save(path, lambda: numbers.save_table(actor, path, titles, rows))

    def _save(self, path: Path, work: Callable[[], object]) -> None:
        toasts = self._desk.toasts

        def saved(_done: object) -> None:
            toasts.show_toast(tr("Saved as {file}").format(file=path.name), kind="ok")

        def failed(error: Exception) -> None:
            toasts.show_toast(sentence(error), kind="alarm")

        self._desk.runner.run(work, owner=self, done=saved, failed=failed)

    # --------------------------------------------------------------------------- inside
    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(plain_label(self.title, role="section"))
        head.addStretch(1)
        head.addLayout(self.tools)
        head.addWidget(self.menu_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 8, 10, 10)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.legend)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.note)

    @staticmethod
    def _scrolled(plot: QWidget) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(plot)
        area.viewport().setAutoFillBackground(False)
        return area

    def _open(self, place: int) -> None:
        key = self.plot.key(place)
        if key is not None:
            self.opened.emit(key)
