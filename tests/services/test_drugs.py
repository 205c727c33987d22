from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.consultations import CompleteVisit, PrescriptionItem
from hms_desktop.domain.drugs import DrugRow
from hms_desktop.domain.errors import Invalid, NotAllowed, Unusable
from hms_desktop.services.assembly import Services
from tests.services.clinic import RECORD, arrived
from tests.services.conftest import Hospital

FILE = """name,strength,form,route,ingredients,allergy_groups
Amoxil,500 mg,capsule,oral,amoxicillin,penicillins
Paracetamol,500 mg,tablet,oral,paracetamol,
,1 mg,tablet,oral,x,
Paracetamol,500 mg,tablet,oral,paracetamol,
"""


def names(found: tuple[DrugRow, ...]) -> list[str]:
    return [one.label for one in found]


@pytest.mark.feature("CLN-2")
def test_the_list_of_the_program_is_there_at_the_first_search(
    services: Services, doctor_actor: Actor
) -> None:
    search = services.drugs.search
    assert names(search(doctor_actor, "para 500"))[0] == "Paracetamol 500 mg tablet"
    assert any("Amlodipine" in name for name in names(search(doctor_actor, "amlod")))
    assert any("Amoxicillin" in name for name in names(search(doctor_actor, "amoxcilin")))
    assert any("Ibuprofen" in name for name in names(search(doctor_actor, "brufen")))
    assert search(doctor_actor, "   ") == ()


@pytest.mark.feature("CLN-2")
def test_two_programs_fill_the_list_once(services: Services, doctor_actor: Actor) -> None:
    threads = [
        threading.Thread(target=services.drugs.search, args=(doctor_actor, "a")) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with services.context.database.read() as connection:
        count, kinds = connection.exec_driver_sql(
            "SELECT count(*), count(DISTINCT name || '/' || strength || '/' || form) FROM drug"
        ).one()
    assert count == kinds > 200


@pytest.mark.feature("CLN-2")
def test_an_administrator_replaces_the_list(
    services: Services, admin: Actor, doctor_actor: Actor, tmp_path: Path
) -> None:
    services.drugs.search(doctor_actor, "para")
    path = tmp_path / "drugs.csv"
    path.write_text(FILE, encoding="utf-8")
    plan = services.drugs.replace(admin, path, dry_run=True)
    assert (plan.rows, plan.taken, plan.added) == (4, 2, 1)
    assert [(one.line, one.column) for one in plan.refused] == [(4, "name"), (5, "name")]
    assert names(services.drugs.search(doctor_actor, "amlod")) != []
    done = services.drugs.replace(admin, path)
    assert replace(done, dry_run=True) == plan
    assert names(services.drugs.search(doctor_actor, "amlod")) == []
    assert names(services.drugs.search(doctor_actor, "amox")) == ["Amoxil 500 mg capsule"]
    again = services.drugs.replace(admin, path)
    assert (again.added, again.changed, again.same, again.retired) == (0, 0, 2, 0)


@pytest.mark.feature("CLN-2")
def test_the_list_is_saved_changed_and_brought_back(
    services: Services, admin: Actor, doctor_actor: Actor, tmp_path: Path
) -> None:
    rows, count = services.drugs.offered(admin)
    assert count == len(rows) > 200
    assert [one.name for one in rows[:2]] == ["Aceclofenac", "Aciclovir"]
    assert "Amlodipine" in services.drugs.offered(doctor_actor, "amlod")[0][0].name
    path = tmp_path / "list.csv"
    assert services.drugs.save_as(admin, path) == count
    same = services.drugs.replace(admin, path, dry_run=True)
    assert (same.same, same.added, same.changed, same.retired, same.refused) == (count, 0, 0, 0, ())
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write("'=Brand new,5 mg,tablet,oral,newol,\r\n")
    assert services.drugs.replace(admin, path).added == 1
    assert services.drugs.offered(admin, "brand new")[0][0].name == "=Brand new"
    assert services.drugs.save_as(admin, path) == count + 1
    assert services.drugs.replace(admin, path).same == count + 1
    with pytest.raises(NotAllowed):
        services.drugs.save_as(doctor_actor, path)
    with pytest.raises(Invalid, match="could not be written"):
        services.drugs.save_as(admin, tmp_path / "none" / "list.csv")


def test_a_file_that_is_none_changes_nothing(
    services: Services, admin: Actor, doctor_actor: Actor, tmp_path: Path
) -> None:
    path = tmp_path / "drugs.csv"
    path.write_text("name\n\n", encoding="utf-8")
    with pytest.raises(Unusable):
        services.drugs.replace(admin, path)
    with pytest.raises(NotAllowed):
        services.drugs.replace(doctor_actor, path)


@pytest.mark.feature("CLN-2")
def test_a_warned_drug_is_completed_only_with_its_reason(
    services: Services, desk: Actor, doctor_actor: Actor, hospital: Hospital
) -> None:
    with services.context.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE patient SET allergies = 'Penicillin'")
    visit = arrived(services, desk, hospital).appointment
    drug = services.drugs.search(doctor_actor, "amoxicillin 500")[0]
    item = PrescriptionItem(drug.label, drug_id=drug.id)
    assert len(services.drugs.warnings(doctor_actor, "Penicillin", [item])) == 1
    record = replace(RECORD, prescription=(*RECORD.prescription, item))
    with pytest.raises(Invalid, match="known allergy: Penicillin") as caught:
        services.consultations.complete(doctor_actor, CompleteVisit(visit.id, record))
    assert caught.value.field == "prescription.2.allergy_answer"
    answered = replace(item, allergy_answer="tolerated twice since")
    record = replace(RECORD, prescription=(*RECORD.prescription, answered))
    services.consultations.complete(doctor_actor, CompleteVisit(visit.id, record))
    found = services.consultations.encounter(doctor_actor, visit.id)
    assert found is not None
    assert found.newest.record.prescription[-1].allergy_answer == "tolerated twice since"
