"""The hospital's dashboard: numbers of a period, live, by keyboard, on other pages, in files."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from hms_desktop.db.tables.doctors import doctor
from hms_desktop.domain.errors import Unreachable
from hms_desktop.domain.hospital_period import Period
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.permissions import ADMINISTRATOR, RECEPTIONIST
from hms_desktop.domain.visit_parts import VisitPart
from hms_desktop.services.assembly import Services
from hms_desktop.ui.dashboard.figures import Figures, Point, Series
from hms_desktop.ui.dashboard.plots import Plot
from hms_desktop.ui.pages.base import ShownDepartments, ShownPatients, ShownVisits
from hms_desktop.ui.pages.dashboard import HospitalDashboardPage
from hms_desktop.ui.theme import current_theme
from tests.services.bookings import book
from tests.services.conftest import Hospital, actor
from tests.ui.now.conftest import OpenWindow
from tests.ui.now.desk import Window
from tests.ui.pages.doctor_month import make_month

pytestmark = pytest.mark.feature("DSH-1")
TOOK_TIME_IN_ORDER = tuple(
    status for status in Status if status not in {Status.CANCELLED, Status.ENTERED_IN_ERROR}
)
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
def window(open_window: OpenWindow) -> Window:
    return open_window(ADMINISTRATOR)


@pytest.fixture
def filled(services: Services, hospital: Hospital) -> Hospital:
    make_month(services, hospital)
    with services.context.database.engine.begin() as connection:
        connection.execute(sa.update(doctor).values(created_at=datetime(2026, 1, 1, tzinfo=UTC)))
    return hospital


def show(window: Window, width: int = 1280) -> HospitalDashboardPage:
    page = HospitalDashboardPage(window.desk, window)
    page.resize(width, 700)
    window.resize(width, 700)
    window.show()
    window.settle()
    return page


def told(page: HospitalDashboardPage, name: str) -> tuple[str, str]:
    tile = page.tiles.tiles[name]
    return tile.value, tile.compared.strip()


def test_numbers_beside_the_month_before(
    window: Window, filled: Hospital, visits: tuple[int, ...], qtbot: QtBot
) -> None:
    page = show(window)
    assert page.heading.text() == "November 2026"
    assert "still grow" in page.note.text()
    assert told(page, "visits") == ("3", "▼ 40 % under 5")
    assert told(page, "completed") == ("0", "▼ 100 % under 3")
    assert told(page, "no_shows") == ("–", "")
    qtbot.keyClick(page, Qt.Key.Key_PageUp)
    window.settle()
    assert page.heading.text() == "October 2026"
    assert page.note.text() == "compared with September 2026"
    assert told(page, "visits") == ("5", "none before")
    assert told(page, "no_shows") == ("25 %", "")
    assert told(page, "new") == ("2", "none before")
    assert "5 appointments, none before" in page.tiles.tiles["visits"].accessibleName()
    assert page.board.cards["statuses"].plot.figures.sentence(4) == (
        "Mon 5 October 2026, completed: 2, together: 2"
    )
    assert page.doctors_button.text() == "2 doctors who can be booked"
    assert window.errors == []


def test_units_dates_and_what_is_refused(window: Window, filled: Hospital, qtbot: QtBot) -> None:
    page = show(window)
    for unit, title in (
        ("year", "2026"),
        ("quarter", "Quarter 4 of 2026"),
        ("week", "23 Nov – 29 Nov 2026"),
        ("day", "Mon 23 November 2026"),
    ):
        page.bar.unit.set_value(unit)
        page.bar.unit.changed.emit(unit)
        window.settle()
        assert page.heading.text() == title
        assert page.found is not None
        assert page.found.period == page.bar.value
    page.bar.unit.set_value("dates")
    page.bar.unit.changed.emit("dates")
    page.bar.first.edit.setText("5.10.2026")
    page.bar.first.commit()
    assert page.bar.value == Period(date(2026, 10, 5), date(2026, 11, 23))
    page.bar.last.edit.setText("4.10.2026")
    page.bar.last.commit()
    assert page.bar.note.text() == "The last day is before the first. Choose another one."
    assert page.bar.value.first == date(2026, 10, 5)
    page.bar.last.edit.setText("no day")
    page.bar.last.commit()
    assert "not a date" in page.bar.note.text()
    qtbot.keyClick(page, Qt.Key.Key_PageDown)
    window.settle()
    assert page.bar.value == Period(date(2026, 11, 24), date(2027, 1, 12))


def test_a_booking_at_a_desk_is_shown(
    window: Window, services: Services, hospital: Hospital
) -> None:
    page = show(window)
    assert told(page, "visits")[0] == "0"
    assert page.board.cards["statuses"].plot.count() == 0
    assert not page.board.cards["statuses"].menu_button.isEnabled()
    page._rest.setInterval(0)
    book(services, actor(services, "Sheela", RECEPTIONIST), hospital)
    window.settle()
    assert told(page, "visits")[0] == "1"
    page.hide()
    book(services, actor(services, "Maria", RECEPTIONIST), hospital, patient=1, doctor=1)
    window.settle()
    assert told(page, "visits")[0] == "1", "a page that nobody sees is not counted again"
    page.show()
    window.settle()
    assert told(page, "visits")[0] == "2"


def test_every_number_asks_for_the_list_behind_it(window: Window, filled: Hospital) -> None:
    page = show(window)
    asked: list[object] = []
    window.desk.navigate.listed.connect(asked.append)
    page.tiles.tiles["visits"].click()
    page.tiles.tiles["cancelled"].click()
    page.tiles.tiles["new"].click()
    page.departments_button.click()
    assert asked == [
        ShownVisits(*NOVEMBER),
        ShownVisits(*NOVEMBER, (Status.CANCELLED,)),
        ShownPatients(*NOVEMBER, new=True),
        ShownDepartments(),
    ]
    months: list[object] = []
    window.desk.navigate.hospital_month.connect(months.append)
    page.month_button.click()
    assert [str(one) for one in months] == ["2026-11"]


def test_arrows_walk_over_the_points_and_read_them(
    window: Window, filled: Hospital, qtbot: QtBot
) -> None:
    page = show(window)
    page.bar.step(-1)
    window.settle()
    asked: list[object] = []
    window.desk.navigate.listed.connect(asked.append)
    plot = page.board.cards["statuses"].plot
    plot.setFocus()
    plot.cursor_.go(0)
    for _ in range(4):
        qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.cursor_.spoken == "Mon 5 October 2026, completed: 2, together: 2"
    assert plot.cursor_.bubble.text().splitlines()[1] == "completed: 2"
    qtbot.keyClick(plot, Qt.Key.Key_Return)
    assert asked == [ShownVisits(date(2026, 10, 5), date(2026, 10, 5))]
    qtbot.keyClick(plot, Qt.Key.Key_End)
    assert plot.cursor_.spoken.startswith("Sat 31 October 2026")
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.cursor_.place == 30, "there is nothing behind the last day"
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.cursor_.place is None
    heat = page.board.cards["heat"].plot
    heat.setFocus()
    heat.cursor_.go(0)
    qtbot.keyClick(heat, Qt.Key.Key_Right)
    assert heat.cursor_.spoken == "Mon 09:00 to 10:00, visits: 1"
    qtbot.keyClick(heat, Qt.Key.Key_Down)
    assert heat.cursor_.spoken == "Tue 09:00 to 10:00, visits: 1"
    qtbot.keyClick(heat, Qt.Key.Key_Return)
    first, last = date(2026, 10, 1), date(2026, 10, 31)
    part = VisitPart(weekday=1, hour=9)
    assert asked[1:] == [ShownVisits(first, last, TOOK_TIME_IN_ORDER, part=part)]


def test_the_pointer_shows_values_and_opens_lists(
    window: Window, filled: Hospital, qtbot: QtBot
) -> None:
    page = show(window)
    page.bar.step(-1)
    page.board.group.set_value("doctors")
    page.board.group.changed.emit("doctors")
    window.settle()
    plot = page.board.cards["bars"].plot
    assert isinstance(plot, Plot)
    spot = plot.slot(0).center().toPoint() + QPoint(2, 0)
    qtbot.mouseMove(plot.viewport(), spot)
    plot.cursor_._hover(spot.toPointF())
    assert "came: 3" in plot.cursor_.bubble.text()
    asked: list[object] = []
    window.desk.navigate.listed.connect(asked.append)
    qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    first = date(2026, 10, 1)
    assert asked == [ShownVisits(first, date(2026, 10, 31), doctor_ids=(filled.doctors[0],))]


def test_arrows_scroll_to_bars_out_of_sight(window: Window, filled: Hospital, qtbot: QtBot) -> None:
    page = show(window)
    plot = page.board.cards["bars"].plot
    names = [f"Dr {n}" for n in range(20)]
    series = Series("came", "status:completed", tuple(float(20 - n) for n in range(20)))
    plot.set_figures(Figures(tuple(Point(name, name) for name in names), (series,)))
    page.board.cards["bars"]._pages.setCurrentIndex(0)
    window.settle()
    plot.setFocus()
    plot.cursor_.go(0)
    qtbot.keyClick(plot, Qt.Key.Key_End)
    assert plot.cursor_.spoken == "Dr 19, came: 1"
    holder = plot.parentWidget()
    assert isinstance(plot, Plot)
    assert holder is not None
    assert holder.rect().contains(plot.mapTo(holder, plot.slot(19).center().toPoint()))


def test_charts_are_saved_as_table_and_picture(
    window: Window, filled: Hospital, tmp_path: Path
) -> None:
    page = show(window)
    page.bar.step(-1)
    window.settle()
    card = page.board.cards["statuses"]
    card.save_table(tmp_path / "days.csv")
    card.save_picture(tmp_path / "days.png")
    window.settle()
    with (tmp_path / "days.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["Time", "completed", "no-show", "cancelled"]
    assert rows[5] == ["Mon 5 October 2026", "2", "0", "0"]
    assert len(rows) == 32
    picture = QImage(str(tmp_path / "days.png"))
    assert picture.width() == card.width() * 2
    assert window.toast() in {"Saved as days.png", "Saved as days.csv"}
    card.save_picture(tmp_path / "nowhere" / "days.png")
    window.settle()
    assert "could not be saved" in window.toast()


def test_it_fits_narrow_and_wide_in_both_themes(window: Window, filled: Hospital) -> None:
    page = show(window, 1_060)
    theme = current_theme()
    mode = theme.mode
    for width, charts, tiles in ((1_060, 2, 4), (1_500, 3, 8)):
        window.resize(width, 800)
        page.resize(width, 800)
        for look in ("dark", "light"):
            theme.apply(look)
            window.settle()
            page.grab()
        assert page.board._grid.itemAtPosition(1, charts - 1) is not None
        assert page.board.columns == charts
        assert page.tiles._columns == tiles
        assert page._area.horizontalScrollBar().maximum() == 0
    theme.apply(mode)


def test_a_database_that_is_away_is_told(
    window: Window, filled: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = show(window)

    def away(*_arguments: object) -> object:
        raise Unreachable("The database cannot be reached.")

    monkeypatch.setattr(type(window.desk.services.hospital_numbers), "period", away)
    page.reload()
    window.settle()
    assert page.trouble.text().startswith("The database cannot be reached")
    assert told(page, "visits")[0] == "0", "the old numbers stay"
