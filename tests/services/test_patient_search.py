from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date, timedelta

import pytest

from hms_desktop.db.tables.accounts import user
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.dates import BirthDate
from hms_desktop.domain.names import Name
from hms_desktop.domain.patients import RegisterPatient
from hms_desktop.services.assembly import Services
from tests.services.bookings import wish as booking
from tests.services.conftest import Hospital
from tests.support import seed
from tests.support.clock import FakeClock
from tests.support.strings import naughty_strings, world_names

PEOPLE = (
    (Name("Priyanka", "Chaudhary"), date(1980, 3, 12), "98765 43210"),
    (Name("Ravi", "Kumar"), date(1975, 7, 1), "98765 43210"),
    (Name("Kumari", "Devi"), date(1990, 12, 3), "99887 76655"),
    (Name("José María", "García-López"), None, ""),
    (Name("Mohammed", "Iqbal"), date(2001, 2, 28), ""),
    (Name("小龙", "李"), None, ""),
    (Name("प्रिया", "शर्मा"), None, ""),
    (Name("Seán", "O'Brien"), None, ""),
    (Name("Srinivas", "Venkataraman"), None, ""),
)


@pytest.fixture
def people(services: Services, desk: Actor) -> None:
    for name, born, phone in PEOPLE:
        wish = RegisterPatient(
            name, BirthDate(born) if born else None, phones=(phone,) if phone else ()
        )
        services.patients.register(desk, wish)


def found(services: Services, desk: Actor, text: str) -> list[str]:
    return [hit.name for hit in services.patients.search(desk, text)]


@pytest.mark.feature("PAT-2")
@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("chau", "Priyanka Chaudhary"),
        ("CHAUDHARY priy", "Priyanka Chaudhary"),
        ("pri cha", "Priyanka Chaudhary"),
        ("garcia jose", "José María García-López"),
        ("lopez maria", "José María García-López"),
        ("李小龙", "李小龙"),
        ("李", "李小龙"),
        ("शर्मा", "प्रिया शर्मा"),
        ("obrien sean", "Seán O'Brien"),
        ("O'Brien", "Seán O'Brien"),
        ("H-000001", "Priyanka Chaudhary"),
        ("h1", "Priyanka Chaudhary"),
        ("1", "Priyanka Chaudhary"),
        ("000001", "Priyanka Chaudhary"),
        ("12.03.1980", "Priyanka Chaudhary"),
        ("12/3/80", "Priyanka Chaudhary"),
        ("12 mar 1980", "Priyanka Chaudhary"),
        ("1980-03-12", "Priyanka Chaudhary"),
        ("pri 12.3.80", "Priyanka Chaudhary"),
        ("chaudhary 1980", "Priyanka Chaudhary"),
        ("priyanka 3210", "Priyanka Chaudhary"),
        ("76655", "Kumari Devi"),
        ("+91 99887 76655", "Kumari Devi"),
        ("09988776655", "Kumari Devi"),
        ("choudhury", "Priyanka Chaudhary"),
        ("muhamad", "Mohammed Iqbal"),
        ("ikbal mohd", "Mohammed Iqbal"),
        ("sirnivas", "Srinivas Venkataraman"),
        ("venkatraman", "Srinivas Venkataraman"),
        ("vemkataraman srini", "Srinivas Venkataraman"),
        ("priynaka", "Priyanka Chaudhary"),
    ],
)
def test_one_box_finds_whoever_is_meant(
    services: Services, desk: Actor, text: str, who: str
) -> None:
    assert found(services, desk, text)[0] == who


@pytest.mark.feature("PAT-2")
@pytest.mark.usefixtures("people")
def test_the_word_itself_stands_before_longer_ones(services: Services, desk: Actor) -> None:
    assert found(services, desk, "kumar") == ["Ravi Kumar", "Kumari Devi"]


@pytest.mark.feature("PAT-2")
@pytest.mark.usefixtures("people")
def test_a_shared_phone_finds_everybody_on_it(services: Services, desk: Actor) -> None:
    assert found(services, desk, "43210") == ["Priyanka Chaudhary", "Ravi Kumar"]


@pytest.mark.feature("PAT-2")
@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    "text", ["", " ", "%", "_", "%%%", "_u_ar", "%umar", "xyzzy", "ravi xyzzy", "\0"]
)
def test_nothing_is_found_for_what_is_nobody(services: Services, desk: Actor, text: str) -> None:
    assert found(services, desk, text) == []


