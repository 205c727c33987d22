"""Logs say what happened and where, never to whom."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from hms_desktop import logs
from hms_desktop.db.engine import Database
from hms_desktop.db.tables.patients import patient
from hms_desktop.domain.errors import Conflict
from tests.support import seed

NAME, PHONE, MAIL = "Kumar Swamy", "+91 98765 43210", "kumar@example.com"


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    path = logs.set_up("DEBUG", tmp_path)
    assert path is not None
    yield path
    logs.shut_down()
    # Third parties' level is the root's: as it was.
    logging.getLogger("hms_desktop").setLevel(logging.NOTSET)
    logging.captureWarnings(capture=False)


def written(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.feature("OPS-3")
def test_arguments_are_masked(log_file: Path) -> None:
    log = logging.getLogger("hms_desktop.test")
    log.info("saved %s, %s after %d tries in %.1f s", NAME, {"phone": PHONE}, 3, 0.5)
    log.info("%(who)s came", {"who": NAME})
    log.info("structure %s", logs.Safe("0002"))
    log.info("kumar@example.com and +91 98765 43210 are in the text itself")
    text = written(log_file)
    assert "saved <text of 11>, <dict> after 3 tries in 0.5 s" in text
    assert "structure 0002" in text
    for one in (NAME, PHONE, MAIL):
        assert one not in text


@pytest.mark.feature("OPS-3")
def test_exceptions_keep_kind_and_place_but_no_values(log_file: Path, expect_log: object) -> None:
    log = logging.getLogger("hms_desktop.test")
    expect_log(".", level=logging.ERROR)  # type: ignore[operator]
    try:
        try:
            int(NAME)
        except ValueError as error:
            raise Conflict("{who} is there already.", kind="patient", who=NAME) from error
    except Conflict:
        log.exception("could not book for %s", NAME)
    text = written(log_file)
    assert "Conflict: {who} is there already." in text
    assert "ValueError" in text
    assert "test_logs.py" in text
    assert NAME not in text
    assert "Swamy" not in text


@pytest.mark.feature("OPS-3")
def test_a_failed_write_leaves_no_personal_data(
    log_file: Path, database_url: str, expect_log: object
) -> None:
    log = logging.getLogger("hms_desktop.test")
    expect_log("failed", level=logging.ERROR)  # type: ignore[operator]
    database = Database(database_url)
    values = {
        "mrn": "H-1", "display_name": NAME, "sort_name": "swamy kumar", "phones": [PHONE],
        "email": MAIL, "sex": "wrong", "address": {}, "consent": {}, "phone": PHONE,
    }  # fmt: skip
    with pytest.raises(sa.exc.IntegrityError) as failed:
        database.write(seed.stamp(), lambda write: write.insert(patient, values))
    log.error("the write failed", exc_info=failed.value)
    database.close()
    # Neither the file nor what SQLAlchemy itself would tell holds the values.
    assert "hide_parameters" in str(failed.value)
    text = written(log_file)
    assert "IntegrityError" in text
    for one in (NAME, PHONE, MAIL, "swamy", "H-1", "98765"):
        assert one not in text


def test_what_other_handlers_see_stays_whole(
    log_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        logging.getLogger("hms_desktop.test").info("hello %s", NAME)
    assert caplog.messages == [f"hello {NAME}"]
    assert NAME not in written(log_file)


def test_without_a_place_to_write_the_program_runs_on(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    assert logs.set_up(folder=blocked / "log") is None


def test_old_logs_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log_file: Path) -> None:
    monkeypatch.setattr(logs, "MOST_BYTES", 500)
    monkeypatch.setattr(logs, "KEPT_FILES", 2)
    path = logs.set_up("INFO", tmp_path)
    assert path is not None
    for number in range(50):
        logging.getLogger("hms_desktop.test").info("line %d", number)
    assert len(list(tmp_path.iterdir())) == 3
    assert set(logs.tails(tmp_path, most=100)) == {
        "hms-desktop.log", "hms-desktop.log.1", "hms-desktop.log.2",
    }  # fmt: skip
    assert all(len(tail) <= 100 for tail in logs.tails(tmp_path, most=100).values())
