from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.db.writing import READ
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.dates import BirthDate
from hms_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from hms_desktop.domain.names import Name
from hms_desktop.domain.patient_lists import PatientFilter
from hms_desktop.domain.patients import (
    Address,
    BloodGroup,
    Consent,
    ContactKind,
    PatientContact,
    PatientRow,
    RegisterPatient,
    Sex,
    UpdatePatient,
)
from hms_desktop.services.assembly import Services
from tests.services.bookings import wish as booking
from tests.services.conftest import Hospital, actor
from tests.support.clock import FakeClock
from tests.support.strings import naughty_strings

PHOTO = b"\x89PNG\r\n\x1a\n" + b"x" * 20
WHOLE = RegisterPatient(
    name=Name("Priyanka", "Chaudhary", "R", "Mrs", "PhD"),
    birth=BirthDate(date(1980, 3, 12)),
    sex=Sex.FEMALE,
    phones=("98765 43210", "+44 20 7946 0018"),
    email="p.c@Example.ORG",
    address=Address("12 MG Road", "Pune", "Pune", "Maharashtra", "411001", "India"),
    contacts=(
        PatientContact(ContactKind.EMERGENCY, "Ravi Chaudhary", "98765 43211", "husband"),
        PatientContact(ContactKind.GUARDIAN, "Asha Rao"),
    ),
    blood_group=BloodGroup.AB_NEGATIVE,
    allergies="Penicillin",
    conditions="Asthma",
    notes="Prefers mornings",
    consent=Consent(treatment=True, messages=True),
    photo=PHOTO,
)


@pytest.fixture
def chart(services: Services, desk: Actor) -> PatientRow:
    return services.patients.register(desk, WHOLE)


@pytest.mark.feature("PAT-1")
def test_a_registration_keeps_everything(
    services: Services, desk: Actor, chart: PatientRow, clock: FakeClock
) -> None:
    assert chart.mrn == "H-000001"
    assert chart.phones == ("098765 43210", "+44 20 7946 0018")
    assert chart.email == "p.c@example.org"
    assert chart.consent == replace(WHOLE.consent, given_at=clock())
    assert chart.has_photo
    assert services.patients.photo(desk, chart.id) == PHOTO
    same = replace(
        chart.as_wish(),
        phones=WHOLE.phones,
        email=WHOLE.email,
        consent=WHOLE.consent,
        photo=PHOTO,
    )
    assert same == WHOLE
    assert services.patients.open(desk, chart.id) == chart


@pytest.mark.feature("PAT-1")
def test_families_share_phone_and_mail_but_never_a_number(services: Services, desk: Actor) -> None:
    wishes = [replace(WHOLE, name=Name(f"Child{n}", "Rao")) for n in range(5)]
    charts = [services.patients.register(desk, one) for one in wishes]
    assert len({one.mrn for one in charts}) == 5
    assert {one.phones for one in charts} == {charts[0].phones}


@pytest.mark.feature("PAT-1")
@pytest.mark.parametrize("number", ["12345", "98765 4321", "000 000 0000"])
def test_a_number_that_does_not_exist_is_refused(
    services: Services, desk: Actor, number: str
) -> None:
    with pytest.raises(Invalid) as refused:
        services.patients.register(desk, replace(WHOLE, phones=(number,)))
    assert refused.value.field == "phones"
    assert services.patients.list(desk) == ()


@pytest.mark.feature("PAT-1")
def test_the_same_number_twice_is_kept_once(services: Services, desk: Actor) -> None:
    twice = replace(WHOLE, phones=("98765 43210", "+91 98765-43210"))
    assert services.patients.register(desk, twice).phones == ("098765 43210",)


def test_sent_twice_happens_once(services: Services, desk: Actor) -> None:
    first = services.patients.register(desk, WHOLE, request_id="one")
    assert services.patients.register(desk, WHOLE, request_id="one") == first
    assert len(services.patients.list(desk)) == 1
    wish = UpdatePatient(first.id, 1, replace(first.as_wish(), notes="x"))
    changed = services.patients.update(desk, wish, request_id="two")
    assert services.patients.update(desk, wish, request_id="two") == changed


@pytest.mark.feature("PAT-4")
def test_an_edit_changes_what_was_typed_and_how_the_patient_is_found(
    services: Services, desk: Actor, chart: PatientRow, clock: FakeClock
) -> None:
    given_at = chart.consent.given_at
    clock.advance(days=1)
    data = replace(
        chart.as_wish(), name=Name("Priyanka", "Rao"), phones=("98765 43299",), contacts=()
    )
    row = services.patients.update(desk, UpdatePatient(chart.id, 1, data))
    assert (row.version, row.display_name, row.contacts) == (2, "Priyanka Rao", ())
    assert row.has_photo
    assert row.consent.given_at == given_at
    assert services.patients.search(desk, "chaudhary") == ()
    assert services.patients.search(desk, "43210") == ()
    for text in ("rao priyanka", "43299"):
        assert [hit.id for hit in services.patients.search(desk, text)] == [chart.id]


