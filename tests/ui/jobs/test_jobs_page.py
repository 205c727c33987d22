"""Jobs on the screen: when, how it went, run by hand, stopped, switched on and off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from hms_desktop.domain import job_plans
from hms_desktop.domain.doctor_month import Month
from hms_desktop.domain.exports import ExportKind, ExportWish
from hms_desktop.domain.jobs import Daily, Hourly, Monthly, RunState
from hms_desktop.domain.permissions import ADMINISTRATOR, RECEPTIONIST
from hms_desktop.jobs.clock import JobClock
from hms_desktop.jobs.no_show import NO_SHOW
from hms_desktop.services.assembly import Services
from hms_desktop.ui.bench_status import BenchStatus
from hms_desktop.ui.jobs import tables, words
from hms_desktop.ui.jobs.tables import JobLine
from hms_desktop.ui.pages.jobs import JobsPage
from hms_desktop.ui.patients.formats import Formats
from tests.services.conftest import Hospital, actor
from tests.ui.now.conftest import OpenWindow
from tests.ui.now.desk import Window

DAY = date(2026, 11, 23)


def show(window: Window) -> JobsPage:
    page = JobsPage(window.desk, window)
    page.resize(1280, 760)
    window.resize(1280, 760)
    window.show()
    window.activateWindow()
    window.settle()
    return page


def line(page: JobsPage, name: str) -> JobLine:
    return next(one for one in page.table.rows() if one.plan.name == name)


def choose(page: JobsPage, name: str, window: Window) -> None:
    page.table.select_ids([name])
    window.settle()


def cell(page: JobsPage, name: str, column: str) -> str:
    columns = {one.key: one for one in page.table.model.columns}
    return columns[column].text(line(page, name))


@pytest.mark.feature("JOB-8")
def test_every_job_is_listed_with_its_time_in_words(
    open_window: OpenWindow, services: Services, hospital: Hospital
) -> None:
    window = open_window(ADMINISTRATOR)
    page = show(window)
    assert cell(page, "monthly_reports", "when") == "On the 1st at 05:00"
    assert cell(page, "monthly_reports", "next") == "Tue 1 Dec 05:00"
    assert cell(page, "no_show", "when") == "Every hour"
    assert cell(page, "no_show", "next") == "switched off"
    assert cell(page, "reminders", "next") == "needs mail or texts"
    assert cell(page, "reminders", "state") == "never ran"
    assert not page.detail.running.isVisible()
    choose(page, "no_show", window)
    assert not page.detail.month.isVisible(), "only a month can be chosen"
    choose(page, "monthly_reports", window)
    assert page.detail.month.value == Month(2026, 10)
    assert window.errors == []


@pytest.mark.feature("JOB-8")
def test_a_job_is_run_by_hand_and_its_history_says_what_came_of_it(
    open_window: OpenWindow, services: Services, hospital: Hospital, qtbot: QtBot
) -> None:
    window = open_window(ADMINISTRATOR)
    page = show(window)
    choose(page, "no_show", window)
    page.commands.set_active(True)
    qtbot.keyClick(page.table.view, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    window.settle()
    assert cell(page, "no_show", "state") == "waiting"
    assert not page.detail.run_button.isEnabled()
    assert "no program" in page.detail.progress.text()
    clock = JobClock(services, [NO_SHOW], workstation="office")
    clock.look()
    qtbot.waitUntil(lambda: not line(page, "no_show").is_running, timeout=10_000)
    window.settle()
    (run,) = page.detail.runs.rows()
    assert (run.state, run.workstation, run.attempts) == ("done", "office", 1)
    assert words.outcome_word(run) == "Nothing was to be done"
    assert words.period_word(run.period, Formats.of(window.desk.settings), window.desk.today()) == (
        "Today 12:00"
    )
    assert page.detail.run_button.isEnabled()
    assert window.errors == []


@pytest.mark.feature("JOB-8")
def test_a_daily_job_that_depends_on_its_day_is_run_for_another(
    open_window: OpenWindow,
    services: Services,
    hospital: Hospital,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plans = (replace(job_plans.REMINDERS, dated=True), job_plans.NO_SHOW)
    monkeypatch.setattr(tables, "PLANS", plans)
    window = open_window(ADMINISTRATOR)
    page = show(window)
    choose(page, "no_show", window)
    assert not page.detail.day.isVisible(), "an hour marks what it finds"
    choose(page, "reminders", window)
    assert page.detail.day.isVisible()
    assert page.detail.day.value() == DAY
    page.detail.day.set_value(date(2026, 11, 24))
    page.detail.run_button.click()
    window.settle()
    (run,) = page.detail.runs.rows()
    assert (run.job, run.period) == ("reminders", "2026-11-24")
    assert window.errors == []


@pytest.mark.feature("JOB-8")
def test_progress_is_seen_and_a_run_elsewhere_is_cancelled(
    open_window: OpenWindow, services: Services, hospital: Hospital
) -> None:
    office = actor(services, "Asha", ADMINISTRATOR, workstation="office")
    claim = services.job_runs.claim(office, "monthly_reports", "2026-10", "another program")
    assert claim is not None
    services.job_runs.alive(office, claim, 12, 40)
    window = open_window(ADMINISTRATOR)
    page = show(window)
    page.open_job(claim.run_id)
    window.settle()
    assert page.table.current_row() == line(page, "monthly_reports")
    assert page.detail.running.isVisible()
    assert page.detail.progress.text() == "running · 12 of 40 · office"
    assert (page.detail.bar.value(), page.detail.bar.maximum()) == (12, 40)
    page.detail.cancel_button.click()
    window.settle()
    assert services.job_runs.alive(office, claim, 13, 40).value == "cancel"
    assert not page.detail.cancel_button.isEnabled()
    services.job_runs.finish(office, claim, RunState.FAILED, error="The disk is full.")
    window.settle()
    assert page.detail.error.text() == "The disk is full."
    assert cell(page, "monthly_reports", "state") == "failed"


@pytest.mark.feature("JOB-8")
@pytest.mark.feature("OPS-1")
def test_a_schedule_is_changed_here_and_the_environment_is_named(
    open_window: OpenWindow,
    services: Services,
    hospital: Hospital,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HMS_REPORTS_MINUTE", "06:30")
    window = open_window(ADMINISTRATOR)
    page = show(window)
    assert cell(page, "monthly_reports", "when") == "On the 1st at 06:30"
    choose(page, "monthly_reports", window)
    assert "HMS_REPORTS_MINUTE=06:30" in page.detail.override.text()
    choose(page, "no_show", window)
    assert not page.detail.override.isVisible()
    page.edit_schedule()
    window.settle()
    card = page.panel.card
    assert card is not None
    card.editors["no_show_on"].write(True)
    card.save()
    window.settle()
    assert services.context.settings().no_show_on
    assert cell(page, "no_show", "next") == "Today 13:00"
    monkeypatch.setenv("HMS_REPORTS_MINUTE", "breakfast")
    page.reload()
    window.settle()
    assert "HMS_REPORTS_MINUTE" in page.trouble.text()


@pytest.mark.feature("JOB-8")
@pytest.mark.feature("JOB-7")
def test_the_status_bar_tells_what_runs_and_leads_there(
    open_window: OpenWindow, services: Services, hospital: Hospital
) -> None:
    window = open_window(ADMINISTRATOR)
    bar = BenchStatus(window.desk, lambda: None, window)
    shown: list[object] = []
    window.desk.navigate.job.connect(shown.append)
    window.show()
    window.settle()
    part = bar.parts["runs"]
    assert not part.words
    office = actor(services, "Asha", ADMINISTRATOR, workstation="office")
    claim = services.job_runs.claim(office, "monthly_reports", "2026-10", "another program")
    assert claim is not None
    services.job_runs.alive(office, claim, 3, 40)
    bar.outside.reload()
    window.settle()
    assert part.words == "Monthly reports 3 of 40"
    part.click()
    assert shown == [claim.run_id]
    services.job_runs.finish(office, claim, RunState.DONE)
    window.settle()
    assert not part.words
    wish = ExportWish(ExportKind.APPOINTMENTS_LIST, first=DAY, last=DAY, title="Visits of today")
    row = services.export_runs.start(office, wish)
    window.settle()
    assert part.words == "Visits of today: 0 %"
    services.export_runs.cancel(office, row.id)
    window.settle()
    assert not part.words
    desk = open_window(RECEPTIONIST)
    quiet = BenchStatus(desk.desk, lambda: None, desk)
    desk.settle()
    assert not quiet.parts["runs"].words


def test_words_of_times_and_results() -> None:
    formats, today = Formats(), date(2026, 11, 23)
    assert words.schedule_word(Daily(425), formats) == "Every day at 07:05"
    assert words.schedule_word(Hourly(), formats) == "Every hour"
    assert words.schedule_word(Monthly(300), Formats(clock_24h=False)) == "On the 1st at 5:00 am"
    assert words.period_word("2026-10", formats, today) == "October 2026"
    assert words.period_word("by hand", formats, today) == "by hand"
    assert words.result_word("reminders", {"email": 12, "sms": 0, "call": 3}) == (
        "12 by mail, 3 to call"
    )
    assert words.result_word("unheard_of", {"a": 1}) == "a 1"
