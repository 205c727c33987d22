"""Pictures of the front desk on a busy day of real appointments: a part of `make screenshots`.

The appointments (67,365 of a city's clinics) lie beside the project in ../shared/data/noshow and
come in through the import command. Without them nothing is done: the pictures stay as they are.
Two programs with two feeds work on the one database, as on two computers.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

# Before anything of Qt: it sets the stage.
from docs.stage import OUT, PATIENCE, PLACE, ROOT, Stage  # isort: skip
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hms_desktop import opening
from hms_desktop.domain.accounts import CreateUser, FirstStart
from hms_desktop.services.assembly import open_services
from hms_desktop.ui.front_desk.loading import Shown
from hms_desktop.ui.grid.day import CellRef, MoveWish
from hms_desktop.ui.pages.front_desk import FrontDeskPage

DATA = ROOT.parent / "shared" / "data" / "noshow" / "appointments_until_2016-05-20.csv"
CLINIC, DAY = "Jardim Camburi", date(2016, 5, 9)
NOW = datetime(2016, 5, 9, 13, 20, tzinfo=UTC)  # 10:20 in São Paulo
FIRST, OTHER = "lantern-cobalt-meadow-47", "granite-violet-teapot-93"
PEOPLE = {"ana": "Ana Souza", "bia": "Bia Rocha"}
HALF = (1240, 980)
GAP = 24
FEW = 4
"""Doctors in each of two windows, so that the visit in question is in sight."""


def make_hospital() -> Path:
    """Set a hospital up and import the appointments; returns the database's file."""
    path = Path(PLACE) / "real.db"
    url = f"sqlite:///{path}"
    wish = FirstStart("Clinics of Vitória", "America/Sao_Paulo", "asha", "Asha Menon", FIRST)
    opening.set_up_hospital(url, wish)
    services = open_services(url)
    admin = services.accounts.log_in("asha", FIRST, "office")
    for login, name in PEOPLE.items():
        made = services.accounts.create_user(admin, CreateUser(login, name, ("receptionist",)))
        code = services.accounts.start_reset(admin, made.id).code
        services.accounts.redeem_code(login, code, OTHER)
    services.close()
    mapping = ROOT / "docs" / "import" / "noshow-appointments.toml"
    command = [sys.executable, "-m", "hms_desktop", "import", "--database", url]
    subprocess.run(  # noqa: S603 - our own command, a list of words
        [*command, "appointments", str(DATA), "--mapping", str(mapping)], cwd=ROOT, check=True
    )
    return path


def show_clinic(stage: Stage, most: int = 0) -> FrontDeskPage:
    """Show one clinic, all its doctors (or the last ones of them) side by side."""
    page = stage.page(0)
    assert isinstance(page, FrontDeskPage)
    stage.until(lambda: page.book.state is not None)
    state = page.book.state
    assert state is not None
    doctors = tuple(one.id for one in state.doctors if CLINIC in one.display_name)
    page.book.show_other(Shown(on=DAY, doctor_ids=doctors[-most:]))
    stage.settle()
    return page


def side_by_side(left: Stage, right: Stage, name: str) -> None:
    """Save both windows as one picture."""
    left.settle()
    right.settle()
    ratio = left.program.window.devicePixelRatioF()
    both = QPixmap(round((2 * HALF[0] + GAP) * ratio), round(HALF[1] * ratio))
    both.setDevicePixelRatio(ratio)
    both.fill(Qt.GlobalColor.gray)
    painter = QPainter(both)
    painter.drawPixmap(0, 0, left.program.window.grab())
    painter.drawPixmap(HALF[0] + GAP, 0, right.program.window.grab())
    painter.end()
    path = OUT / f"{name}-{left.theme}.png"
    both.save(str(path))
    print(path.relative_to(ROOT))


def wait_for(stage: Stage, other: Stage, visit_id: int) -> None:
    """Wait until a visit stands on the other program's grid."""
    page = other.page(0)
    assert isinstance(page, FrontDeskPage)
    limit = time.monotonic() + PATIENCE
    while page.book.grid.visit(visit_id) is None:
        if time.monotonic() > limit:
            raise TimeoutError("the other program did not hear of it")
        stage.app.processEvents()
        time.sleep(0.01)


def two_windows(one: Stage, other: Stage) -> None:
    """Book at one desk and move it there; the other desk follows."""
    page = show_clinic(one, FEW)
    show_clinic(other, FEW)
    desk, state = page.desk, page.book.state
    assert state is not None
    doctor = state.columns[-1]
    slots = desk.services.availability.free_slots(
        desk.actor, doctor.id, DAY, DAY, state.visit_types[0].id
    )
    page.book_cell(CellRef("", doctor.id, slots[0].starts_at, 15))
    patient = state.visits[0].mrn
    page.booking.set_patient(desk.services.patients.search(desk.actor, patient)[0])
    side_by_side(one, other, "two-windows-booking")
    page.booking.save()
    one.settle()
    booked = next(visit for visit in page.book.state.visits if visit.status == "booked")
    wait_for(one, other, booked.id)
    page.hands.move(MoveWish(booked.id, booked.version, doctor.id, slots[6].starts_at))
    one.settle()
    moved = next(visit for visit in page.book.state.visits if visit.status == "booked")
    wait_for(one, other, moved.id)
    page.book.focus_grid()
    page.book.grid.focus_visit(moved.id)
    QTest.keyClick(page.book.grid, Qt.Key.Key_C)
    side_by_side(one, other, "two-windows-arrived")


def main() -> None:
    if not DATA.exists():
        print(f"{DATA} is not there: the pictures of real appointments stay as they are.")
        return
    OUT.mkdir(parents=True, exist_ok=True)
    app = QApplication(sys.argv[:1])
    opening.open_services = lambda url: open_services(url, clock=lambda: NOW)  # type: ignore[attr-defined]
    made = make_hospital()
    for theme in ("light", "dark"):
        path = made.with_name(f"real-{theme}.db")
        shutil.copyfile(made, path)
        url = f"sqlite:///{path}"
        one = Stage(app, url, theme, "Desk 1")
        one.log_in("ana", OTHER)
        show_clinic(one)
        one.shoot("real-day")
        one.close()
        one, other = (Stage(app, url, theme, f"Desk {n}", HALF) for n in (1, 2))
        one.log_in("ana", OTHER)
        other.log_in("bia", OTHER)
        two_windows(one, other)
        other.close()
        one.close()


if __name__ == "__main__":
    main()
