from __future__ import annotations

from dataclasses import replace

import pytest

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Invalid, NotAllowed, Stale
from hms_desktop.domain.permissions import DOCTOR
from hms_desktop.domain.snippets import SaveSnippet
from hms_desktop.services.assembly import Services
from tests.services.conftest import actor
from tests.support import seed


def doctor(services: Services, name: str) -> Actor:
    user_id = services.context.database.write(seed.stamp(), seed.new_user)
    known = actor(services, name, DOCTOR)
    return services.context.gate.admit(replace(known, user_id=user_id))


@pytest.mark.feature("CLN-7")
def test_own_and_shared_snippets_are_kept_apart(services: Services, admin: Actor) -> None:
    rao, khan = doctor(services, "Dr Rao"), doctor(services, "Dr Khan")
    mine = services.snippets.save(rao, SaveSnippet(".Bp", "Less salt."))
    shared = services.snippets.save(admin, SaveSnippet("bp", "For all.", shared=True))
    assert [(one.keyword, one.own) for one in services.snippets.all(rao)] == [
        ("bp", True),
        ("bp", False),
    ]
    assert services.snippets.all(khan) == (shared,)
    with pytest.raises(NotAllowed):
        services.snippets.save(khan, SaveSnippet("x", "y", shared=True))
    with pytest.raises(NotAllowed):
        services.snippets.save(khan, SaveSnippet("bp", "y", mine.id, mine.version))
    with pytest.raises(NotAllowed):
        services.snippets.retire(khan, shared.id, shared.version)


@pytest.mark.feature("CLN-7")
def test_a_keyword_is_taken_once_and_free_again_when_retired(services: Services) -> None:
    rao = doctor(services, "Dr Rao")
    one = services.snippets.save(rao, SaveSnippet("bp", "Less salt."))
    with pytest.raises(Invalid) as caught:
        services.snippets.save(rao, SaveSnippet("BP", "Other."))
    assert caught.value.field == "keyword"
    newer = services.snippets.save(rao, SaveSnippet("bp", "Newer.", one.id, one.version))
    with pytest.raises(Stale):
        services.snippets.retire(rao, one.id, one.version)
    services.snippets.retire(rao, newer.id, newer.version)
    assert services.snippets.all(rao) == ()
    services.snippets.save(rao, SaveSnippet("bp", "Again."))


def test_receptionists_have_none(services: Services, desk: Actor) -> None:
    with pytest.raises(NotAllowed):
        services.snippets.all(desk)
