"""A sheet with secrets as text."""

from __future__ import annotations

from hms_desktop.domain.secret_sheets import SecretSheet


def test_codes_have_a_box_and_a_key_has_a_line_of_its_own() -> None:
    sheet = SecretSheet("Codes", "Clinic", "Log-in name: asha", "Use " * 40, ("A-B", "C-D"), "Keep")
    lines = sheet.text().splitlines()
    assert lines[:4] == ["Codes", "Clinic", "Log-in name: asha", ""]
    assert [line for line in lines if "[ ]" in line] == ["    [ ]  A-B", "    [ ]  C-D"]
    assert max(map(len, lines)) <= 80
    assert lines[-1] == "Keep"
    key = SecretSheet("Key", "Clinic", "1", "Use", ("A-B-C",), "Keep", once=False)
    assert "A-B-C" in key.text().splitlines()
