"""Reading the audit trail: filters, one entry whole, who touched a chart, files and paper."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

import hms_desktop.db.tables  # noqa: F401 - fills the metadata
from hms_desktop.db.metadata import metadata
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.writing import STAMPS
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import CancelAppointment, Done
from hms_desktop.domain.audit import (
    READ_ACTIONS,
    AuditFilter,
    AuditKind,
    AuditRow,
    find_anchors,
)
from hms_desktop.domain.audit_words import ACTIONS, field_words
from hms_desktop.domain.consultations import RecordFilter
from hms_desktop.domain.errors import Invalid, NotAllowed, NotFound
from hms_desktop.domain.exports import ExportKind, ExportWish
from hms_desktop.domain.papers import Referral, SickNote
from hms_desktop.domain.permissions import DOCTOR
from hms_desktop.services.assembly import Services
from tests.services.clinic import completed
from tests.services.conftest import Hospital, actor
from tests.services.test_record_reading import listed
from tests.support import pdf, seed
from tests.support.clock import FakeClock

pytestmark = pytest.mark.feature("SEC-1")
TODAY = date(2026, 11, 23)


def _listed(services: Services, admin: Actor, **wish: object) -> tuple[AuditRow, ...]:
    ids = services.audit_trail.ids(admin, AuditFilter(**wish))  # type: ignore[arg-type]
    return services.audit_trail.rows(admin, ids)


def _actions(rows: tuple[AuditRow, ...]) -> list[str]:
    return [row.action for row in rows]


def test_the_trail_is_narrowed_by_everything_that_was_kept(
    services: Services, admin: Actor, desk: Actor, hospital: Hospital, booked: Done,
    clock: FakeClock,
) -> None:  # fmt: skip
    first, other = hospital.patients[:2]
    clock.advance(minutes=10)
    services.patients.open(desk, first)
    services.patients.open(admin, other)
    every = _listed(services, admin)
    assert [row.id for row in every] == sorted((row.id for row in every), reverse=True)
    assert _actions(every)[:3] == ["read", "read", "book"]
    assert (every[2].user_name, every[2].workstation) == ("Sheela", "desk-1")
    assert _actions(_listed(services, admin, patient_id=other)) == ["read", "seed"]
    assert _actions(_listed(services, admin, kind=AuditKind.READS)) == ["read", "read"]
    assert "read" not in _actions(_listed(services, admin, kind=AuditKind.CHANGES))
    assert {row.entity for row in _listed(services, admin, entity="appointment")} == {"appointment"}
    assert _actions(_listed(services, admin, action="book")) == ["book"]
    later = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
    assert _actions(_listed(services, admin, begins=later)) == ["read", "read"]
    assert _actions(_listed(services, admin, ends=later))[0] == "book"
    with pytest.raises(Invalid):
        _listed(services, admin, begins=later, ends=later)


def test_words_are_found_in_names_reasons_and_values(
    services: Services, admin: Actor, desk: Actor, hospital: Hospital, booked: Done
) -> None:
    services.appointments.cancel(
        desk, CancelAppointment(booked.appointment.id, 1, text="Grippe, naïve 100%")
    )
    for text in ("x-rays", "SHEELA", "desk-1 book", "naïve", "100%", "patient"):
        assert _listed(services, admin, text=text), text
    for text in ("x_rays", "sheela nobody", "100_"):
        assert _listed(services, admin, text=text) == (), text
    (found,) = _listed(services, admin, text="%")
    assert found.action == "cancel"
    name = services.patients.open(desk, hospital.patients[0]).display_name
    assert {row.patient_id for row in _listed(services, admin, text=name)} == {hospital.patients[0]}


def test_an_entry_says_what_changed_in_words_and_leads_on(
    services: Services, admin: Actor, desk: Actor, hospital: Hospital, booked: Done
) -> None:
    visit = booked.appointment
    services.appointments.edit_note(desk, visit.id, visit.version, "brings nothing")
    newest = services.audit_trail.ids(admin, AuditFilter(entity="appointment"))[0]
    found = services.audit_trail.entry(admin, newest)
    note = found.fields[0]
    assert (note.name, note.before, note.after, note.changed) == (
        "note", "brings X-rays", "brings nothing", True,
    )  # fmt: skip
    assert found.appointment_id == visit.id
    assert found.link is not None
    made = services.audit_trail.entry(admin, newest - 1)
    assert made.names["doctor_id", hospital.doctors[0]].startswith("Dr")
    assert made.names["patient_id", hospital.patients[0]] == visit.patient_name
    with pytest.raises(NotFound):
        services.audit_trail.entry(admin, 10**9)


def test_nobody_else_reads_the_trail(
    services: Services, desk: Actor, hospital: Hospital, tmp_path: Path
) -> None:
    trail, wish = services.audit_trail, AuditFilter()
    for call in (
        lambda: trail.ids(desk, wish),
        lambda: trail.rows(desk, [1]),
        lambda: trail.entry(desk, 1),
        lambda: trail.people(desk),
        lambda: trail.access_list(desk, hospital.patients[0], TODAY, TODAY),
        lambda: services.exports.audit(desk, wish, tmp_path / "a.csv"),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_a_chart_opened_in_need_stands_in_the_trail(
    services: Services, admin: Actor, hospital: Hospital
) -> None:
    rao = _doctor_log_in(services, hospital)
    services.consultations.break_glass(rao, hospital.patients[2], "unconscious, allergies?")
    (row,) = _listed(services, admin, kind=AuditKind.BREAK_GLASS)
    assert (row.action, row.reason) == ("break_glass", "unconscious, allergies?")
    assert row.patient_id == hospital.patients[2]


def _doctor_log_in(services: Services, hospital: Hospital) -> Actor:
    user_id = services.context.database.write(seed.stamp(), seed.new_user)
    one = actor(services, "Dr Rao", DOCTOR, doctor_id=hospital.doctors[0])
    services.context.gate.dismiss(one.token)
    return services.context.gate.admit(replace(one, user_id=user_id))


def test_the_access_list_names_everybody_who_touched_a_chart(
    services: Services, admin: Actor, desk: Actor, hospital: Hospital, booked: Done
) -> None:
    whose = hospital.patients[0]
    services.patients.open(desk, whose)
    with services.context.database.engine.begin() as connection:
        hostile = "<b>Kumar</b> & <img src=/etc/passwd>"
        connection.execute(
            sa.update(patient).where(patient.c.id == whose).values(display_name=hostile)
        )
    found = services.audit_trail.access_list(admin, whose, TODAY, TODAY)
    assert [line.action for line in found.lines] == ["read", "book", "seed"]
    paper = services.audit_trail.access_list_pdf(admin, whose, TODAY, TODAY)
    text = pdf.words(paper.pdf)
    for words in (hostile, "Sheela", "desk-1", "Patient: Looked at", "Appointment: Booked"):
        assert words in text, words
    # That the list was made is itself on the next one.
    again = services.audit_trail.access_list(admin, whose, TODAY, TODAY)
    assert [line.entity for line in again.lines[:2]] == ["access_list", "access_list"]
    none = services.audit_trail.access_list(admin, whose, date(2020, 1, 1), date(2020, 1, 2))
    assert none.lines == ()
    with pytest.raises(Invalid):
        services.audit_trail.access_list(admin, whose, TODAY, date(2020, 1, 2))
    with pytest.raises(NotFound):
        services.audit_trail.access_list(admin, 10**9, TODAY, TODAY)


def test_a_printed_head_can_be_typed_off(services: Services, admin: Actor, booked: Done) -> None:
    head = services.audit_chain.take_head(admin)
    paper = services.audit_trail.head_pdf(admin, head)
    text = pdf.text(paper.pdf)
    assert head.anchor in find_anchors(text)
    assert "Keep this sheet" in text
    assert services.audit_chain.verify(admin, find_anchors(text)[:1]).sound


def test_the_list_goes_into_a_file_that_no_spreadsheet_runs(
    services: Services, admin: Actor, desk: Actor, hospital: Hospital, booked: Done, tmp_path: Path
) -> None:
    visit = booked.appointment
    services.appointments.edit_note(desk, visit.id, visit.version, "=1+1")
    heard: list[tuple[int, int]] = []
    target = tmp_path / "audit.csv"
    wish = AuditFilter(patient_id=hospital.patients[0])
    count = services.exports.audit(
        admin, wish, target, titles={"user_name": "Who"},
        report=lambda done, total: heard.append((done, total)),
        request_id=str(uuid.uuid4()),
    )  # fmt: skip
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert count == len(rows) == 3
    assert heard == [(3, 3)]
    assert (rows[0]["Who"], rows[0]["action"]) == ("Sheela", "Note edited")
    assert '"=1+1"' in rows[0]["after"]
    assert _listed(services, admin)[0].entity == "audit_list"


def test_people_are_those_with_a_log_in(services: Services, admin: Actor) -> None:
    user_id = services.context.database.write(seed.stamp(), seed.new_user)
    assert [one.id for one in services.audit_trail.people(admin)] == [user_id]


def test_every_field_has_plain_words() -> None:
    names = {column.name for table in metadata.sorted_tables for column in table.c} - STAMPS
    told = {name: field_words(name) for name in names}
    assert [name for name, words in told.items() if "_" in words or not words] == []
    assert all("_" not in words for words in ACTIONS.values())


def test_every_way_to_a_chart_leaves_an_entry_about_the_patient(
    services: Services, admin: Actor, desk: Actor, doctor_actor: Actor, hospital: Hospital
) -> None:
    visit = completed(services, desk, doctor_actor, hospital).appointment
    whose, clinical, papers = visit.patient_id, services.consultations, services.papers
    found = clinical.encounter(doctor_actor, visit.id)
    assert found is not None
    wish = RecordFilter(TODAY, TODAY)
    ways: dict[str, Callable[[], object]] = {
        "the patient": lambda: services.patients.open(desk, whose),
        "the chart": lambda: clinical.chart(doctor_actor, whose),
        "the visit's record": lambda: clinical.encounter(doctor_actor, visit.id),
        "a record": lambda: clinical.record(admin, found.id),
        "its versions": lambda: clinical.versions(admin, found.id),
        "the last prescription": lambda: clinical.last_prescription(doctor_actor, whose),
        "a doctor's list": lambda: listed(services, doctor_actor, wish),
        "a list for oversight": lambda: listed(services, admin, wish),
        "a prescription": lambda: papers.prescription(doctor_actor, found.id),
        "a summary": lambda: papers.visit_summary(admin, found.id),
        "a certificate": lambda: papers.sick_note(doctor_actor, SickNote(found.id, TODAY, TODAY)),
        "a letter": lambda: papers.referral(doctor_actor, Referral(found.id, "Dr X", "Why?")),
        "a history as a file": lambda: services.export_runs.start(
            doctor_actor, ExportWish(ExportKind.PATIENT_HISTORY, patient_id=whose)
        ),
        "the access list": lambda: services.audit_trail.access_list(admin, whose, None, TODAY),
    }
    for name, way in ways.items():
        before = len(services.audit_trail.ids(admin, AuditFilter(patient_id=whose)))
        way()
        rows = _listed(services, admin, patient_id=whose)
        assert len(rows) > before, name
        assert rows[0].action in READ_ACTIONS, name


def test_a_list_that_is_read_again_is_the_same_look(
    services: Services, admin: Actor, desk: Actor, doctor_actor: Actor, hospital: Hospital,
    clock: FakeClock,
) -> None:  # fmt: skip
    completed(services, desk, doctor_actor, hospital)
    wish, whose = RecordFilter(TODAY, TODAY), hospital.patients[0]

    def looks() -> int:
        rows = _listed(services, admin, patient_id=whose, kind=AuditKind.READS)
        return sum(row.reason == "list of records" for row in rows)

    before = looks()
    for expected, minutes in ((1, 5), (1, 11), (2, 0)):
        listed(services, admin, wish)
        assert looks() - before == expected
        clock.advance(minutes=minutes)
