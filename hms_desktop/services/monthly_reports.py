"""Monthly reports: made once a month, kept as files; those of doctors are mailed to them.

The row of a kept report is the proof that it was made: whoever comes later finds it there and
makes neither a second row nor a second mail.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from hms_desktop.db.tables.accounts import user
from hms_desktop.db.tables.doctors import doctor
from hms_desktop.db.tables.messages import export_run
from hms_desktop.db.writing import Write
from hms_desktop.documents.words import Words
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.doctor_month import DoctorMonth, Month
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.exports import ExportState, safe_name
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.messages import Channel, Draft, MessageKind
from hms_desktop.domain.papers import Paper
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.services.context import Context, Service
from hms_desktop.services.doctor_reports import DoctorReportsService
from hms_desktop.services.gate import permitted
from hms_desktop.services.hospital_reports import HospitalReportsService
from hms_desktop.services.job_runs import RunLost
from hms_desktop.services.kept_files import attached, keep
from hms_desktop.services.outbox_rows import write_message

log = logging.getLogger(__name__)

DOCTOR_KIND, HOSPITAL_KIND = "doctor_month", "hospital_month"
_HOSPITAL_LOCK = 5
_PERIOD = re.compile(r"([0-9]{4})-([0-9]{2})")
_run = export_run.c


class _Doctor(NamedTuple):
    id: int
    name: str
    created_at: datetime


class _File(NamedTuple):
    path: Path
    title: str
    bytes: int
    sha256: str


class _Outcome(NamedTuple):
    what: str
    mailed: bool = False


MADE, THERE, SKIPPED, FAILED = "made", "there", "skipped", "failed"


class MonthlyReportsService(Service):
    """Makes what is missing of one month."""

    def __init__(
        self, context: Context, *, reports: DoctorReportsService, hospital: HospitalReportsService
    ) -> None:
        """Keep who counts months and puts them on paper."""
        super().__init__(context)
        self._reports = reports
        self._hospital = hospital

    @permitted("system.maintain")
    def make(
        self,
        actor: Actor,
        settings: HospitalSettings,
        period: str,
        report: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> dict[str, int]:
        """Make, keep and mail the reports of a month (``2026-10``) that are not there yet.

        Returns how many were made, mailed, there already, skipped (of doctors who came after
        the month), and failed: one doctor's trouble keeps no other back. ``report`` hears (done,
        total) and may raise to stop; what was made stays. Raises Invalid for a month that no
        calendar holds or that is not over.
        """
        month = self._over(settings, period)
        with self.database.read() as connection:
            doctors = _doctors(connection)
            there = _reported(connection, str(month))
        result = {MADE: 0, "mailed": 0, THERE: 0, SKIPPED: 0, FAILED: 0}
        for number, one in enumerate(doctors):
            report(number, len(doctors))
            if one.id in there:
                result[THERE] += 1
                continue
            try:
                outcome = self._make_one(actor, settings, one, month)
            except RunLost:
                raise
            except Exception as error:  # noqa: BLE001 - counted, and the others get theirs
                # The sentences of errors may hold names; the log holds none.
                log.warning("report of doctor %d failed: %s", one.id, type(error).__name__)
                result[FAILED] += 1
                continue
            result[outcome.what] += 1
            result["mailed"] += outcome.mailed
        report(len(doctors), len(doctors))
        return result

    @permitted("system.maintain")
    def make_hospital(self, actor: Actor, settings: HospitalSettings, period: str) -> bool:
        """Make and keep the hospital's report of a month, unless it is there; say whether it was.

        A month before the hospital's first doctor, without visits, has none. Raises Invalid as
        ``make`` does, and Unusable when the exports folder takes no file.
        """
        month = self._over(settings, period)
        with self.database.read() as connection:
            if _hospital_reported(connection, period):
                return False
        found = self._hospital.month(actor, month.year, month.month)
        if not found.doctors:
            return False
        file = self._keep(settings, self._hospital.on_paper(actor, found), "hospital", period)

        def work(write: Write) -> bool:
            if write.connection.dialect.name == "postgresql":
                lock = sa.func.pg_advisory_xact_lock(_HOSPITAL_LOCK, month.year * 100 + month.month)
                write.connection.execute(sa.select(lock))
            if _hospital_reported(write.connection, period):
                return False
            write.insert(export_run, _row(write, HOSPITAL_KIND, period, file))
            return True

        made = self.database.write(self.stamp(actor, "monthly_report", None), work)
        if not made:
            self._drop_unless_kept(file.path)
        return made

    # -- inside -----------------------------------------------------------------------------
    def _over(self, settings: HospitalSettings, period: str) -> Month:
        found = _PERIOD.fullmatch(period)
        if found is None:
            raise Invalid("period", "Write the month like 2026-10. No report was made.")
        month = Month(int(found[1]), int(found[2])).check()
        if self.context.now() < month.bounds(settings.zone_info)[1]:
            # A kept report of half a month would stand in the way of the whole one.
            raise Invalid(
                "period",
                "{month} is not over yet. No report was made. Choose an earlier month.",
                month=period,
            )
        return month

    def _make_one(
        self, actor: Actor, settings: HospitalSettings, one: _Doctor, month: Month
    ) -> _Outcome:
        figures = self._reports.month(actor, one.id, month.year, month.month)
        if not figures.figures.total and one.created_at >= month.bounds(settings.zone_info)[1]:
            # A new hospital's first months lie before it: nobody is told of their emptiness.
            return _Outcome(SKIPPED)
        paper = self._reports.month_pdf(actor, one.id, month.year, month.month)
        file = self._keep(settings, paper, "activity", str(month), str(one.id), one.name)

        def work(write: Write) -> _Outcome:
            return _note(write, settings, figures, file)

        outcome = self.database.write(self.stamp(actor, "monthly_report", None), work)
        if outcome.what == THERE:
            self._drop_unless_kept(file.path)
        return outcome

    @staticmethod
    def _keep(settings: HospitalSettings, paper: Paper, what: str, period: str, *of: str) -> _File:
        # The name tells the content: a program that was overtaken writes over nobody's file.
        # Names of people come last, where a long one is cut off.
        mark = hashlib.sha256(paper.pdf).hexdigest()[:12]
        name = safe_name(what, period, mark, *of, end="pdf")
        path, sha256 = keep(settings, name, paper.pdf)
        return _File(path, paper.title, len(paper.pdf), sha256)

    def _drop_unless_kept(self, path: Path) -> None:
        """Remove a file that another program's report made needless; it may be the same one."""
        query = sa.select(_run.id).where(
            _run.folder == str(path.parent), _run.file_name == path.name
        )
        with self.database.read() as connection:
            kept = connection.execute(query.limit(1)).scalar() is not None
        if not kept:
            path.unlink(missing_ok=True)


