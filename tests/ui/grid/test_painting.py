import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QApplication

from hms_desktop.domain.appointments import GridVisit, HoldRow
from hms_desktop.domain.lifecycle import Status
from hms_desktop.ui.grid.day import ClosedBand, GridColumn, Proposal
from hms_desktop.ui.grid.layout import wall_instant
from hms_desktop.ui.grid.texts import describe_visit, tip_of
from hms_desktop.ui.palette import DARK, LIGHT, Tokens, contrast
from tests.ui.grid.desk import COLUMNS, ON, USUAL, ZONE, Desk, DeskOf, at, make_day, make_visit

pytestmark = pytest.mark.feature("APT-1")

HOSTILE = (
    "<b>Robert</b>",
    "<img src='file:///etc/passwd'>",
    "a\nb\tc\x00d",
    "\u202eedoc eteled",
    "Z\u0351\u036b\u0343\u036a\u0302a\u0489\u034e\u0361l\u0338\u0340\u033cgo" * 20,
    "\u0938\u0941\u0928\u0940\u0924\u093e &amp; \u0645\u0631\u064a\u0645",
    "x" * 10_000,
    "",
)


def painted_by(desk: Desk, change: Callable[[], object]) -> int:
    QApplication.processEvents()
    before = desk.grid.painted_boxes
    change()
    QApplication.processEvents()
    return desk.grid.painted_boxes - before


def colours_in(desk: Desk, rect: QRect) -> set[str]:
    shown = rect.translated(-desk.grid.offset()) & desk.grid.viewport().rect()
    image = desk.grid.viewport().grab(shown).toImage()
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


def test_the_same_day_again_paints_nothing(desk: Desk) -> None:
    assert painted_by(desk, lambda: desk.grid.set_day(make_day(*USUAL))) == 0


def test_one_changed_visit_paints_itself_only(desk: Desk) -> None:
    other = USUAL[1]._replace(status="arrived")
    day = make_day(USUAL[0], other, *USUAL[2:])
    # Its neighbour below stands a pixel away and may be touched by the frame.
    assert 1 <= painted_by(desk, lambda: desk.grid.set_day(day)) <= 2
    assert LIGHT.status_colour("arrived").fill in colours_in(desk, desk.grid.model.by_id[2].rect)


def test_a_visit_that_is_gone_leaves_its_place_free(desk: Desk) -> None:
    rect = desk.grid.model.by_id[4].rect
    painted_by(desk, lambda: desk.grid.set_day(make_day(*USUAL[:3], USUAL[4])))
    assert LIGHT.status_colour("booked").fill not in colours_in(desk, rect)
    assert LIGHT.panel in colours_in(desk, rect)


def test_a_moved_visit_is_painted_where_it_is_now(desk: Desk) -> None:
    moved = USUAL[3]._replace(doctor_id=3, starts_at=at(15), ends_at=at(15, 30))
    assert painted_by(desk, lambda: desk.grid.set_day(make_day(*USUAL[:3], moved, USUAL[4]))) == 1
    assert desk.grid.model.by_id[4].column == 2
    assert LIGHT.status_colour("booked").fill in colours_in(desk, desk.grid.model.by_id[4].rect)


def test_an_overbooked_visit_stands_beside_the_regular_one(desk: Desk) -> None:
    beside = make_visit(9, 1, at(10), lane=100)
    desk.grid.set_day(make_day(*USUAL, beside))
    regular, over = desk.grid.model.by_id[2].rect, desk.grid.model.by_id[9].rect
    assert regular.right() < over.left()
    assert not regular.intersects(over)


def test_moving_the_cursor_paints_two_places(desk: Desk) -> None:
    desk.grid.focus_time(2, at(12))
    assert painted_by(desk, lambda: desk.grid.focus_time(2, at(13))) == 0
    assert painted_by(desk, lambda: desk.grid.focus_visit(4)) == 1


def test_the_now_line_paints_only_what_it_crosses(desk: Desk) -> None:
    crossed = painted_by(desk, lambda: desk.grid.set_now(at(12)))
    assert crossed == 0
    line = desk.grid.frame_state.painter.now_rects()[0]
    assert colours_in(desk, line.adjusted(20, 0, -20, 2)) & {LIGHT.alarm}


def test_the_now_line_never_covers_a_name(desk_of: DeskOf) -> None:
    desk = desk_of(make_day(make_visit(1, 1, at(10, 45), 30)))
    rect = desk.grid.model.by_id[1].rect
    assert any(line.intersects(rect) for line in desk.grid.frame_state.painter.now_rects())
    assert LIGHT.alarm not in colours_in(desk, rect)


