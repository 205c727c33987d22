from __future__ import annotations

import csv
import itertools
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.patients import patient
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.doctors import DoctorFilter
from hms_desktop.domain.errors import NotAllowed, Unusable
from hms_desktop.domain.imports import ImportReport
from hms_desktop.services.assembly import Services
from hms_desktop.services.imports import ImportsService, write_report
from tests.support.strings import DATA

EXAMPLES = Path(__file__).parents[2] / "docs" / "import"
SYNTHEA = DATA / "synthea_csv_a"
NOSHOW = DATA / "noshow" / "appointments_until_2016-05-20.csv"
HEAD = (
    "PatientId,AppointmentID,Gender,ScheduledDay,AppointmentDay,Age,Neighbourhood,Scholarship,"
    "Hipertension,Diabetes,Alcoholism,Handcap,SMS_received,No-show"
)
needs_data = pytest.mark.skipif(
    not NOSHOW.exists(), reason="the shared test data is not beside this project"
)


@pytest.fixture
def imports(services: Services) -> ImportsService:
    return ImportsService(services.context)


def noshow(
    imports: ImportsService, admin: Actor, path: Path, *, dry_run: bool = False
) -> ImportReport:
    mapping = EXAMPLES / "noshow-appointments.toml"
    return imports.appointments(admin, path, mapping, dry_run=dry_run)


def visit(who: object, day: str = "2016-05-02", age: object = 30, **more: str) -> str:
    booked = more.get("booked", "2016-04-29T10:00:00Z")
    place, ended = more.get("place", "CENTRO"), more.get("ended", "No")
    return f"{who},1,F,{booked},{day}T00:00:00Z,{age},{place},0,0,0,0,0,0,{ended}"


def written(tmp_path: Path, *rows: str, head: str = HEAD) -> Path:
    path = tmp_path / "in.csv"
    path.write_text("\n".join((head, *rows)), encoding="utf-8")
    return path


def rows_of(services: Services, table: sa.Table) -> int:
    with services.context.database.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def summary(report: ImportReport) -> tuple[int, int, int, int]:
    return report.rows, report.imported, report.known, len(report.refused)


