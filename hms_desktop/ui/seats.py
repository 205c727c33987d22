"""Seats: one person's workbench in its frame, with everything a page may use."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hms_desktop.domain.actor import Actor
from hms_desktop.ui.actions import CommandSet
from hms_desktop.ui.drafts import Drafts
from hms_desktop.ui.file_memory import FileMemory, memory_file
from hms_desktop.ui.house import Entered, House, owner_of
from hms_desktop.ui.layout_memory import LayoutMemory
from hms_desktop.ui.pages.appointments import AppointmentsPage
from hms_desktop.ui.pages.audit import AuditPage
from hms_desktop.ui.pages.availability import AvailabilityPage
from hms_desktop.ui.pages.backups import BackupsPage
from hms_desktop.ui.pages.base import Desk, Navigator, UndoHistory
from hms_desktop.ui.pages.calendar import CalendarPage
from hms_desktop.ui.pages.catalogue import CataloguePage
from hms_desktop.ui.pages.clinical_lists import ClinicalListsPage
from hms_desktop.ui.pages.dashboard import HospitalDashboardPage
from hms_desktop.ui.pages.doctors import DoctorsPage
from hms_desktop.ui.pages.doctors_admin import DoctorsAdminPage
from hms_desktop.ui.pages.exports import ExportsPage
from hms_desktop.ui.pages.front_desk import FrontDeskPage
from hms_desktop.ui.pages.jobs import JobsPage
from hms_desktop.ui.pages.message_texts import MessageTextsPage
from hms_desktop.ui.pages.messages import MessagesPage
from hms_desktop.ui.pages.my_day import DashboardPage
from hms_desktop.ui.pages.my_patients import MyPatientsPage
from hms_desktop.ui.pages.my_reports import MyReportsPage
from hms_desktop.ui.pages.patients import PatientsPage
from hms_desktop.ui.pages.profile import ProfilePage
from hms_desktop.ui.pages.records import RecordsPage
from hms_desktop.ui.pages.reports import ReportsPage
from hms_desktop.ui.pages.roles import RolesPage
from hms_desktop.ui.pages.today import TodayPage
from hms_desktop.ui.pages.users import UsersPage
from hms_desktop.ui.widgets.toast import ToastStack
from hms_desktop.ui.workbench import PageMaker, Tab, Workbench


@dataclass(frozen=True, slots=True)
class Seat:
    """One person's workbench in its frame."""

    frame: QWidget
    bench: Workbench
    desk: Desk