def test_another_day_has_no_now_line(desk_of: DeskOf) -> None:
    desk = desk_of(make_day(*USUAL, now=at(10) - timedelta(days=1)))
    assert desk.grid.frame_state.painter.now_rects() == []
    assert not desk.grid.focus_now()


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda t: t.name)
def test_every_status_has_its_fill_and_icon(desk_of: DeskOf, tokens: Tokens) -> None:
    visits = [
        make_visit(n, 1 + n % 3, at(9) + timedelta(hours=n // 3 * 2), 45, status=status.value)
        for n, status in enumerate(Status)
    ]
    desk = desk_of(make_day(*visits), tokens)
    for visit in visits:
        rect = desk.grid.model.by_id[visit.id].rect
        look = tokens.status_colour(visit.status)
        assert look.fill in colours_in(desk, rect)
        icon = QRect(rect.x() + 9, rect.y() + 5, 10, 12)
        assert any(contrast(colour, look.fill) > 3 for colour in colours_in(desk, icon))


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda t: t.name)
def test_words_of_a_box_can_be_read(tokens: Tokens) -> None:
    for status in Status:
        look = tokens.status_colour(status)
        assert contrast(look.ink, look.fill) >= 4.5
        assert contrast(look.dim, look.fill) >= 4.5
    assert contrast(tokens.accent_text, tokens.accent_soft) >= 4.5
    assert contrast(tokens.panel, tokens.alarm_text) >= 4.5


def test_the_theme_can_be_changed_while_shown(desk: Desk) -> None:
    desk.grid.set_tokens(DARK)
    QApplication.processEvents()
    found = colours_in(desk, desk.grid.model.by_id[2].rect)
    assert DARK.status_colour("confirmed").fill in found
    assert LIGHT.status_colour("confirmed").fill not in found


@pytest.mark.feature("APT-13")
def test_a_hold_of_another_desk_is_shown_and_goes(desk: Desk) -> None:
    hold = HoldRow("t", 2, at(15), at(15, 30), "Anil", "Desk 1", at(16))
    rect = desk.grid.model.stretch_rect(2, at(15), at(15, 30))
    desk.grid.set_day(make_day(*USUAL, holds=(hold,)))
    QApplication.processEvents()
    assert LIGHT.hover in colours_in(desk, rect)
    desk.grid.focus_time(2, at(15))
    assert desk.grid.accessibleDescription() == "Dr Khan, 15:00, Held by Anil"
    desk.grid.focus_time(2, at(9))
    desk.grid.set_day(make_day(*USUAL))
    QApplication.processEvents()
    assert LIGHT.hover not in colours_in(desk, rect)


@pytest.mark.feature("AVL-7")
def test_closed_time_is_hatched_and_opens_again(desk: Desk) -> None:
    rect = desk.grid.model.band_rect(2, desk.grid.day.closed["d3"][0])
    assert {LIGHT.hatch, LIGHT.panel} <= colours_in(desk, rect)
    desk.grid.set_day(make_day(*USUAL, closed={}))
    QApplication.processEvents()
    assert LIGHT.hatch not in colours_in(desk, rect.adjusted(2, 2, -2, -2))


def test_the_proposal_is_shown_only_on_its_day(desk: Desk) -> None:
    rect = desk.grid.model.stretch_rect(2, at(15), at(15, 30))
    desk.grid.set_proposal(Proposal(2, at(15), 30, "Kumar Swamy"))
    assert LIGHT.accent_soft in colours_in(desk, rect)
    desk.grid.set_proposal(Proposal(2, at(15) + timedelta(days=1), 30, "Kumar Swamy"))
    assert LIGHT.accent_soft not in colours_in(desk, rect)
    desk.grid.set_proposal(None)


@pytest.mark.feature("SEC-3")
@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_stay_words_inside_their_box(desk_of: DeskOf, name: str) -> None:
    calm = make_day(make_visit(1, 2, at(10), 30, patient_name=""))
    desk = desk_of(calm)
    box = desk.grid.model.by_id[1].rect
    before = desk.grid.viewport().grab().toImage()
    desk.grid.set_day(make_day(make_visit(1, 2, at(10), 30, patient_name=name, mrn=name)))
    after = desk.grid.viewport().grab().toImage()
    shown = box.adjusted(-5, -5, 5, 7).translated(-desk.grid.offset())
    for image in (before, after):
        painter = QPainter(image)
        painter.fillRect(shown, QColor("black"))
        painter.end()
    assert before == after
    desk.grid.focus_visit(1)
    assert "\n" not in desk.grid.accessibleDescription()
    texts = desk.grid.model.by_id[1].texts
    for piece in (texts.name, texts.odd, *texts.details):
        if piece is not None:
            assert piece[2].textFormat().name == "PlainText"


def test_more_hours_are_shown_where_a_visit_needs_them(desk_of: DeskOf) -> None:
    desk = desk_of(make_day(make_visit(1, 1, at(7, 20)), make_visit(2, 2, at(18, 30), 45)))
    assert desk.grid.day.first_minute == 7 * 60
    assert desk.grid.day.last_minute == 20 * 60
    assert desk.grid.model.by_id[1].rect.height() > 10


def test_the_doubled_hour_keeps_two_visits_apart(desk_of: DeskOf) -> None:
    zone, on = ZoneInfo("Europe/Berlin"), date(2026, 10, 25)
    first = wall_instant(on, 150, zone)
    visits = (make_visit(1, 1, first, 30), make_visit(2, 1, first + timedelta(hours=1), 30))
    column = replace(COLUMNS[0], on_date=on)
    desk = desk_of(
        make_day(
            *visits,
            on=on,
            zone=zone,
            columns=(column,),
            now=first,
            first_minute=0,
            last_minute=1440,
            closed={},
        )
    )
    one, two = desk.grid.model.by_id[1], desk.grid.model.by_id[2]
    assert one.rect.width() == two.rect.width()
    assert two.rect.top() - one.rect.top() == pytest.approx(60 * desk.grid.zoom, abs=1)
    desk.grid.focus_visit(2)
    assert ", 02:30, " in desk.grid.accessibleDescription()
    desk.grid.scroll_to_now()
    assert not desk.grid.grab().isNull()


@pytest.mark.feature("AVL-6")
def test_the_week_of_one_doctor_has_days_as_columns(desk_of: DeskOf) -> None:
    days = [ON + timedelta(days=n) for n in range(7)]
    columns = tuple(
        GridColumn(f"{day}", 1, f"{day:%a}", "", "General medicine", day) for day in days
    )
    visits = [make_visit(n, 1, at(10) + timedelta(days=n)) for n in range(7)]
    closed = {f"{days[6]}": (ClosedBand(at(0, 0, days[6]), at(23, 59, days[6]), "Sunday"),)}
    desk = desk_of(make_day(*visits, columns=columns, closed=closed), size=(1_100, 900))
    for number in range(7):
        assert desk.grid.model.by_id[number].column == number
    assert len(desk.grid.frame_state.painter.now_rects()) == 1
    desk.grid.focus_time(1, at(12) + timedelta(days=2))
    assert desk.grid.target().column_key == f"{days[2]}"
    desk.grid.resize(690, 600)
    assert desk.grid.horizontalScrollBar().maximum() == 0, "a week is seen as a whole"
    assert not desk.grid.grab().isNull()


def busy(count: int) -> tuple[tuple[GridColumn, ...], tuple[GridVisit, ...]]:
    dice = random.Random(1)
    columns = tuple(
        GridColumn(f"d{n}", n, f"Dr {n}", f"Room {n}", f"Dep {n // 5}", ON) for n in range(50)
    )
    midnight = datetime(ON.year, ON.month, ON.day, tzinfo=ZONE).astimezone(at(0).tzinfo)
    visits = tuple(
        make_visit(
            n,
            n % 50,
            midnight + timedelta(minutes=15 * (3 * (n // 50) + dice.randrange(2))),
            dice.choice((15, 30)),
            lane=dice.choice((0, 0, 0, 100)),
        )
        for n in range(count)
    )
    return columns, visits


def test_a_day_of_1500_visits(desk_of: DeskOf) -> None:
    columns, visits = busy(1_500)
    day = make_day(*visits, columns=columns, first_minute=0, last_minute=1_440, closed={})
    desk = desk_of(day, size=(1_200, 800))
    QApplication.processEvents()
    assert len(desk.grid.model.by_id) == 1_500
    assert 0 < desk.grid.painted_boxes < 700
    other = visits[7]._replace(status="no_show")
    desk.grid.focus_visit(7)
    changed = replace(day, visits=(*visits[:7], other, *visits[8:]))
    assert painted_by(desk, lambda: desk.grid.set_day(changed)) < 12
    assert desk.grid.visit(7).status == "no_show"
    desk.grid.focus_visit(1_499)
    QApplication.processEvents()
    rect = desk.grid.model.by_id[1_499].rect.translated(-desk.grid.offset())
    assert desk.grid.viewport().rect().contains(rect)


@pytest.mark.feature("OPS-1")
def test_times_read_as_the_hospital_writes_them(desk_of: DeskOf) -> None:
    visit = make_visit(1, 1, at(15), 30)
    plain, half = (make_day(visit, clock_24h=long) for long in (True, False))
    desk = desk_of(plain)
    narrow = desk.grid.gutter.wanted_width()
    box = desk.grid.model.by_id[1]
    assert "15:00 - 15:30" in tip_of(desk.grid.model, box)
    desk.grid.set_day(half)
    QApplication.processEvents()
    assert "3:00 pm - 3:30 pm" in tip_of(desk.grid.model, desk.grid.model.by_id[1])
    assert "3:00 pm" in describe_visit(desk.grid.model, desk.grid.model.by_id[1])
    assert desk.grid.gutter.wanted_width() > narrow
    assert desk.grid.gutter.width() == desk.grid.gutter.wanted_width()
