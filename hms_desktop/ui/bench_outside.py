"""What the status bar tells of work behind the window: jobs, exports, messages, backups."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer

from hms_desktop.bus import Announcement
from hms_desktop.domain.backups import BackupHealth
from hms_desktop.domain.exports import ExportRow
from hms_desktop.domain.jobs import JobRunRow
from hms_desktop.domain.messages import OutboxCounts
from hms_desktop.ui.backups import words as backup_words
from hms_desktop.ui.jobs import words
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.widgets.status_bar import StatusBar

LOOK_MS = 1_500
"""How often the progress is looked at while something runs."""
RUNS, MESSAGES, BACKUPS = "runs", "messages", "backups"
LATER_MS = 1_800_000
"""A backup grows too old by itself: looked at every half hour."""


@dataclass(frozen=True, slots=True)
class _Found:
    jobs: tuple[JobRunRow, ...]
    exports: tuple[ExportRow, ...]
    counts: OutboxCounts | None
    health: BackupHealth | None = None


class OutsideStatus(QObject):
    """Fills parts of a status bar; a click leads to where they can be dealt with."""

    def __init__(self, desk: Desk, bar: StatusBar) -> None:
        """Add the parts and read for the first time."""
        super().__init__(bar)
        self._desk = desk
        self._bar = bar
        self._found = _Found((), (), None)
        for name, run in (
            (RUNS, self._open_runs),
            (MESSAGES, self._open_messages),
            (BACKUPS, lambda: desk.navigate.backups.emit(None)),
        ):
            part = bar.add_part(name, active=True)
            part.clicked.connect(lambda _checked=False, run=run: run())
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.reload)
        later = QTimer(self)
        later.setInterval(LATER_MS)
        later.timeout.connect(self.reload)
        later.start()
        desk.bridge.changed.connect(self._changed)
        self.reload()

    def _changed(self, announcement: Announcement) -> None:
        if announcement.touches("job_run", "export_run", "outbox", "backup_run", "setting"):
            self.reload()

    def reload(self) -> None:
        """Read what runs, and how many messages need somebody."""
        services, actor = self._desk.services, self._desk.actor

        # Nobody misses a demo.
        watched = actor.may("backups.manage") and not self._desk.settings.demo

        def work() -> _Found:
            jobs = services.job_runs.running(actor) if actor.may("jobs.manage") else ()
            told = actor.may("messages.manage")
            counts = services.outbox.counts(actor) if told else None
            health = services.backups.health(actor) if watched else None
            return _Found(jobs, services.export_runs.under_way(actor), counts, health)

        # A database that is away is told of elsewhere in this bar.
        self._desk.runner.run(
            work, owner=self, done=self._show, failed=lambda _error: None, key="outside"
        )

    def _show(self, found: _Found) -> None:
        self._found = found
        self._bar.set_part(RUNS, self._runs_text(), "accent", self._runs_tip())
        counts = found.counts or OutboxCounts()
        parts = []
        if counts.attention:
            parts.append(self.tr("Messages not sent: {n}").format(n=counts.attention))
        if counts.calls:
            parts.append(self.tr("To call: {n}").format(n=counts.calls))
        tip = self.tr("Show the messages that need somebody")
        self._bar.set_part(MESSAGES, " · ".join(parts), "warn" if counts.attention else "", tip)
        health = found.health
        told = self._backup_text(health) if health is not None and health.overdue else ""
        self._bar.set_part(BACKUPS, told, "alarm", self.tr("Show the backups"))
        if found.jobs or found.exports:
            self._timer.start()
        else:
            self._timer.stop()

    def _backup_text(self, health: BackupHealth) -> str:
        if not health.ready:
            return self.tr("Backups are not set up")
        if health.newest_good is None:
            return self.tr("No good backup")
        age = backup_words.age_word(health.newest_good, self._desk.now())
        return self.tr("Newest good backup: {age} old").format(age=age)

    def _runs_text(self) -> str:
        texts = self._texts()
        if len(texts) > 1:
            return self.tr("{n} jobs running").format(n=len(texts))
        return texts[0] if texts else ""

    def _runs_tip(self) -> str:
        return "\n".join(self._texts())

    def _texts(self) -> list[str]:
        texts = [
            " ".join(filter(None, (words.job_title(row.job) or row.job, words.progress_word(row))))
            for row in self._found.jobs
        ]
        for one in self._found.exports:
            share = min(99, one.done * 100 // one.total) if one.total else 0
            texts.append(self.tr("{what}: {n} %").format(what=one.title, n=share))
        return texts

    def _open_runs(self) -> None:
        navigate, found = self._desk.navigate, self._found
        if found.jobs:
            navigate.job.emit(found.jobs[0].id)
        elif found.exports:
            navigate.exports.emit(found.exports[0].id)

    def _open_messages(self) -> None:
        counts = self._found.counts
        attention = counts is not None and counts.attention
        self._desk.navigate.messages.emit("attention" if attention else "calls")