@pytest.mark.feature("PAT-4")
def test_contacts_alone_make_a_new_version(
    services: Services, desk: Actor, chart: PatientRow
) -> None:
    data = replace(chart.as_wish(), contacts=chart.contacts[:1])
    assert services.patients.update(desk, UpdatePatient(chart.id, 1, data)).version == 2
    same = services.patients.update(desk, UpdatePatient(chart.id, 2, data))
    assert same.version == 2


@pytest.mark.feature("PAT-4", "NET-1")
def test_the_second_of_two_editors_learns_of_the_first(
    services: Services, desk: Actor, other_desk: Actor, chart: PatientRow
) -> None:
    mine = UpdatePatient(chart.id, 1, replace(chart.as_wish(), notes="mine"))
    theirs = UpdatePatient(chart.id, 1, replace(chart.as_wish(), notes="theirs"))
    now = services.patients.update(other_desk, theirs)
    with pytest.raises(Stale) as stale:
        services.patients.update(desk, mine)
    assert stale.value.current == now
    assert services.patients.open(desk, chart.id).notes == "theirs"


@pytest.mark.feature("PAT-1")
def test_consent_is_dated_when_it_changes(
    services: Services, desk: Actor, chart: PatientRow, clock: FakeClock
) -> None:
    clock.advance(hours=1)
    data = replace(chart.as_wish(), consent=Consent(treatment=True))
    row = services.patients.update(desk, UpdatePatient(chart.id, 1, data))
    assert row.consent == Consent(treatment=True, given_at=clock())


@pytest.mark.feature("SEC-1")
def test_opening_a_chart_leaves_a_mark(services: Services, desk: Actor, chart: PatientRow) -> None:
    services.patients.open(desk, chart.id)
    query = sa.select(audit_entry).where(audit_entry.c.action == READ)
    with services.context.database.read() as connection:
        (row,) = connection.execute(query).all()
    assert (row.entity, row.patient_id, row.user_name) == ("patient", chart.id, "Sheela")


@pytest.mark.feature("PAT-4")
def test_a_retired_patient_is_found_by_number_alone(
    services: Services, desk: Actor, admin: Actor, chart: PatientRow
) -> None:
    with pytest.raises(NotAllowed):
        services.patients.retire(desk, chart.id, 1, "double")
    with pytest.raises(Invalid):
        services.patients.retire(admin, chart.id, 1, " ")
    retired = services.patients.retire(admin, chart.id, 1, "double")
    assert retired.retired
    assert services.patients.search(desk, "chaudhary") == ()
    assert [hit.retired for hit in services.patients.search(desk, chart.mrn)] == [True]
    assert services.patients.list(desk) == ()
    assert len(services.patients.list(desk, PatientFilter(retired=True))) == 1
    back = services.patients.restore(admin, chart.id, retired.version)
    assert not back.retired
    assert [hit.id for hit in services.patients.search(desk, "chaudhary")] == [chart.id]


@pytest.mark.feature("PAT-4")
def test_a_patient_who_will_come_is_not_retired(
    services: Services, desk: Actor, admin: Actor, hospital: Hospital
) -> None:
    services.appointments.book(desk, booking(hospital))
    with pytest.raises(Conflict) as refused:
        services.patients.retire(admin, hospital.patients[0], 1, "double")
    assert refused.value.kind == "in_use"


@pytest.mark.feature("PAT-6")
def test_an_unknown_patient_is_identified_and_keeps_the_number(
    services: Services, desk: Actor
) -> None:
    unknown = services.patients.register(desk, RegisterPatient(placeholder=True))
    assert (unknown.display_name, unknown.placeholder) == ("Unknown", True)
    assert len(services.patients.list(desk, PatientFilter(placeholder=True))) == 1
    with pytest.raises(Invalid):
        services.patients.identify(desk, UpdatePatient(unknown.id, 1, unknown.as_wish()))
    known = services.patients.identify(desk, UpdatePatient(unknown.id, 1, WHOLE))
    assert (known.mrn, known.placeholder) == (unknown.mrn, False)
    assert services.patients.search(desk, "unknown") == ()
    with pytest.raises(Conflict):
        services.patients.identify(desk, UpdatePatient(known.id, 2, WHOLE))


