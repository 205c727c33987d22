"""The access list: who looked at or changed one patient's chart, when and where."""

from __future__ import annotations

from hms_desktop.documents import styles
from hms_desktop.documents.fonts import Weight
from hms_desktop.documents.paper import Sheet, pairs
from hms_desktop.documents.styles import TextStyle
from hms_desktop.documents.tables import Column, table
from hms_desktop.documents.words import Words
from hms_desktop.domain.audit import AccessLine, AccessList
from hms_desktop.domain.audit_words import action_words, entity_words
from hms_desktop.domain.papers import Letterhead, PageSize, Paper, file_name

_WHEN = TextStyle(8.5, 11.5, Weight.SEMIBOLD)


def access_list(
    head: Letterhead, found: AccessList, words: Words, *, size: PageSize = PageSize.A4
) -> Paper:
    """Return the list as it is printed."""
    title = words.say("Access list")
    about = f"{found.patient_name} · {found.mrn}"
    last = words.long_day(found.last)
    span = (
        f"{words.long_day(found.first)} – {last}"
        if found.first
        else words.say("until {last}", last=last)
    )
    sheet = Sheet(head, title, words, about=about, size=size)
    sheet.title(title, span)
    pairs(
        sheet,
        [
            (words.say("Patient"), found.patient_name),
            (words.say("MRN"), found.mrn),
            (words.say("Entries"), f"{found.total:,}"),
            (words.say("Made on"), words.moment(found.made_at)),
        ],
    )
    sheet.text(
        words.say(
            "Everybody who opened, printed, exported or changed this patient's data in this "
            "period, as the hospital's audit trail holds it; the newest first."
        ),
        styles.QUIET,
        after=6,
    )
    if len(found.lines) < found.total:
        sheet.text(
            words.say("These are the newest {count} entries.", count=f"{len(found.lines):,}"),
            styles.STRONG,
            after=6,
        )
    if found.lines:
        columns = (
            Column(words.say("When"), 1.9, style=_WHEN),
            Column(words.say("Who"), 1.8),
            Column(words.say("Role"), 1.3),
            Column(words.say("Where"), 1.3),
            Column(words.say("What"), 2.4),
            Column(words.say("Reason"), 1.6),
        )
        table(sheet, columns, [_row(words, line) for line in found.lines])
    else:
        sheet.text(words.say("Nobody did in this period."), styles.BODY)
    name = file_name("access-list", found.mrn, str(found.first or ""), found.last.isoformat())
    return Paper(f"{title}, {about}", name, sheet.pdf())


def _row(words: Words, line: AccessLine) -> tuple[str, ...]:
    what = f"{words.say(entity_words(line.entity))}: {words.say(action_words(line.action))}"
    return (
        words.moment(line.at),
        line.user_name,
        line.role,
        line.workstation,
        what,
        line.reason,
    )
