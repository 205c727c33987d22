"""Replaces the contents of a Postgres database by those of a dump, in one transaction."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Self

import sqlalchemy as sa

from hms_desktop.db.backup import postgres, tools
from hms_desktop.db.engine import Database
from hms_desktop.domain.backups import BackupHead
from hms_desktop.domain.errors import Unusable

Content = Callable[[], AbstractContextManager[Iterator[bytes]]]
"""Opens the content of a backup anew: it is read more than once."""

_EMPTY = """
BEGIN;
SET LOCAL lock_timeout = '30s';
DO $hms$
DECLARE one record;
BEGIN
    FOR one IN
        SELECT c.relname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND NOT EXISTS (
            SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('e', 'i', 'a')
            AND d.classid = 'pg_class'::regclass)
    LOOP
        EXECUTE format('DROP %s IF EXISTS public.%I CASCADE', CASE one.relkind
            WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
            ELSE 'TABLE' END, one.relname);
    END LOOP;
    FOR one IN
        SELECT p.oid::regprocedure::text AS name FROM pg_proc p
        JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname = 'public' AND NOT EXISTS (
            SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    LOOP
        EXECUTE 'DROP ROUTINE IF EXISTS ' || one.name || ' CASCADE';
    END LOOP;
END $hms$;
"""
_NOT_OURS = (" COMMENT - EXTENSION ", " SCHEMA - public ", " COMMENT - SCHEMA public ")
_RIGHTS = (" ACL ", " DEFAULT ACL ")


def replace_contents(database: Database, head: BackupHead, content: Content) -> tuple[str, ...]:
    """Restore a dump over what is there; counted and added up before it is committed.

    Returns notes on rights that could not be given. Raises Unusable; then nothing was changed.
    """
    with database.read() as connection:
        major = tools.server_major(connection)
    restore, psql = tools.find("pg_restore", major), tools.find("psql", major)
    with content() as found:
        lines = postgres.contents(restore, found)
    wanted = [line for line in lines if not any(word in line for word in (*_NOT_OURS, *_RIGHTS))]
    rights = [line for line in lines if any(word in line for word in _RIGHTS)]
    # Nothing of ours may hold a lock that the other program waits for.
    database.engine.dispose()
    _pump(database.url, (restore, psql), wanted, content, (_EMPTY, _compared(head) + "COMMIT;\n"))
    if not rights:
        return ()
    return _give_rights(database.url, (restore, psql), rights, content)


def _compared(head: BackupHead) -> str:
    """Return statements that fail when a table differs from what the backup says of it."""
    steady = "".join(f"{one.replace('SET ', 'SET LOCAL ', 1)};\n" for one in postgres.STEADY)
    checks = "".join(
        f"    SELECT * INTO rows, total FROM ({postgres.sum_query(table)}) AS found;\n"  # noqa: S608
        f"    IF rows <> {count} OR total <> '{head.sums.get(table, '')}' THEN\n"
        f"        RAISE EXCEPTION 'the table % is not as in the backup', {_literal(table)};\n"
        "    END IF;\n"
        for table, count in head.tables.items()
    )
    return f"{steady}DO $hms$\nDECLARE rows bigint; total text;\nBEGIN\n{checks}END $hms$;\n"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _pump(
    url: sa.URL,
    programs: tuple[str, str],
    lines: Sequence[str],
    content: Content,
    around: tuple[str, str],
) -> None:
    """Have a dump written out as statements and run them between two texts.

    The last text commits, and is sent only when everything before it came through: a program
    that dies on the way leaves a transaction that is rolled back.
    """
    before, after = around
    restore, psql = programs
    with tempfile.TemporaryDirectory(prefix="hms-restore-") as folder:
        listing = Path(folder) / "contents"
        listing.write_text("\n".join(lines) + "\n", encoding="utf-8")
        reads = [
            restore, "--no-owner", f"--use-list={listing}", "--file=-",
        ]  # fmt: skip
        with (
            tools.started(_psql(psql, url), url, reads=True) as database,
            tools.started(reads, reads=True) as statements,
            _Feeder(statements, content) as feeder,
        ):
            try:
                database.into.write(before.encode())
                while piece := statements.out.read(postgres.PIECE):
                    database.into.write(piece)
            except OSError as error:
                # It stopped listening: what it said tells why.
                database.wait()
                raise _refused(database) from error
            feeder.join()
            if statements.wait():
                raise postgres.unreadable(statements)
            try:
                database.into.write(after.encode())
                database.into.close()
            except OSError as error:
                database.wait()
                raise _refused(database) from error
            if database.wait():
                raise _refused(database)


def _psql(program: str, url: sa.URL) -> list[str]:
    return [
        program, "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1",
        f"--output={os.devnull}", f"--dbname={tools.address(url)}",
    ]  # fmt: skip


class _Feeder:
    """Gives a program what it reads, from a thread; ``join`` raises what went wrong there."""

    def __init__(self, running: tools.Running, content: Content) -> None:
        self._running = running
        self._content = content
        self._over = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="backup-feeder", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._running.process.kill()
        self._thread.join()

    def join(self) -> None:
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        try:
            with self._content() as found, closing(self._running.into) as into:
                for piece in found:
                    if self._over.is_set():
                        return
                    into.write(piece)
        except OSError:
            return  # it stopped reading: its exit status tells why
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            self._error = error
            # Without its last piece the dump does not come through as a whole.
            self._running.process.kill()


def _give_rights(
    url: sa.URL, programs: tuple[str, str], lines: Sequence[str], content: Content
) -> tuple[str, ...]:
    """Give the rights of the dump back; roles that this server does not know are left out."""
    restore, psql = programs
    with tempfile.TemporaryDirectory(prefix="hms-restore-") as folder:
        listing = Path(folder) / "contents"
        listing.write_text("\n".join(lines) + "\n", encoding="utf-8")
        with (
            tools.started([restore, f"--use-list={listing}", "--file=-"], reads=True) as running,
            _Feeder(running, content) as feeder,
        ):
            statements = running.out.read()
            feeder.join()
            if running.wait():
                raise postgres.unreadable(running)
    arguments = [one for one in _psql(psql, url) if "ON_ERROR_STOP" not in one]
    with tools.started(arguments, url, reads=True) as database:
        database.into.write(statements)
        database.into.close()
        database.wait()
        complaint = database.complaint()
    return (complaint,) if complaint else ()


def _refused(database: tools.Running) -> Unusable:
    return Unusable(
        "The database refused the backup ({why}). Everything was taken back: the hospital is as "
        "it was.",
        why=database.complaint() or "no reason was given",
    )
