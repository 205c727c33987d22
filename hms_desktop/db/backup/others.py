"""Who else has a database open: named in the refusal, so that somebody can go there."""

from __future__ import annotations

from contextlib import suppress

import sqlalchemy as sa
import sqlalchemy.exc

from hms_desktop.db.engine import Database
from hms_desktop.db.tables.accounts import SEEN, session, user
from hms_desktop.domain.accounts import SILENT
from hms_desktop.domain.errors import Conflict, HmsError

_MOST = 20
_OTHERS = """
SELECT count(*), string_agg(DISTINCT coalesce(host(client_addr), 'the server itself')
    || coalesce(' (' || nullif(application_name, '') || ')', ''), ', ')
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
AND coalesce(backend_type, 'client backend') = 'client backend'"""


def connected(connection: sa.Connection) -> tuple[int, str]:
    """Return how many other connections a Postgres database has, and from where."""
    count, places = connection.execute(sa.text(_OTHERS)).one()
    return int(count), places or ""


def refusal(database: Database, count: int = 0, places: str = "") -> Conflict:
    """Return why a hospital that others have open cannot be restored, naming them."""
    people = _logged_in(database)
    if database.is_sqlite and not people:
        return Conflict(
            "Other programs of this hospital are open on this computer. Nothing was changed. "
            "Close every window and command of it, then try again.",
            kind="in_use",
        )
    if database.is_sqlite:
        return Conflict(
            "Other programs of this hospital are open on this computer. Logged in are: {people}. "
            "Nothing was changed. Close every window and command of it, then try again.",
            kind="in_use",
            people=people,
        )
    if not people:
        return Conflict(
            "{count} other connections to this database are open, from {places}. Nothing was "
            "changed. Close the program at every workstation, and what else uses the database, "
            "then try again.",
            kind="in_use",
            count=count,
            places=places,
        )
    return Conflict(
        "{count} other connections to this database are open, from {places}. Logged in are: "
        "{people}. Nothing was changed. Close the program at these workstations, and what else "
        "uses the database, then try again.",
        kind="in_use",
        count=count,
        places=places,
        people=people,
    )


def _logged_in(database: Database) -> str:
    """Return workstations and people whose programs are alive; empty where that is not known."""
    # A damaged file, or one of an earlier version: then nobody can be named.
    with suppress(HmsError, sqlalchemy.exc.DBAPIError), database.read() as connection:
        query = (
            sa.select(session.c.workstation, user.c.display_name)
            .join(user, user.c.id == session.c.user_id)
            .where(session.c.ended_at.is_(None), database.now() - SILENT <= SEEN)
            .distinct()
            .order_by(session.c.workstation, user.c.display_name)
            .limit(_MOST)
        )
        return ", ".join(f"{row[0]} ({row[1]})" for row in connection.execute(query))
    return ""
