"""The table of jobs and the table of what ran."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.job_plans import PLANS, JobPlan
from hms_desktop.domain.jobs import JobRunRow
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.ui.jobs import words
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.widgets.table import Column, RowTable


def _tr(text: str) -> str:
    return QCoreApplication.translate("Jobs", text)


@dataclass(frozen=True, slots=True)
class JobLine:
    """One job as it stands: by which settings, when next (None while off), how it went last."""

    plan: JobPlan
    settings: HospitalSettings
    next_at: datetime | None
    last: JobRunRow | None

    @property
    def is_running(self) -> bool:
        """Say whether a run of it is not over."""
        return self.last is not None and self.last.is_running


def job_lines(
    settings: HospitalSettings, now: datetime, newest: tuple[JobRunRow, ...]
) -> tuple[JobLine, ...]:
    """Return every job with its newest run."""
    last = {row.job: row for row in newest}
    lines = []
    for plan in PLANS:
        schedule = plan.schedule(settings)
        next_at = None if schedule is None else schedule.next(now, settings.zone_info)
        lines.append(JobLine(plan, settings, next_at, last.get(plan.name)))
    return tuple(lines)


def jobs_table(desk: Desk) -> RowTable[JobLine]:
    """Return the table of all jobs."""
    formats = Formats.of(desk.settings)

    def when(line: JobLine) -> str:
        return words.schedule_word(line.plan.when(line.settings), formats)

    def next_time(line: JobLine) -> str:
        if line.next_at is None:
            return words.off_word(line.plan, line.settings)
        return formats.moment(line.next_at, desk.now())

    def last_time(line: JobLine) -> str:
        return "" if line.last is None else formats.moment(line.last.started_at, desk.now())

    def state(line: JobLine) -> str:
        if line.last is None:
            return _tr("never ran")
        progress = words.progress_word(line.last) if line.is_running else ""
        return " · ".join(filter(None, (words.state_word(line.last, desk.now()), progress)))

    columns: list[Column[JobLine]] = [
        Column("job", _tr("Job"), lambda line: words.title_of(line.plan), width=218, bold=True),
        Column("when", _tr("When"), when, width=165),
        Column(
            "next",
            _tr("Next run"),
            next_time,
            sort=lambda line: line.next_at,
            width=192,
            tone=lambda line: "dim" if line.next_at is None else "ink",
        ),
        Column(
            "last",
            _tr("Last run"),
            last_time,
            sort=lambda line: None if line.last is None else line.last.started_at,
            width=130,
        ),
        Column(
            "state",
            _tr("State"),
            state,
            width=128,
            tone=lambda line: "dim" if line.last is None else words.tone_of(line.last),
            tip=lambda line: "" if line.last is None else line.last.error,
        ),
        Column(
            "took",
            _tr("Took"),
            lambda line: "" if line.last is None else words.took_word(line.last),
            width=96,
        ),
        Column(
            "by",
            _tr("At"),
            lambda line: "" if line.last is None else line.last.workstation,
            width=0,
        ),
    ]
    return RowTable(
        columns,
        lambda line: line.plan.name,
        name=_tr("Jobs"),
        memory=desk.memory,
        memory_key="jobs",
    )


def runs_table(desk: Desk, empty: QWidget) -> RowTable[JobRunRow]:
    """Return the table of one job's runs, newest first."""
    formats = Formats.of(desk.settings)
    columns: list[Column[JobRunRow]] = [
        Column(
            "started",
            _tr("Began"),
            lambda row: formats.moment(row.started_at, desk.now()),
            sort=lambda row: row.started_at,
            width=170,
        ),
        Column(
            "period",
            _tr("For"),
            lambda row: words.period_word(row.period, formats, desk.today()),
            sort=lambda row: row.period,
            width=160,
        ),
        Column(
            "state",
            _tr("State"),
            lambda row: words.state_word(row, desk.now()),
            width=110,
            tone=words.tone_of,
        ),
        Column(
            "took",
            _tr("Took"),
            words.took_word,
            sort=lambda row: row.finished_at and row.finished_at - row.started_at,
            width=96,
        ),
        Column("at", _tr("At"), lambda row: row.workstation, width=150),
        Column(
            "tries",
            _tr("Tries"),
            lambda row: str(row.attempts),
            sort=lambda row: row.attempts,
            width=70,
            right=True,
        ),
        Column("outcome", _tr("What came of it"), words.outcome_word, width=0),
    ]
    return RowTable(
        columns,
        lambda row: row.id,
        name=_tr("Runs of this job"),
        memory=desk.memory,
        memory_key="job_runs",
        empty=empty,
    )
