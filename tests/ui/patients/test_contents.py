"""Two people's changes to one chart come together field by field."""

from __future__ import annotations

from hms_desktop.ui.patients.contents import label, merge, shown


def test_what_only_they_changed_is_taken_and_clashes_keep_mine() -> None:
    base = {"given": "Kumar", "email": "", "phones": ["1"]}
    theirs = {"given": "Kumaran", "email": "k@x.org", "phones": ["1"]}
    mine = {"given": "Kumara", "email": "", "phones": ["1", "2"]}
    merged = merge(base, theirs, mine)
    assert merged.contents == {"given": "Kumara", "email": "k@x.org", "phones": ["1", "2"]}
    assert merged.taken == ("email",)
    assert merged.clashing == ("given",)


def test_one_and_the_same_change_is_no_clash() -> None:
    merged = merge({"given": "A"}, {"given": "B"}, {"given": "B"})
    assert merged.taken == merged.clashing == ()


def test_every_value_has_words() -> None:
    assert shown("birth", ["46 y", "1980-11-23", "estimated"]) == "46 y"
    assert shown("sex", "female") == "Female"
    assert shown("consent.share", True) == "Yes"
    assert shown("phones", []) == "(empty)"
    assert shown("contacts", [["guardian", "Asha", "1", "mother"]]) == "Asha, 1, mother"
    assert label("address.city") == "City"