def page_tabs(actor: Actor) -> list[Tab]:
    """Return the pages of a log-in, in the order of their tabs, by what it may do."""
    own = actor.doctor_id is not None
    sees_visits = actor.may("appointments.read") or actor.may("appointments.read_own")
    sees_own = own and actor.may("appointments.read_own")
    tr = QCoreApplication.translate
    reports = tr("MyReportsPage", "My reports") if own else tr("MyReportsPage", "Doctors’ months")
    keeps_doctors = actor.may("doctors.manage") or actor.may("doctors.approve")
    free = tr("DoctorsPage", "Free slots")
    # Who is a doctor as well has a dashboard of the own numbers besides.
    hospital = (
        tr("HospitalDashboardPage", "Hospital dashboard")
        if sees_own
        else tr("HospitalDashboardPage", "Dashboard")
    )
    desk = tr("Pages", "Front desk")
    people = tr("Pages", "People")
    oversight = tr("Pages", "Oversight")
    system = tr("Pages", "System")
    every = [
        (
            own and actor.may("clinical.write"),
            Tab(tr("TodayPage", "Today"), TodayPage, "clock", desk, own_today=True),
        ),
        (
            sees_visits,
            Tab(tr("FrontDeskPage", "Front desk"), FrontDeskPage, "calendar", desk),
        ),
        (
            sees_visits,
            Tab(tr("AppointmentsPage", "Appointments"), AppointmentsPage, "list", desk),
        ),
        (
            actor.may("patients.find") and actor.may("patients.read"),
            Tab(tr("PatientsPage", "Patients"), PatientsPage, "patients", desk),
        ),
        (
            _sees_calendars(actor),
            Tab(tr("CalendarPage", "Calendar"), CalendarPage, "columns", desk),
        ),
        (
            actor.may("messages.manage"),
            Tab(tr("MessagesPage", "Messages"), MessagesPage, "mail", desk),
        ),
        (
            actor.may("clinical.write") or actor.may("clinical.lists"),
            Tab(
                tr("ClinicalListsPage", "Snippets and drugs"),
                ClinicalListsPage,
                "note",
                desk if actor.may("clinical.write") else system,
            ),
        ),
        (sees_own, Tab(tr("MyPatientsPage", "My patients"), MyPatientsPage, "patient", people)),
        (
            keeps_doctors,
            Tab(tr("DoctorsAdminPage", "Doctors"), DoctorsAdminPage, "doctor", people),
        ),
        (
            actor.may("doctors.read"),
            Tab(
                free if keeps_doctors else tr("DoctorsPage", "Doctors"),
                DoctorsPage,
                "search" if keeps_doctors else "doctor",
                people,
            ),
        ),
        (
            _edits_availability(actor),
            Tab(tr("AvailabilityPage", "Availability"), AvailabilityPage, "clock", people),
        ),
        (
            _keeps_catalogue(actor),
            Tab(tr("CataloguePage", "Catalogue"), CataloguePage, "department", people),
        ),
        (actor.may("users.manage"), Tab(tr("UsersPage", "Log-ins"), UsersPage, "user", people)),
        (actor.may("roles.manage"), Tab(tr("RolesPage", "Roles"), RolesPage, "shield", people)),
        (
            actor.may("statistics.read") and actor.may("reports.all"),
            Tab(hospital, HospitalDashboardPage, "report", oversight),
        ),
        (sees_own, Tab(tr("DashboardPage", "Dashboard"), DashboardPage, "report", oversight)),
        (
            actor.may("clinical.oversight"),
            Tab(tr("RecordsPage", "Records"), RecordsPage, "note", oversight),
        ),
        (
            actor.may("reports.all") or (own and actor.may("reports.own")),
            Tab(reports, MyReportsPage, "document", oversight),
        ),
        (
            actor.may("reports.all"),
            Tab(tr("ReportsPage", "Reports"), ReportsPage, "print", oversight),
        ),
        (sees_visits, Tab(tr("ExportsPage", "Exports"), ExportsPage, "save", oversight)),
        (
            actor.may("audit.read"),
            Tab(tr("AuditPage", "Audit"), AuditPage, "eye", oversight),
        ),
        (
            actor.may("jobs.manage"),
            Tab(tr("JobsPage", "Jobs"), JobsPage, "history", system),
        ),
        (
            actor.may("backups.manage"),
            Tab(tr("BackupsPage", "Backups"), BackupsPage, "database", system),
        ),
        (
            actor.may("templates.manage"),
            Tab(tr("MessageTextsPage", "Message texts"), MessageTextsPage, "edit", system),
        ),
    ]
    groups = (desk, people, oversight, system)
    return sorted(
        (tab for allowed, tab in every if allowed), key=lambda tab: groups.index(tab.group)
    )


def _edits_availability(actor: Actor) -> bool:
    own = actor.doctor_id is not None and actor.may("availability.manage_own")
    return own or actor.may("availability.manage")


def _keeps_catalogue(actor: Actor) -> bool:
    return any(actor.may(one) for one in ("doctors.manage", "catalogue.manage", "holidays.manage"))


def _sees_calendars(actor: Actor) -> bool:
    own = actor.doctor_id is not None and actor.may("appointments.read_own")
    return (own or actor.may("appointments.read")) and actor.may("availability.read")


def make_seat(house: House, entered: Entered, settings_page: PageMaker) -> Seat:
    """Build one person's desk, pages and frame; drafts are read at once."""
    actor = entered.actor
    owner = owner_of(house.services, actor)
    frame = QWidget()
    path = memory_file(house.config_folder / "layout", owner)
    memory = FileMemory(house.runner, path, entered.remembered, frame)
    desk = Desk(
        services=house.services,
        actor=actor,
        settings=entered.settings,
        runner=house.runner,
        bridge=house.bridge,
        theme=house.theme,
        memory=memory,
        layout=LayoutMemory(memory, frame),
        toasts=ToastStack(frame),
        drafts=Drafts(house.runner, house.data_folder / "drafts", owner, frame),
        commands=CommandSet(frame, frame.tr("Everywhere")),
        history=UndoHistory(frame),
        navigate=Navigator(frame),
    )
    # Before the pages: they offer at once what was left behind.
    desk.drafts.open()
    extra: dict[str, PageMaker] = {"profile": ProfilePage, "settings": settings_page}
    bench = Workbench(desk, page_tabs(actor), extra, frame)
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(bench)
    return Seat(frame, bench, desk)
