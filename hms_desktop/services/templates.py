"""The texts of messages: those of the program, and the hospital's own copies of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.accounts import user
from hms_desktop.db.tables.messages import message_template
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Invalid, Stale
from hms_desktop.domain.messages import LANGUAGES, Channel, MessageKind
from hms_desktop.outgoing.templates import (
    PLACEHOLDERS,
    Rendered,
    Template,
    render,
    sample,
    shipped,
)
from hms_desktop.services.context import Service
from hms_desktop.services.gate import permitted

SHORT_KINDS = (MessageKind.REMINDER,)
"""What goes out as a short text too."""
PARTS: tuple[tuple[MessageKind, Channel], ...] = (
    *((kind, Channel.EMAIL) for kind in MessageKind),
    *((kind, Channel.SMS) for kind in SHORT_KINDS),
)
Texts = tuple[str, str, str]
"""Subject, text, HTML."""
_COLUMNS = message_template.c


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One text as it is used; ``version`` 0: the program's own, nobody changed it.

    ``shipped`` are the program's own subject, text and HTML; ``changed_at`` is UTC.
    """

    kind: str
    language: str
    channel: str
    subject: str
    text: str
    html: str
    version: int
    placeholders: tuple[str, ...]
    shipped: Texts
    changed_by: str = ""
    changed_at: datetime | None = None

    @property
    def texts(self) -> Texts:
        """Subject, text and HTML as they are used."""
        return self.subject, self.text, self.html


class TemplatesService(Service):
    """Reading, changing and putting back the texts of messages."""

    @permitted("templates.manage")
    def all(self, actor: Actor) -> tuple[TemplateRow, ...]:
        """Return every text by kind, channel and language, the hospital's own where it has one."""
        with self.database.read() as connection:
            own = {
                (row.kind, row.channel, row.language): row for row in connection.execute(_query())
            }
        return tuple(
            _row(kind, channel, language, own.get((kind.value, channel.value, language)))
            for kind, channel in PARTS
            for language in LANGUAGES
        )

    @permitted("templates.manage")
    def save(
        self,
        actor: Actor,
        kind: str,
        language: str,
        texts: Texts,
        version: int,
        *,
        channel: str = Channel.EMAIL.value,
        request_id: str | None = None,
    ) -> TemplateRow:
        """Keep subject, text and HTML as the hospital's own.

        Raises Invalid at the field (with its line) for an unknown placeholder or what cannot be
        filled in, Stale when somebody else saved since ``version``.
        """
        one = _template(kind, language, channel, texts).check()
        which = (one.kind, one.channel, one.language)
        values = {"subject": one.subject, "text": one.text, "html": one.html}

        def work(write: Write) -> TemplateRow:
            found = _find(write.connection, *which)
            _refuse_stale(which, found, version)
            if found is None:
                names = {"kind": kind, "channel": channel, "language": language}
                write.insert(message_template, {**names, **values})
            else:
                write.update(message_template, found.id, values, version=version)
            return _row(*which, _find(write.connection, *which))

        return self.database.write(
            self.stamp(actor, "save_template", request_id),
            work,
            lambda connection: _row(*which, _find(connection, *which)),
        )

    @permitted("templates.manage")
    def reset(
        self,
        actor: Actor,
        kind: str,
        language: str,
        version: int,
        *,
        channel: str = Channel.EMAIL.value,
        request_id: str | None = None,
    ) -> TemplateRow:
        """Forget the hospital's own text: the program's is used again; raises Stale."""
        which = (_kind(kind), _channel(kind, channel), _language(language))

        def work(write: Write) -> TemplateRow:
            found = _find(write.connection, *which)
            _refuse_stale(which, found, version)
            if found is not None:
                write.delete(message_template, found.id)
            return _row(*which, None)

        stamp = self.stamp(actor, "reset_template", request_id)
        return self.database.write(stamp, work, lambda _connection: _row(*which, None))

    @permitted("templates.manage")
    def preview(
        self,
        actor: Actor,
        kind: str,
        language: str,
        texts: Texts,
        *,
        channel: str = Channel.EMAIL.value,
        values: Mapping[str, str] | None = None,
    ) -> Rendered:
        """Return what a text looks like with a made-up visit; raises Invalid as ``save`` does.

        ``values`` replace made-up ones, such as the patient's name; like all values they are only
        text.
        """
        one = _template(kind, language, channel, texts).check()
        made_up = sample(one.kind, one.language)
        made_up.update({name: text for name, text in (values or {}).items() if name in made_up})
        try:
            return render(one, made_up)
        except Exception as error:
            raise Invalid(
                "text",
                "With these values the text cannot be filled in: {why}.",
                why=str(error)[:200] or type(error).__name__,
            ) from error


def _template(kind: str, language: str, channel: str, texts: Texts) -> Template:
    return Template(_kind(kind), _language(language), *texts, _channel(kind, channel))


def _kind(text: str) -> MessageKind:
    if text not in set(MessageKind):
        raise Invalid("kind", "There is no such message.")
    return MessageKind(text)


def _channel(kind: str, text: str) -> Channel:
    if (kind, text) not in PARTS:
        raise Invalid("channel", "This message does not go that way.")
    return Channel(text)


def _language(text: str) -> str:
    if text not in LANGUAGES:
        raise Invalid("language", "There is no such language.")
    return text


def _query() -> sa.Select[Any]:
    return sa.select(
        message_template, sa.func.coalesce(user.c.display_name, "").label("editor")
    ).select_from(message_template.outerjoin(user, user.c.id == _COLUMNS.updated_by))


def _find(
    connection: sa.Connection, kind: MessageKind, channel: Channel, language: str
) -> sa.Row[Any] | None:
    query = _query().where(
        _COLUMNS.kind == kind.value,
        _COLUMNS.language == language,
        _COLUMNS.channel == channel.value,
    )
    return connection.execute(query).one_or_none()


def _refuse_stale(
    which: tuple[MessageKind, Channel, str], found: sa.Row[Any] | None, version: int
) -> None:
    if (found.version if found else 0) != version:
        current = _row(*which, found)
        raise Stale(current=current, who=current.changed_by or "Someone")


def _row(
    kind: MessageKind, channel: Channel, language: str, own: sa.Row[Any] | None
) -> TemplateRow:
    known = tuple(sorted(PLACEHOLDERS[kind]))
    one = shipped(kind, language, channel)
    names = (kind.value, language, channel.value)
    texts = (one.subject, one.text, one.html)
    if own is None:
        return TemplateRow(*names, *texts, 0, known, texts)
    used = (own.subject, own.text, own.html)
    return TemplateRow(*names, *used, own.version, known, texts, own.editor, own.updated_at)
