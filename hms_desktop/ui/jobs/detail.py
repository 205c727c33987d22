"""One job below the list: what it is for, run now, how far it is, what ran before."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from hms_desktop.domain.jobs import JobRunRow
from hms_desktop.ui.buttons import button
from hms_desktop.ui.jobs import words
from hms_desktop.ui.jobs.tables import JobLine, runs_table
from hms_desktop.ui.numbers.month_picker import MonthPicker
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.today.follow_up import read_day
from hms_desktop.ui.widgets.date_edit import DateEdit
from hms_desktop.ui.widgets.empty import EmptyState

DAY_WIDTH = 150


class JobDetail(QFrame):
    """Shows what the page gives it and tells what the person wants."""

    run_wanted = Signal(str)
    """The period; empty: the one that is due."""
    cancel_wanted = Signal()
    schedule_wanted = Signal()
    made_wanted = Signal(object)
    """A run, whose results are to be shown."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Start with no job."""
        super().__init__(parent)
        self.setProperty("panel", True)
        self._desk = desk
        self._line: JobLine | None = None
        self.heading = plain_label(role="heading")
        self.purpose = plain_label(role="small", wrap=True)
        self.override = plain_label(role="small", wrap=True)
        self.month = MonthPicker(desk.today())
        self.day = DateEdit(
            lambda text: read_day(text, desk),
            Formats.of(desk.settings).day,
            desk.today,
            name=self.tr("Run for the day"),
            week_start=desk.settings.week_start,
        )
        self.day.setFixedWidth(DAY_WIDTH)
        self.day.set_value(desk.today())
        self.run_button = button(
            self.tr("&Run now"), self._run, kind="primary", icon="clock",
            tip=self.tr("Run this job now, at whichever workstation is first (Ctrl+R)"),
        )  # fmt: skip
        self.schedule_button = button(
            self.tr("&Schedule…"), self.schedule_wanted.emit, icon="edit",
            tip=self.tr("Switch the job on or off and say when it runs (Ctrl+E)"),
        )  # fmt: skip
        self.bar = QProgressBar()
        self.bar.setAccessibleName(self.tr("Progress of this job"))
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.progress = plain_label(role="small")
        self.cancel_button = button(
            self.tr("&Cancel"), self.cancel_wanted.emit, kind="danger", icon="close"
        )
        self.made_button = button(self.tr("S&how what it made"), self._made, icon="view")
        self.error = plain_label(role="error", wrap=True, selectable=True)
        self.runs = runs_table(
            desk,
            EmptyState(
                self.tr("This job never ran"), detail=self.tr("Run it by hand, or wait."),
                icon="history",
            ),
        )  # fmt: skip
        self.runs.view.setProperty("flat", True)
        self.runs.selected.connect(lambda _ids: self._show_chosen())
        self._build()
        self._show_chosen()

    def _build(self) -> None:
        names = QVBoxLayout()
        names.setSpacing(2)
        for label in (self.heading, self.purpose, self.override):
            names.addWidget(label)
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 12, 10)
        head.setSpacing(8)
        head.addLayout(names, 1)
        for one in (
            self.made_button,
            self.schedule_button,
            self.month,
            self.day,
            self.run_button,
        ):
            head.addWidget(one)
        self.running = QWidget()
        row = QHBoxLayout(self.running)
        row.setContentsMargins(16, 0, 12, 10)
        row.setSpacing(12)
        row.addWidget(self.bar, 1)
        row.addWidget(self.progress)
        row.addWidget(self.cancel_button)
        self.running.hide()
        rule = QFrame()
        rule.setProperty("rule", True)
        self.error.setContentsMargins(16, 8, 16, 10)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.running)
        layout.addWidget(rule)
        layout.addWidget(self.runs, 1)
        layout.addWidget(self.error)

    # ------------------------------------------------------------------------------ showing
    def show_job(self, line: JobLine, override: str) -> None:
        """Show a job as it stands; ``override`` says what the environment replaces."""
        other = self._line is None or self._line.plan is not line.plan
        self._line = line
        self.heading.setText(words.title_of(line.plan))
        self.purpose.setText(words.purpose_of(line.plan))
        self.override.setText(override)
        self.override.setVisible(bool(override))
        monthly = line.plan.is_monthly(line.settings)
        self.month.setVisible(monthly)
        self.day.setVisible(line.plan.dated and not monthly)
        self.schedule_button.setEnabled(
            bool(line.plan.settings) and self._desk.actor.may("settings.manage")
        )
        self.run_button.setEnabled(not line.is_running)
        if other:
            self.runs.set_rows(())
        self._show_running(line.last if line.is_running else None)

    def show_runs(self, rows: tuple[JobRunRow, ...]) -> None:
        """Show what ran, newest first."""
        self.runs.set_rows(rows)
        if rows and self.runs.current_row() is None:
            self.runs.select_ids([rows[0].id])
        self._show_chosen()

    def _show_running(self, row: JobRunRow | None) -> None:
        self.running.setVisible(row is not None)
        if row is None:
            return
        self.bar.setRange(0, row.total)  # nothing known yet: Qt shows that it is busy
        self.bar.setValue(row.done)
        now = self._desk.now()
        where = row.workstation or self.tr("no program took it yet")
        parts = (words.state_word(row, now), words.progress_word(row), where)
        self.progress.setText(" · ".join(filter(None, parts)))
        self.cancel_button.setEnabled(not row.cancel_wanted)

    def _show_chosen(self) -> None:
        row = self.runs.current_row()
        self.error.setText(row.error if row is not None else "")
        self.error.setVisible(bool(row is not None and row.error))
        self.made_button.setVisible(row is not None and row.job in _MAKERS)
        self.made_button.setEnabled(row is not None and bool(row.result))

    # ------------------------------------------------------------------------------ wishes
    def _run(self) -> None:
        line = self._line
        if line is None or line.is_running:
            return
        if line.plan.is_monthly(line.settings):
            self.run_wanted.emit(str(self.month.value))
        elif not line.plan.dated:
            self.run_wanted.emit("")
        elif self.day.commit():
            day = self.day.value() or self._desk.today()
            self.run_wanted.emit(day.isoformat())

    def _made(self) -> None:
        row = self.runs.current_row()
        if row is not None:
            self.made_wanted.emit(row)


_MAKERS = frozenset({"reminders", "monthly_reports"})
"""Jobs whose results another page shows."""
