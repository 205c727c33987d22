"""The made-up hospital's clinical records read like any others."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hms_desktop.domain.consultations import RecordFilter
from hms_desktop.domain.permissions import ADMINISTRATOR
from hms_desktop.services import demo_hospital
from hms_desktop.services.assembly import open_services
from hms_desktop.services.demo import DemoPlan
from tests.services.conftest import actor
from tests.support.clock import FakeClock

MORNING = datetime(2026, 11, 23, 5, 28, tzinfo=UTC)


@pytest.mark.feature("OPS-7")
def test_completed_visits_have_records_that_pass_every_check(database_url: str) -> None:
    clock = FakeClock(MORNING)
    plan = DemoPlan(doctors=3, patients=100, appointments=400, seed=7)
    demo_hospital.generate(database_url, plan, clock=clock)
    services = open_services(database_url, clock=clock)
    try:
        admin = actor(services, "Oversight", ADMINISTRATOR)
        today = MORNING.date()
        year = RecordFilter(today.replace(month=1, day=1), today)
        ids = services.consultations.record_ids(admin, year)
        assert len(ids) > 100
        lines = services.consultations.record_rows(admin, ids[:50])
        for line in lines[:10]:
            found = services.consultations.record(admin, line.id)
            assert found.newest.author == found.doctor_name == line.doctor_name
            assert found.newest.record.check(found.starts_at.date()) == found.newest.record
            assert line.diagnoses.startswith(found.newest.record.diagnoses[0].code)
        chart = services.consultations.chart(admin, lines[0].patient_id)
        assert lines[0] in chart.history
    finally:
        services.close()
