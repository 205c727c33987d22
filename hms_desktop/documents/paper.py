"""The sheet that every document is laid out on: head, flowing text, foot with page x of y.

A document is built from above to below; what does not fit goes on the next page, which repeats
a small head. All measures are points, from the lower left corner as in a PDF.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Sequence

from PIL import Image, UnidentifiedImageError
from reportlab.graphics.shapes import Drawing
from reportlab.lib.utils import ImageReader

from hms_desktop.documents import styles
from hms_desktop.documents.canvas import Page, Text, write_pdf
from hms_desktop.documents.fonts import has_stand_in, stand_in, width
from hms_desktop.documents.lines import break_lines, fit
from hms_desktop.documents.styles import MEASURES, MM, Colour, TextStyle
from hms_desktop.documents.words import Words
from hms_desktop.domain.papers import Letterhead, PageSize

log = logging.getLogger(__name__)

LOGO_HEIGHT, LOGO_WIDTH = 17 * MM, 45 * MM
_DESCENT = 0.25
"""What letters reach below their line, as a part of the leading."""


class Sheet:
    """One document while it is written."""

    def __init__(
        self,
        head: Letterhead,
        title: str,
        words: Words,
        *,
        about: str = "",
        size: PageSize = PageSize.A4,
    ) -> None:
        """Begin with the hospital's head and the title.

        Args:
            head: the hospital, with its logo if it has one.
            title: what the document is; translated already.
            words: language and formats.
            about: whom or what it is about, for the foot of every page (name and number).
            size: the sheet.
        """
        self.words = words
        self.measures = MEASURES[size]
        self.pages: list[Page] = []
        self.y = 0.0
        self._head, self._title, self._about = head, title, about
        self._foreign = False
        self.new_page()

    # ---------------------------------------------------------------------------- measures
    @property
    def left(self) -> float:
        """The left margin."""
        return self.measures.side

    @property
    def inner(self) -> float:
        """The width between the margins."""
        return self.measures.inner

    @property
    def page(self) -> Page:
        """The page that is written now."""
        return self.pages[-1]

    @property
    def room(self) -> float:
        """The height that is left on this page."""
        return self.y - self.measures.bottom

    @property
    def full(self) -> float:
        """The height of an empty page below its small head."""
        return self.measures.height - self.measures.top - self.measures.bottom - 26

    # ------------------------------------------------------------------------------- pages
    def new_page(self) -> None:
        """Go on at the top of a new page."""
        self.pages.append(Page())
        self.y = self.measures.height - self.measures.top
        if len(self.pages) == 1:
            self._full_head()
        else:
            self._small_head()

    def need(self, height: float) -> None:
        """Begin a new page unless this height is left (or is more than any page has)."""
        if self.room < height <= self.full:
            self.new_page()

    def skip(self, height: float) -> None:
        """Leave a gap; at the foot of a page it may be shorter."""
        self.y = max(self.y - height, self.measures.bottom)

    # -------------------------------------------------------------------------------- text
    def put(
        self,
        text: str,
        style: TextStyle,
        x: float,
        y: float,
        *,
        colour: Colour | None = None,
    ) -> None:
        """Write one line at a place; y is its baseline. No breaking, no moving on."""
        if text:
            self.note_foreign(text)
            self.page.texts.append(
                Text(x, y, text, style.weight, style.size, colour or style.colour)
            )

    def note_foreign(self, text: str) -> None:
        """Remember that a text holds signs which the fonts lack, to explain them at the end."""
        self._foreign = self._foreign or has_stand_in(text)

    def put_right(self, text: str, style: TextStyle, right: float, y: float) -> None:
        """Write one line that ends at a place."""
        self.put(text, style, right - width(text, style.weight, style.size), y)

    def lines(self, text: str, style: TextStyle, most: float | None = None) -> list[str]:
        """Return a text broken into lines for this sheet (or for a width)."""
        return break_lines(text, style, most or self.inner)

    def put_lines(
        self, lines: Iterable[str], style: TextStyle, x: float, y: float | None = None
    ) -> float:
        """Write lines below each other from a top edge on; return where they end."""
        top = self.y if y is None else y
        for line in lines:
            top -= style.leading
            self.put(line, style, x, top + style.leading * _DESCENT)
        return top

    def text(
        self,
        text: str,
        style: TextStyle = styles.BODY,
        *,
        indent: float = 0,
        after: float = 4,
    ) -> None:
        """Write a text of any length, over pages where it must be."""
        if not text:
            return
        lines = self.lines(text, style, self.inner - indent)
        while lines:
            # A single line of a longer text is not left alone at the foot of a page.
            self.need(style.leading * min(len(lines), 2))
            fits = max(1, int(self.room / style.leading))
            self.y = self.put_lines(lines[:fits], style, self.left + indent)
            lines = lines[fits:]
            if lines:
                self.new_page()
        self.skip(after)

    def title(self, text: str, detail: str = "") -> None:
        """Write the document's name in large letters, a detail at the right."""
        style = styles.TITLE
        used = width(detail, styles.QUIET.weight, styles.QUIET.size) + 12 if detail else 0
        lines = self.lines(text, style, self.inner - used)
        self.need(style.leading * len(lines))
        base = self.y - style.leading * (1 - _DESCENT)
        self.put_right(detail, styles.QUIET, self.left + self.inner, base)
        self.y = self.put_lines(lines, style, self.left)
        self.skip(6)

    def heading(self, text: str, *, keep: float = 34) -> None:
        """Write a heading that stays with what follows: at least ``keep`` points of it."""
        self.skip(7)
        self.need(styles.HEADING.leading + keep)
        self.y = self.put_lines([fit(text, styles.HEADING, self.inner)], styles.HEADING, self.left)
        self.skip(2)

    def section(self, heading: str, text: str) -> None:
        """Write a heading with a text below it, or nothing where the text is empty."""
        if text:
            self.heading(heading)
            self.text(text)

    def drawing(self, drawing: Drawing, *, after: float = 8) -> None:
        """Place a chart at the left margin."""
        self.need(drawing.height)
        self.page.drawing(drawing, self.left, self.y - drawing.height)
        self.y -= drawing.height
        self.skip(after)

    # ------------------------------------------------------------------------------ finish
    def pdf(self) -> bytes:
        """Return the document: the foot of every page is written now."""
        if self._foreign:
            self._explain_stand_ins()
        for number, page in enumerate(self.pages, 1):
            self._foot(page, number)
        return write_pdf(self.pages, self.measures, title=self._title, author=self._head.name)

    def _explain_stand_ins(self) -> None:
        self.skip(8)
        self.text(
            self.words.say(
                "Numbers in {marks} stand for signs that these letters do not have; they are the "
                "numbers of Unicode.",
                marks=stand_in("\u4e2d").replace("4E2D", "…"),
            ),
            styles.SMALL,
        )

    def _full_head(self) -> None:
        head, top = self._head, self.y
        x, room = self.left, self.inner
        logo = _logo(head.logo)
        low = top
        if logo is not None:
            wide, high = logo.getSize()
            scale = min(LOGO_HEIGHT / high, LOGO_WIDTH / wide)
            self.page.picture(logo, x, top - high * scale, wide * scale, high * scale)
            low = top - high * scale
            x += wide * scale + 5 * MM
            room -= wide * scale + 5 * MM
        name = self.lines(head.name, styles.HOSPITAL, room)
        y = self.put_lines(name, styles.HOSPITAL, x, top + 3)
        reach = "  ·  ".join(filter(None, (head.phone, head.email)))
        for text in (*head.address.split("\n"), reach):
            if text.strip():
                y = self.put_lines(self.lines(text, styles.QUIET, room), styles.QUIET, x, y)
        self.y = min(y, low) - 7
        self.page.rule(self.left, self.y, self.inner, styles.ACCENT, 1.4)
        self.skip(13)

    def _small_head(self) -> None:
        style, half = styles.SMALL, self.inner * 0.6
        base = self.y - style.size
        self.put(fit(self._head.name, style, half), style, self.left, base)
        right = fit(self._title, style, self.inner - half - 8)
        self.put_right(right, style, self.left + self.inner, base)
        self.page.rule(self.left, base - 6, self.inner, styles.LINE)
        self.y -= 26

    def _foot(self, page: Page, number: int) -> None:
        style, base = styles.SMALL, self.measures.bottom - 9 * MM
        page.rule(self.left, base + 5 * MM, self.inner, styles.LINE)
        count = self.words.say("Page {page} of {pages}", page=number, pages=len(self.pages))
        wide = width(count, style.weight, style.size)
        about = fit(self._about, style, self.inner - wide - 12)
        for text, x in ((about, self.left), (count, self.left + self.inner - wide)):
            if text:
                page.texts.append(Text(x, base, text, style.weight, style.size, style.colour))


