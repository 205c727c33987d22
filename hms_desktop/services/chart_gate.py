"""Who may read a patient's clinical record: the patient's doctors, others only in need."""

from __future__ import annotations

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.consultations import chart_access
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.consultations import Access
from hms_desktop.domain.errors import NotAllowed
from hms_desktop.domain.lifecycle import Status
from hms_desktop.services.context import Context

_NEVER_WAS = (
    Status.REQUESTED.value,
    Status.CANCELLED.value,
    Status.ENTERED_IN_ERROR.value,
)


class ChartGate:
    """Decides row by row; the permission itself was checked at the service's door."""

    def __init__(self, context: Context) -> None:
        """Keep the context, whose gate knows what a log-in may do."""
        self._context = context

    def check(self, actor: Actor, connection: sa.Connection, patient_id: int) -> Access:
        """Return why the log-in may read this chart; raises NotAllowed when it may not."""
        known = self._context.gate.known(actor.token)
        if known is not None and known.may("clinical.oversight"):
            return Access.OVERSIGHT
        if actor.doctor_id is not None and self._is_own(connection, actor.doctor_id, patient_id):
            return Access.OWN
        if actor.user_id is not None and self._is_open(connection, actor.user_id, patient_id):
            return Access.BREAK_GLASS
        raise NotAllowed(
            "clinical.read",
            "This is not a patient of yours, so the clinical record stays closed. In need, open it "
            "with a reason; administrators see that.",
        )

    @staticmethod
    def _is_own(connection: sa.Connection, doctor_id: int, patient_id: int) -> bool:
        query = (
            sa.select(sa.literal(1))
            .where(
                appointment.c.patient_id == patient_id,
                appointment.c.doctor_id == doctor_id,
                appointment.c.status.not_in(_NEVER_WAS),
            )
            .limit(1)
        )
        return connection.execute(query).scalar() is not None

    def _is_open(self, connection: sa.Connection, user_id: int, patient_id: int) -> bool:
        query = (
            sa.select(sa.literal(1))
            .where(
                chart_access.c.user_id == user_id,
                chart_access.c.patient_id == patient_id,
                chart_access.c.expires_at > self._context.now(),
            )
            .limit(1)
        )
        return connection.execute(query).scalar() is not None
