"""How a day's slots are painted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from hms_desktop.domain.slot_cells import CellState, SlotCell
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.theme import current_theme


@dataclass(frozen=True, slots=True)
class SlotDay:
    """One local date: its slots, and a few words where something closes or changes it."""

    on: date
    cells: tuple[SlotCell, ...]
    note: str = ""


def paint_head(painter: QPainter, box: QRectF, day: SlotDay, now: date, formats: Formats) -> None:
    """Paint the name of a day and what is to be said of it."""
    tokens = current_theme().tokens
    theme, flags = current_theme(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.setFont(theme.font(13, 600))
    painter.setPen(tokens.colour("accent_text" if day.on == now else "ink"))
    line = theme.px(20)
    name = f"{formats.relative(day.on, now)}"
    short = formats.short(day.on, now)
    if short not in name:
        name = f"{name} · {short}"
    metrics = painter.fontMetrics()
    elide = Qt.TextElideMode.ElideRight
    painter.drawText(
        QRectF(box.left() + 2, 4, box.width(), line),
        flags,
        metrics.elidedText(name, elide, round(box.width())),
    )
    note = day.note
    if not note:
        free = sum(cell.state is CellState.FREE for cell in day.cells)
        note = QCoreApplication.translate("slots", "{n} free").format(n=free)
    painter.setFont(theme.font(11))
    painter.setPen(tokens.colour("warn_text" if day.note else "dim"))
    painter.drawText(
        QRectF(box.left() + 2, 4 + line, box.width(), theme.px(16)),
        flags,
        painter.fontMetrics().elidedText(note, elide, round(box.width())),
    )


def paint_cell(
    painter: QPainter, box: QRectF, cell: SlotCell, formats: Formats, *, marked: bool
) -> None:
    """Paint a slot; ``marked``: with the cursor."""
    tokens = current_theme().tokens
    theme = current_theme()
    fills = {
        CellState.FREE: tokens.status_colour("confirmed").fill,
        CellState.CLOSED: tokens.hatch,
        CellState.TAKEN: tokens.status_colour("booked").fill,
        CellState.PAST: tokens.ground,
    }
    inks = {
        CellState.FREE: "ink",
        CellState.CLOSED: "dim",
        CellState.TAKEN: "ink",
        CellState.PAST: "off",
    }
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fills[cell.state]))
    painter.drawRoundedRect(box, 5, 5)
    if marked:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(tokens.colour("accent"), 2))
        painter.drawRoundedRect(box, 5, 5)
    words = formats.at(cell.starts_at)
    more = {
        CellState.FREE: f"×{cell.places}" if cell.places > 1 else "",
        CellState.CLOSED: QCoreApplication.translate("slots", "closed"),
        CellState.TAKEN: QCoreApplication.translate("slots", "taken"),
        CellState.PAST: QCoreApplication.translate("slots", "over"),
    }[cell.state]
    font = theme.font(12, 600 if cell.state is CellState.FREE else 400)
    font.setStrikeOut(cell.state is CellState.CLOSED)
    painter.setFont(font)
    painter.setPen(tokens.colour(inks[cell.state]))
    text = box.adjusted(10, 0, -8, 0)
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.drawText(text, Qt.AlignmentFlag.AlignLeft | middle, words)
    painter.setFont(theme.font(11))
    painter.setPen(tokens.colour("dim" if cell.state is not CellState.PAST else "off"))
    painter.drawText(text, Qt.AlignmentFlag.AlignRight | middle, more)
