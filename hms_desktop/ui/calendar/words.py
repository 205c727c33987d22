"""What the calendar says about days, in words."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication, QLocale

from hms_desktop.ui.calendar.loading import CalendarDay, Mark, MarkKind, Mode, Shown
from hms_desktop.ui.grid.texts import one_line, status_name
from hms_desktop.ui.patients.formats import Formats

_CONTEXT = "Calendar"
ICONS = {
    MarkKind.HOLIDAY: "star",
    MarkKind.LEAVE: "exit",
    MarkKind.CLOSED: "lock",
    MarkKind.HOURS: "clock",
}
TONES = {
    MarkKind.HOLIDAY: "accent",
    MarkKind.LEAVE: "warn",
    MarkKind.CLOSED: "alarm",
    MarkKind.HOURS: "ok",
}


def tr(text: str) -> str:
    """Translate a sentence of the calendar."""
    return QCoreApplication.translate(_CONTEXT, text)


def title_of(shown: Shown, formats: Formats, today: date) -> str:
    """Return what the calendar is open at: Mon 23 November, 23–29 Nov, November 2026."""
    if shown.mode is Mode.DAY:
        return formats.long(shown.on, today)
    if shown.mode is Mode.WEEK:
        return f"{formats.short(shown.first, today)} – {formats.short(shown.last, today)}"
    return f"{QLocale().standaloneMonthName(shown.on.month)} {shown.on.year}"


def mark_text(mark: Mark, formats: Formats) -> str:
    """Return a mark in a few words: Diwali, Leave · conference, Leave 13:00–15:00."""
    kind = {
        MarkKind.HOLIDAY: "",
        MarkKind.LEAVE: tr("Leave"),
        MarkKind.CLOSED: tr("Closed"),
        MarkKind.HOURS: tr("Other hours"),
    }[mark.kind]
    if mark.begins is not None and mark.ends is not None:
        kind = f"{kind} {formats.span(mark.begins, mark.ends)}"
    return " · ".join(part for part in (kind, one_line(mark.text)) if part) or tr("Holiday")


def visits_text(count: int) -> str:
    """Return how many visits there are."""
    return tr("1 visit") if count == 1 else tr("{n} visits").format(n=count)


def day_text(day: CalendarDay, formats: Formats, today: date) -> str:
    """Return everything about a date, for screen readers and tooltips."""
    lines = [formats.long(day.on, today), *(mark_text(one, formats) for one in day.marks)]
    counts = ", ".join(f"{count} {status_name(name)}" for name, count in day.counts.items())
    lines.append(visits_text(len(day.visits)) + (f": {counts}" if counts else ""))
    return "\n".join(lines)
