"""Exports: asked for, made at once or in the background, kept for a while, opened, saved."""

from __future__ import annotations

import logging
import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from hms_desktop.db.snapshot import snapshot
from hms_desktop.db.tables.messages import export_run
from hms_desktop.db.writing import READ, Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Conflict, Invalid, NotAllowed, Unusable
from hms_desktop.domain.exports import (
    MOST_SHEET_ROWS,
    ExportFormat,
    ExportKind,
    ExportRow,
    ExportState,
    ExportWish,
)
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.services import export_rows
from hms_desktop.services.context import Context, Service
from hms_desktop.services.export_access import ExportAccess
from hms_desktop.services.export_lease import ExportLease, own_address
from hms_desktop.services.export_rows import Leased, read_all, read_one
from hms_desktop.services.export_work import ExportWork, Progress
from hms_desktop.services.gate import permitted
from hms_desktop.services.kept_files import cannot_write, exports_folder, kept_path

log = logging.getLogger(__name__)
_NAMES = {
    ExportKind.PATIENT_HISTORY: "Treatment history of",
    ExportKind.DOCTOR_APPOINTMENTS: "Appointments of",
    ExportKind.APPOINTMENTS_LIST: "Appointments",
    ExportKind.PATIENTS_LIST: "Patients",
    ExportKind.RECORDS_LIST: "Clinical records",
    ExportKind.DOCTORS_LIST: "Doctors",
}
STRAY = timedelta(days=1)
"""How old a draft is that nobody writes any more."""


