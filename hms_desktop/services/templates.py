"""The texts of messages: those of the program, and the hospital's own copies of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.messages import message_template
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Invalid, Stale
from hms_desktop.domain.messages import Channel, MessageKind
from hms_desktop.outgoing.templates import (
    LANGUAGES,
    PLACEHOLDERS,
    Rendered,
    Template,
    render,
    sample,
    shipped,
)
from hms_desktop.services.context import Service
from hms_desktop.services.gate import permitted


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One text as it is used; ``version`` 0: the program's own, nobody changed it."""

    kind: str
    language: str
    subject: str
    text: str
    html: str
    version: int
    placeholders: tuple[str, ...]


class TemplatesService(Service):
    """Reading, changing and putting back the texts of mails."""

    @permitted("templates.manage")
    def all(self, actor: Actor) -> tuple[TemplateRow, ...]:
        """Return every text by kind and language, the hospital's own where there is one."""
        with self.database.read() as connection:
            own = {
                (row.kind, row.language): row
                for row in connection.execute(
                    sa.select(message_template).where(
                        message_template.c.channel == Channel.EMAIL.value
                    )
                )
            }
        return tuple(
            _row(kind, language, own.get((kind.value, language)))
            for kind in MessageKind
            for language in LANGUAGES
        )

    @permitted("templates.manage")
    def save(
        self,
        actor: Actor,
        kind: str,
        language: str,
        texts: tuple[str, str, str],
        version: int,
        *,
        request_id: str | None = None,
    ) -> TemplateRow:
        """Keep subject, text and HTML as the hospital's own.

        Raises Invalid at the field for an unknown placeholder or what cannot be filled in, Stale
        when somebody else saved since ``version``.
        """
        one = Template(_kind(kind), _language(language), *texts).check()
        values = {"subject": one.subject, "text": one.text, "html": one.html}
        stamp = self.stamp(actor, "save_template", request_id)

        def work(write: Write) -> TemplateRow:
            found = _find(write.connection, one.kind, one.language)
            if (found.version if found else 0) != version:
                raise Stale(current=_row(one.kind, one.language, found))
            if found is None:
                names = {"kind": kind, "channel": Channel.EMAIL.value, "language": language}
                write.insert(message_template, {**names, **values})
            else:
                write.update(message_template, found.id, values, version=version)
            return _row(one.kind, one.language, _find(write.connection, one.kind, one.language))

        def again(connection: sa.Connection) -> TemplateRow:
            return _row(one.kind, one.language, _find(connection, one.kind, one.language))

        return self.database.write(stamp, work, again)

    @permitted("templates.manage")
    def reset(
        self, actor: Actor, kind: str, language: str, *, request_id: str | None = None
    ) -> TemplateRow:
        """Forget the hospital's own text: the program's is used again."""
        which, tongue = _kind(kind), _language(language)

        def work(write: Write) -> TemplateRow:
            found = _find(write.connection, which, tongue)
            if found is not None:
                write.delete(message_template, found.id)
            return _row(which, tongue, None)

        stamp = self.stamp(actor, "reset_template", request_id)
        return self.database.write(stamp, work, lambda _connection: _row(which, tongue, None))

    @permitted("templates.manage")
    def preview(
        self, actor: Actor, kind: str, language: str, texts: tuple[str, str, str]
    ) -> Rendered:
        """Return what a text looks like with made-up values; raises Invalid."""
        one = Template(_kind(kind), _language(language), *texts).check()
        return render(one, sample(one.kind, one.language))


def _kind(text: str) -> MessageKind:
    if text not in set(MessageKind):
        raise Invalid("kind", "There is no such message.")
    return MessageKind(text)


def _language(text: str) -> str:
    if text not in LANGUAGES:
        raise Invalid("language", "There is no such language.")
    return text


def _find(connection: sa.Connection, kind: MessageKind, language: str) -> sa.Row[Any] | None:
    query = sa.select(message_template).where(
        message_template.c.kind == kind.value,
        message_template.c.language == language,
        message_template.c.channel == Channel.EMAIL.value,
    )
    return connection.execute(query).one_or_none()


def _row(kind: MessageKind, language: str, own: sa.Row[Any] | None) -> TemplateRow:
    known = tuple(sorted(PLACEHOLDERS[kind]))
    if own is not None:
        return TemplateRow(
            kind.value, language, own.subject, own.text, own.html, own.version, known
        )
    one = shipped(kind, language)
    return TemplateRow(kind.value, language, one.subject, one.text, one.html, 0, known)
