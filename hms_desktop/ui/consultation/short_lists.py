"""Short local lists of words that prescriptions use; free text always stays possible."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from hms_desktop.ui.consultation.suggestions import Choice, Completion, Suggestions

Words = Callable[[str], list[str]]
_COUNT = re.compile(r"(\d{1,3}) ?([a-z]*)", re.IGNORECASE)
_WIDEST = 240


def _tr(text: str) -> str:
    return QCoreApplication.translate("short_lists", text)


def routes() -> list[str]:
    """Return ways to take a drug, the usual ones first."""
    return [
        _tr("oral"), _tr("under the tongue"), _tr("inhaled"), _tr("on the skin"),
        _tr("into the eye"), _tr("into the ear"), _tr("into the nose"), _tr("rectal"),
        _tr("vaginal"), _tr("intramuscular"), _tr("intravenous"), _tr("subcutaneous"),
    ]  # fmt: skip


def frequencies() -> list[str]:
    """Return how often a drug is taken."""
    return [
        "1-0-0", "0-0-1", "1-0-1", "1-1-1", "0-1-0", "1-1-1-1",
        _tr("once daily"), _tr("once daily, morning"), _tr("once daily, at night"),
        _tr("twice daily"), _tr("three times daily"), _tr("four times daily"),
        _tr("every 4 hours"), _tr("every 6 hours"), _tr("every 8 hours"), _tr("every 12 hours"),
        _tr("every other day"), _tr("once a week"), _tr("when needed"), _tr("once only"),
    ]  # fmt: skip


def durations() -> list[str]:
    """Return how long a drug is taken."""
    return [
        _tr("3 days"), _tr("5 days"), _tr("7 days"), _tr("10 days"), _tr("14 days"),
        _tr("30 days"), _tr("3 months"), _tr("until the next visit"), _tr("long term"),
    ]  # fmt: skip


def matching(words: list[str], typed: str) -> list[str]:
    """Return the words that begin with what is typed, then those that hold it."""
    key = typed.strip().casefold()
    begins = [one for one in words if one.casefold().startswith(key)]
    return begins + [one for one in words if key in one.casefold() and one not in begins]


def counted(typed: str) -> list[str]:
    """Return durations for a typed number: "5" may be days, weeks, months; "5w" weeks."""
    match = _COUNT.fullmatch(typed.strip())
    if match is None:
        return matching(durations(), typed)
    count, unit = int(match[1]), match[2].casefold()
    if count == 1:
        offered = [("days", _tr("1 day")), ("weeks", _tr("1 week")), ("months", _tr("1 month"))]
    else:
        offered = [
            (unit_name, template.format(n=count))
            for unit_name, template in (
                ("days", _tr("{n} days")),
                ("weeks", _tr("{n} weeks")),
                ("months", _tr("{n} months")),
            )
        ]
    return [words for name, words in offered if name.startswith(unit) or words == typed.strip()]


class ShortList(QObject):
    """Offers words while a cell is typed into; Down opens all of them, Tab takes the first."""

    def __init__(self, edit: QLineEdit, suggestions: Suggestions, words: Words) -> None:
        """Watch the cell."""
        super().__init__(edit)
        self._edit = edit
        self._words = words
        self.completion = Completion(edit, suggestions, tab="takes", widest=_WIDEST)
        self.completion.chosen.connect(self._take)
        edit.textEdited.connect(self._typed)
        edit.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open the whole list with Down."""
        if (
            watched is not self._edit
            or event.type() != QEvent.Type.KeyPress
            or not isinstance(event, QKeyEvent)
            or self.completion.is_open
            or event.key() != Qt.Key.Key_Down
            or event.modifiers() != Qt.KeyboardModifier.NoModifier
        ):
            return False
        self._show(self._words(""))
        return True

    def _typed(self, text: str) -> None:
        offered = self._words(text) if text.strip() else []
        # The word itself needs no list any more.
        self._show([] if offered[:1] == [text] else offered)

    def _show(self, words: list[str]) -> None:
        self.completion.show([Choice(one, one) for one in words])

    def _take(self, word: str) -> None:
        self._edit.setText(word)
        self._edit.textEdited.emit(word)
        self.completion.hide()


def word_lists() -> dict[str, Words]:
    """Return the words of each cell that has a list, by the cell's name."""
    return {
        "route": partial(matching, routes()),
        "frequency": partial(matching, frequencies()),
        "duration": counted,
    }
