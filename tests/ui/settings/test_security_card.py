"""The hospital's rules for log-ins on the settings page, and which minutes lock a workstation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from hms_desktop.services.assembly import Services
from hms_desktop.settings import WorkstationSettings
from hms_desktop.ui.idle import lock_minutes
from hms_desktop.ui.settings.security_card import SecurityCard
from tests.support import invariants
from tests.ui.shell_desk import PASSWORD, Place, begin, place


@pytest.fixture
def services(sqlite_url: str) -> Iterator[Services]:
    one = begin(sqlite_url)
    yield one
    invariants.check(one.context.database)
    one.close()


@pytest.fixture
def admin(qapp: QApplication, services: Services, tmp_path: Path) -> Iterator[Place]:
    with place(services, tmp_path / "drafts", "asha", PASSWORD) as one:
        yield one


@pytest.mark.feature("ACC-8")
@pytest.mark.feature("OPS-1")
def test_the_rules_are_saved_and_contradictions_refused_at_the_field(admin: Place) -> None:
    card = SecurityCard(admin.desk, admin.window)
    admin.window.show()
    card.load()
    admin.settle()
    assert card.editors["password_least"].read() == 15
    card.editors["password_least"].write(3)
    assert card.editors["password_least"].read() == 15, "never below what is safe"
    card.editors["password_least_with_second"].write(20)
    card.save()
    admin.settle()
    assert "need not be longer" in card.form.field("password_least_with_second").error
    card.editors["password_least"].write(20)
    card.editors["lock_after_failures"].write(5)
    card.save()
    admin.settle()
    policy = admin.services.context.settings().password_policy
    assert (policy.least, policy.least_with_second, policy.lock_after) == (20, 20, 5)


@pytest.mark.feature("ACC-9")
def test_a_workstation_locks_by_its_own_minutes_else_by_the_hospitals(admin: Place) -> None:
    settings = replace(admin.desk.settings, auto_lock_minutes=7, auto_lock_doctor_minutes=12)
    desk = replace(admin.desk, settings=settings)
    doctor = replace(desk, actor=replace(desk.actor, doctor_id=1))
    assert lock_minutes(WorkstationSettings(), desk) == 7
    assert lock_minutes(WorkstationSettings(), doctor) == 12
    for own in (0, 3):
        assert lock_minutes(WorkstationSettings(auto_lock_minutes=own), doctor) == own
