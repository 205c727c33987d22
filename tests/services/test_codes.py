"""The list of codes: loaded once, searched without a database, dropped when it changes."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.consultations import clinical_code
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import NotAllowed
from hms_desktop.domain.permissions import DOCTOR
from hms_desktop.services.assembly import Services, open_services
from hms_desktop.services.code_list import everyday_words, load_codes, packaged_codes
from tests.services.conftest import actor
from tests.support import seed
from tests.support.clock import FakeClock
from tests.support.programs import cheap


@pytest.fixture
def doctor(services: Services) -> Actor:
    return actor(services, "Dr Rao", DOCTOR)


def counted(services: Services) -> Counter[str]:
    """Count the statements that reach the database from now on."""
    seen: Counter[str] = Counter()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen[statement.split(maxsplit=1)[0]] += 1

    sa.event.listen(services.context.database.engine, "before_cursor_execute", note)
    return seen


@pytest.mark.feature("CLN-2")
def test_the_list_is_loaded_once_with_one_audit_row(
    services: Services, doctor: Actor, database_url: str, clock: FakeClock
) -> None:
    assert services.codes.search(doctor, "i10")[0].title == "Essential (primary) hypertension"
    other = open_services(database_url, clock=clock, authenticator=cheap())
    try:
        again = actor(other, "Dr Bose", DOCTOR)
        assert other.codes.search(again, "j069")[0].code == "J06.9"
    finally:
        other.close()
    with services.context.database.read() as connection:
        rows = connection.scalar(sa.select(sa.func.count()).select_from(clinical_code))
        entries = connection.execute(
            sa.select(audit_entry).where(audit_entry.c.entity == clinical_code.name)
        ).all()
    assert rows == 12_542
    assert [(one.action, one.after) for one in entries] == [
        ("load", {"system": "icd-10", "codes": 12_542})
    ]


@pytest.mark.feature("CLN-2")
def test_only_the_first_search_touches_the_database(services: Services, doctor: Actor) -> None:
    services.codes.search(doctor, "i10")
    seen = counted(services)
    for typed in ("i", "hy", "hypertnsion", "bp", "mig aura", "zzz", "j06.9"):
        services.codes.search(doctor, typed)
    assert not seen


def test_a_changed_table_is_read_again(services: Services, doctor: Actor) -> None:
    assert services.codes.search(doctor, "Q99.99") == ()
    values = {"system": "icd-10", "code": "Q99.99", "title": "Of our own"}
    services.context.database.write(seed.stamp(), lambda write: write.insert(clinical_code, values))
    assert [hit.title for hit in services.codes.search(doctor, "Q99.99")] == ["Of our own"]


@pytest.mark.feature("CLN-2")
def test_two_programs_that_load_at_once_load_once(
    services: Services, database_url: str, clock: FakeClock
) -> None:
    other = open_services(database_url, clock=clock, authenticator=cheap())
    both = (services, other)
    loaded: list[bool] = []
    start = threading.Barrier(2)

    def load(one: Services) -> None:
        start.wait()
        loaded.append(one.context.database.write(seed.stamp("load"), load_codes))

    threads = [threading.Thread(target=load, args=(one,)) for one in both]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        other.close()
    assert sorted(loaded) == [False, True]
    with services.context.database.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(clinical_code)) == 12_542


@pytest.mark.feature("CLN-2")
def test_the_desk_may_not_search_diagnoses(services: Services, desk: Actor) -> None:
    with pytest.raises(NotAllowed):
        services.codes.search(desk, "i10")


def test_every_everyday_word_means_codes_of_the_list() -> None:
    known = {one.code for one in packaged_codes()}
    wrong = {
        words: [code for code in codes if code not in known]
        for words, codes in everyday_words().items()
        if not codes or not known.issuperset(codes)
    }
    assert not wrong
    assert len(everyday_words()) > 300


def test_titles_tell_codes_apart() -> None:
    titles = Counter(one.title for one in packaged_codes() if "-" not in one.code)
    assert [title for title, borne in titles.items() if borne > 1] == []


@pytest.mark.feature("CLN-2")
@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("hypertnsion", "I10"),
        ("diabtes", "E11.9"),
        ("sugar", "E11.9"),
        ("flu", "J11.1"),
        ("heart attack", "I21.9"),
        ("migraine with aura", "G43.1"),
        ("diarrhea", "A09.9"),
        ("appendicits", "K37"),
    ],
)
def test_the_whole_list_answers(services: Services, doctor: Actor, typed: str, first: str) -> None:
    assert services.codes.search(doctor, typed)[0].code == first
