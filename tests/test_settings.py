"""Settings of the workstation: file, environment, keyring."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import keyring
import keyring.backends.fail
import pytest

from hms_desktop import settings
from hms_desktop.domain.errors import Invalid, Unusable
from tests.support.memory_keyring import MemoryKeyring

ADDRESS = "postgresql://sheela@db.example:5433/hms?sslmode=verify-full"


@pytest.mark.feature("OPS-1")
def test_a_round_trip_through_the_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "workstation.json"
    saved = settings.save_settings({"workstation": "Front desk 2 – Ä", "theme": "dark"}, path)
    assert (saved.workstation, saved.theme, saved.auto_lock_minutes) == (
        "Front desk 2 – Ä",
        "dark",
        None,
    )
    assert settings.save_settings({"auto_lock_minutes": 9}, path).theme == "dark"
    assert settings.load_settings(path).auto_lock_minutes == 9
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    found = settings.load_settings(tmp_path / "none.json")
    assert (found.database, found.theme) == ("", "system")
    assert found.workstation


def test_the_environment_wins_and_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "workstation.json"
    settings.save_settings({"theme": "dark"}, path)
    monkeypatch.setenv("HMS_THEME", "light")
    assert settings.save_settings({"language": "hi"}, path).theme == "light"
    assert json.loads(path.read_text(encoding="utf-8"))["theme"] == "dark"


@pytest.mark.feature("SEC-2")
@pytest.mark.parametrize("password", ["plain", "p@ss:w/rd%20 ü"])
def test_the_password_goes_to_the_keyring_and_never_to_the_file(
    tmp_path: Path, secrets: MemoryKeyring, password: str
) -> None:
    path = tmp_path / "workstation.json"
    full = ADDRESS.replace("sheela@", f"sheela:{settings.quote(password, safe='')}@")
    saved = settings.save_settings({"database": full}, path)
    assert saved.database == ADDRESS
    assert secrets.secrets == {(settings.KEYRING_SERVICE, ADDRESS): password}
    text = path.read_text(encoding="utf-8")
    assert password not in text
    assert settings.quote(password, safe="") not in text
    assert settings.split_password(settings.with_password(saved.database)) == (ADDRESS, password)


@pytest.mark.parametrize(
    "address", ["", "/srv/hospital.db", "sqlite:////srv/a.db", "postgresql://db.example/hms"]
)
def test_addresses_without_a_log_in_stay_as_they_are(address: str) -> None:
    assert settings.split_password(address) == (address, "")
    assert settings.with_password(address) == address


def test_without_a_keyring_nothing_is_kept(tmp_path: Path, secrets: MemoryKeyring) -> None:
    keyring.set_keyring(keyring.backends.fail.Keyring())
    path = tmp_path / "workstation.json"
    with pytest.raises(Unusable, match="keyring"):
        settings.save_settings({"database": "postgresql://a:secret@b/c"}, path)
    assert not path.exists()
    assert settings.with_password(ADDRESS) == ADDRESS


@pytest.mark.parametrize(
    "text", ["{", "[]", '"x"', '{"theme": "pink"}', '{"auto_lock_minutes": -1}']
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "workstation.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Unusable) as refused:
        settings.load_settings(path)
    assert str(path) in str(refused.value)


def test_what_a_newer_program_wrote_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "workstation.json"
    path.write_text('{"hologram": true}', encoding="utf-8")
    settings.save_settings({"theme": "dark"}, path)
    assert json.loads(path.read_text(encoding="utf-8")) == {"hologram": True, "theme": "dark"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"theme": "pink"}, "theme"),
        ({"auto_lock_minutes": 9_999}, "auto_lock_minutes"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_a_wrong_value_is_refused_and_not_saved(
    tmp_path: Path, changes: dict[str, object], field: str
) -> None:
    path = tmp_path / "workstation.json"
    with pytest.raises(Invalid) as refused:
        settings.save_settings(changes, path)
    assert refused.value.field == field
    assert not path.exists()


@pytest.mark.parametrize(
    ("name", "text", "read"),
    [
        ("HMS_AUTO_LOCK_MINUTES", "7", ("auto_lock_minutes", 7)),
        ("hms_font_scale", "1.25", ("font_scale", 1.25)),
        ("HMS_LOG_LEVEL", "DEBUG", ("log_level", "DEBUG")),
    ],
)
def test_the_environment_is_read_whatever_its_kind(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    text: str,
    read: tuple[str, object],
) -> None:
    monkeypatch.setenv(name, text)
    found = settings.load_settings(tmp_path / "none.json")
    assert getattr(found, read[0]) == read[1]


@pytest.mark.parametrize("text", ["", "7.5", "soon", "nan", "inf", "-1", "241"])
def test_a_wrong_number_in_the_environment_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("HMS_AUTO_LOCK_MINUTES", text)
    with pytest.raises(Unusable, match=r"auto_lock_minutes.*HMS_AUTO_LOCK_MINUTES") as refused:
        settings.load_settings(tmp_path / "none.json")
    assert "a whole number from 0 to 240" in str(refused.value)
