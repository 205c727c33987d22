"""A record to read beside the version that it amended."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from hms_desktop.domain.consultations import Diagnosis, PrescriptionItem, Record
from hms_desktop.domain.vitals import Vitals
from hms_desktop.ui.consultation.calm import CalmRecord
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.widgets.chip import Chip

FIRST = Record(
    complaint="Headache\none week",
    vitals=Vitals(148, 92),
    diagnoses=(Diagnosis("Migraine, unspecified", "G43.9"), Diagnosis("Poor sleep")),
    notes="Adherence good",
    prescription=(PrescriptionItem("Amlodipine 5 mg tablet"), PrescriptionItem("Paracetamol")),
)


@pytest.mark.feature("CLN-4")
def test_what_an_amendment_changed_is_marked_with_what_stood_there(qtbot: QtBot) -> None:
    page = CalmRecord(Formats())
    qtbot.addWidget(page)
    amended = replace(
        FIRST,
        complaint="Headache\ntwo weeks",
        diagnoses=(*FIRST.diagnoses, Diagnosis("Hypertension", "I10")),
        notes="",
        treatment="Less salt",
        prescription=(PrescriptionItem("Amlodipine <b>10</b> mg tablet"), FIRST.prescription[1]),
    )
    page.show_record(amended, FIRST)
    words = [one.text() for one in page.findChildren(QLabel)]
    assert [one for one in words if one.startswith(("Before:", "Added:"))] == [
        "Before: one week",
        "Added: I10 Hypertension",
        "Before: Adherence good",
        "Before: Amlodipine 5 mg tablet",
    ]
    # Complaint, diagnosis, notes, treatment, prescription; the signs are as they were.
    assert [one.text for one in page.findChildren(Chip)] == [
        "changed", "changed", "taken out", "new", "changed",
    ]  # fmt: skip
    for before in (FIRST, None):
        page.show_record(FIRST, before)
        assert page._page is not None
        assert page._page.findChildren(Chip) == []