def _logo(data: bytes) -> ImageReader | None:
    """Return the logo, or None where there is none or its file turns out to be damaged."""
    if not data:
        return None
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
            return ImageReader(picture.convert("RGBA"))
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, Image.DecompressionBombError):
        # The paper is needed now, the picture is not; the settings page shows that it is broken.
        log.exception("the hospital's logo cannot be read and is left out")
        return None


# ------------------------------------------------------------------------------------ blocks
def pairs(sheet: Sheet, rows: Sequence[tuple[str, str]], *, columns: int = 3) -> None:
    """Write labels with their values in a shaded block, ``columns`` beside each other.

    Pairs with an empty value are left out; long values take as many lines as they need.
    """
    filled = [(label, value) for label, value in rows if value]
    gap, pad = 10.0, 8.0
    each = (sheet.inner - 2 * pad - gap * (columns - 1)) / columns
    grid = [filled[at : at + columns] for at in range(0, len(filled), columns)]
    broken = [[(label, sheet.lines(value, styles.STRONG, each)) for label, value in row]
              for row in grid]  # fmt: skip
    heights = [
        styles.LABEL.leading + max(len(lines) for _, lines in row) * styles.STRONG.leading + 3
        for row in broken
    ]
    whole = sum(heights) + 2 * pad - 3
    sheet.need(whole)
    if whole <= sheet.room:
        sheet.page.box(sheet.left, sheet.y - whole, sheet.inner, whole, styles.SHADE, radius=4)
    sheet.skip(pad)
    for row, height in zip(broken, heights, strict=True):
        sheet.need(height)
        for number, (label, lines) in enumerate(row):
            x = sheet.left + pad + number * (each + gap)
            y = sheet.put_lines([fit(label, styles.LABEL, each)], styles.LABEL, x)
            sheet.put_lines(lines, styles.STRONG, x, y)
        sheet.y -= height
    sheet.skip(pad + 4)


