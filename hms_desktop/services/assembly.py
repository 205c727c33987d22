"""Builds all services over one database; used by the window, the command line and the tests."""

from __future__ import annotations

import random
from dataclasses import dataclass

from hms_desktop.bus import Bus
from hms_desktop.cache import Cache
from hms_desktop.db.engine import Clock, Database
from hms_desktop.services.accounts import AccountsService
from hms_desktop.services.appointments import AppointmentsService
from hms_desktop.services.audit_chain import AuditChainService
from hms_desktop.services.audit_trail import AuditTrailService
from hms_desktop.services.availability import AvailabilityService
from hms_desktop.services.backups import BackupsService
from hms_desktop.services.catalogue import CatalogueService
from hms_desktop.services.codes import CodesService
from hms_desktop.services.consultations import ConsultationsService
from hms_desktop.services.context import Context
from hms_desktop.services.day_sheets import DaySheetsService
from hms_desktop.services.doctor_logins import DoctorLoginsService
from hms_desktop.services.doctor_numbers import DoctorNumbersService
from hms_desktop.services.doctor_reports import DoctorReportsService
from hms_desktop.services.drugs import DrugsService
from hms_desktop.services.export_runs import ExportRunsService
from hms_desktop.services.gate import Gate
from hms_desktop.services.holds import HoldsService
from hms_desktop.services.hospital import HospitalService
from hms_desktop.services.hospital_numbers import HospitalNumbersService
from hms_desktop.services.hospital_reports import HospitalReportsService
from hms_desktop.services.job_runs import JobRunsService
from hms_desktop.services.kept_reports import KeptReportsService
from hms_desktop.services.mail_setup import MailSetupService
from hms_desktop.services.monthly_reports import MonthlyReportsService
from hms_desktop.services.outbox import OutboxService
from hms_desktop.services.papers import PapersService
from hms_desktop.services.passwords import Authenticator
from hms_desktop.services.patients import PatientsService
from hms_desktop.services.queue import QueueService
from hms_desktop.services.rebooking import RebookingService
from hms_desktop.services.reminders import RemindersService
from hms_desktop.services.schedule import Schedule
from hms_desktop.services.snippets import SnippetsService
from hms_desktop.services.statistics import StatisticsService
from hms_desktop.services.table_export import ExportService
from hms_desktop.services.templates import TemplatesService
from hms_desktop.services.undo import UndoService


@dataclass(frozen=True, slots=True)
class Services:
    """Every service of one program over one database."""

    context: Context
    accounts: AccountsService
    hospital: HospitalService
    doctors: DoctorLoginsService
    catalogue: CatalogueService
    availability: AvailabilityService
    patients: PatientsService
    appointments: AppointmentsService
    holds: HoldsService
    queue: QueueService
    consultations: ConsultationsService
    papers: PapersService
    outbox: OutboxService
    job_runs: JobRunsService
    reminders: RemindersService
    mail_setup: MailSetupService
    templates: TemplatesService
    undo: UndoService
    statistics: StatisticsService
    audit_chain: AuditChainService
    audit_trail: AuditTrailService
    exports: ExportService
    export_runs: ExportRunsService
    doctor_numbers: DoctorNumbersService
    doctor_reports: DoctorReportsService
    hospital_numbers: HospitalNumbersService
    hospital_reports: HospitalReportsService
    monthly_reports: MonthlyReportsService
    kept_reports: KeptReportsService
    day_sheets: DaySheetsService
    codes: CodesService
    drugs: DrugsService
    snippets: SnippetsService
    rebooking: RebookingService
    backups: BackupsService

    def close(self) -> None:
        """Close the cache and the database; the last thing a program does."""
        self.context.cache.close()
        self.context.database.close()


def open_services(
    url: str,
    *,
    bus: Bus | None = None,
    clock: Clock | None = None,
    rng: random.Random | None = None,
    authenticator: Authenticator | None = None,
) -> Services:
    """Open a database and build the services over it; raises Unusable or Unreachable."""
    bus = bus or Bus()
    database = Database(url, bus=bus, clock=clock, rng=rng)
    context = Context(database, Gate(), bus, Cache(bus), rng or random.SystemRandom())
    schedule = Schedule(context)
    doctor_reports = DoctorReportsService(context, schedule=schedule)
    hospital_reports = HospitalReportsService(context, schedule=schedule)
    return Services(
        context=context,
        accounts=AccountsService(context, authenticator=authenticator),
        hospital=HospitalService(context),
        doctors=DoctorLoginsService(context),
        catalogue=CatalogueService(context),
        availability=AvailabilityService(context, schedule=schedule),
        patients=PatientsService(context),
        appointments=AppointmentsService(context, schedule=schedule),
        holds=HoldsService(context),
        queue=QueueService(context, schedule=schedule),
        consultations=ConsultationsService(context),
        papers=PapersService(context),
        outbox=OutboxService(context),
        job_runs=JobRunsService(context),
        reminders=RemindersService(context),
        mail_setup=MailSetupService(context),
        templates=TemplatesService(context),
        undo=UndoService(context),
        statistics=StatisticsService(context, schedule=schedule),
        audit_chain=AuditChainService(context),
        audit_trail=AuditTrailService(context),
        exports=ExportService(context),
        export_runs=ExportRunsService(context),
        doctor_numbers=DoctorNumbersService(context),
        doctor_reports=doctor_reports,
        hospital_numbers=HospitalNumbersService(context, schedule=schedule),
        hospital_reports=hospital_reports,
        monthly_reports=MonthlyReportsService(
            context, reports=doctor_reports, hospital=hospital_reports
        ),
        kept_reports=KeptReportsService(context, reports=doctor_reports),
        day_sheets=DaySheetsService(context),
        codes=CodesService(context),
        drugs=DrugsService(context),
        snippets=SnippetsService(context),
        rebooking=RebookingService(context, schedule=schedule),
        backups=BackupsService(context),
    )
