from __future__ import annotations

import pytest

from hms_desktop.domain.allergies import Meets, allergy_warnings
from hms_desktop.domain.consultations import PrescriptionItem
from hms_desktop.domain.drugs import DrugRow


def met(allergies: str, *drugs: str) -> list[tuple[int, str]]:
    items = [PrescriptionItem(drug) for drug in drugs]
    return [(one.line, one.meets.value) for one in allergy_warnings(allergies, items)]


@pytest.mark.feature("CLN-2")
@pytest.mark.parametrize(
    ("allergies", "drug", "how"),
    [
        ("penicillin", "Amoxicillin 500 mg capsule", "group"),
        ("Penicilin!", "Amoxicillin 500 mg capsule", "group"),
        ("amoxycillin", "Augmentin 625", "same"),
        ("brufen rash", "Ibuprofen 400 mg tablet", "same"),
        ("rash after ibuprofin", "Diclofenac 50 mg tablet", "group"),
        ("sulfa", "Sulfamethoxazole and trimethoprim", "group"),
        ("NSAIDs - wheezing", "Naproxen 500 mg tablet", "group"),
        ("aspirin, peanuts", "Ecosprin 75", "same"),
        ("penicillins", "Cefalexin 500 mg capsule", "related"),
        ("dust; paracetamol (hives)", "Crocin", "same"),
    ],
)
def test_a_drug_meets_an_allergy(allergies: str, drug: str, how: str) -> None:
    assert met(allergies, drug) == [(0, how)]


@pytest.mark.feature("CLN-2")
@pytest.mark.parametrize(
    "allergies",
    ["", "NKDA", "none", "No known allergies", "no allergy to penicillin", "denies penicillin",
     "peanuts, dust, latex", "nil", "the antibiotic gave a rash"],
)  # fmt: skip
def test_no_allergy_is_no_warning(allergies: str) -> None:
    assert met(allergies, "Amoxicillin 500 mg capsule", "Ibuprofen 400 mg") == []


@pytest.mark.feature("CLN-2")
def test_the_list_knows_what_a_name_does_not_say() -> None:
    row = DrugRow(7, "Coldaway", "", "syrup", "oral", ("ibuprofen",), ("nsaids",))
    item = PrescriptionItem("Coldaway syrup", drug_id=7)
    assert allergy_warnings("aspirin", [item]) == ()
    (warning,) = allergy_warnings("aspirin", [item], {7: row})
    assert (warning.meets, warning.allergen) == (Meets.GROUP, "aspirin")


@pytest.mark.feature("CLN-2")
def test_each_line_is_judged_by_itself() -> None:
    drugs = ("Paracetamol 500 mg", "Amoxicillin 500 mg", "Azithromycin 500 mg", "Voveran 50")
    assert met("penicillin; nsaid", *drugs) == [(1, "group"), (3, "group")]
