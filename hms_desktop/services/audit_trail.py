"""The audit trail to read: lists, one entry, one patient's access list; on paper as well."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from hms_desktop.db.tables.accounts import user
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.writing import READ, Write
from hms_desktop.domain import zones
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.audit import (
    MOST_ROWS,
    AccessList,
    AuditDetail,
    AuditFilter,
    AuditHead,
    AuditRow,
    Person,
)
from hms_desktop.domain.errors import Invalid, NotFound
from hms_desktop.domain.papers import Letterhead, PageSize, Paper
from hms_desktop.services import audit_rows
from hms_desktop.services.context import Service
from hms_desktop.services.gate import permitted

MOST_LINES = 20_000
"""Lines of one access list; a chart that was touched more often needs a shorter period."""
PRINT = "print"


class AuditTrailService(Service):
    """What happened in this hospital, for those who oversee it."""

    @permitted("audit.read")
    def ids(self, actor: Actor, wish: AuditFilter) -> array[int]:
        """Return the ids of a whole list, newest first; raises Invalid.

        For lists of any length: what is in sight is then read by ``rows``.
        """
        wish = wish.check()
        with self.database.read() as connection:
            return audit_rows.read_ids(connection, wish)

    @permitted("audit.read")
    def rows(self, actor: Actor, ids: Sequence[int]) -> tuple[AuditRow, ...]:
        """Return lines of a list by id (at most 2,000), newest first."""
        with self.database.read() as connection:
            return audit_rows.read_rows(connection, list(ids)[:MOST_ROWS])

    @permitted("audit.read")
    def entry(self, actor: Actor, entry_id: int) -> AuditDetail:
        """Return one entry with its values before and after; raises NotFound."""
        with self.database.read() as connection:
            return audit_rows.read_detail(connection, entry_id)

    @permitted("audit.read")
    def people(self, actor: Actor) -> tuple[Person, ...]:
        """Return everybody who has or had a log-in, by name."""
        query = sa.select(user.c.id, user.c.display_name).order_by(user.c.display_name, user.c.id)
        with self.database.read() as connection:
            return tuple(map(Person._make, connection.execute(query)))

    @permitted("audit.read")
    def access_list(
        self, actor: Actor, patient_id: int, first: date | None, last: date
    ) -> AccessList:
        """Return who looked at or changed a chart between two local dates; audited.

        ``first`` None begins with the chart. Of more than 20,000 lines the newest. Raises Invalid
        and NotFound.
        """
        if first is not None and last < first:
            raise Invalid("last", "The period ends before it begins. Change one of the dates.")
        zone = self.context.zone()
        begins = zones.day_bounds(zone, first)[0] if first else None
        ends = zones.day_bounds(zone, last)[1]

        def work(write: Write) -> AccessList:
            query = sa.select(patient.c.display_name, patient.c.mrn).where(
                patient.c.id == patient_id
            )
            whose = write.connection.execute(query).one_or_none()
            if whose is None:
                raise NotFound("This patient is no longer there. Nothing was listed.")
            lines, total = audit_rows.read_accesses(
                write.connection, patient_id, begins, ends, MOST_LINES
            )
            write.record("access_list", patient_id, patient_id=patient_id, action=READ)
            return AccessList(patient_id, whose[0], whose[1], first, last, write.now, lines, total)

        return self.database.write(self.stamp(actor, READ, None, f"{first or '…'} – {last}"), work)

    @permitted("audit.read")
    def access_list_pdf(
        self,
        actor: Actor,
        patient_id: int,
        first: date | None,
        last: date,
        *,
        size: PageSize = PageSize.A4,
    ) -> Paper:
        """Return a patient's access list on paper; raises what ``access_list`` raises."""
        # Here as below: the PDF library is loaded with the first paper, not with the program.
        from hms_desktop.documents.access_list import access_list  # noqa: PLC0415
        from hms_desktop.documents.words import Words  # noqa: PLC0415

        found = self.access_list(actor, patient_id, first, last)
        settings = self.context.settings()
        return access_list(Letterhead.of(settings), found, Words.of(settings), size=size)

    @permitted("audit.read")
    def head_pdf(self, actor: Actor, head: AuditHead, *, size: PageSize = PageSize.A5) -> Paper:
        """Return a kept head of the chain on a small sheet, to be kept elsewhere; audited."""
        from hms_desktop.documents.audit_head import audit_head  # noqa: PLC0415
        from hms_desktop.documents.words import Words  # noqa: PLC0415

        def work(write: Write) -> None:
            write.record("audit_head", head.id)

        self.database.write(self.stamp(actor, PRINT, None), work)
        settings = self.context.settings()
        return audit_head(Letterhead.of(settings), head, Words.of(settings), size=size)
