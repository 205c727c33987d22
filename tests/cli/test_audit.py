"""``audit`` on the command line, and the job that keeps a head each day."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from hms_desktop.cli.main import main
from hms_desktop.db.engine import Database
from tests.support.memory_keyring import MemoryKeyring
from tests.support.seed import Clinic

pytestmark = pytest.mark.feature("SEC-1")


@pytest.fixture
def filled(database_url: str) -> str:
    database = Database(database_url)
    Clinic(database).book()
    database.close()
    return database_url


def _json(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_a_kept_head_proves_the_trail_and_a_cut_one_is_refused(
    filled: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, secrets: MemoryKeyring
) -> None:
    assert main(["audit", "head", "--database", filled]) == 0
    anchor = capsys.readouterr().out.split("\n")[0]
    kept = tmp_path / "head.txt"
    kept.write_text(f"mailed on Monday\n{anchor}\n")
    for given in (str(kept), anchor, anchor.partition(":")[2]):
        assert main(["audit", "verify", "--database", filled, "--anchor", given]) == 0
        assert capsys.readouterr().out.endswith("sound\n")
    assert main(["audit", "verify", "--database", filled, "--json"]) == 0
    found = _json(capsys)
    assert (found["sound"], found["seals_proved"]) == (True, 1)
    _cut(filled)
    # What this computer sealed it remembers.
    assert main(["audit", "verify", "--database", filled, "--json"]) == 1
    told = _json(capsys)["findings"]
    assert "cut off" in str(told)
    assert main(["audit", "head", "--database", filled]) == 1
    assert "which this computer sealed" in capsys.readouterr().err
    secrets.secrets.clear()
    assert main(["audit", "verify", "--database", filled]) == 0
    assert "as far as is seen" in capsys.readouterr().out
    assert main(["audit", "verify", "--database", filled, "--anchor", str(kept)]) == 1
    assert "wrong: The trail ends before a head" in capsys.readouterr().out


def _cut(url: str) -> None:
    database = Database(url)
    with database.engine.begin() as connection:
        if database.is_sqlite:
            names = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit%'"
            for name in list(connection.exec_driver_sql(names).scalars()):
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            for table in ("audit_entry", "audit_link", "audit_head"):
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        last = connection.scalar(sa.text("SELECT max(seq) FROM audit_link")) - 3
        newest = f"SELECT entry_id FROM audit_link WHERE seq > {last}"
        for statement in (
            f"DELETE FROM audit_entry WHERE id IN ({newest})",
            f"DELETE FROM audit_link WHERE seq > {last}",
            "DELETE FROM audit_head",
        ):
            connection.exec_driver_sql(statement)
    database.close()


def test_what_is_no_head_and_no_file_is_a_sentence(
    filled: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "empty.txt").write_text("")
    for given in (str(tmp_path / "empty.txt"), str(tmp_path / "missing.txt"), "12:ab"):
        assert main(["audit", "verify", "--database", filled, "--anchor", given]) == 1
        told = capsys.readouterr().err
        assert "No head" in told or "cannot be used" in told
        assert "Traceback" not in told


def test_the_key_is_shown_and_entered(
    filled: str,
    capsys: pytest.CaptureFixture[str],
    secrets: MemoryKeyring,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert main(["audit", "key", "--show", "--database", filled]) == 1
    assert main(["audit", "head", "--database", filled]) == 0
    capsys.readouterr()
    assert main(["audit", "key", "--show", "--database", filled]) == 0
    key = capsys.readouterr().out.strip()
    secrets.secrets.clear()
    monkeypatch.setattr("hms_desktop.cli.audit.read_secret", lambda _question: key)
    assert main(["audit", "key", "--enter", "--database", filled, "--json"]) == 0
    capsys.readouterr()
    assert main(["audit", "verify", "--database", filled, "--json"]) == 0
    assert _json(capsys)["seals_proved"] == 1


@pytest.mark.feature("JOB-8")
def test_the_daily_job_takes_one_head_a_day(
    filled: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["jobs", "run", "audit_head", "--database", filled, "--json"]) == 0
    found = _json(capsys)
    assert found["sealed"]
    assert isinstance(found["entries"], int)
    assert found["entries"] > 5
