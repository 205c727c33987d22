"""The change feed: what other programs did to the database, announced here within a second."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable

import sqlalchemy as sa
import sqlalchemy.exc

from hms_desktop.bus import Announcement, Change
from hms_desktop.db.engine import CONNECT_SECONDS, Database
from hms_desktop.db.tables.hospital import audit_entry
from hms_desktop.db.writing import READ
from hms_desktop.domain.errors import HmsError

log = logging.getLogger(__name__)

CHANNEL = "hms_change"
POLL_SECONDS = 0.1
"""How often an SQLite file is asked whether anybody changed it; costs 10 µs."""
LISTEN_SECONDS = 0.5
"""How long a wait for notices lasts before the feed looks whether it should stop."""
RETRY_SECONDS = 1.0
MOST_ROWS = 500
"""More changes than this at once are announced as: anything may have changed."""


class Feed:
    """A thread that announces other programs' changes on the database's bus.

    ``on_state(True)`` is called when the feed is live and ``on_state(False)`` when the database
    went away; after a return everything counts as changed.
    """

    def __init__(self, database: Database, on_state: Callable[[bool], None] | None = None) -> None:
        """Prepare the feed; ``start`` begins it."""
        self._database = database
        self._on_state = on_state or (lambda _live: None)
        self._stop = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hms-feed", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def wait_ready(self, seconds: float = 10.0) -> bool:
        """Wait until changes are heard (used at start, so that none is missed)."""
        return self._ready.wait(seconds)

    def close(self) -> None:
        """Stop listening and wait for the thread."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(CONNECT_SECONDS + RETRY_SECONDS)

    def _run(self) -> None:
        listen = self._poll_sqlite if self._database.is_sqlite else self._listen_postgres
        lost = False
        while not self._stop.is_set():
            try:
                listen(lost)
            except (HmsError, sa.exc.DBAPIError, self._database.driver_error):
                log.warning("the change feed lost the database", exc_info=True)
                lost = True
                self._on_state(False)  # noqa: FBT003 - a state, not an option
                self._stop.wait(RETRY_SECONDS)

    def _live(self, lost: bool) -> None:  # noqa: FBT001
        if lost:
            # The pool's connections lead nowhere; nobody's next call shall be the one to find out.
            self._database.engine.dispose()
        self._ready.set()
        self._on_state(True)  # noqa: FBT003
        if lost:
            self._database.bus.announce(Announcement(everything=True))

    def _poll_sqlite(self, lost: bool) -> None:  # noqa: FBT001
        with self._database.engine.connect() as connection:
            version = connection.exec_driver_sql("PRAGMA data_version").scalar_one()
            last = connection.execute(sa.select(sa.func.max(audit_entry.c.id))).scalar() or 0
            self._live(lost)
            while not self._stop.wait(POLL_SECONDS):
                seen = connection.exec_driver_sql("PRAGMA data_version").scalar_one()
                if seen == version:
                    continue
                version = seen
                last = self._announce_tail(connection, last)

    def _announce_tail(self, connection: sa.Connection, last: int) -> int:
        query = (
            sa.select(
                audit_entry.c.id,
                audit_entry.c.program,
                audit_entry.c.request_id,
                audit_entry.c.action,
                audit_entry.c.entity,
                audit_entry.c.entity_id,
                audit_entry.c.patient_id,
            )
            .where(audit_entry.c.id > last)
            .order_by(audit_entry.c.id)
            .limit(MOST_ROWS + 1)
        )
        rows = connection.execute(query).all()
        if len(rows) > MOST_ROWS:
            self._database.bus.announce(Announcement(everything=True))
            newest = connection.execute(sa.select(sa.func.max(audit_entry.c.id))).scalar_one()
            return int(newest)
        others = [
            (row.program, Change(row.entity, row.entity_id, row.action, row.patient_id))
            for row in rows
            if row.program != self._database.program and row.action != READ
        ]
        if others:
            self._database.bus.announce(
                Announcement(tuple(change for _, change in others), origin=others[-1][0])
            )
        return rows[-1].id if rows else last

    def _listen_postgres(self, lost: bool) -> None:  # noqa: FBT001
        # Only here: a hospital in a file never needs it, and it takes a fifth of the start.
        import psycopg  # noqa: PLC0415

        url = self._database.url.set(drivername="postgresql")
        with psycopg.connect(
            url.render_as_string(hide_password=False),
            autocommit=True,
            connect_timeout=CONNECT_SECONDS,
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=3,
            tcp_user_timeout=5000,
            application_name="hms-desktop feed",
        ) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            self._live(lost)
            while not self._stop.is_set():
                notices = list(connection.notifies(timeout=LISTEN_SECONDS, stop_after=1))
                # What is waiting already belongs to the same announcement.
                notices += list(connection.notifies(timeout=0))
                self._announce_notices([notice.payload for notice in notices])

    def _announce_notices(self, payloads: list[str]) -> None:
        rows = [json.loads(payload) for payload in payloads]
        others = [row for row in rows if row["program"] != self._database.program]
        if len(others) > MOST_ROWS:
            self._database.bus.announce(Announcement(everything=True))
        elif others:
            self._database.bus.announce(
                Announcement(
                    tuple(
                        Change(row["entity"], row["id"], row["action"], row["patient"])
                        for row in others
                    ),
                    origin=others[-1]["program"],
                )
            )