class ExportRunsService(Service):
    """Runs of exports; own ones, or all of them with ``jobs.manage``."""

    def __init__(self, context: Context) -> None:
        """Keep who may have what, and who makes what."""
        super().__init__(context)
        self._access = ExportAccess(context)
        self._lease = ExportLease(context)
        self._work = ExportWork(context, self._access, self._lease)
        self._making: Leased | None = None

    # -- people -----------------------------------------------------------------------------
    @permitted("session.own")
    def start(self, actor: Actor, wish: ExportWish, *, request_id: str | None = None) -> ExportRow:
        """Ask for a file; a small one is then made at once by ``run``.

        Raises Invalid, NotFound, and NotAllowed by what the kind asks for.
        """
        wish = wish.check()
        with self.database.read() as connection:
            narrowed = self._access.check(actor, connection, wish)
            subject = export_rows.name_of_subject(connection, wish)
            if wish.mail_to_me:
                own_address(connection, actor.user_id)
        with snapshot(self.database) as connection:
            total = self._work.source(wish, narrowed).count(connection)
        if wish.format is ExportFormat.XLSX and total > MOST_SHEET_ROWS:
            raise Invalid(
                "format",
                "A sheet holds at most {most} rows, and these are {rows}. Nothing was started. "
                "Choose CSV or a shorter period.",
                most=f"{MOST_SHEET_ROWS:,}",
                rows=f"{total:,}",
            )
        values = {
            "kind": wish.kind.value,
            "title": wish.title or _title(wish, subject),
            "parameters": wish.parameters(),
            "state": ExportState.WAITING.value,
            "user_id": actor.user_id,
            "patient_id": wish.patient_id,
            "doctor_id": wish.doctor_id,
            "workstation": actor.workstation,
            "total": total,
        }
        stamp = self.stamp(actor, "export", request_id)

        def work(write: Write) -> ExportRow:
            return read_one(write.connection, write.insert(export_run, values))

        def again(connection: sa.Connection) -> ExportRow:
            return read_one(connection, export_rows.asked_by(connection, stamp.request_id))

        return self.database.write(stamp, work, again)

    @permitted("session.own")
    def run(self, actor: Actor, run_id: int, progress: Progress | None = None) -> ExportRow:
        """Make an own waiting file now, in this thread; returns how it ended.

        When somebody makes it already, it is returned as it stands. ``progress`` may raise to
        stop: then the background may make it.
        """
        row = self._visible(actor, run_id)
        if row.user_id != actor.user_id:
            raise NotAllowed("jobs.manage", "Only who asked for an export can make it at once.")
        leased = self._lease.take(actor, self._work.settings(), run_id=run_id)
        if leased is not None:
            self._work.make(actor, leased, actor, progress or _quiet)
        return self._visible(actor, run_id)

    @permitted("session.own")
    def status(self, actor: Actor, run_id: int) -> ExportRow:
        """Return how a run stands; raises NotFound, or NotAllowed for somebody else's."""
        return self._visible(actor, run_id)

    @permitted("session.own")
    def list(self, actor: Actor) -> tuple[ExportRow, ...]:
        """Return the own runs, newest first, at most 500; with ``jobs.manage`` everybody's."""
        everybody = self.may(actor, "jobs.manage")
        with self.database.read() as connection:
            return read_all(connection, actor.user_id, everybody=everybody)

    @permitted("session.own")
    def under_way(self, actor: Actor) -> tuple[ExportRow, ...]:
        """Return the own runs that are not over; with ``jobs.manage`` everybody's."""
        everybody = self.may(actor, "jobs.manage")
        with self.database.read() as connection:
            return read_all(connection, actor.user_id, everybody=everybody, under_way=True)

    @permitted("session.own")
    def cancel(self, actor: Actor, run_id: int, *, request_id: str | None = None) -> ExportRow:
        """Stop a run wherever it is made; no file is left. Raises Conflict when it is over."""
        self._visible(actor, run_id)
        stamp = self.stamp(actor, "cancel_export", request_id)

        def work(write: Write) -> ExportRow:
            self._lease.cancel(write, run_id)
            return read_one(write.connection, run_id)

        return self.database.write(stamp, work, lambda c: read_one(c, run_id))

    @permitted("session.own")
    def file(self, actor: Actor, run_id: int) -> Path:
        """Return where the finished file lies; that it was opened is audited.

        Raises NotAllowed, Conflict while there is none, Unusable when it is gone.
        """
        row = self._visible(actor, run_id)
        if row.state != ExportState.DONE.value:
            raise Conflict("There is no file of this export (any more).", kind="export")
        path = kept_path(row.folder, row.file_name)
        if not path.is_file():
            raise Unusable(
                "The file {name} is not in {folder}. It was made at {workstation}: open it there, "
                "or export once more.",
                name=row.file_name,
                folder=row.folder,
                workstation=row.workstation or "–",
            )

        def work(write: Write) -> None:
            write.record(export_run.name, run_id, patient_id=row.patient_id, action=READ)

        self.database.write(self.stamp(actor, READ, None, reason="export opened"), work)
        return path

    @permitted("session.own")
    def save_as(self, actor: Actor, run_id: int, target: Path) -> Path:
        """Copy the finished file to a place of one's choice, whole or not at all."""
        source = self.file(actor, run_id)
        draft = target.with_name(f".{target.name}.part")
        try:
            shutil.copyfile(source, draft)
            draft.replace(target)
        except OSError as error:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise cannot_write(target.parent, error) from error
        return target

    # -- the background ---------------------------------------------------------------------
    @permitted("system.maintain")
    def run_next(self, actor: Actor, progress: Progress | None = None) -> bool:
        """Make one file that waits, or whose program died; False when there is none.

        It is made with what the asking person may do now. ``progress`` hears (done, total) and
        may raise to stop: the run is then handed back.
        """
        leased = self._lease.take(actor, self._work.settings())
        if leased is None:
            return False
        self._making = leased
        try:
            self._work.make(actor, leased, None, progress or _quiet)
        finally:
            self._making = None
        return True

    @permitted("system.maintain")
    def hand_back(self, actor: Actor) -> None:
        """Hand back what ``run_next`` makes in another thread: the program closes.

        Whoever still makes it then puts no file in its place.
        """
        making = self._making
        if making is not None:
            self._lease.give_back(actor, making)

    @permitted("system.maintain")
    def clean(self, actor: Actor, settings: HospitalSettings) -> int:
        """Remove the files that were kept long enough, and drafts of dead programs; how many.

        Only in the hospital's common folder and in that of this workstation.
        """
        folder = exports_folder(settings)
        before = self.context.now() - timedelta(days=settings.exports_keep_days)
        with self.database.read() as connection:
            rows = export_rows.finished_before(connection, before)
        count = 0
        for row in rows:
            common = settings.exports_folder and Path(row.folder) == folder.resolve()
            if not common and row.workstation != actor.workstation:
                continue  # it lies on another computer, which cleans there
            try:
                kept_path(row.folder, row.file_name).unlink(missing_ok=True)
            except OSError as error:
                log.warning("an export could not be removed: %s", type(error).__name__)
                continue
            self._lease.removed(actor, row.id)
            count += 1
        return count + _sweep(folder, self.context.now() - STRAY)

    # -- inside -----------------------------------------------------------------------------
    def _visible(self, actor: Actor, run_id: int) -> ExportRow:
        with self.database.read() as connection:
            row = read_one(connection, run_id)
        if row.user_id != actor.user_id and not self.may(actor, "jobs.manage"):
            raise NotAllowed("jobs.manage", "This export is somebody else's. It stays closed.")
        return row


def _quiet(_done: int, _total: int) -> None:
    """Nobody looks on."""


def _title(wish: ExportWish, subject: str) -> str:
    period = " – ".join(day.isoformat() for day in (wish.first, wish.last) if day is not None)
    return " ".join(filter(None, (_NAMES[wish.kind], subject, period)))


def _sweep(folder: Path, before: datetime) -> int:
    """Remove drafts that a killed program left; returns how many."""
    count = 0
    for path in folder.glob(".*"):
        is_draft = path.suffix == ".part" or path.name.startswith(".sheet-")
        if not is_draft or path.lstat().st_mtime >= before.timestamp():
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        count += 1
    return count