def notice(sheet: Sheet, label: str, text: str) -> None:
    """Write something nobody may overlook, such as an allergy, in a box with a bar."""
    if not text:
        return
    style, pad = styles.WARNING, 7.0
    lines = sheet.lines(f"{label}: {text}", style, sheet.inner - 2 * pad - 4)
    while lines:
        sheet.need(style.leading + 2 * pad)
        fits = max(1, int((sheet.room - 2 * pad) / style.leading))
        now, lines = lines[:fits], lines[fits:]
        height = len(now) * style.leading + 2 * pad
        sheet.page.box(sheet.left, sheet.y - height, sheet.inner, height, styles.ALERT_SHADE)
        sheet.page.box(sheet.left, sheet.y - height, 3, height, styles.ALERT)
        sheet.put_lines(now, style, sheet.left + pad + 4, sheet.y - pad)
        sheet.y -= height
        if lines:
            sheet.new_page()
    sheet.skip(6)


def signature(sheet: Sheet, lines: Sequence[str], day: str) -> None:
    """Write the line to sign on, who signs below it, and the date at the left; kept together."""
    wide = min(sheet.inner * 0.48, 85 * MM)
    x = sheet.left + sheet.inner - wide
    below: list[tuple[str, TextStyle]] = []
    for number, line in enumerate(filter(None, lines)):
        style = styles.STRONG if number == 0 else styles.QUIET
        below.extend((part, style) for part in sheet.lines(line, style, wide))
    space = 16 * MM
    sheet.need(space + sum(style.leading for _, style in below) + 6)
    sheet.skip(space)
    sheet.page.rule(x, sheet.y, wide, styles.INK, 0.7)
    sheet.put(day, styles.QUIET, sheet.left, sheet.y - styles.STRONG.leading)
    y = sheet.y - 3
    for text, style in below:
        y = sheet.put_lines([text], style, x, y)
    sheet.y = y
    sheet.skip(4)
