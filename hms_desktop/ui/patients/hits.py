"""The list under the patient box: patients found, and the row that registers a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QIcon, QImage, QPainter, QPainterPath
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from hms_desktop.domain.patients import PatientHit
from hms_desktop.ui.icons import icon
from hms_desktop.ui.plaintext import tooltip
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.avatar import initials

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hms_desktop.ui.patients.formats import Formats

_Index = QModelIndex | QPersistentModelIndex
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter
_SIDE = 36
_GAP = 16
NEW_SHOWN = 24
"""Characters of the typed text that the *New patient* row repeats."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("hits", text)


class NewPatient:
    """The last row: register somebody with what was typed."""

    def __init__(self, typed: str) -> None:
        """Keep what was typed."""
        self.typed = typed

    @property
    def title(self) -> str:
        """The row's words."""
        if not self.typed:
            return _tr("New patient")
        short = self.typed if len(self.typed) <= NEW_SHOWN else self.typed[:NEW_SHOWN].strip() + "…"
        return _tr("New patient “{typed}”").format(typed=short)


class HitModel(QAbstractListModel):
    """Hits in the order found, then at most one row for a new patient."""

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.formats = formats
        self.rows: tuple[PatientHit | NewPatient, ...] = ()
        self.now: datetime | None = None
        self.photos: dict[int, QImage] = {}

    def set_rows(self, hits: Sequence[PatientHit], new: NewPatient | None, now: datetime) -> None:
        """Show other rows; ages and visits are told as of ``now`` (UTC)."""
        self.beginResetModel()
        self.rows = (*hits, new) if new is not None else tuple(hits)
        self.now = now
        self.endResetModel()

    def set_photos(self, photos: dict[int, QImage]) -> None:
        """Show faces that have arrived, by patient id."""
        self.photos.update(photos)
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def lines(self, row: PatientHit | NewPatient) -> tuple[str, str, str, str]:
        """Return a row's name, details, phone and chip."""
        if isinstance(row, NewPatient):
            return row.title, _tr("Ctrl N · opens with what you typed"), "", ""
        if self.now is None:
            return row.name, row.mrn, row.phone, ""
        today = self.formats.day_of(self.now)
        chip = _tr("retired") if row.retired else self.formats.visit(row, self.now)
        return row.name, self.formats.person(row, today), row.phone, chip

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return a row for the delegate, and its words for those who cannot see it."""
        if not index.isValid() or not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        lines = self.lines(row)
        if role == Qt.ItemDataRole.DisplayRole:
            return lines[0]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(line for line in lines if line)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip("\n".join(line for line in lines if line))
        return None


class HitDelegate(QStyledItemDelegate):
    """Paints a row: a face, the name with its chip, what tells the patient apart, the phone."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Return two or three lines' height."""
        row = index.data(Qt.ItemDataRole.UserRole)
        lines = 3 if isinstance(row, PatientHit) and row.phone else 2
        return QSize(option.rect.width(), current_theme().px(18 + 17 * lines))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one row; every text as it is."""
        model, row = index.model(), index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(model, HitModel) or row is None:
            return
        theme = current_theme()
        tokens, px = theme.tokens, theme.px
        rect: QRect = option.rect
        name, details, phone, chip = model.lines(row)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, tokens.colour("accent_soft"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, tokens.colour("hover"))
        face = QRectF(rect.left() + px(_GAP), rect.top() + px(8), px(_SIDE), px(_SIDE))
        self._face(painter, face, row, model)
        left = round(face.right()) + px(12)
        right = rect.right() - px(_GAP)
        top = rect.top() + px(8)
        end = self._chip(painter, chip, right, top, today=chip.startswith(_tr("today"))) or right
        if isinstance(row, PatientHit) and row.has_allergies:
            end -= px(18)
            mark = QRect(end, top + px(1), px(15), px(15))
            icon("allergy", "alarm_text").paint(painter, mark)
            end -= px(2)
        painter.setFont(theme.font(13, 600))
        new = isinstance(row, NewPatient)
        painter.setPen(tokens.colour("accent_text" if new else "ink"))
        if isinstance(row, PatientHit) and row.retired:
            painter.setPen(tokens.colour("dim"))
        self._line(painter, name, left, end - px(6), top)
        painter.setFont(theme.font(12))
        painter.setPen(tokens.colour("dim"))
        self._line(painter, details, left, right, top + px(18))
        self._line(painter, phone, left, right, top + px(35))
        painter.restore()

    @staticmethod
    def _line(painter: QPainter, text: str, left: int, right: int, top: int) -> None:
        if not text:
            return
        box = QRect(left, top, max(0, right - left), current_theme().px(17))
        words = painter.fontMetrics().elidedText(
            " ".join(text.split()), Qt.TextElideMode.ElideRight, box.width()
        )
        painter.drawText(box, _LEFT | Qt.TextFlag.TextSingleLine, words)

    @staticmethod
    def _chip(painter: QPainter, text: str, right: int, top: int, *, today: bool) -> int:
        """Paint the chip at the right; returns where it begins, 0 without one."""
        if not text:
            return 0
        theme = current_theme()
        font = theme.font(11, 500)
        width = QFontMetrics(font).horizontalAdvance(text) + theme.px(14)
        box = QRectF(right - width, top - 1, width, theme.px(19))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.tokens.colour("accent_soft" if today else "hover"))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setFont(font)
        painter.setPen(theme.tokens.colour("accent_text" if today else "dim"))
        painter.drawText(box, _CENTRE, text)
        return round(box.left())

    @staticmethod
    def _face(
        painter: QPainter, box: QRectF, row: PatientHit | NewPatient, model: HitModel
    ) -> None:
        theme = current_theme()
        shape = QPainterPath()
        shape.addRoundedRect(box, box.width() * 0.2, box.width() * 0.2)
        photo = model.photos.get(row.id) if isinstance(row, PatientHit) else None
        if photo is not None:
            painter.save()
            painter.setClipPath(shape)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(box, photo)
            painter.restore()
            return
        painter.fillPath(shape, theme.tokens.colour("hover"))
        if isinstance(row, NewPatient):
            inner = box.toRect().adjusted(10, 10, -10, -10)
            icon("add", "accent_text").paint(painter, inner, _CENTRE, QIcon.Mode.Normal)
            return
        painter.setFont(theme.font(13, 600))
        painter.setPen(theme.tokens.colour("dim"))
        painter.drawText(box, _CENTRE, initials(row.name))


class HitList(QListView):
    """The rows; ``chosen`` carries a PatientHit, ``new_wanted`` what was typed."""

    chosen = Signal(object)
    new_wanted = Signal(str)

    def __init__(self, formats: Formats, name: str, parent: QWidget | None = None) -> None:
        """Start empty; ``name`` is the accessible name."""
        super().__init__(parent)
        self.hits = HitModel(formats, self)
        self.setModel(self.hits)
        self.setItemDelegate(HitDelegate(self))
        self.setAccessibleName(name)
        self.setProperty("flat", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        # The mouse alone: Enter in the list is the box' Enter too (see ``choose_current``).
        self.clicked.connect(self._choose)
        self.setTabKeyNavigation(False)
        current_theme().changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.scheduleDelayedItemsLayout()  # rows grow with the text

    def keyPressEvent(self, event: Any) -> None:  # noqa: ANN401 - Qt's override
        """Choose with Enter; never search the list by letters."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose_current()
            return
        if event.text() and event.text().isprintable():
            event.ignore()
            return
        super().keyPressEvent(event)

    def show_rows(self, hits: Sequence[PatientHit], new: NewPatient | None, now: datetime) -> None:
        """Show other rows; the cursor stays on its patient, else goes to the first."""
        before = self.current()
        self.hits.set_rows(hits, new, now)
        ids = [row.id for row in hits]
        kept = isinstance(before, PatientHit) and before.id in ids
        place = ids.index(before.id) if kept and isinstance(before, PatientHit) else 0
        if self.hits.rows:
            self.setCurrentIndex(self.hits.index(place))

    def height_wanted(self) -> int:
        """Return the height that all rows take (pixels)."""
        option = QStyleOptionViewItem()
        delegate = self.itemDelegate()
        return sum(
            delegate.sizeHint(option, self.hits.index(place)).height()
            for place in range(len(self.hits.rows))
        )

    def current(self) -> PatientHit | NewPatient | None:
        """Return the row with the cursor."""
        place = self.currentIndex().row()
        return self.hits.rows[place] if 0 <= place < len(self.hits.rows) else None

    def choose_current(self) -> None:
        """Choose the row with the cursor, as Enter does."""
        row = self.current()
        if isinstance(row, PatientHit):
            self.chosen.emit(row)
        elif row is not None:
            self.new_wanted.emit(row.typed)

    def _choose(self, index: QModelIndex) -> None:
        self.setCurrentIndex(index)
        self.choose_current()
