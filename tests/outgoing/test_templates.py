from __future__ import annotations

from dataclasses import replace

import pytest

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.messages import LANGUAGES, MessageKind
from hms_desktop.domain.settings import DEFAULTS
from hms_desktop.outgoing.templates import (
    PLACEHOLDERS,
    Template,
    render,
    sample,
    shipped,
    values_of,
)
from tests.support.strings import naughty_strings

EVERY = [(kind, language) for kind in MessageKind for language in LANGUAGES]


@pytest.mark.feature("JOB-6")
@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_every_shipped_text_passes_its_own_check_and_says_something(
    kind: MessageKind, language: str
) -> None:
    template = shipped(kind, language)
    checked = template.check()
    filled = render(checked, sample(kind, language))
    assert "{" not in filled.subject + filled.text
    assert len(filled.text) > 40
    assert "<html>" in filled.html
    if language == "hi":
        assert any("\u0900" <= char <= "\u097f" for char in filled.text)


def test_a_language_that_is_missing_is_english() -> None:
    assert shipped(MessageKind.BOOKED, "ta") == shipped(MessageKind.BOOKED, "en")


@pytest.mark.feature("JOB-6")
@pytest.mark.parametrize(
    ("field", "source", "says"),
    [
        ("subject", "Hello {{ patient }}", "no placeholder patient"),
        ("text", "{{ doctor_name", "cannot be read"),
        ("html", "{% for x in visits %}{% endfor %}", "no placeholder"),
        ("text", "{{ patient_name.__class__.__mro__ }}", "cannot be filled in"),
        ("text", "{{ 1 // 0 }}", "cannot be filled in"),
        ("text", "", "empty"),
    ],
)
def test_what_cannot_be_filled_in_is_refused_on_saving(field: str, source: str, says: str) -> None:
    template = replace(shipped(MessageKind.BOOKED, "en"), **{field: source})
    with pytest.raises(Invalid, match=says):
        template.check()


@pytest.mark.feature("JOB-6")
@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("One\ntwo {{ patient_nme }}\n{{ mrn }}", 2),
        ("One\ntwo\n{% if %}", 3),
        ("One\n\n\n{{ 1 // 0 }}", 4),
        ("{% macro a() %}{{ a() }}{% endmacro %}\n{{ a() }}", 1),
        ("{{ visits[3].time }}", 1),
    ],
)
def test_the_line_that_cannot_be_is_named(source: str, line: int) -> None:
    template = replace(shipped(MessageKind.BOOKED, "en"), html=source)
    if "visits" in source:
        template = replace(shipped(MessageKind.REMINDER, "en"), html=source)
    with pytest.raises(Invalid) as caught:
        template.check()
    assert (caught.value.field, caught.value.values["line"]) == ("html", line)


@pytest.mark.feature("SEC-3")
@pytest.mark.parametrize("hostile", naughty_strings()[:200])
def test_names_are_text_whatever_they_hold(hostile: str) -> None:
    values = {**sample(MessageKind.BOOKED, "en"), "patient_name": hostile}
    template = Template(
        MessageKind.BOOKED,
        "en",
        "For {{ patient_name }}",
        "{{ patient_name }}",
        "{{ patient_name }}",
    )
    filled = render(template, values)
    assert "\n" not in filled.subject
    assert "\r" not in filled.subject
    assert "<" not in filled.html
    assert filled.text.strip() == hostile.strip() or hostile.strip() != hostile


@pytest.mark.feature("JOB-6")
def test_moments_become_the_hospitals_dates_and_times() -> None:
    settings = replace(DEFAULTS, zone="Asia/Kolkata", hospital_name="City Care", clock_24h=False)
    data = {
        "starts_at": "2026-11-23T09:30:00+00:00",
        "ends_at": "2026-11-23T10:00:00+00:00",
        "visit_list": [{"starts_at": "2026-11-23T19:00:00+00:00", "doctor_name": "Dr Rao"}],
    }
    values = values_of(data, settings, "en")
    assert (values["date"], values["time"]) == ("Monday, 23 November 2026", "3:00 pm")
    assert values["end_time"] == "3:30 pm"
    assert values["visits"][0]["date"] == "Tuesday, 24 November 2026"
    assert values["hospital_name"] == "City Care"
    assert values_of(data, settings, "hi")["date"] == "सोमवार, 23 नवंबर 2026"


def test_every_kind_has_placeholders() -> None:
    assert set(PLACEHOLDERS) == set(MessageKind)