def _note(write: Write, settings: HospitalSettings, figures: DoctorMonth, file: _File) -> _Outcome:
    """Write row and mail together, unless somebody did."""
    person = _locked(write.connection, figures.doctor_id)
    period = str(figures.month)
    if figures.doctor_id in _reported(write.connection, period, figures.doctor_id):
        return _Outcome(THERE)
    whose = {"user_id": person["user_id"], "doctor_id": figures.doctor_id}
    write.insert(export_run, {**_row(write, DOCTOR_KIND, period, file), **whose})
    address = _address(write.connection, person["user_id"])
    if not settings.mail_host or not address:
        return _Outcome(MADE)
    draft = Draft(
        key=f"monthly/{figures.doctor_id}/{period}",
        kind=MessageKind.MONTHLY,
        channel=Channel.EMAIL,
        recipient=address,
        data={
            "doctor_name": figures.doctor_name,
            "month": Words.of(settings).month(figures.month.year, figures.month.month),
            "visits": figures.figures.total,
            "completed": figures.figures.of(Status.COMPLETED),
            "no_shows": figures.figures.of(Status.NO_SHOW),
        },
        attachment=attached(settings, file.path, write.stamp.actor.workstation),
        doctor_id=figures.doctor_id,
        user_id=person["user_id"],
        host=settings.mail_domain,
    )
    return _Outcome(MADE, mailed=write_message(write, draft) is not None)


def _row(write: Write, kind: str, period: str, file: _File) -> dict[str, Any]:
    return {
        "kind": kind,
        "period": period,
        "title": file.title,
        "parameters": {"format": "pdf"},
        "state": ExportState.DONE.value,
        "folder": str(file.path.parent),
        "file_name": file.path.name,
        "bytes": file.bytes,
        "sha256": file.sha256,
        "done": 1,
        "total": 1,
        "workstation": write.stamp.actor.workstation,
        "started_at": write.now,
        "finished_at": write.now,
    }


def _hospital_reported(connection: sa.Connection, period: str) -> bool:
    query = sa.select(_run.id).where(_run.kind == HOSPITAL_KIND, _run.period == period)
    return connection.execute(query.limit(1)).scalar() is not None


def _doctors(connection: sa.Connection) -> list[_Doctor]:
    """Return the doctors who get reports, by name."""
    query = (
        sa.select(doctor.c.id, doctor.c.display_name, doctor.c.created_at)
        .where(doctor.c.approval == "approved", doctor.c.retired_at.is_(None))
        .order_by(doctor.c.display_name, doctor.c.id)
    )
    return list(map(_Doctor._make, connection.execute(query)))


def _reported(connection: sa.Connection, period: str, doctor_id: int | None = None) -> set[int]:
    """Return the doctors whose report of a month was made."""
    query = sa.select(_run.doctor_id).where(_run.kind == DOCTOR_KIND, _run.period == period)
    if doctor_id is not None:
        query = query.where(_run.doctor_id == doctor_id)
    return set(connection.execute(query).scalars())


def _locked(connection: sa.Connection, doctor_id: int) -> sa.RowMapping:
    """Return the doctor's row, and have others who make this doctor's report wait."""
    columns: tuple[sa.Column[Any], ...] = (doctor.c.id, doctor.c.user_id)
    query = sa.select(*columns).where(doctor.c.id == doctor_id)
    if connection.dialect.name == "postgresql":
        query = query.with_for_update()
    return connection.execute(query).mappings().one()


def _address(connection: sa.Connection, user_id: int | None) -> str:
    """Return the address of a log-in that is in use, or nothing."""
    query = sa.select(user.c.email).where(
        user.c.id == user_id, user.c.active, user.c.retired_at.is_(None)
    )
    return str(connection.execute(query).scalar() or "")
