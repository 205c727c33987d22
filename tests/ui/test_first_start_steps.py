"""The steps of the first start, each by itself."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pytestqt.qtbot import QtBot

from hms_desktop.domain.accounts import FirstStarted
from hms_desktop.ui.first_start_steps import HERE, SERVER, DatabaseStep, HospitalStep, SheetStep
from hms_desktop.ui.runner import Runner


@pytest.mark.feature("ACC-7")
def test_the_sheet_is_saved_for_its_owner_alone(qtbot: QtBot, tmp_path: Path) -> None:
    runner = Runner()
    step = SheetStep(runner)
    qtbot.addWidget(step)
    step.show_codes("Lakeside Clinic", FirstStarted(1, "asha", ("AAAA-BBBB", "CCCC-DDDD")))
    target = tmp_path / "sheet.txt"
    step.sheet.save_to(target)
    qtbot.waitUntil(lambda: runner.count == 0, timeout=20_000)
    assert "CCCC-DDDD" in target.read_text(encoding="utf-8")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    step.sheet.save_to(tmp_path / "missing" / "sheet.txt")
    qtbot.waitUntil(lambda: runner.count == 0, timeout=20_000)
    assert "could not be written" in step.sheet.note.text()
    runner.close(20)


@pytest.mark.feature("ACC-7")
def test_the_address_of_a_server_survives_odd_passwords(qtbot: QtBot) -> None:
    step = DatabaseStep("/tmp/hospital.db", None)  # noqa: S108 - nothing is written
    qtbot.addWidget(step)
    assert step.kind.value() == HERE
    step.kind.set_value(SERVER)
    for edit, text in (
        (step.server, "db.example"),
        (step.database, "front desk"),
        (step.user, "h@ms"),
        (step.secret, "p:/@?#%"),
    ):
        edit.setText(text)
    parts = urlsplit(step.address())
    assert step.address() == "postgresql://h%40ms:p%3A%2F%40%3F%23%25@db.example:5432/front%20desk"
    assert (parts.hostname, parts.port) == ("db.example", 5432)


@pytest.mark.feature("ACC-7")
def test_the_time_in_the_zone_is_shown(qtbot: QtBot) -> None:
    step = HospitalStep(lambda: datetime(2026, 3, 1, 20, 0, tzinfo=UTC))
    qtbot.addWidget(step)
    step.zone.set_value("UTC")
    there = step.form.field("zone")._note.text()
    step.zone.set_value("Asia/Kolkata")
    kolkata = step.form.field("zone")._note.text()
    assert "20:00" in there or "8:00" in there
    assert "1:30" in kolkata
    step.zone.setEditText("Asia/Kol")
    assert ":" not in step.form.field("zone")._note.text()
