"""Jobs: what runs unasked, when, how it went; run by hand, stopped, switched on and off."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.jobs import OVERRIDES, PREFIX, JobRunRow, with_environment
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.ui.actions import Command
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.jobs.detail import JobDetail
from hms_desktop.ui.jobs.schedule_panel import SchedulePanel
from hms_desktop.ui.jobs.tables import JobLine, job_lines, jobs_table
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.theme import current_theme

LOOK_MS = 1_000
"""How often the progress is looked at while something runs."""
MOST_RUNS = 200
ROW, EDGE = 36, 12
"""Height of a row, and of what is around the list of jobs: no larger than it needs to be."""


@dataclass(frozen=True, slots=True)
class _Found:
    lines: tuple[JobLine, ...]
    runs: tuple[JobRunRow, ...]
    trouble: str


class JobsPage(Page):
    """The list of jobs above, the chosen one below."""

    entities = ("job_run", "setting")

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the page; it reads at its first look."""
        super().__init__(desk, "", "clock", parent)
        self.title = self.tr("Jobs")
        self.table = jobs_table(desk)
        self.table.view.setProperty("flat", True)
        self.detail = JobDetail(desk)
        self.panel = SchedulePanel(desk, self)
        self.trouble = plain_label(role="error", wrap=True)
        self._name = ""
        self._wanted_run: int | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.reload)
        self._lay_out()
        self.table.selected.connect(lambda _ids: self._chosen())
        self.table.opened.connect(lambda _line: self.edit_schedule())
        self.detail.run_wanted.connect(self.run)
        self.detail.cancel_wanted.connect(self.cancel)
        self.detail.schedule_wanted.connect(self.edit_schedule)
        self.detail.made_wanted.connect(self.show_made)
        self.panel.saved.connect(self.reload)
        self._add_commands()
        self._stale = True

    def _lay_out(self) -> None:
        card = self._card = QFrame()
        card.setProperty("panel", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        self.trouble.setContentsMargins(14, 8, 14, 8)
        self.trouble.hide()
        inside.addWidget(self.trouble)
        inside.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(12)
        layout.addWidget(card, 1)
        layout.addWidget(self.detail, 1)
        self.setFocusProxy(self.table)

    def _add_commands(self) -> None:
        group = self.tr("Jobs")
        detail = self.detail
        self.commands.add_all(
            (
                Command("jobs.run", self.tr("Run the job now"), detail.run_button.click,
                        "Ctrl+R", group, detail.run_button.isEnabled, icon="clock"),
                Command("jobs.cancel", self.tr("Cancel the job"), self.cancel, "Del", group,
                        detail.running.isVisible, icon="close"),
                Command("jobs.schedule", self.tr("Change the schedule"), self.edit_schedule,
                        "Ctrl+E", group, detail.schedule_button.isEnabled, icon="edit"),
            )
        )  # fmt: skip

    # ------------------------------------------------------------------------------ reading
    def open_job(self, run: object) -> None:
        """Show the job of a run (an id), or the list when there is none."""
        self._wanted_run = run if isinstance(run, int) else None
        self.reload()

    def reload(self) -> None:
        """Read how all jobs stand, and the runs of the chosen one."""
        services, actor, desk = self.desk.services, self.desk.actor, self.desk
        name, wanted = self._name, self._wanted_run

        def work() -> _Found:
            settings = desk.settings
            if actor.may("settings.read"):
                settings = services.hospital.settings(actor)
            here, trouble = _here(settings)
            newest = services.job_runs.newest(actor)
            lines = job_lines(here, services.context.now(), newest)
            chosen = next((row.job for row in newest if row.id == wanted), name)
            if chosen not in {line.plan.name for line in lines}:
                chosen = lines[0].plan.name
            return _Found(lines, services.job_runs.history(actor, chosen, MOST_RUNS), trouble)

        self.ask(work, self._show, failed=self._failed, key="jobs")

    def hideEvent(self, event: QHideEvent) -> None:
        """Look no further while nobody sees it."""
        self._timer.stop()
        self._stale = True
        super().hideEvent(event)

    def _show(self, found: _Found) -> None:
        self.trouble.setText(found.trouble)
        self.trouble.setVisible(bool(found.trouble))
        wanted = next(
            (
                line.plan.name
                for line in found.lines
                if line.last is not None and line.last.id == self._wanted_run
            ),
            "",
        )
        self._wanted_run = None
        self.table.set_rows(found.lines)
        self._card.setMaximumHeight(current_theme().px(ROW * (len(found.lines) + 1)) + EDGE)
        if wanted or self.table.current_row() is None:
            self.table.select_ids([wanted or found.lines[0].plan.name])
        line = self._line()
        self._name = line.plan.name
        self.detail.show_job(line, _override(self, line))
        if all(row.job == self._name for row in found.runs):
            self.detail.show_runs(found.runs)
        running = any(one.is_running for one in found.lines)
        if running and self.isVisible():
            self._timer.start()
        elif not running:
            self._timer.stop()

    def _line(self) -> JobLine:
        return self.table.current_row() or self.table.rows()[0]

    def _chosen(self) -> None:
        line = self.table.current_row()
        if line is None or line.plan.name == self._name:
            return
        self._name = line.plan.name
        self.detail.show_job(line, _override(self, line))
        self.reload()

    def _failed(self, error: Exception) -> None:
        self.trouble.setText(sentence(error))
        self.trouble.show()

    # ------------------------------------------------------------------------------ doing
    def run(self, period: str) -> None:
        """Have the chosen job run now; an empty period is the one that is due."""
        line, services, actor = self._line(), self.desk.services, self.desk.actor
        if not period:
            zone = line.settings.zone_info
            period = line.plan.period(line.settings, self.desk.now(), zone)
        name, request = line.plan.name, str(uuid.uuid4())
        self.detail.run_button.setEnabled(False)
        self.ask(
            lambda: services.job_runs.ask(actor, name, period, request_id=request),
            lambda _row: self.reload(),
            failed=self._refused,
        )

    def cancel(self) -> None:
        """Have the running run of the chosen job stop, wherever it runs."""
        row, services, actor = self._line().last, self.desk.services, self.desk.actor
        if row is None or not row.is_running:
            return
        run_id, request = row.id, str(uuid.uuid4())
        self.ask(
            lambda: services.job_runs.cancel(actor, run_id, request_id=request),
            lambda _none: self.reload(),
            failed=self._refused,
        )

    def edit_schedule(self) -> None:
        """Open the settings of the chosen job."""
        if self.detail.schedule_button.isEnabled():
            self.panel.open_for(self._line().plan)

    def show_made(self, row: JobRunRow) -> None:
        """Show what came of a run where such things are listed."""
        if row.job == "monthly_reports":
            self.desk.navigate.reports.emit(row.period)
        else:
            self.desk.navigate.messages.emit("all")

    def _refused(self, error: Exception) -> None:
        self.desk.toasts.show_toast(sentence(error), kind="alarm")
        self.reload()


def _here(settings: HospitalSettings) -> tuple[HospitalSettings, str]:
    """Return the settings as this program's environment changes them, or what is wrong with it."""
    try:
        return with_environment(settings, os.environ), ""
    except Invalid as error:
        return settings, sentence(error)


def _override(page: JobsPage, line: JobLine) -> str:
    """Say which settings of a job this program's environment replaces."""
    names = [PREFIX + name.upper() for name in line.plan.settings if name in OVERRIDES]
    found = [name for name in names if name in os.environ]
    if not found:
        return ""
    return page.tr("At this workstation set by the environment: {names}.").format(
        names=", ".join(f"{name}={os.environ[name]}" for name in found)
    )