@pytest.mark.feature("PAT-4")
def test_the_timeline_is_newest_first_and_own_for_doctors(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital
) -> None:
    first = services.appointments.book(desk, booking(hospital)).appointment
    later = booking(
        hospital, doctor_id=hospital.doctors[1], starts_at=first.starts_at + timedelta(hours=1)
    )
    second = services.appointments.book(desk, later).appointment
    patient = hospital.patients[0]
    assert [one.id for one in services.patients.timeline(desk, patient)] == [second.id, first.id]
    assert [one.id for one in services.patients.timeline(doctor_actor, patient)] == [first.id]


def test_a_list_is_filtered_and_paged(services: Services, desk: Actor) -> None:
    for number in range(6):
        birth = BirthDate(date(1980 + number, 1, 1))
        sex = Sex.MALE if number % 2 else Sex.FEMALE
        wish = RegisterPatient(Name(f"P{number}", "Rao"), birth, sex)
        services.patients.register(desk, wish)

    def names(wish: PatientFilter) -> list[str]:
        return [hit.name for hit in services.patients.list(desk, wish)]

    assert names(PatientFilter(limit=2, offset=2)) == ["P2 Rao", "P3 Rao"]
    assert names(PatientFilter(sex=Sex.MALE)) == ["P1 Rao", "P3 Rao", "P5 Rao"]
    years = PatientFilter(born_from=date(1981, 1, 1), born_to=date(1982, 1, 1))
    assert names(years) == ["P1 Rao", "P2 Rao"]
    assert names(replace(years, text="rao p2")) == ["P2 Rao"]

    def listed(wish: PatientFilter) -> list[str]:
        ids = services.patients.ids(desk, wish)
        return [hit.name for hit in services.patients.hits(desk, ids)]

    for one in (PatientFilter(sex=Sex.MALE), years, replace(years, text="rao p2")):
        assert listed(one) == names(one)
    assert listed(PatientFilter(order="born", descending=True))[0] == "P5 Rao"
    assert listed(PatientFilter(text="rao", order="name", descending=True))[0] == "P5 Rao"
    assert [hit.name for hit in services.patients.hits(desk, [999])] == []


def test_a_missing_patient_is_not_there(services: Services, desk: Actor) -> None:
    for call in (services.patients.open, services.patients.photo):
        with pytest.raises(NotFound):
            call(desk, 999)


def test_nobody_without_permission_finds_or_opens(services: Services, chart: PatientRow) -> None:
    stranger = actor(services, "Stranger", frozenset({"session.own"}))
    with pytest.raises(NotAllowed):
        services.patients.search(stranger, "chaudhary")
    with pytest.raises(NotAllowed):
        services.patients.open(stranger, chart.id)


@pytest.mark.feature("PAT-5")
def test_look_alikes_of_a_list_are_named(services: Services, desk: Actor) -> None:
    names = (Name("Ravi", "Kumar"), Name("Kumar", "Ravi"), Name("Asha", "Rao"))
    ids = [services.patients.register(desk, RegisterPatient(one)).id for one in names]
    found = services.patients.look_alikes(desk, ids)
    assert found == {ids[0]: frozenset({ids[1]}), ids[1]: frozenset({ids[0]})}


@pytest.mark.feature("SEC-3")
@pytest.mark.slow
def test_hostile_text_is_kept_as_the_input_gate_leaves_it_or_refused(
    services: Services, desk: Actor, clock: FakeClock
) -> None:
    today = clock().date()
    for text in naughty_strings():
        wish = RegisterPatient(
            name=Name(text, text, text, text[:30], text[:30]),
            address=Address(text, text, text, text, text[:20], text),
            contacts=(PatientContact(ContactKind.RELATIVE, text or "x", "", text),),
            allergies=text,
            conditions=text,
            notes=text,
        )
        field = refused_field(lambda wish=wish: wish.check(today))
        if field:
            assert field == refused_field(lambda wish=wish: services.patients.register(desk, wish))
            continue
        row = services.patients.register(desk, wish)
        assert row.as_wish() == wish.check(today)
        assert row.id in {hit.id for hit in services.patients.search(desk, row.mrn)}


@pytest.mark.feature("SEC-3")
def test_hostile_text_is_refused_as_phone_or_mail(services: Services, desk: Actor) -> None:
    for text in naughty_strings():
        for wish in (
            RegisterPatient(Name("A", "B"), phones=(text,)),
            RegisterPatient(Name("A", "B"), email=text),
        ):
            field = refused_field(lambda wish=wish: services.patients.register(desk, wish))
            assert field in {"phones", "email", ""}
    assert len(services.patients.list(desk, PatientFilter(limit=500))) < len(naughty_strings()) / 4


def refused_field(call: Callable[[], object]) -> str:
    try:
        call()
    except Invalid as refused:
        return refused.field
    return ""
