from dataclasses import replace
from datetime import date

import pytest

from hms_desktop.domain.dates import BirthDate
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.names import Name
from hms_desktop.domain.patients import (
    Address,
    BloodGroup,
    ContactKind,
    PatientContact,
    RegisterPatient,
    Sex,
    UpdatePatient,
    check_mrn_prefix,
    format_mrn,
    parse_mrn,
)
from tests.support.strings import naughty_strings, world_names

TODAY = date(2026, 11, 23)
PNG = b"\x89PNG\r\n\x1a\n"


def wish(**changes: object) -> RegisterPatient:
    return replace(RegisterPatient(name=Name("Asha", "Rao")), **changes)


@pytest.mark.feature("PAT-1")
def test_a_name_is_enough() -> None:
    kept = wish(name=Name("  Asha ")).check(TODAY)
    assert kept.name == Name("Asha")
    assert kept.sex is Sex.UNKNOWN
    assert kept.blood_group is BloodGroup.UNKNOWN


@pytest.mark.feature("PAT-1")
def test_everything_is_kept_clean() -> None:
    kept = wish(
        birth=BirthDate(date(1980, 3, 12)),
        sex="female",
        phones=(" +91 98765 43210 ", "", "+91 98765 43210"),
        email=" A@Example.ORG",
        address=Address(line=" 4  Hill Road", city="Pune", postal_code="411001"),
        contacts=(PatientContact(ContactKind.EMERGENCY, " Ravi ", "112", "brother"),),
        blood_group="AB-",
        allergies="penicillin\r\nnuts",
        photo=PNG,
    ).check(TODAY)
    assert kept.sex is Sex.FEMALE
    assert kept.phones == ("+91 98765 43210",)
    assert kept.email == "A@example.org"
    assert kept.address.display == "4 Hill Road, Pune 411001"
    assert kept.contacts[0].name == "Ravi"
    assert kept.blood_group is BloodGroup.AB_NEGATIVE
    assert kept.allergies == "penicillin\nnuts"
    assert kept.check(TODAY) == kept


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": Name(prefix="Dr")}, "given"),
        ({"name": Name("a\0")}, "given"),
        ({"name": Name("x" * 101)}, "given"),
        ({"birth": BirthDate(date(2026, 11, 24))}, "birth"),
        ({"birth": BirthDate(date(1890, 1, 1))}, "birth"),
        ({"phones": ("abc",)}, "phones"),
        ({"phones": tuple(f"98765 4321{n}" for n in range(7))}, "phones"),
        ({"email": "a@x.example, b@y.example"}, "email"),
        ({"address": Address(city="x" * 101)}, "address.city"),
        ({"contacts": (PatientContact(ContactKind.GUARDIAN, ""),)}, "contacts"),
        ({"contacts": (PatientContact(ContactKind.GUARDIAN, "x"),) * 9}, "contacts"),
        ({"notes": "x" * 4_001}, "notes"),
        ({"photo": b"GIF89a"}, "photo"),
        ({"photo": PNG + b"x" * 5 * 1024 * 1024}, "photo"),
    ],
)
def test_what_a_chart_cannot_hold(changes: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        wish(**changes).check(TODAY)
    assert refused.value.field == field
    assert "Nothing was saved" in str(refused.value)


@pytest.mark.feature("PAT-6")
def test_an_unknown_patient_needs_no_name() -> None:
    assert wish(name=Name(), placeholder=True).check(TODAY).name.display == "Unknown"
    named = wish(name=Name(family="Male about 40"), placeholder=True).check(TODAY)
    assert named.name.display == "Male about 40"


def test_a_guardian_is_advised_for_minors_only() -> None:
    child = wish(birth=BirthDate(date(2008, 11, 24)))
    assert child.guardian_advised(TODAY)
    child.check(TODAY)
    guarded = replace(child, contacts=(PatientContact(ContactKind.GUARDIAN, "Ravi"),))
    assert not guarded.guardian_advised(TODAY)
    assert not wish(birth=BirthDate(date(2008, 11, 23))).guardian_advised(TODAY)
    assert not wish().guardian_advised(TODAY)


def test_an_update_is_checked_like_a_registration() -> None:
    changed = UpdatePatient(1, 3, wish(email=" a@x.example ")).check(TODAY)
    assert changed.data.email == "a@x.example"
    with pytest.raises(Invalid):
        UpdatePatient(1, 3, wish(name=Name())).check(TODAY)


@pytest.mark.feature("SEC-3")
def test_every_text_field_keeps_or_refuses_every_string() -> None:
    kept = 0
    sentences: set[str] = set()
    for text in naughty_strings() + world_names()[::7]:
        for fields in (
            {"name": Name(text, text, text, text, text)},
            {"address": Address(text, text, text, text, text, text)},
            {"contacts": (PatientContact(ContactKind.RELATIVE, text, "", text),)},
            {"allergies": text, "conditions": text, "notes": text},
            {"email": text},
            {"phones": (text,)},
        ):
            try:
                once = wish(**fields).check(TODAY)
            except Invalid as refused:
                sentences.add(str(refused))
                continue
            kept += 1
            assert once.check(TODAY) == once
    assert kept > 1_000
    assert all("Nothing was saved" in sentence for sentence in sentences)


@pytest.mark.feature("PAT-2")
@pytest.mark.parametrize(
    ("typed", "mrn"),
    [
        ("H-002913", "H-002913"),
        ("h2913", "H-002913"),
        (" h-2913 ", "H-002913"),
        ("002913", "H-002913"),
        ("H-1234567", "H-1234567"),
        ("२ ", None),
        ("2913", None),
        ("98765432", None),
        ("H-", None),
        ("H-1x", None),
        ("", None),
        ("kumar", None),
    ],
)
def test_hospital_numbers_as_typed(typed: str, mrn: str | None) -> None:
    assert parse_mrn(typed) == mrn


def test_hospital_numbers_of_other_houses() -> None:
    assert format_mrn(123) == "H-000123"
    assert format_mrn(7, "", 4) == "0007"
    assert parse_mrn("12", "", 4) == "0012"
    assert parse_mrn("st2a-44", "ST2A", 4) == "ST2A-0044"
    assert check_mrn_prefix(" kem ") == "KEM"
    with pytest.raises(Invalid):
        check_mrn_prefix("A-1")
