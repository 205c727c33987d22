"""Renders every screen in light and dark into docs/screenshots: `make screenshots`.

A demo hospital with a fixed seed stands at a fixed Monday morning, so that the pictures change only
when the screens do. Nothing here is a mock-up: the program itself is started and driven.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

# Before anything of Qt: it sets the stage.
from docs.stage import OUT, PATIENCE, PLACE, ROOT, Stage  # isort: skip
import keyring
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from docs.audit_scene import audit
from docs.backup_scene import backups
from docs.office_scene import fill_outbox, log_ins
from hms_desktop import opening
from hms_desktop.app import Program
from hms_desktop.domain.consultations import PrescriptionItem
from hms_desktop.services.assembly import open_services
from hms_desktop.services.demo import DemoPlan
from hms_desktop.services.demo_hospital import generate
from hms_desktop.settings import WindowOptions, load_settings
from hms_desktop.ui.catalogue.holidays import HolidaysSection
from hms_desktop.ui.grid.day import CellRef
from hms_desktop.ui.pages.catalogue import CataloguePage
from hms_desktop.ui.pages.clinical_lists import ClinicalListsPage
from hms_desktop.ui.pages.doctors_admin import DoctorsAdminPage
from hms_desktop.ui.pages.front_desk import FrontDeskPage
from hms_desktop.ui.pages.jobs import JobsPage
from hms_desktop.ui.pages.messages import MessagesPage
from hms_desktop.ui.pages.patients import PatientsPage
from hms_desktop.ui.pages.settings import SettingsPage
from hms_desktop.ui.pages.today import TodayPage
from tests.support.memory_keyring import MemoryKeyring

MORNING = datetime(2026, 11, 23, 5, 28, tzinfo=UTC)  # 10:58 in Kolkata


def front_desk(stage: Stage) -> None:
    page = stage.page(0)
    assert isinstance(page, FrontDeskPage)
    stage.shoot("front-desk")
    page.finder.set_text("kumar")
    stage.shoot("front-desk-find")
    page.register("Kumar Swamy 98765 43210")
    stage.shoot("register")
    page.editor_panel.close_panel()
    page.finder.set_text("")
    assert page.book.state is not None
    rows = page.desk.services.appointments.grid(
        page.desk.actor, MORNING.date(), 1, [one.id for one in page.book.state.columns]
    )
    page.open_appointment(next(one.id for one in rows if one.status == "arrived"))
    stage.shoot("appointment")
    QTest.keyClick(stage.program.window, Qt.Key.Key_Escape)


def booking(stage: Stage) -> None:
    page = stage.page(0)
    assert isinstance(page, FrontDeskPage)
    state = page.book.state
    assert state is not None
    page.appointment.close_panel()
    page.book.line.focus_line()
    QTest.keyClicks(page.book.line.edit, "kumar 4pm dr rao")
    stage.shoot("booking-line")
    page.book.line.clear()
    taken = next(one for one in state.visits if one.status == "confirmed")
    page.book_cell(CellRef("", taken.doctor_id, taken.starts_at, 15))
    stage.shoot("booking-taken")
    page.booking.close_panel()
    page.book.focus_grid()
    page.book.grid.focus_visit(taken.id)
    QTest.keyClick(page.book.grid, Qt.Key.Key_X)
    stage.shoot("cancel")
    page.asking.close_panel()
    page.book.set_week(True)
    stage.shoot("week")
    page.book.set_week(False)
    stage.settle()


def lists(stage: Stage) -> None:
    stage.page(1)
    stage.shoot("appointments")
    page = stage.page(2)
    assert isinstance(page, PatientsPage)
    page.open_patient(7)
    stage.shoot("patients")
    stage.titled("Doctors")
    stage.shoot("doctors")


def clinic(stage: Stage) -> None:
    """The doctor's pages; one patient is with the doctor, half of the record is typed."""
    page = stage.titled("Today")
    assert isinstance(page, TodayPage)
    visits = page.list.visits
    page.open_appointment(next(one.appointment_id for one in visits if one.status == "completed"))
    stage.shoot("record")
    here = [one for one in visits if one.status in {"in_consultation", "arrived"}]
    page.open_appointment(here[0].appointment_id)
    stage.settle()
    form = page.part.form
    form.restore(
        {
            **form.raw(),
            "complaint": "Headache in the mornings, 1 week. No visual change.",
            "notes": "Adherence good. Home readings 145–150.",
        }
    )
    form.add_items(
        [
            PrescriptionItem("Amlodipine 5 mg tablet", "1 tablet", "oral", "once daily", "30 days"),
            PrescriptionItem("Paracetamol 500 mg tablet", "1", "oral", "when needed", "5 days"),
        ]
    )
    stage.shoot("consultation")
    for title, name in (
        ("Calendar", "calendar"),
        ("Availability", "availability"),
        ("My patients", "my-patients"),
        ("Dashboard", "dashboard"),
        ("My reports", "my-reports"),
        ("Snippets and drugs", "snippets"),
    ):
        stage.titled(title)
        stage.shoot(name)


