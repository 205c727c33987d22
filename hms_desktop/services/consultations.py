"""The consultation: begin, complete with its record in one step, amend later."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.consultations import encounter
from hms_desktop.db.tables.doctors import doctor
from hms_desktop.db.tables.patients import patient
from hms_desktop.db.tables.queue import queue_token
from hms_desktop.db.writing import Stamp, Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import Done
from hms_desktop.domain.consultations import (
    AmendRecord,
    CompleteVisit,
    Encounter,
    Record,
)
from hms_desktop.domain.errors import Conflict, Invalid, NotAllowed, Stale
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.queue import TokenState
from hms_desktop.services import appointment_rows, consultation_rows, outgoing, queue_rows
from hms_desktop.services.appointment_steps import done_again
from hms_desktop.services.break_glass import BreakGlass
from hms_desktop.services.drugs import unanswered
from hms_desktop.services.gate import permitted
from hms_desktop.services.status_steps import change_status

_AHEAD = {
    Status.BOOKED: (Status.ARRIVED, Status.IN_CONSULTATION),
    Status.CONFIRMED: (Status.ARRIVED, Status.IN_CONSULTATION),
    Status.ARRIVED: (Status.IN_CONSULTATION,),
}
"""The steps that beginning a consultation takes from each status."""


class ConsultationsService(BreakGlass):
    """Everything a doctor writes."""

    @permitted("clinical.write")
    def start(
        self, actor: Actor, appointment_id: int, version: int, *, request_id: str | None = None
    ) -> Done:
        """Begin the consultation of an own visit of today; its token is done.

        A patient who walked past the desk is noted as arrived in the same step. Raises Stale,
        Invalid for a visit of another day, Conflict for one that is over.
        """
        stamp = self.stamp(actor, "start", request_id)

        def work(write: Write) -> Done:
            row = self._own_visit(write, actor, appointment_id)
            if row["version"] != version:
                current = appointment_rows.read_rows(write.connection, [appointment_id])[0]
                raise Stale(current=current, who=current.updated_by_name or "Someone")
            steps = _AHEAD.get(Status(row["status"]))
            if steps is None:
                raise self._over(write, row)
            self._only_today(write, row)
            self._step(write, row, steps)
            return self._done(write, stamp, appointment_id)

        return self.database.write(stamp, work, lambda c: done_again(c, stamp.request_id))

    @permitted("clinical.write")
    def complete(self, actor: Actor, wish: CompleteVisit, *, request_id: str | None = None) -> Done:
        """Save the record of an own visit and complete the visit: both or neither.

        Raises Invalid naming the field, Conflict when the visit is completed or cancelled
        already, NotAllowed for another doctor's visit, Stale when the record has a newer version
        than the one the form began with.
        """
        wish = wish.check(self._today())
        stamp = self.stamp(actor, "complete", request_id, wish.reason)
        settings = self.context.settings()

        def work(write: Write) -> Done:
            row = self._own_visit(write, actor, wish.appointment_id)
            status = Status(row["status"])
            if status is not Status.IN_CONSULTATION and status is not Status.ARRIVED:
                raise self._over(write, row)
            encounter_id, version = self._save(write, row, wish)
            self._step(write, row, (*_AHEAD.get(status, ()), Status.COMPLETED))
            done = self._done(write, stamp, wish.appointment_id)
            outgoing.completed(write, settings, done.appointment, encounter_id, version)
            return done

        return self.database.write(stamp, work, lambda c: done_again(c, stamp.request_id))

    @permitted("clinical.write")
    def reopen(
        self, actor: Actor, appointment_id: int, version: int, *, request_id: str | None = None
    ) -> Done:
        """Take an own visit that was completed today back into consultation; the record stays."""
        stamp = self.stamp(actor, "reopen", request_id)

        def work(write: Write) -> Done:
            row = self._own_visit(write, actor, appointment_id)
            if row["version"] != version:
                current = appointment_rows.read_rows(write.connection, [appointment_id])[0]
                raise Stale(current=current, who=current.updated_by_name or "Someone")
            self._only_today(write, row)
            if row["status"] != Status.COMPLETED.value:
                raise self._over(write, row)
            change_status(
                write,
                row,
                Status.IN_CONSULTATION,
                version=version,
                now=write.now,
                undo=True,
                extra={"finished_at": None},
            )
            outgoing.reopened(write, appointment_id)
            return self._done(write, stamp, appointment_id)

        return self.database.write(stamp, work, lambda c: done_again(c, stamp.request_id))

    @permitted("clinical.write")
    def amend(self, actor: Actor, wish: AmendRecord, *, request_id: str | None = None) -> Encounter:
        """Add a corrected version to an own record, with the reason; earlier ones stay.

        Raises Stale (with the Encounter as it is) when there is a newer version, Invalid,
        NotAllowed for another doctor's record.
        """
        with self.database.read() as connection:
            before = consultation_rows.read_encounter(connection, wish.encounter_id).newest
        wish = wish.check(self._today(), before.record.follow_up_on)
        stamp = self.stamp(actor, "amend", request_id, wish.reason)

        def work(write: Write) -> Encounter:
            row = queue_rows.locked(write.connection, encounter, wish.encounter_id)
            self._own(write, actor, row["doctor_id"])
            self._check_allergies(write, row["patient_id"], wish.record)
            self._add_version(write, row, wish.based_on, wish.record, wish.reason)
            return consultation_rows.read_encounter(write.connection, wish.encounter_id)

        def again(connection: sa.Connection) -> Encounter:
            return consultation_rows.read_encounter(connection, wish.encounter_id)

        return self.database.write(stamp, work, again)

    # -- inside -----------------------------------------------------------------------------
    def _today(self) -> date:
        return self.context.now().astimezone(self.context.zone()).date()

    def _own_visit(self, write: Write, actor: Actor, appointment_id: int) -> sa.RowMapping:
        row = queue_rows.locked(write.connection, appointment, appointment_id)
        self._own(write, actor, row["doctor_id"])
        return row

    @staticmethod
    def _own(write: Write, actor: Actor, doctor_id: int) -> None:
        if actor.doctor_id == doctor_id:
            return
        query = sa.select(doctor.c.display_name).where(doctor.c.id == doctor_id)
        raise NotAllowed(
            "clinical.write",
            "This visit is {doctor}'s. Nothing was saved; what you typed is still here. "
            "Only {doctor} writes its record.",
            doctor=write.connection.execute(query).scalar() or "another doctor",
        )

    def _only_today(self, write: Write, row: sa.RowMapping) -> None:
        zone = self.context.zone()
        on = row["starts_at"].astimezone(zone).date()
        if on != write.now.astimezone(zone).date():
            raise Invalid(
                "starts_at",
                "This visit is on {date}, not today. Nothing was changed.",
                date=on.isoformat(),
            )

    def _over(self, write: Write, row: sa.RowMapping) -> Exception:
        """Return the refusal that says how the visit stands."""
        current = appointment_rows.read_rows(write.connection, [row["id"]])[0]
        if current.status is Status.COMPLETED:
            ended = row["finished_at"] or current.updated_at
            return Conflict(
                "{patient}'s visit was completed at {time} by {who}. Nothing was saved; what you "
                "typed is still here. Amend the record to add to it.",
                kind="completed",
                existing=current,
                patient=current.patient_name,
                time=self.context.settings().clock(ended),
                who=current.updated_by_name or "someone",
            )
        return Conflict(
            "{patient}'s visit is {status} now. Nothing was saved; what you typed is still here. "
            "Ask the desk.",
            kind="status",
            existing=current,
            patient=current.patient_name,
            status=current.status.value.replace("_", " "),
        )

    def _step(self, write: Write, row: sa.RowMapping, steps: tuple[Status, ...]) -> None:
        for after in steps:
            fresh = queue_rows.locked(write.connection, appointment, row["id"])
            change_status(write, fresh, after, version=fresh["version"], now=write.now)
        token = queue_rows.live_token(write.connection, row["id"])
        if token is not None and token["state"] != TokenState.DONE.value:
            changes = {"state": TokenState.DONE.value, "finished_at": write.now}
            write.update(
                queue_token, token["id"], changes, version=None, patient_id=row["patient_id"]
            )

    @staticmethod
    def _check_allergies(write: Write, patient_id: int, record: Record) -> None:
        """Raise Invalid for a drug that meets a known allergy and has no answer to that."""
        query = sa.select(patient.c.allergies).where(patient.c.id == patient_id)
        allergies = write.connection.execute(query).scalar() or ""
        warning = unanswered(write.connection, allergies, record.prescription)
        if warning is not None:
            raise Invalid(
                f"prescription.{warning.line}.allergy_answer",
                "{drug} meets a known allergy: {allergen}. Nothing was saved; what you typed is "
                "still here. Give the reason for it, or take the drug away.",
                drug=warning.drug,
                allergen=warning.allergen,
            )

    def _save(self, write: Write, row: sa.RowMapping, wish: CompleteVisit) -> tuple[int, int]:
        """Return the record and the number of its newest version."""
        self._check_allergies(write, row["patient_id"], wish.record)
        found = consultation_rows.find_encounter(write.connection, row["id"])
        if found is not None:
            kept = queue_rows.locked(write.connection, encounter, found)
            self._add_version(write, kept, wish.based_on, wish.record, wish.reason)
            return found, wish.based_on + 1
        encounter_id = write.insert(
            encounter,
            {
                "appointment_id": row["id"],
                "patient_id": row["patient_id"],
                "doctor_id": row["doctor_id"],
                "starts_at": row["starts_at"],
                "newest": 1,
            },
        )
        consultation_rows.insert_version(
            write, encounter_id, row["patient_id"], 1, wish.record, wish.reason
        )
        return encounter_id, 1

    @staticmethod
    def _add_version(
        write: Write, row: sa.RowMapping, based_on: int, record: Record, reason: str
    ) -> None:
        if row["newest"] != based_on:
            current = consultation_rows.read_encounter(write.connection, row["id"])
            raise Stale(current=current, who=current.newest.author)
        number = based_on + 1
        write.update(encounter, row["id"], {"newest": number}, version=row["version"])
        consultation_rows.insert_version(
            write, row["id"], row["patient_id"], number, record, reason
        )

    @staticmethod
    def _done(write: Write, stamp: Stamp, appointment_id: int) -> Done:
        rows = appointment_rows.read_rows(write.connection, [appointment_id])
        return Done(stamp.request_id, stamp.action, rows)
