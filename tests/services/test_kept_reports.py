"""Kept reports: listed, opened, saved, mailed once more."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.messages import outbox
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Invalid, NotAllowed, NotFound, Unusable
from hms_desktop.domain.permissions import ADMINISTRATOR
from hms_desktop.services.assembly import Services
from tests.services.conftest import Hospital
from tests.services.exporters import log_in
from tests.services.test_monthly_reports import OCTOBER, folder, jobs, october
from tests.support import pdf

__all__ = ["folder", "jobs", "october"]


@pytest.fixture
def office(services: Services, october: Hospital, jobs: Actor) -> Actor:
    """An administrator with an address, after October was reported."""
    settings = services.context.settings()
    services.monthly_reports.make(jobs, settings, OCTOBER)
    assert services.monthly_reports.make_hospital(jobs, settings, OCTOBER)
    return log_in(services, ADMINISTRATOR, email="office@example.org")


@pytest.mark.feature("JOB-5")
def test_what_was_made_is_listed_opened_saved_and_mailed_once_a_request(
    services: Services, office: Actor, october: Hospital, tmp_path: Path
) -> None:
    rows = services.kept_reports.list(office)
    assert [(row.kind, row.period, row.doctor_id) for row in rows] == [
        ("hospital_month", OCTOBER, None),
        *(("doctor_month", OCTOBER, one) for one in october.doctors),
    ]
    hospital, doctor = rows[:2]
    paper = services.kept_reports.paper(office, doctor.id)
    pdf.check(paper.pdf)
    assert (paper.title, len(paper.pdf)) == (doctor.title, doctor.bytes)
    target = tmp_path / "mine.pdf"
    assert services.kept_reports.save_as(office, doctor.id, target) == target
    assert target.read_bytes() == paper.pdf
    for _ in range(2):
        assert services.kept_reports.mail(office, doctor.id, request_id="again") == (
            "doctor0@example.org"
        )
    assert services.kept_reports.mail(office, hospital.id) == "office@example.org"
    with services.context.database.read() as connection:
        query = sa.select(outbox).where(outbox.c.dedupe_key.contains("/again/"))
        mails = connection.execute(query.order_by(outbox.c.id)).all()
    assert [(row.kind, row.attachment["file"]["name"]) for row in mails] == [
        ("monthly", doctor.file_name),
        ("export_ready", hospital.file_name),
    ]
    assert mails[0].data["visits"] == 3


@pytest.mark.feature("JOB-5")
def test_what_cannot_be_is_a_sentence(
    services: Services, office: Actor, admin: Actor, desk: Actor, tmp_path: Path
) -> None:
    hospital, doctor = services.kept_reports.list(office)[:2]
    with pytest.raises(NotAllowed):
        services.kept_reports.list(desk)
    with pytest.raises(NotFound):
        services.kept_reports.paper(office, 9_999)
    with pytest.raises(Invalid, match="no e-mail address"):
        services.kept_reports.mail(admin, hospital.id)
    with pytest.raises(Unusable):
        services.kept_reports.save_as(office, doctor.id, tmp_path / "nowhere" / "mine.pdf")
    (Path(doctor.folder) / doctor.file_name).unlink()
    for call in (services.kept_reports.paper, services.kept_reports.mail):
        with pytest.raises(Unusable, match="cannot be read"):
            call(office, doctor.id)
    services.hospital.change_settings(admin, {"mail_host": ""})
    with pytest.raises(Invalid, match="No mail server"):
        services.kept_reports.mail(office, hospital.id)
