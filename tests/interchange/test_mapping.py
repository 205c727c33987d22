from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hms_desktop.domain.dates import BirthDate, BirthPrecision
from hms_desktop.domain.errors import Invalid, Unusable
from hms_desktop.interchange.mapping import FileMapping, Source, read_mapping
from hms_desktop.interchange.moments import birth_in, day_in, moment_in

EXAMPLES = Path(__file__).parents[2] / "docs" / "import"
TODAY = date(2026, 11, 23)


def mapping(tmp_path: Path, text: str) -> FileMapping:
    path = tmp_path / "m.toml"
    path.write_text(f'kind = "patients"\n{text}', encoding="utf-8")
    return read_mapping(path, "patients", tmp_path)


def value(tmp_path: Path, entry: str, **cells: str) -> str:
    source = mapping(tmp_path, f"[fields]\nx = {entry}").source("fields", "x")
    assert source is not None
    return source.get(cells)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ('"A"', "Boyce638"),
        ('{ column = "A", strip_digits = true }', "Boyce"),
        ('{ value = "India" }', "India"),
        ('{ template = "{A}-{B}" }', "Boyce638-M"),
        ('{ column = "B", map = { M = "male" } }', "male"),
        ('{ column = "C", default = "none" }', "none"),
        ('{ column = "D", title_case = true }', "Old Town"),
        ('{ column = "B", pattern = "[MF]" }', "M"),
    ],
)
def test_a_value_comes_from_where_the_mapping_says(
    tmp_path: Path, entry: str, expected: str
) -> None:
    assert value(tmp_path, entry, A="Boyce638", B=" M ", C="", D="OLD TOWN") == expected


@pytest.mark.parametrize(
    "entry",
    [
        '{ column = "A", map = { M = "male" } }',
        '{ column = "A", pattern = "[0-9]+" }',
        '{ column = "B", required = true }',
    ],
)
def test_a_cell_the_mapping_cannot_read_is_refused_with_its_column(
    tmp_path: Path, entry: str
) -> None:
    with pytest.raises(Invalid) as refused:
        value(tmp_path, entry, A="x{y}", B="")
    assert refused.value.field in {"A", "B"}
    assert str(refused.value)


def test_a_value_is_looked_up_in_another_file(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text("Id,NAME\n1,North\n1,South\n", encoding="utf-8")
    entry = '{ column = "A", lookup = { file = "o.csv", key = "Id", value = "NAME" } }'
    source = mapping(tmp_path, f"[fields]\nx = {entry}").source("fields", "x")
    assert source is not None
    assert source.get({"A": "1"}) == "North"
    assert source.all({"A": "1"}) == ("North", "South")
    with pytest.raises(Invalid):
        source.get({"A": "2"})


@pytest.mark.parametrize(
    "text",
    [
        "[fields]\nx = 4",
        '[fields]\nx = { column = "A", value = "B" }',
        '[fields]\nx = { colum = "A" }',
        '[fields]\nx = { column = "A", pattern = "[" }',
        '[fields]\nx = { column = "A", lookup = { file = "o.csv" } }',
        '[fields]\nx = { column = "A", map = "B" }',
    ],
)
def test_a_mapping_that_cannot_be_followed_is_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "o.csv").write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(Unusable):
        mapping(tmp_path, text).fields("fields")


def test_no_toml_and_another_kind_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    for text in ("kind = ", 'kind = "doctors"', ""):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(Unusable):
            read_mapping(path, "patients", tmp_path)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    read = mapping(tmp_path, '[fields]\nx = { template = "{A} {group}" }\ny = "B"')
    read.fields("fields")
    read.check_columns(("A", "B"))
    with pytest.raises(Unusable, match="B"):
        read.check_columns(("A",))


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_the_examples_can_be_read(path: Path, tmp_path: Path) -> None:
    kind = {"patients": "patients", "doctors": "doctors"}.get(path.stem.split("-")[1])
    assert read_mapping(path, kind or "appointments", tmp_path).sections


def test_moments_have_a_zone_or_the_hospitals() -> None:
    kolkata = ZoneInfo("Asia/Kolkata")
    plain, formatted = Source("t", column="T"), Source("t", column="T", format="%d/%m/%Y %H:%M")
    half_past_six = datetime(2026, 1, 2, 6, 30, tzinfo=UTC)
    assert moment_in(plain, {"T": "2026-01-02T06:30:00Z"}, kolkata) == half_past_six
    assert moment_in(plain, {"T": "2026-01-02 12:00"}, kolkata) == half_past_six
    assert moment_in(formatted, {"T": "02/01/2026 12:00"}, kolkata) == half_past_six
    assert day_in(plain, {"T": "2026-01-02T00:00:00Z"}) == date(2026, 1, 2)
    for text in ("", "yesterday", "2026-13-01", "0001-01-01T00:00:00+14:00"):
        with pytest.raises(Invalid):
            moment_in(plain, {"T": text}, kolkata)


def test_a_birth_date_may_be_an_age_on_a_day() -> None:
    source = Source("birth", column="A", format="age", on="D")
    born = birth_in(source, {"A": "62", "D": "2016-04-29"}, TODAY, day_first=True)
    assert born == BirthDate(date(1954, 4, 29), BirthPrecision.ESTIMATED)
    assert birth_in(source, {"A": "", "D": "2016-04-29"}, TODAY, day_first=True) is None
    for age in ("-1", "old", "140"):
        with pytest.raises(Invalid) as refused:
            birth_in(source, {"A": age, "D": "2016-04-29"}, TODAY, day_first=True)
        assert refused.value.field == "A"
