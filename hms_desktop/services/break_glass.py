"""Opening somebody else's chart in need: with a reason, for a while, seen by administrators."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from hms_desktop.db.tables.consultations import chart_access
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.consultations import REASON_LIMIT, ChartAccess
from hms_desktop.domain.errors import NotAllowed, NotFound
from hms_desktop.domain.text import clean
from hms_desktop.services.gate import permitted
from hms_desktop.services.record_reading import RecordReading

BREAK_GLASS_LASTS = timedelta(hours=4)


class BreakGlass(RecordReading):
    """The one way to a chart that is not one's own."""

    @permitted("clinical.break_glass")
    def break_glass(
        self, actor: Actor, patient_id: int, reason: str, *, request_id: str | None = None
    ) -> ChartAccess:
        """Open the chart of somebody else's patient for four hours, for a reason that is kept."""
        reason = clean(reason, "reason", limit=REASON_LIMIT, required=True)
        user_id = actor.user_id
        if user_id is None:
            raise NotAllowed("clinical.break_glass", "Only a person may open a chart in need.")
        stamp = self.stamp(actor, "break_glass", request_id, reason)

        def work(write: Write) -> ChartAccess:
            query = sa.select(patient.c.display_name, patient.c.mrn).where(
                patient.c.id == patient_id
            )
            found = write.connection.execute(query).one_or_none()
            if found is None:
                raise NotFound("This patient is no longer there. Nothing was opened.")
            expires = write.now + BREAK_GLASS_LASTS
            new_id = write.insert(
                chart_access,
                {
                    "user_id": user_id,
                    "patient_id": patient_id,
                    "reason": reason,
                    "at": write.now,
                    "expires_at": expires,
                },
            )
            return ChartAccess(
                new_id, write.now, expires, actor.name, patient_id, found[0], found[1], reason
            )

        def again(connection: sa.Connection) -> ChartAccess:
            query = (
                sa.select(chart_access, patient.c.display_name, patient.c.mrn)
                .join(patient, patient.c.id == chart_access.c.patient_id)
                .where(chart_access.c.user_id == user_id, chart_access.c.patient_id == patient_id)
                .order_by(chart_access.c.id.desc())
                .limit(1)
            )
            row = connection.execute(query).one()
            return ChartAccess(
                row.id, row.at, row.expires_at, actor.name, patient_id, row[-2], row[-1], row.reason
            )

        return self.database.write(stamp, work, again)
