"""Any list on the screen becomes a file, as it is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from hms_desktop.domain.permissions import ADMINISTRATOR, DOCTOR
from hms_desktop.interchange.table_out import read_rows
from hms_desktop.services.assembly import Services
from hms_desktop.ui.exports.screen_list import ScreenList, offer_formats, shown, table_in_sight
from hms_desktop.ui.pages.jobs import JobsPage
from hms_desktop.ui.pages.patients import PatientsPage
from tests.services.conftest import Hospital
from tests.ui.now.conftest import OpenWindow


@pytest.mark.feature("JOB-4")
def test_the_list_is_written_as_it_stands(
    open_window: OpenWindow, services: Services, hospital: Hospital, tmp_path: Path
) -> None:
    window = open_window(ADMINISTRATOR)
    page = JobsPage(window.desk, window)
    page.resize(1200, 700)
    window.resize(1200, 700)
    window.show()
    window.settle()
    lists = ScreenList(window.desk, window)
    assert lists.allowed
    table = table_in_sight(page)
    assert table is page.table
    page.table.show_column("took", shown=False)
    page.table.sort_by("job", descending=True)
    titles, rows = shown(table)
    assert "Took" not in titles
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), reverse=True)
    for ending in ("csv", "xlsx"):
        lists.save(table, "Jobs", tmp_path / f"jobs.{ending}")
        window.settle()
        assert f"{len(rows)} rows saved as jobs.{ending}" in window.toast()
    with (tmp_path / "jobs.csv").open(encoding="utf-8", newline="") as stream:
        assert list(read_rows(stream)) == [list(titles), *map(list, rows)]
    assert (tmp_path / "jobs.xlsx").read_bytes()[:2] == b"PK"
    lists.save(table, "Jobs", tmp_path / "nowhere" / "jobs.csv")
    window.settle()
    assert "could not be written" in window.toast()
    assert window.errors == []


@pytest.mark.feature("JOB-4")
def test_long_lists_are_asked_for_as_exports(
    open_window: OpenWindow, services: Services, hospital: Hospital
) -> None:
    window = open_window(ADMINISTRATOR)
    asked: list[str] = []
    window.desk.navigate.new_export.connect(asked.append)
    page = PatientsPage(window.desk, window)
    window.settle()
    ScreenList(window.desk, window).ask(page)
    assert asked == ["patients_list"]
    assert table_in_sight(page) is None
    doctor = open_window(DOCTOR, hospital.doctors[0])
    assert not ScreenList(doctor.desk, doctor).allowed


def test_the_ending_follows_the_chosen_format(open_window: OpenWindow) -> None:
    dialog = QFileDialog(open_window(ADMINISTRATOR))
    offer_formats(dialog)
    assert dialog.defaultSuffix() == "csv"
    dialog.filterSelected.emit(dialog.nameFilters()[1])
    assert dialog.defaultSuffix() == "xlsx"
