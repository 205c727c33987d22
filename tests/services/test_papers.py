"""Papers of a visit: who may have them, what is noted, who signs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.audit import AuditDetail
from hms_desktop.domain.errors import Invalid, NotAllowed, NotFound
from hms_desktop.domain.papers import PageSize, Paper, Referral, SickNote
from hms_desktop.domain.permissions import DOCTOR
from hms_desktop.services.assembly import Services
from tests.services.bookings import ONE_PM, book
from tests.services.clinic import RECORD, completed, only_encounter
from tests.services.conftest import Hospital, actor
from tests.support import pdf
from tests.support.trail import after, entries

pytestmark = [pytest.mark.feature("PRN-1"), pytest.mark.feature("CLN-6")]

Make = Callable[[Services, Actor, int], Paper]
FIRST, LAST = date(2026, 11, 23), date(2026, 11, 24)


def sick_note(services: Services, who: Actor, encounter_id: int) -> Paper:
    return services.papers.sick_note(who, SickNote(encounter_id, FIRST, LAST, "rest"))


def referral(services: Services, who: Actor, encounter_id: int) -> Paper:
    return services.papers.referral(who, Referral(encounter_id, "Dr Iyer", "Kidneys?"))


def prescription(services: Services, who: Actor, encounter_id: int) -> Paper:
    return services.papers.prescription(who, encounter_id)


def visit_summary(services: Services, who: Actor, encounter_id: int) -> Paper:
    return services.papers.visit_summary(who, encounter_id)


KINDS: dict[str, Make] = {
    "prescription": prescription,
    "visit_summary": visit_summary,
    "sick_note": sick_note,
    "referral": referral,
}


@pytest.fixture
def encounter_id(services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital) -> int:
    completed(services, desk, doctor_actor, hospital)
    return only_encounter(services)


@pytest.fixture
def other_doctor(services: Services, hospital: Hospital) -> Actor:
    """The second doctor of the hospital, logged in."""
    return actor(services, "Dr Sen", DOCTOR, workstation="clinic-2", doctor_id=hospital.doctors[1])


def prints(services: Services, admin: Actor) -> list[AuditDetail]:
    return entries(services.context, admin, action="print")


@pytest.mark.parametrize("kind", KINDS)
def test_the_own_doctor_gets_each_paper_and_it_is_noted(
    services: Services, admin: Actor, doctor_actor: Actor, encounter_id: int, kind: str
) -> None:
    services.hospital.change_settings(
        admin,
        {"hospital_name": "Lakeside Hospital", "address": "1 Lake Road\nPune", "phone": "12345"},
    )
    paper = KINDS[kind](services, doctor_actor, encounter_id)
    pdf.check(paper.pdf)
    found = pdf.words(paper.pdf)
    visit = services.consultations.record(doctor_actor, encounter_id)
    for wanted in ("Lakeside Hospital", "1 Lake Road", "12345", visit.patient_name, visit.mrn,
                   visit.doctor_name, "Registration number R-"):  # fmt: skip
        assert wanted in found, wanted
    (entry,) = prints(services, admin)
    row = entry.row
    assert (row.entity, row.entity_id, row.patient_id) == ("paper", encounter_id, visit.patient_id)
    assert after(entry) == {"kind": kind, "access": "own"}
    assert row.user_name == doctor_actor.name


def test_the_record_is_on_the_papers(
    services: Services, doctor_actor: Actor, encounter_id: int
) -> None:
    summary = pdf.words(services.papers.visit_summary(doctor_actor, encounter_id).pdf)
    for wanted in ("148/92 mmHg", "I10", "sinus rhythm", "रोगी सावधान", "Amlodipine 5 mg tablet"):
        assert wanted in summary, wanted
    small = services.papers.prescription(doctor_actor, encounter_id, size=PageSize.A5)
    found = pdf.words(small.pdf)
    assert all(item.drug in found for item in RECORD.prescription)


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_else_gets_a_paper_and_nothing_is_noted(
    services: Services,
    admin: Actor,
    desk: Actor,
    other_doctor: Actor,
    encounter_id: int,
    kind: str,
) -> None:
    for stranger in (desk, other_doctor):
        with pytest.raises(NotAllowed):
            KINDS[kind](services, stranger, encounter_id)
    assert prints(services, admin) == []


def test_oversight_reads_but_writes_no_letters(
    services: Services, admin: Actor, encounter_id: int
) -> None:
    for kind in ("prescription", "visit_summary"):
        KINDS[kind](services, admin, encounter_id)
    assert {after(one)["access"] for one in prints(services, admin)} == {"oversight"}
    for kind in ("sick_note", "referral"):
        with pytest.raises(NotAllowed):
            KINDS[kind](services, admin, encounter_id)


def test_a_letter_is_signed_by_the_doctor_who_writes_it(
    services: Services,
    desk: Actor,
    hospital: Hospital,
    doctor_actor: Actor,
    other_doctor: Actor,
    encounter_id: int,
) -> None:
    book(services, desk, hospital, doctor=1, starts_at=ONE_PM + timedelta(hours=2))
    own = pdf.words(referral(services, doctor_actor, encounter_id).pdf)
    theirs = pdf.words(referral(services, other_doctor, encounter_id).pdf)
    number = services.consultations.record(doctor_actor, encounter_id).doctor_name
    assert f"Referred by {number}" in own or number in own
    assert own != theirs
    record = pdf.words(services.papers.prescription(other_doctor, encounter_id).pdf)
    assert f"Date: 23.11.2026 {number}" in record
    assert f"Date: 23.11.2026 {number}" not in theirs


def test_earlier_records_stand_in_a_referral_only_when_asked(
    services: Services, doctor_actor: Actor, encounter_id: int
) -> None:
    with_history = Referral(encounter_id, "Dr Iyer", "Kidneys?")
    without = Referral(encounter_id, "Dr Iyer", "Kidneys?", include_history=False)
    assert "Amlodipine" in pdf.words(services.papers.referral(doctor_actor, with_history).pdf)
    assert "Amlodipine" not in pdf.words(services.papers.referral(doctor_actor, without).pdf)


def test_bad_wishes_are_refused_at_their_field(
    services: Services, admin: Actor, doctor_actor: Actor, encounter_id: int
) -> None:
    wrong_notes = {
        "last": SickNote(encounter_id, LAST, FIRST),
        "text": SickNote(encounter_id, FIRST, LAST, "x" * 20_001),
    }
    for field, note in wrong_notes.items():
        with pytest.raises(Invalid) as refused:
            services.papers.sick_note(doctor_actor, note)
        assert refused.value.field == field
    with pytest.raises(Invalid):
        services.papers.sick_note(doctor_actor, SickNote(encounter_id, FIRST, date(2028, 1, 1)))
    for field, letter in {
        "to": Referral(encounter_id, " ", "Why?"),
        "question": Referral(encounter_id, "Dr Iyer", "\u200b"),
        "text": Referral(encounter_id, "Dr Iyer", "Why?", "x" * 1_000_000),
    }.items():
        with pytest.raises(Invalid) as refused:
            services.papers.referral(doctor_actor, letter)
        assert refused.value.field == field
    with pytest.raises(NotFound):
        services.papers.prescription(doctor_actor, 999_999)
    assert prints(services, admin) == []


def test_a_paper_tells_no_open_window_to_reload(
    services: Services, doctor_actor: Actor, encounter_id: int
) -> None:
    told: list[str] = []
    stop = services.context.bus.subscribe(
        lambda news: told.extend(change.entity for change in news.changes)
    )
    prescription(services, doctor_actor, encounter_id)
    assert set(told) <= {"paper"}
    if callable(stop):
        stop()
