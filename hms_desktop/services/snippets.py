"""Text snippets: each one's own, and those that all share."""

from __future__ import annotations

import sqlalchemy as sa

from hms_desktop.db import faults
from hms_desktop.db.tables.consultations import snippet
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Invalid, NotAllowed, NotFound, Stale
from hms_desktop.domain.snippets import SaveSnippet, SnippetRow
from hms_desktop.services.context import Service
from hms_desktop.services.edited_rows import editor_name
from hms_desktop.services.gate import permitted

MOST = 1_000
_ROW = sa.select(
    snippet.c.id,
    snippet.c.version,
    snippet.c.keyword,
    snippet.c.text,
    snippet.c.user_id.is_not(None),
)


class SnippetsService(Service):
    """Own snippets for whoever writes records; shared ones by permission."""

    @permitted("clinical.write", "clinical.lists")
    def all(self, actor: Actor) -> tuple[SnippetRow, ...]:
        """Return the own and the shared snippets, by keyword."""
        query = (
            _ROW.where(
                snippet.c.retired_at.is_(None),
                sa.or_(snippet.c.user_id.is_(None), snippet.c.user_id == (actor.user_id or 0)),
            )
            .order_by(snippet.c.keyword, snippet.c.id)
            .limit(MOST)
        )
        with self.database.read() as connection:
            return tuple(
                SnippetRow._make((*row[:4], bool(row[4]))) for row in connection.execute(query)
            )

    @permitted("clinical.write", "clinical.lists")
    def save(self, actor: Actor, wish: SaveSnippet, *, request_id: str | None = None) -> SnippetRow:
        """Add or change a snippet; raises Invalid, Stale, or NotAllowed for a shared one."""
        wish = wish.check()
        stamp = self.stamp(actor, "save_snippet", request_id)
        made: list[int] = []

        def work(write: Write) -> SnippetRow:
            values = {"keyword": wish.keyword, "text": wish.text}
            if wish.snippet_id is None:
                owner = self._owner(actor, shared=wish.shared)
                made.append(write.insert(snippet, {**values, "user_id": owner}))
            else:
                self._mine(write, actor, wish.snippet_id, wish.version)
                write.update(snippet, wish.snippet_id, values, version=wish.version)
                made.append(wish.snippet_id)
            return _read(write.connection, made[-1])

        def again(connection: sa.Connection) -> SnippetRow:
            return _named(connection, actor, wish.keyword)

        try:
            return self.database.write(stamp, work, again)
        except faults.Duplicate as error:
            raise Invalid(
                "keyword", "There is a snippet with this keyword already. Choose another one."
            ) from error

    @permitted("clinical.write", "clinical.lists")
    def retire(
        self, actor: Actor, snippet_id: int, version: int, *, request_id: str | None = None
    ) -> None:
        """Take a snippet away; raises Stale, or NotAllowed for somebody else's."""

        def work(write: Write) -> None:
            self._mine(write, actor, snippet_id, version)
            write.update(snippet, snippet_id, {"retired_at": write.now}, version=version)

        stamp = self.stamp(actor, "retire_snippet", request_id)
        self.database.write(stamp, work, lambda _connection: None)

    # -- inside -----------------------------------------------------------------------------
    def _owner(self, actor: Actor, *, shared: bool) -> int | None:
        if shared:
            self._shared_only_by_right(actor)
            return None
        if actor.user_id is None:
            raise NotAllowed("clinical.write", "Only a person has snippets of their own.")
        return actor.user_id

    def _shared_only_by_right(self, actor: Actor) -> None:
        if not self.may(actor, "clinical.lists"):
            raise NotAllowed("clinical.lists")

    def _mine(self, write: Write, actor: Actor, snippet_id: int, version: int) -> None:
        query = sa.select(snippet.c.user_id, snippet.c.version).where(
            snippet.c.id == snippet_id, snippet.c.retired_at.is_(None)
        )
        row = write.connection.execute(query).one_or_none()
        if row is None:
            raise NotFound("This snippet is no longer there. Nothing was changed.")
        if row.user_id is None:
            self._shared_only_by_right(actor)
        elif row.user_id != actor.user_id:
            raise NotAllowed("clinical.write", "This snippet is somebody else's.")
        if row.version != version:
            who = editor_name(write.connection, snippet, snippet_id)
            raise Stale(current=_read(write.connection, snippet_id), who=who)


def _read(connection: sa.Connection, snippet_id: int) -> SnippetRow:
    row = connection.execute(_ROW.where(snippet.c.id == snippet_id)).one()
    return SnippetRow._make((*row[:4], bool(row[4])))


def _named(connection: sa.Connection, actor: Actor, keyword: str) -> SnippetRow:
    query = _ROW.where(
        snippet.c.keyword == keyword,
        snippet.c.retired_at.is_(None),
        sa.or_(snippet.c.user_id.is_(None), snippet.c.user_id == (actor.user_id or 0)),
    ).order_by(snippet.c.id.desc())
    row = connection.execute(query.limit(1)).one()
    return SnippetRow._make((*row[:4], bool(row[4])))
