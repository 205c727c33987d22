"""Who may have which export: checked when it is asked for and again when it is made."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from hms_desktop.db.tables.accounts import user
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import NotAllowed
from hms_desktop.domain.exports import ExportKind, ExportWish
from hms_desktop.services.chart_gate import ChartGate
from hms_desktop.services.context import Context
from hms_desktop.services.sessions import read_actor


class ExportAccess:
    """Decides by what the gate knows of a log-in."""

    def __init__(self, context: Context) -> None:
        """Keep the gate, also the one of charts."""
        self._context = context
        self._charts = ChartGate(context)

    def check(self, actor: Actor, connection: sa.Connection, wish: ExportWish) -> int | None:
        """Return the doctor to whose visits the file is narrowed, or None; raises NotAllowed."""
        gate = self._context.gate
        match wish.kind:
            case ExportKind.PATIENT_HISTORY:
                gate.check(actor, "clinical.read", "clinical.oversight")
                self._charts.check(actor, connection, wish.patient_id or 0)
                return None
            case ExportKind.RECORDS_LIST:
                gate.check(actor, "clinical.read", "clinical.oversight")
                return self._own(actor, "clinical.oversight", wish)
            case ExportKind.DOCTOR_APPOINTMENTS:
                gate.check(actor, "appointments.read", "appointments.read_own")
                return self._own(actor, "appointments.read", wish)
            case ExportKind.APPOINTMENTS_LIST:
                gate.check(actor, "appointments.export")
                gate.check(actor, "appointments.read", "appointments.read_own")
                return self._own(actor, "appointments.read", wish)
            case ExportKind.PATIENTS_LIST:
                gate.check(actor, "patients.find")
                gate.check(actor, "patients.read")
            case ExportKind.DOCTORS_LIST:
                gate.check(actor, "doctors.read")
        return None

    def _own(self, actor: Actor, all_of_them: str, wish: ExportWish) -> int | None:
        known = self._context.gate.known(actor.token)
        if known is not None and known.may(all_of_them):
            return None
        if actor.doctor_id is None or wish.doctor_id not in {None, actor.doctor_id}:
            raise NotAllowed(all_of_them)
        return actor.doctor_id

    @contextmanager
    def standing_in(
        self, connection: sa.Connection, user_id: int | None, workstation: str
    ) -> Iterator[Actor]:
        """Admit whoever asked, with what they may do now; raises NotAllowed when they are gone."""
        query = sa.select(user.c.id).where(
            user.c.id == user_id, user.c.active, user.c.retired_at.is_(None)
        )
        if user_id is None or connection.execute(query).scalar() is None:
            raise NotAllowed(
                "session.own",
                "Whoever asked for this export cannot log in any more. No file was made. Ask for "
                "it once more.",
            )
        gate = self._context.gate
        actor = gate.admit(read_actor(connection, user_id, secrets.token_hex(16), workstation))
        try:
            yield actor
        finally:
            gate.dismiss(actor.token)