@pytest.mark.feature("PAT-7")
def test_bad_rows_are_reported_and_good_ones_taken(
    imports: ImportsService, services: Services, admin: Actor, tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        visit(1),
        visit("9377952927E-5"),
        visit(2, age=-1),
        visit(3, booked="2016-05-03T08:00:00Z"),
        visit(4, ended="Perhaps"),
        visit(5, day="2016-02-31"),
        "1,2",
        visit(1),
        visit(6, ended="Yes"),
    )
    report = noshow(imports, admin, path)
    assert summary(report) == (9, 3, 0, 6)
    assert [(one.line, one.column) for one in report.refused] == [
        (3, "PatientId"),
        (4, "Age"),
        (5, "ScheduledDay"),
        (6, "No-show"),
        (7, "AppointmentDay"),
        (8, ""),
    ]
    assert (report.new_patients, report.new_doctors) == (2, 1)
    with services.context.database.read() as connection:
        found = connection.execute(sa.select(appointment).order_by(appointment.c.starts_at)).all()
    assert [(row.starts_at.hour, row.starts_at.minute) for row in found] == [
        (8, 0),
        (8, 15),
        (8, 30),
    ]
    assert [row.status for row in found] == ["completed", "completed", "no_show"]
    assert {row.created_at for row in found} == {datetime(2016, 4, 29, 10, tzinfo=UTC)}
    write_report(tmp_path / "refused.csv", report)
    with (tmp_path / "refused.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert [row["line"] for row in csv.DictReader(stream)] == ["3", "4", "5", "6", "7", "8"]


@pytest.mark.feature("PAT-7")
def test_a_second_time_changes_nothing_and_a_dry_run_neither(
    imports: ImportsService, services: Services, admin: Actor, tmp_path: Path
) -> None:
    path = written(tmp_path, *(visit(n % 7) for n in range(50)), visit(8, ended="Yes"))
    dry = noshow(imports, admin, path, dry_run=True)
    assert summary(dry) == (51, 51, 0, 0)
    assert rows_of(services, appointment) == rows_of(services, patient) == 0
    assert summary(noshow(imports, admin, path)) == (51, 51, 0, 0)
    assert summary(noshow(imports, admin, path)) == (51, 0, 51, 0)
    assert (rows_of(services, appointment), rows_of(services, patient)) == (51, 8)


@pytest.mark.feature("PAT-7")
def test_a_full_day_takes_another_doctor(
    imports: ImportsService, services: Services, admin: Actor, tmp_path: Path
) -> None:
    path = written(tmp_path, *(visit(n) for n in range(95)))
    report = noshow(imports, admin, path)
    assert (report.imported, report.new_doctors) == (95, 3)
    doctors = services.doctors.doctors(admin, DoctorFilter())
    assert [one.display_name for one in doctors] == ["Dr 1 Centro", "Dr 2 Centro", "Dr 3 Centro"]
    assert all(one.bookable for one in doctors)


@pytest.mark.feature("PAT-7", "APT-3")
def test_what_overlaps_is_refused_whoever_was_first(
    imports: ImportsService, services: Services, admin: Actor, tmp_path: Path
) -> None:
    (tmp_path / "m.toml").write_text(
        """
        kind = "appointments"
        [identifier]
        type = "t"
        value = "who"
        [patient]
        family = "who"
        [doctor]
        key = "doctor"
        name = { template = "Dr {doctor}" }
        [visit]
        type = { value = "Visit" }
        start = "start"
        length = 30
        """,
        encoding="utf-8",
    )
    head = "who,doctor,start"
    first = written(tmp_path, "a,D1,2026-12-01T10:00", head=head)
    imports.appointments(admin, first, tmp_path / "m.toml")
    second = written(
        tmp_path,
        "a,D1,2026-12-01T10:00",  # is there
        "a,D2,2026-12-01T10:15",  # same patient
        "b,D1,2026-12-01T10:29",  # same doctor
        "b,D1,2026-12-01T10:30",
        "b,D1,2026-12-01T10:30",  # twice in the file
        "c,D1,2026-12-01T10:45",  # same doctor as the row before
        head=head,
    )
    report = imports.appointments(admin, second, tmp_path / "m.toml")
    assert summary(report) == (6, 1, 1, 4)
    assert [(one.line, one.why.split()[1]) for one in report.refused] == [
        (3, "patient"),
        (4, "doctor"),
        (6, "visit"),
        (7, "doctor"),
    ]


@pytest.mark.feature("PAT-7", "SEC-3")
def test_cells_are_data_everywhere(
    imports: ImportsService, services: Services, admin: Actor, tmp_path: Path
) -> None:
    (tmp_path / "m.toml").write_text(
        'kind = "patients"\n[fields]\nfamily = "n"\nemail = "e"\nphones = "p"', encoding="utf-8"
    )
    path = written(
        tmp_path, "=1+1,,", "{x},{y},", "%s,,123456", "D'Arcy,,98765 43210", head="n,e,p"
    )
    report = imports.patients(admin, path, tmp_path / "m.toml")
    assert summary(report) == (4, 3, 0, 1)
    assert "{y}" in report.refused[0].why
    names = [hit.name for hit in services.patients.list(admin)]
    assert sorted(names) == ["%s", "=1+1", "D'Arcy"]
    (hit,) = services.patients.search(admin, "43210")
    assert hit.phone == "098765 43210"
    (hit,) = services.patients.search(admin, "123456")
    assert hit.phone == "123456"


def test_the_same_person_twice_is_refused(
    imports: ImportsService, admin: Actor, tmp_path: Path
) -> None:
    (tmp_path / "m.toml").write_text(
        'kind = "patients"\n[fields]\ngiven = "g"\nfamily = "f"\nbirth = "b"', encoding="utf-8"
    )
    rows = ("José,García,1980-01-01", "Jose,Garcia,1980-01-01", "José,García,1981-01-01")
    path = written(tmp_path, *rows, head="g,f,b")
    assert summary(imports.patients(admin, path, tmp_path / "m.toml")) == (3, 2, 0, 1)
    assert summary(imports.patients(admin, path, tmp_path / "m.toml")) == (3, 0, 0, 3)


def test_wrong_files_and_wrong_people_are_refused(
    imports: ImportsService, admin: Actor, desk: Actor, tmp_path: Path
) -> None:
    path = written(tmp_path, visit(1))
    with pytest.raises(NotAllowed):
        noshow(imports, desk, path)
    with pytest.raises(Unusable):
        noshow(imports, admin, written(tmp_path, "1", head="a"))
    with pytest.raises(OSError, match="nowhere"):
        noshow(imports, admin, tmp_path / "nowhere.csv")


@needs_data
@pytest.mark.feature("PAT-7")
def test_a_synthea_hospital_is_taken_in(
    imports: ImportsService, services: Services, admin: Actor
) -> None:
    people = imports.patients(admin, SYNTHEA / "patients.csv", EXAMPLES / "synthea-patients.toml")
    assert summary(people) == (135, 135, 0, 0)
    doctors = imports.doctors(admin, SYNTHEA / "providers.csv", EXAMPLES / "synthea-doctors.toml")
    # The file repeats most identifiers; each doctor comes once.
    assert summary(doctors) == (1763, 736, 0, 1027)
    visits = imports.appointments(
        admin, SYNTHEA / "encounters.csv", EXAMPLES / "synthea-encounters.toml"
    )
    assert summary(visits) == (7139, 6734, 0, 405)
    assert Counter(one.kind for one in visits.refused) == {
        "A visit lasts from 1 minute to 24 hours.": 163,
        "The doctor has another visit at that time.": 107,
        "The patient has another visit at that time.": 93,
        "This visit stands in line {line} already.": 38,
        "This row does not say which doctor it is.": 4,
    }
    (hit,) = services.patients.search(admin, "lesch boyce")
    assert hit.name == "Boyce Lesch"
    assert hit.last_visit is not None


@needs_data
@pytest.mark.feature("PAT-7")
def test_a_slice_of_the_real_file_is_taken_in(
    imports: ImportsService, services: Services, admin: Actor, tmp_path: Path
) -> None:
    with NOSHOW.open(encoding="utf-8") as lines:
        (tmp_path / "part.csv").write_text(
            "".join(itertools.islice(lines, 3_001)), encoding="utf-8"
        )
    report = noshow(imports, admin, tmp_path / "part.csv")
    assert report.imported + len(report.refused) == 3_000
    assert rows_of(services, appointment) == report.imported
    assert rows_of(services, patient) == report.new_patients


@needs_data
@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.feature("PAT-7")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_whole_real_file_is_taken_in(
    imports: ImportsService, services: Services, admin: Actor
) -> None:
    report = noshow(imports, admin, NOSHOW)
    assert summary(report) == (67_365, 67_357, 0, 8)
    assert report.reasons() == {
        "ScheduledDay: This visit was booked after its own day.": 5,
        "PatientId: '{value}' does not have the shape the mapping asks for.": 3,
    }
    assert (report.new_patients, report.new_doctors) == (44_250, 182)
