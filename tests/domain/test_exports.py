from __future__ import annotations

import json
from datetime import date

import pytest

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.exports import (
    COLUMNS,
    CellKind,
    ExportFormat,
    ExportKind,
    ExportWish,
    safe_name,
)
from hms_desktop.domain.lifecycle import Status

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (ExportWish("secrets"), "kind"),  # type: ignore[arg-type]
        (ExportWish(ExportKind.PATIENTS_LIST, "exe"), "format"),  # type: ignore[arg-type]
        (ExportWish(ExportKind.PATIENT_HISTORY), "patient_id"),
        (ExportWish(ExportKind.DOCTOR_APPOINTMENTS, first=FIRST, last=LAST), "doctor_id"),
        (ExportWish(ExportKind.APPOINTMENTS_LIST), "first"),
        (ExportWish(ExportKind.APPOINTMENTS_LIST, first=FIRST), "last"),
        (ExportWish(ExportKind.RECORDS_LIST, first=LAST, last=FIRST), "last"),
        (ExportWish(ExportKind.RECORDS_LIST, first=date(1990, 1, 1), last=LAST), "last"),
        (ExportWish(ExportKind.PATIENTS_LIST, text="x" * 201), "text"),
        (ExportWish(ExportKind.PATIENTS_LIST, title="a\x00b"), "title"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(wish: ExportWish, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        wish.check()
    assert caught.value.field == field


@pytest.mark.feature("JOB-4")
def test_a_wish_is_kept_as_json_and_comes_back() -> None:
    wish = ExportWish(
        ExportKind.APPOINTMENTS_LIST,
        ExportFormat.XLSX,
        patient_id=7,
        first=FIRST,
        last=LAST,
        text="rao",
        statuses=(Status.BOOKED, Status.NO_SHOW),
        department_ids=(1, 2),
        mail_to_me=True,
        title="नियुक्तियाँ",
        titles=(("mrn", "संख्या"),),
    ).check()
    kept = json.loads(json.dumps(wish.parameters()))
    assert ExportWish.of("appointments_list", kept) == wish
    assert ExportWish(ExportKind.PATIENTS_LIST).parameters() == {}
    for broken in ({"colour": 1}, {"first": "soon"}, {"statuses": ["lost"]}, {"titles": [1]}):
        with pytest.raises(Invalid):
            ExportWish.of("appointments_list", broken)
    with pytest.raises(Invalid):
        ExportWish.of("unheard_of", {})


def test_heads_are_english_until_told_otherwise() -> None:
    wish = ExportWish(ExportKind.DOCTORS_LIST, titles=(("doctor_name", "Arzt"), ("x", "y"))).check()
    assert [one.title for one in wish.headings][:2] == ["Arzt", "Registration number"]
    for kind in ExportKind:
        names = [one.name for one in COLUMNS[kind]]
        assert len(names) == len(set(names))
    assert COLUMNS[ExportKind.APPOINTMENTS_LIST][0].kind is CellKind.DATE


@pytest.mark.feature("JOB-10")
@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("patient_history", "H-000123", "17"), "patient-history_h-000123_17.csv"),
        (("../../etc/passwd", "3"), "etc-passwd_3.csv"),
        (("C:\\con\x00", "é*?|", "4"), "c-con_e_4.csv"),
        (("रोगी", "5"), "5.csv"),
        (("a" * 300, "6"), "a" * 80 + ".csv"),
    ],
)
def test_file_names_are_of_a_safe_alphabet(parts: tuple[str, ...], name: str) -> None:
    assert safe_name(*parts, end="csv") == name
