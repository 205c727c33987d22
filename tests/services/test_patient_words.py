from __future__ import annotations

import pytest

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.names import Name
from hms_desktop.domain.patients import RegisterPatient
from hms_desktop.services import patient_words
from hms_desktop.services.assembly import Services
from hms_desktop.services.patient_keys import SORT_LIMIT


def register(services: Services, desk: Actor, *names: Name) -> None:
    for name in names:
        services.patients.register(desk, RegisterPatient(name))


def found(services: Services, desk: Actor, text: str, limit: int = 20) -> list[str]:
    return [hit.name for hit in services.patients.search(desk, text, limit=limit)]


@pytest.mark.feature("PAT-2")
@pytest.mark.parametrize("text", ["xavier wim", "wim xavier", "gonjales xavier"])
def test_a_word_beyond_what_is_sorted_is_found(services: Services, desk: Actor, text: str) -> None:
    parts = ("Gonzalez" + " Abcdefgh" * 10, "Abcdefgh " * 9)
    long = Name("Wim", parts[0], parts[1] + "Xavier")
    assert "xavier" not in long.sort_key[:SORT_LIMIT]
    other = Name("Wim", parts[0], parts[1] + "Yves")
    register(services, desk, other, long)
    assert found(services, desk, text) == [long.display]


@pytest.mark.feature("PAT-2")
def test_signs_are_no_wild_cards(services: Services, desk: Actor) -> None:
    register(services, desk, Name("%", "_"), Name("%", "-"), Name("\\", "%"))
    assert found(services, desk, "% _") == ["% _"]
    assert found(services, desk, "% -") == ["% -"]
    assert found(services, desk, "% \\") == ["\\ %"]


@pytest.mark.feature("PAT-2")
def test_as_written_stands_before_as_it_sounds_before_mistyped(
    services: Services, desk: Actor
) -> None:
    names = (Name("Mohamned", "Khan"), Name("Muhamad", "Khan"), Name("Mohammed", "Khan"))
    register(services, desk, *names)
    assert found(services, desk, "mohammed kha") == [
        "Mohammed Khan", "Muhamad Khan", "Mohamned Khan",
    ]  # fmt: skip


@pytest.mark.feature("PAT-2")
def test_two_words_that_sound_alike_are_both_asked_for(services: Services, desk: Actor) -> None:
    register(services, desk, Name("Mohammed", "Muhamad"), Name("Mohamad", "Khan"))
    assert found(services, desk, "muhamed mohamad") == ["Mohamad Khan", "Mohammed Muhamad"]


@pytest.mark.feature("PAT-2")
def test_who_stands_late_in_a_long_stretch_is_found(
    services: Services, desk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient_words, "_READ", 3)
    register(services, desk, *(Name("Ravi", f"Ba{chr(97 + n)}il") for n in range(8)))
    register(services, desk, *(Name("Ravi", "Choudhury") for _ in range(2)))
    assert found(services, desk, "ravi chaudhary") == ["Ravi Choudhury"] * 2
    assert found(services, desk, "ravi chaudhary", limit=1) == ["Ravi Choudhury"]
