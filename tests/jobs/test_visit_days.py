"""The job that keeps counted days: run by hand, and stopped half way."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.statistics import visit_day
from hms_desktop.domain.lifecycle import Status
from hms_desktop.jobs.clock import JobClock
from hms_desktop.jobs.visit_days import VISIT_DAYS
from hms_desktop.services.assembly import Services
from tests.services.conftest import make_hospital
from tests.services.doctor_visits import Past


@pytest.mark.feature("DSH-1")
def test_days_are_kept_once(services: Services) -> None:
    hospital = make_hospital(services.context.database)
    past = Past(services, hospital.doctors[0], hospital.visit_type, "UTC")
    past.visit(hospital.patients[0], "2026-10-05 09:00")
    past.visit(hospital.patients[0], "2026-10-07 09:00", Status.NO_SHOW)
    jobs = JobClock(services, [VISIT_DAYS])
    try:
        assert jobs.run_now("visit_days", "first") == {"days": 3}
        assert jobs.run_now("visit_days", "second") == {"days": 0}
    finally:
        jobs.stop()
    with services.context.database.read() as connection:
        kept = connection.execute(sa.select(visit_day.c.on_date)).scalars().all()
    assert [on.day for on in sorted(kept)] == [5, 6, 7]
