"""The monthly performance report of the hospital: figures, charts, departments, doctors."""

from __future__ import annotations

from collections.abc import Sequence

from hms_desktop.documents import styles
from hms_desktop.documents.month_parts import (
    NOTHING,
    cards,
    comparison,
    days_chart,
    explained,
    hours_and_patients,
    month_word,
    percent,
)
from hms_desktop.documents.paper import Sheet, pairs
from hms_desktop.documents.tables import Column, table
from hms_desktop.documents.words import Words
from hms_desktop.domain.hospital_month import HospitalMonth, Share
from hms_desktop.domain.papers import Letterhead, Paper, file_name

_KEEP = 60


def hospital_report(head: Letterhead, report: HospitalMonth, words: Words) -> Paper:
    """Return the report as it is printed; all texts in the language and formats of ``words``."""
    title = words.say("Hospital performance")
    month = month_word(words, report.month)
    sheet = Sheet(head, title, words, about=f"{head.name} · {month}")
    sheet.title(title, month)
    pairs(
        sheet,
        [
            (words.say("Month"), month),
            (words.say("Doctors"), str(len(report.doctors))),
            (words.say("Departments"), str(len(report.departments))),
            (words.say("Made on"), words.moment(report.made_at)),
            (words.say("Time zone"), report.zone),
        ],
    )
    if not report.over:
        sheet.text(
            words.say("This month is not over yet: the figures are those up to now."),
            styles.STRONG,
        )
    cards(sheet, report)
    days_chart(sheet, report)
    note = words.say("New: the first visit ever to this hospital to which the patient came.")
    hours_and_patients(sheet, report, note)
    comparison(sheet, report)
    _departments(sheet, report.departments)
    _doctors(sheet, report.doctors)
    explained(sheet)
    name = file_name("hospital", str(report.month))
    return Paper(f"{title}, {month}", name, sheet.pdf())


def _departments(sheet: Sheet, shares: Sequence[Share]) -> None:
    if shares:
        words = sheet.words
        sheet.heading(words.say("Departments"), keep=_KEEP)
        rows = [(one.name or NOTHING, *_numbers(one)) for one in shares]
        table(sheet, (Column(words.say("Department"), 4.6), *_columns(words)), rows)


def _doctors(sheet: Sheet, shares: Sequence[Share]) -> None:
    words = sheet.words
    sheet.heading(words.say("Doctors"), keep=_KEEP)
    if not shares:
        sheet.text(words.say("No doctor worked in this month."), styles.QUIET)
        return
    columns = (
        Column(words.say("Doctor"), 2.6),
        Column(words.say("Department"), 2),
        *_columns(words),
    )
    table(sheet, columns, [(one.name, one.department, *_numbers(one)) for one in shares])


def _columns(words: Words) -> tuple[Column, ...]:
    return (
        Column(words.say("Visits"), right=True),
        Column(words.say("Came"), right=True),
        Column(words.say("No-show"), right=True),
        Column(words.say("Cancelled"), right=True),
        Column(words.say("No-show rate"), 1.3, right=True),
        Column(words.say("Utilisation"), 1.2, right=True),
    )


def _numbers(one: Share) -> tuple[str, ...]:
    counts = (one.visits, one.came, one.no_shows, one.cancelled)
    return (*map(str, counts), percent(one.no_show_rate), percent(one.utilisation))