def office(stage: Stage) -> None:
    """The administrator's pages so far."""
    log_ins(stage)
    bench = stage.program.sessions.bench
    for title, name in (
        ("Dashboard", "hospital-dashboard"),
        ("Records", "records"),
        ("Exports", "exports"),
        ("Message texts", "message-texts"),
    ):
        if title in {one.title for one in bench.known}:
            stage.titled(title)
            stage.shoot(name)
    fill_outbox(stage)
    messages = stage.titled("Messages")
    assert isinstance(messages, MessagesPage)
    stage.shoot("messages")
    messages.open_messages("all")
    stage.settle()
    failed = next(one for one in messages.table.rows() if one.last_error)
    messages.table.select_ids([failed.id])
    stage.shoot("messages-all")
    jobs = stage.titled("Jobs")
    assert isinstance(jobs, JobsPage)
    jobs.table.select_ids(["monthly_reports"])
    stage.shoot("jobs")
    jobs.edit_schedule()
    stage.shoot("jobs-schedule")
    jobs.panel.close_panel()
    stage.titled("Reports")
    stage.shoot("reports")
    lists = stage.titled("Snippets and drugs")
    assert isinstance(lists, ClinicalListsPage)
    lists.show_list("drugs")
    stage.shoot("drugs")
    audit(stage)
    bench.show_extra("settings")
    stage.shoot("settings-admin")
    settings = bench.scope
    assert isinstance(settings, SettingsPage)
    settings.index.search.setText("mail")
    settings.index.search.returnPressed.emit()
    stage.shoot("settings-search")


def people(stage: Stage) -> None:
    """Doctors and the catalogue, as an administrator keeps them."""
    page = stage.titled("Doctors")
    assert isinstance(page, DoctorsAdminPage)
    stage.shoot("doctors-admin")
    page.add()
    stage.shoot("doctor-new")
    page.form.close_panel()
    page.card.table.select_ids([page.card.table.rows()[3].id])
    page.block()
    stage.settle()
    page.leaving.reason.setText("Licence expired")
    page.leaving.way_boxes["cancel"].setChecked(True)
    stage.shoot("doctor-block")
    page.leaving.close_panel()
    shelf = stage.titled("Catalogue")
    assert isinstance(shelf, CataloguePage)
    shelf.show_section("departments")
    stage.shoot("departments")
    shelf.show_section("visit_types")
    stage.settle()
    shelf.section.table.select_ids([shelf.section.table.rows()[1].id])
    shelf.section.edit()
    stage.shoot("visit-types")
    shelf.section.panel.close_panel()
    shelf.show_section("holidays")
    stage.settle()
    holidays = shelf.section
    assert isinstance(holidays, HolidaysSection)
    holidays.open_import()
    stage.settle()
    holidays.imports.region.set_value("KA")
    holidays.imports.preview()
    stage.shoot("public-holidays")
    holidays.imports.close_panel()


def everywhere(stage: Stage) -> None:
    sessions = stage.program.sessions
    assert sessions is not None
    bench = sessions.bench
    assert bench is not None
    stage.page(0)
    bench.palette_box.open_box("kumar")
    stage.shoot("find-anything")
    QTest.keyClick(bench.palette_box, Qt.Key.Key_Escape)
    bench.open_sheet()
    stage.shoot("keys")
    QTest.keyClick(bench.sheet, Qt.Key.Key_Escape)
    for name in ("profile", "settings"):
        bench.show_extra(name)
        stage.shoot(name)
    sessions.lock()
    stage.shoot("lock")
    sessions.lock_screen.unlock()


def first_start(app: QApplication, theme: str) -> None:
    empty = Path(PLACE) / f"empty-{theme}.db"
    options = WindowOptions(database=str(empty), demo=False, theme=theme)
    program = Program(app, options, load_settings())
    program.window.resize(1280, 800)
    program.start()
    limit = time.monotonic() + PATIENCE
    while program.window.stack.currentWidget().metaObject().className() != "FirstStartView":
        if time.monotonic() > limit:
            raise TimeoutError("no first start")
        app.processEvents()
        time.sleep(0.01)
    for _ in range(30):
        app.processEvents()
        time.sleep(0.01)
    path = OUT / f"first-start-{theme}.png"
    program.window.grab().save(str(path))
    print(path.relative_to(ROOT))
    program.window.close()
    program.close()


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    app = QApplication(sys.argv[:1])
    # The hospital's clock stands still; the program is told so where it opens a database.
    opening.open_services = lambda url: open_services(url, clock=lambda: MORNING)  # type: ignore[attr-defined]
    for theme in ("light", "dark"):
        # The two hospitals are twins; what one of them keeps in the keyring is not the other's.
        keyring.set_keyring(MemoryKeyring())
        url = f"sqlite:///{PLACE}/demo-{theme}.db"
        generate(url, DemoPlan(seed=7), clock=lambda: MORNING)
        stage = Stage(app, url, theme)
        stage.shoot("login")
        stage.log_in("sheela")
        for scene in (front_desk, booking, lists, everywhere):
            scene(stage)
        stage.close()
        admins = [("admin", scene) for scene in (office, people, backups)]
        for login, scene in (("rao", clinic), *admins):
            stage = Stage(app, url, theme)
            stage.log_in(login)
            scene(stage)
            stage.close()
        first_start(app, theme)


if __name__ == "__main__":
    main()
