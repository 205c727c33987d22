"""Pages as lists of what stands on them, and the one place that writes them into a PDF.

Pages are kept until all are laid out, so that each can say how many there are. Text is only ever
written as glyphs: nothing in it is read as markup, as a link or as the name of a picture.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Drawing
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from hms_desktop.documents.fonts import LOCK, Piece, Weight, font_name, pieces
from hms_desktop.documents.styles import Colour, Measures

_UNITS = 1000


class Text(NamedTuple):
    """A line of text at a place; y is its baseline, from the lower edge (points)."""

    x: float
    y: float
    text: str
    weight: Weight
    size: float
    colour: Colour


@dataclass(slots=True)
class Page:
    """What stands on one page: shapes below, texts above them."""

    shapes: list[Callable[[Canvas], None]] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    def rule(
        self, x: float, y: float, width: float, colour: Colour, thickness: float = 0.6
    ) -> None:
        """Draw a horizontal line."""

        def draw(canvas: Canvas) -> None:
            canvas.setStrokeColorRGB(*colour)
            canvas.setLineWidth(thickness)
            canvas.line(x, y, x + width, y)

        self.shapes.append(draw)

    def box(
        self, x: float, y: float, width: float, height: float, colour: Colour, *, radius: float = 0
    ) -> None:
        """Fill a box whose lower left corner is at x, y."""

        def draw(canvas: Canvas) -> None:
            canvas.setFillColorRGB(*colour)
            if radius:
                canvas.roundRect(x, y, width, height, radius, stroke=0, fill=1)
            else:
                canvas.rect(x, y, width, height, stroke=0, fill=1)

        self.shapes.append(draw)

    def picture(
        self, picture: ImageReader, x: float, y: float, width: float, height: float
    ) -> None:
        """Draw a picture into a box."""

        def draw(canvas: Canvas) -> None:
            canvas.drawImage(picture, x, y, width, height, mask="auto")

        self.shapes.append(draw)

    def drawing(self, drawing: Drawing, x: float, y: float) -> None:
        """Draw a chart made of lines; its lower left corner is at x, y."""

        def draw(canvas: Canvas) -> None:
            renderPDF.draw(drawing, canvas, x, y)

        self.shapes.append(draw)


def write_pdf(pages: list[Page], measures: Measures, *, title: str, author: str) -> bytes:
    """Return the pages as a PDF; title and author are what a viewer shows of the file."""
    out = io.BytesIO()
    # Named, or every page would also ask for Helvetica, which is not embedded.
    canvas = Canvas(
        out,
        pagesize=(measures.width, measures.height),
        pageCompression=1,
        initialFontName=font_name(Weight.REGULAR),
    )
    canvas.setTitle(title)
    canvas.setAuthor(author)
    canvas.setCreator("HMS Desktop")
    for page in pages:
        for draw in page.shapes:
            draw(canvas)
        if page.texts:
            canvas.drawText(_written(canvas, page.texts))
        canvas.showPage()
    with LOCK:
        # Picks the glyphs that are embedded by reading in the shared font, place by place.
        canvas.save()
    return out.getvalue()


def _written(canvas: Canvas, texts: list[Text]) -> PDFTextObject:
    block = canvas.beginText()
    look: tuple[str, float] | None = None
    colour: Colour | None = None
    for x, y, text, weight, size, wanted in texts:
        if wanted != colour:
            colour = wanted
            block.setFillColorRGB(*colour)
        at = x
        for piece in pieces(text, weight):
            if look != (piece.font, size):
                look = (piece.font, size)
                block.setFont(piece.font, size)
            block.setTextOrigin(at, y)
            if piece.source:
                _write_shaped(block, piece)
            else:
                block.textLine(piece.text)
            at += piece.width * size / _UNITS
    return block


def _write_shaped(block: PDFTextObject, piece: Piece) -> None:
    """Write glyphs together with the text they stand for, so that it is found and copied."""
    source = piece.source.encode("utf-16-be").hex().upper()
    # The library has no public way to mark a part of a text.
    code: list[Any] = block._code  # noqa: SLF001
    code.append(f"/Span <</ActualText <FEFF{source}>>> BDC")
    block.textLine(piece.text)
    code.append("EMC")
