"""The audit of an older hospital is chained by the upgrade, whatever its texts hold."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from hms_desktop.db import chain, migrate
from hms_desktop.db.engine import Database
from tests.support.strings import naughty_strings

pytestmark = [pytest.mark.feature("SEC-1"), pytest.mark.feature("OPS-2")]
BEFORE = "0005"
"""The structure before the chain."""


def test_older_entries_are_linked_in_their_order(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(empty_database_url)
    _upgrade_to(monkeypatch, database, BEFORE)
    texts = [text.replace("\0", "") for text in naughty_strings()]
    with database.engine.begin() as connection:
        for number, text in enumerate([*texts, '\x1f\x7f\u2028"\\/\b\f\n\r\t']):
            connection.execute(_INSERT, _entry(number, text, database))
    monkeypatch.setattr(chain, "_REST", 100)
    migrate.upgrade(empty_database_url, backup=False)
    with database.read() as connection:
        links = [one for batch in chain.batches(connection, 10**9) for one in batch]
        assert len(links) == chain.count_entries(connection) + 1
        assert [one.entry_id for one in links] == sorted(one.entry_id for one in links)
        before = b""
        for one in links:
            # Both engines and this program write a text out in the same way.
            assert one.seq == 0 or chain.hashed(before, str(one.content)) == one.hash
            before = one.hash
    database.close()


_INSERT = sa.text(
    "INSERT INTO audit_entry (at, request_id, position, user_id, user_name, role, workstation, "
    "program, action, entity, entity_id, before, after, reason) VALUES (:at, :request, 0, "
    ":user_id, :text, '', '', '', 'x', 'x', :number, NULL, CAST(:after AS JSON), :text)"
)


def _entry(number: int, text: str, database: Database) -> dict[str, Any]:
    moment = f"2026-11-23 10:00:00.{number:06}"
    return {
        "at": moment if database.is_sqlite else f"{moment}+00",
        "request": f"old-{number}",
        "user_id": number % 3 or None,
        "text": text,
        "number": number,
        "after": json.dumps({"note": text}) if not database.is_sqlite else str(number),
    }


def _upgrade_to(monkeypatch: pytest.MonkeyPatch, database: Database, revision: str) -> None:
    usual = command.upgrade
    with monkeypatch.context() as patched:
        patched.setattr(command, "upgrade", lambda config, _head: usual(config, revision))
        migrate.upgrade(str(database.url.render_as_string(hide_password=False)), backup=False)
