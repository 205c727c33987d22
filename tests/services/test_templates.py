from __future__ import annotations

import pytest

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Invalid, NotAllowed, Stale
from hms_desktop.services.assembly import Services
from hms_desktop.services.templates import TemplateRow

TEXTS = ("Come, {{ patient_name }}", "At {{ time }}.", "<p>{{ time }}</p>")


def one(services: Services, admin: Actor) -> TemplateRow:
    rows = services.templates.all(admin)
    return next(row for row in rows if (row.kind, row.language) == ("booked", "en"))


def short(services: Services, admin: Actor) -> TemplateRow:
    rows = services.templates.all(admin)
    return next(row for row in rows if (row.channel, row.language) == ("sms", "en"))


@pytest.mark.feature("JOB-6")
def test_a_copy_is_kept_used_and_put_back(services: Services, admin: Actor) -> None:
    before = one(services, admin)
    assert before.version == 0
    saved = services.templates.save(admin, "booked", "en", TEXTS, 0)
    assert one(services, admin) == saved
    assert (saved.subject, saved.text, saved.html) == TEXTS
    again = services.templates.save(admin, "booked", "en", ("New", "New", ""), saved.version)
    assert again.version > saved.version
    assert again.shipped == before.texts
    with pytest.raises(Stale):
        services.templates.reset(admin, "booked", "en", saved.version)
    assert services.templates.reset(admin, "booked", "en", again.version) == before
    assert one(services, admin) == before


@pytest.mark.feature("JOB-6")
def test_two_administrators_edit_one_text(services: Services, admin: Actor) -> None:
    services.templates.save(admin, "booked", "en", TEXTS, 0)
    with pytest.raises(Stale) as caught:
        services.templates.save(admin, "booked", "en", ("Other", "Other", ""), 0)
    assert isinstance(caught.value.current, TemplateRow)
    assert caught.value.current.subject == TEXTS[0]


@pytest.mark.feature("JOB-6")
def test_an_unknown_placeholder_is_refused_on_saving(services: Services, admin: Actor) -> None:
    with pytest.raises(Invalid, match="no placeholder diagnosis") as caught:
        services.templates.save(admin, "booked", "en", ("Hello", "{{ diagnosis }}", ""), 0)
    assert (caught.value.field, caught.value.values["line"]) == ("text", 1)
    for kind, language in (("nothing", "en"), ("booked", "xx")):
        with pytest.raises(Invalid):
            services.templates.save(admin, kind, language, TEXTS, 0)


@pytest.mark.feature("JOB-6")
def test_the_preview_is_filled_with_made_up_people(services: Services, admin: Actor) -> None:
    shown = services.templates.preview(admin, "booked", "en", TEXTS)
    assert (shown.subject, shown.text) == ("Come, Asha Kumar", "At 15:00.\n")


@pytest.mark.feature("SEC-3")
def test_a_hostile_name_in_the_preview_stays_text(services: Services, admin: Actor) -> None:
    name = "<img src=file:///etc/passwd>{{ mrn }}"
    shown = services.templates.preview(
        admin,
        "booked",
        "en",
        ("For {{ patient_name }}", "{{ patient_name }}", "<p>{{ patient_name }}</p>"),
        values={"patient_name": name, "unheard_of": "x"},
    )
    assert (shown.subject, shown.text) == (f"For {name}", f"{name}\n")
    assert shown.html == "<p>&lt;img src=file:///etc/passwd&gt;{{ mrn }}</p>"


@pytest.mark.feature("JOB-6")
def test_a_short_text_is_kept_beside_the_mail(services: Services, admin: Actor) -> None:
    before = short(services, admin)
    assert (before.kind, before.subject, before.html) == ("reminder", "", "")
    words = ("ignored", "{{ date }}, {{ hospital_name }}", "<p>ignored</p>")
    saved = services.templates.save(admin, "reminder", "en", words, 0, channel="sms")
    assert short(services, admin) == saved
    assert saved.texts == ("", words[1], "")
    assert all(
        row.version == 0
        for row in services.templates.all(admin)
        if (row.kind, row.channel) == ("reminder", "email")
    )
    with pytest.raises(Invalid) as caught:
        services.templates.save(admin, "reminder", "hi", ("", "x" * 500, ""), 0, channel="sms")
    assert caught.value.field == "text"
    with pytest.raises(Invalid) as caught:
        services.templates.save(admin, "booked", "en", words, 0, channel="sms")
    assert caught.value.field == "channel"


def test_the_desk_may_not_edit_texts(services: Services, desk: Actor) -> None:
    with pytest.raises(NotAllowed):
        services.templates.all(desk)
