"""``hms-desktop backup``: create, list, verify, restore, key; on both engines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hms_desktop.cli import main as cli
from tests.cli.conftest import Run
from tests.db.backup_drill import contents
from tests.support.memory_keyring import MemoryKeyring
from tests.support.programs import FIRST, open_program
from tests.support.seed import NOON, Clinic

pytestmark = pytest.mark.feature("JOB-9")
NAME = "Lakeside Clinic"


@pytest.fixture
def hospital(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A hospital of a name, on each engine."""
    return _set_up(database_url, tmp_path, monkeypatch)


def _set_up(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("HMS_DATA_DIR", str(tmp_path / "data"))
    program = open_program(url, lambda: NOON)
    program.accounts.first_start(FIRST)
    Clinic(program.context.database).book()
    program.close()
    return url


@pytest.fixture
def in_a_file(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The same in a file, for what no engine decides."""
    return _set_up(sqlite_url, tmp_path, monkeypatch)


class Shell:
    """Runs commands in this process and reads their answers."""

    def __init__(self, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        self._url, self._capsys = url, capsys

    def __call__(self, *arguments: str, status: int = 0) -> dict[str, object]:
        found = cli.main(["backup", *arguments, "--database", self._url, "--json"])
        told = self._capsys.readouterr()
        assert found == status, told.err
        return dict(json.loads(told.out)) if told.out else {"error": told.err}


def test_from_the_first_key_to_the_way_back(
    hospital: str, capsys: pytest.CaptureFixture[str], secrets: MemoryKeyring
) -> None:
    backup = Shell(hospital, capsys)
    assert "no key" in str(backup("create", status=1)["error"])
    assert backup("key", status=1) == {"key": None, "in_keyring": False}
    key = backup("key", "--new")
    assert backup("key") == {"key": key["key"], "in_keyring": True}
    assert "There is a key already" in str(backup("key", "--new", status=1)["error"])
    made = backup("create")
    assert (made["good"], made["verified_how"]) == (True, "restored")
    before = contents(hospital)
    listed = backup("list")
    assert listed["overdue"] is False
    assert [one["path"] for one in listed["backups"]] == [made["path"]]  # type: ignore[attr-defined]
    assert backup("verify")["backup_id"] == made["backup_id"]
    # It asks twice: without anybody to answer, only the exact name will do.
    for given in ([], ["--yes", "lakeside clinic"]):
        refused = backup("restore", str(made["path"]), *given, status=2)
        assert "Nothing was changed" in str(refused["error"])
    assert contents(hospital).sums["patient"] == before.sums["patient"]
    done = backup("restore", "newest", "--yes", NAME)
    assert (done["hospital"], done["rows"]) == (NAME, made["rows"])
    assert Path(str(done["kept"])).is_file()
    assert contents(hospital).sums["appointment"] == before.sums["appointment"]
    assert backup("restore", str(done["kept"])[-21:], "--yes", NAME, status=1)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda data: data[:-9], "is cut off"),
        (lambda data: data[:4000] + bytes([data[4000] ^ 1]) + data[4001:], "is damaged"),
        (lambda _data: b"Dear Sir or Madam", "is not a backup of this program"),
    ],
)
def test_each_bad_file_is_called_by_its_name(
    in_a_file: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, spoil: object,
    sentence: str,
) -> None:  # fmt: skip
    backup = Shell(in_a_file, capsys)
    backup("key", "--new")
    whole = Path(str(backup("create")["path"])).read_bytes()
    bad = tmp_path / "copied.hmsbackup"
    bad.write_bytes(spoil(whole))  # type: ignore[operator]
    told = backup("restore", str(bad), "--yes", NAME, status=1)
    assert sentence in str(told["error"])
    assert "Nothing was changed" in str(told["error"]) or "nothing was changed" in str(told)


def test_a_new_computer_with_the_file_and_the_sheet_alone(
    in_a_file: str, capsys: pytest.CaptureFixture[str], run: Run, tmp_path: Path
) -> None:
    """Another program, another keyring, another folder: what a fire leaves."""
    backup = Shell(in_a_file, capsys)
    key = str(backup("key", "--new")["recovery_key"])
    path = str(backup("create")["path"])
    before = contents(in_a_file)
    target = tmp_path / "new computer" / "hospital.db"
    arguments = ("backup", "restore", path, "--database", str(target), "--yes", NAME)
    locked = run(*arguments)
    assert locked.returncode == 1
    assert "Type the recovery key" in locked.stderr
    wrong = run(*arguments, "--key-stdin", typed="ABCD-EFGH\n")
    assert "not a recovery key" in wrong.stderr
    assert not target.exists()
    done = run(*arguments, "--key-stdin", typed=f"{key}\n")
    assert done.returncode == 0, done.stderr
    assert "is back as it was on" in done.stdout
    assert contents(f"sqlite:///{target}").sums["patient"] == before.sums["patient"]


def test_two_questions_are_asked_at_a_terminal(
    in_a_file: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = Shell(in_a_file, capsys)
    backup("key", "--new")
    path = str(backup("create")["path"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    for answers in (["Lakeside"], [NAME, "yes"], [NAME, "RESTORE"]):
        asked = iter(answers)
        monkeypatch.setattr("builtins.input", lambda _question, more=asked: next(more))
        found = cli.main(["backup", "restore", path, "--database", in_a_file])
        told = capsys.readouterr()
        assert "The state of now is kept first" in told.out
        assert found == (0 if answers[-1] == "RESTORE" else 2)
