"""Kept monthly reports: listed, opened, saved, mailed once more."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.accounts import user
from hms_desktop.db.tables.doctors import doctor
from hms_desktop.db.tables.messages import export_run
from hms_desktop.db.writing import READ, Write
from hms_desktop.documents.words import Words
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Invalid, NotFound
from hms_desktop.domain.exports import ExportState
from hms_desktop.domain.kept_reports import KeptReport, ReportKind
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.messages import Channel, Draft, MessageKind
from hms_desktop.domain.papers import Paper
from hms_desktop.services.context import Context, Service
from hms_desktop.services.doctor_reports import DoctorReportsService
from hms_desktop.services.gate import permitted
from hms_desktop.services.kept_files import attached, cannot_write, kept_path, read_kept
from hms_desktop.services.outbox_rows import write_message

LONGEST_LIST = 1_000
_run = export_run.c
_ROWS = (
    sa.select(
        _run.id,
        _run.kind,
        _run.period,
        _run.title,
        _run.doctor_id,
        sa.func.coalesce(doctor.c.display_name, ""),
        _run.folder,
        _run.file_name,
        _run.bytes,
        _run.workstation,
        _run.finished_at,
    )
    .select_from(export_run.outerjoin(doctor, doctor.c.id == _run.doctor_id))
    .where(_run.kind.in_([one.value for one in ReportKind]), _run.state == ExportState.DONE.value)
)


class KeptReportsService(Service):
    """The reports that ``MonthlyReportsService`` made, for who may make them all."""

    def __init__(self, context: Context, *, reports: DoctorReportsService) -> None:
        """Keep who counts the months of doctors."""
        super().__init__(context)
        self._reports = reports

    @permitted("reports.all")
    def list(self, actor: Actor) -> tuple[KeptReport, ...]:
        """Return what is kept: the newest month first, the hospital before its doctors."""
        query = _ROWS.order_by(
            _run.period.desc(), _run.kind.desc(), doctor.c.display_name, _run.id
        ).limit(LONGEST_LIST)
        with self.database.read() as connection:
            return tuple(map(KeptReport._make, connection.execute(query)))

    @permitted("reports.all")
    def paper(self, actor: Actor, report_id: int) -> Paper:
        """Return a kept report as it was made; audited. Raises NotFound, Unusable if it is gone."""
        row = self._opened(actor, report_id)
        return Paper(row.title, row.file_name, read_kept(row.folder, row.file_name))

    @permitted("reports.all")
    def save_as(self, actor: Actor, report_id: int, target: Path) -> Path:
        """Copy a kept report to a place of one's choice, whole or not at all; audited."""
        row = self._opened(actor, report_id)
        draft = target.with_name(f".{target.name}.part")
        try:
            shutil.copyfile(kept_path(row.folder, row.file_name), draft)
            draft.replace(target)
        except OSError as error:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise cannot_write(target.parent, error) from error
        return target

    @permitted("reports.all")
    def mail(self, actor: Actor, report_id: int, *, request_id: str | None = None) -> str:
        """Mail a kept report once more: a doctor's to the doctor, the hospital's to who asks.

        Returns the address. Raises Invalid when there is no mail or no address, NotFound,
        Unusable when the file is gone.
        """
        settings = self.context.settings()
        if not settings.mail_host:
            raise Invalid(
                "mail_host", "No mail server is set up. Nothing was sent. Set mail up first."
            )
        row = self._one(report_id)
        read_kept(row.folder, row.file_name)
        of_doctor = row.kind == ReportKind.DOCTOR_MONTH.value and row.doctor_id is not None
        name, address = self._address(actor, row, of_doctor=of_doctor)
        stamp = self.stamp(actor, "mail_report", request_id)
        data = self._figures(actor, row) if of_doctor else _told(row, name)
        draft = Draft(
            key=f"{row.kind}/{row.id}/again/{stamp.request_id}",
            kind=MessageKind.MONTHLY if of_doctor else MessageKind.EXPORT_READY,
            channel=Channel.EMAIL,
            recipient=address,
            data=data,
            attachment=attached(settings, Path(row.folder, row.file_name), actor.workstation),
            doctor_id=row.doctor_id,
            host=settings.mail_domain,
        )

        def work(write: Write) -> str:
            write_message(write, draft)
            return address

        return self.database.write(stamp, work, lambda _connection: address)

    # -- inside -----------------------------------------------------------------------------
    def _one(self, report_id: int) -> KeptReport:
        with self.database.read() as connection:
            found = connection.execute(_ROWS.where(_run.id == report_id)).one_or_none()
        if found is None:
            raise NotFound("This report is no longer kept. Make it once more.")
        return KeptReport._make(found)

    def _opened(self, actor: Actor, report_id: int) -> KeptReport:
        row = self._one(report_id)

        def work(write: Write) -> None:
            write.record(export_run.name, report_id, action=READ)

        self.database.write(self.stamp(actor, READ, None, reason="report opened"), work)
        return row

    def _address(self, actor: Actor, row: KeptReport, *, of_doctor: bool) -> tuple[str, str]:
        query = sa.select(user.c.display_name, user.c.email)
        if of_doctor:
            query = query.join(doctor, doctor.c.user_id == user.c.id).where(
                doctor.c.id == row.doctor_id, user.c.active
            )
        else:
            query = query.where(user.c.id == actor.user_id)
        with self.database.read() as connection:
            found = connection.execute(query).one_or_none()
        if found is None or not found.email:
            raise Invalid(
                "address",
                "There is no e-mail address in the log-in of {who}. Nothing was sent. Have one "
                "put in.",
                who=row.doctor_name if of_doctor else actor.name,
            )
        return found.display_name, found.email

    def _figures(self, actor: Actor, row: KeptReport) -> dict[str, Any]:
        year, month = map(int, row.period.split("-"))
        figures = self._reports.month(actor, row.doctor_id or 0, year, month).figures
        return {
            "doctor_name": row.doctor_name,
            "month": Words.of(self.context.settings()).month(year, month),
            "visits": figures.total,
            "completed": figures.of(Status.COMPLETED),
            "no_shows": figures.of(Status.NO_SHOW),
        }


def _told(row: KeptReport, name: str) -> dict[str, Any]:
    return {
        "user_name": name,
        "title": row.title,
        "file_name": row.file_name,
        "folder": row.folder,
    }
