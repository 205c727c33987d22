import multiprocessing
from pathlib import Path

import alembic.autogenerate
import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import hms_desktop.db.tables  # noqa: F401 - fills the metadata
from hms_desktop.db import migrate
from hms_desktop.db.backup import proving
from hms_desktop.db.engine import Database
from hms_desktop.db.location import shown
from hms_desktop.db.metadata import metadata
from hms_desktop.domain.backups import Proof
from hms_desktop.domain.errors import Unusable
from hms_desktop.paths import migrations_dir
from tests.support.seed import Clinic

pytestmark = pytest.mark.feature("OPS-2")


def test_an_empty_database_is_brought_to_the_head(empty_database_url: str) -> None:
    before = migrate.state(empty_database_url)
    assert before.current is None
    assert before.pending
    after = migrate.upgrade(empty_database_url)
    assert after.current == after.head
    assert not after.pending


def test_the_migrations_make_exactly_the_tables_of_the_program(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = alembic.autogenerate.compare_metadata(context, metadata)
    # Exclusion constraints bring indexes that only the revision knows.
    left = [one for one in differences if "ex_appointment" not in str(one)]
    assert left == []


def test_a_newer_database_is_refused_in_a_sentence(database_url: str) -> None:
    database = Database(database_url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Unusable, match="newer program"):
        migrate.upgrade(database_url)
    with pytest.raises(Unusable, match="newer program"):
        migrate.require_current(database)
    database.close()


def test_an_older_database_is_named_and_left_alone(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    with pytest.raises(Unusable, match="older structure"):
        migrate.require_current(database)
    database.close()


def test_an_upgrade_saves_what_was_there(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    clinic = Clinic(database)
    clinic.book()
    target = migrate.save_before(database, tmp_path / "saved", database.now())
    assert target.stat().st_mode & 0o777 == 0o600
    # One way of making backups: what was saved is proved and restored as any other.
    head = proving.look_at(target).head
    assert (head.kind, head.tables["appointment"]) == ("before_upgrade", 1)
    how = proving.prove(target, lambda _number: None, tmp_path, database)
    assert how is Proof.RESTORED
    database.close()


def test_an_upgrade_without_a_place_to_save_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(Unusable, match="could not be saved first"):
        migrate.save_before(database, blocked / "x", database.now())
    database.close()


def _upgrade(url: str) -> None:
    migrate.upgrade(url)


def test_several_programs_at_once_upgrade_once(empty_database_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    programs = [context.Process(target=_upgrade, args=(empty_database_url,)) for _ in range(4)]
    for program in programs:
        program.start()
    for program in programs:
        program.join(60)
    assert [program.exitcode for program in programs] == [0] * 4
    assert not migrate.state(empty_database_url).pending


def test_an_address_is_shown_without_its_password() -> None:
    url = sa.make_url("postgresql+psycopg://desk:hunter2@db/hms")
    assert "hunter2" not in shown(url)


def test_the_steps_are_read_as_alembic_reads_them() -> None:
    script = ScriptDirectory(str(migrations_dir()))
    steps = {one.revision: one.down_revision or "" for one in script.walk_revisions()}
    assert migrate.revisions(migrations_dir() / "versions") == steps
    assert len(steps) > 1