@pytest.mark.feature("PAT-2")
def test_who_has_two_such_words_stands_there_once(services: Services, desk: Actor) -> None:
    for number in range(15):
        name = Name("Kumar Kumaran Kumaresan", f"Kumara{chr(97 + number)}")
        services.patients.register(desk, RegisterPatient(name))
    hits = services.patients.search(desk, "kum", limit=12)
    assert len({hit.id for hit in hits}) == 12
    assert len(services.patients.search(desk, "kum", limit=50)) == 15


@pytest.mark.feature("PAT-2")
def test_a_hit_tells_the_last_and_the_next_visit(
    services: Services, desk: Actor, hospital: Hospital, clock: FakeClock
) -> None:
    first = services.appointments.book(desk, booking(hospital)).appointment
    later = booking(hospital, starts_at=first.starts_at + timedelta(days=1))
    second = services.appointments.book(desk, later).appointment
    (hit,) = services.patients.search(desk, first.mrn)
    assert (hit.last_visit, hit.next_visit) == (None, first.starts_at)
    clock.moment = first.starts_at
    services.queue.check_in(desk, first.id, first.version)
    clock.advance(hours=2)
    (hit,) = services.patients.search(desk, first.mrn)
    assert (hit.last_visit, hit.next_visit) == (first.starts_at, second.starts_at)


@pytest.mark.feature("PAT-2")
@pytest.mark.usefixtures("people")
def test_recently_opened_patients_come_back_the_latest_first(
    services: Services, desk: Actor, clock: FakeClock
) -> None:
    def add_user(write: Write) -> int:
        return write.insert(user, {"login": "sheela", "display_name": "Sheela"})

    user_id = services.context.database.write(seed.stamp(), add_user)
    someone = services.context.gate.admit(replace(desk, token="other", user_id=user_id))
    for patient_id in (1, 2, 3, 1):
        clock.advance(minutes=1)
        services.patients.open(someone, patient_id)
    assert [hit.id for hit in services.patients.recent(someone)] == [1, 3, 2]
    assert services.patients.recent(desk) == ()


@pytest.mark.feature("PAT-2", "SEC-3")
@pytest.mark.usefixtures("people")
def test_no_search_text_crashes_or_is_interpreted(services: Services, desk: Actor) -> None:
    more = ("'; DROP TABLE patient; --", "a" * 10_000, "\ud800", "9" * 500)
    for text in (*naughty_strings(), *more):
        assert len(services.patients.search(desk, text)) <= 20
    assert len(services.patients.list(desk)) == len(PEOPLE)


@pytest.mark.feature("PAT-2")
@pytest.mark.slow
def test_names_of_the_world_are_found_by_their_words_in_any_order(
    services: Services, desk: Actor
) -> None:
    names = [name for name in world_names() if " " in name][::40]
    assert len(names) > 40
    ids = {}
    for name in names:
        given, _, family = name.partition(" ")
        ids[name] = services.patients.register(desk, RegisterPatient(Name(given, family))).id
    for name, patient_id in ids.items():
        words = name.split()
        plain = unicodedata.normalize("NFKD", name)
        plain = "".join(char for char in plain if not "\u0300" <= char <= "\u036f")
        for text in (name, " ".join(reversed(words)), name.upper(), plain):
            hits = services.patients.search(desk, text, limit=100)
            assert patient_id in {hit.id for hit in hits}, text


@pytest.mark.feature("PAT-3")
@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("name", "born", "phone", "expected"),
    [
        (Name("Priyanka", "Chaudhary"), None, "", True),
        (Name("Chaudhary", "Priyanka"), None, "", True),
        (Name("Priyanka", "Choudhary"), date(1980, 3, 12), "", True),
        (Name("Priyanka", "Chaudhary"), date(1980, 12, 3), "", True),
        (Name("Priyanka", "Chaudhary"), date(1999, 5, 5), "", False),
        (Name("Priyanka", "Sharma"), date(1980, 3, 12), "", True),
        (Name("Priyanka", "Sharma"), None, "98765 43210", True),
        (Name("Anil", "Mehta"), None, "98765 43210", False),
        (Name("Rohan", "Chaudhary"), None, "", False),
        (Name("P", ""), None, "", False),
    ],
)
def test_a_likely_duplicate_is_shown_and_relatives_are_not(
    services: Services, desk: Actor, name: Name, born: date | None, phone: str, expected: bool
) -> None:
    wish = RegisterPatient(
        name, BirthDate(born) if born else None, phones=(phone,) if phone else ()
    )
    ids = {hit.id for hit in services.patients.possible_duplicates(desk, wish)}
    assert (1 in ids) is expected
