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


@pytest.mark.feature("JOB-6")
def test_a_copy_is_kept_used_and_put_back(services: Services, admin: Actor) -> None:
    before = one(services, admin)
    assert before.version == 0
    saved = services.templates.save(admin, "booked", "en", TEXTS, 0)
    assert one(services, admin) == saved
    assert (saved.subject, saved.text, saved.html) == TEXTS
    again = services.templates.save(admin, "booked", "en", ("New", "New", ""), saved.version)
    assert again.version > saved.version
    assert services.templates.reset(admin, "booked", "en") == before
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
    assert caught.value.field == "text"
    for kind, language in (("nothing", "en"), ("booked", "xx")):
        with pytest.raises(Invalid):
            services.templates.save(admin, kind, language, TEXTS, 0)


@pytest.mark.feature("JOB-6")
def test_the_preview_is_filled_with_made_up_people(services: Services, admin: Actor) -> None:
    shown = services.templates.preview(admin, "booked", "en", TEXTS)
    assert (shown.subject, shown.text) == ("Come, Asha Kumar", "At 15:00.\n")


def test_the_desk_may_not_edit_texts(services: Services, desk: Actor) -> None:
    with pytest.raises(NotAllowed):
        services.templates.all(desk)
