"""New times for all visits that a leave (or any stretch of time) hits, moved in one step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from hms_desktop.db import faults
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import AppointmentRow, Done
from hms_desktop.domain.availability_rules import VisitNeed
from hms_desktop.domain.errors import Invalid, NotAllowed
from hms_desktop.domain.hours import FreeSlot
from hms_desktop.domain.rebooking import (
    MOST_VISITS,
    CallLine,
    Candidate,
    Plan,
    Proposal,
    ProposalWish,
    Whose,
    WhyNot,
    assign,
)
from hms_desktop.interchange.table_out import write_file
from hms_desktop.services import appointment_rows, outgoing, rebooking_rows
from hms_desktop.services.appointment_steps import done_again
from hms_desktop.services.availability_leave import read_leave, visits_hit
from hms_desktop.services.context import Context, Service
from hms_desktop.services.gate import permitted
from hms_desktop.services.moving import Move
from hms_desktop.services.moving_many import ManyMoves
from hms_desktop.services.placing import Placing
from hms_desktop.services.rebooking_search import SlotSearch
from hms_desktop.services.schedule import Schedule

MOST_CHOICES = 300
"""Other free slots that are offered for one visit."""
CALL_COLUMNS = ("patient_name", "mrn", "phones", "old_time", "new_time", "doctor_name")
"""Columns of a call list as a file; times are the hospital's."""


class RebookingService(Service):
    """Finds the visits in the way, proposes new times for them, and moves them together."""

    def __init__(self, context: Context, *, schedule: Schedule) -> None:
        """Keep the schedule, which knows hours, visit types and doctors."""
        super().__init__(context)
        self._schedule = schedule
        self._search = SlotSearch(context, schedule)
        self._many = ManyMoves(context, Placing(context, schedule))

    @permitted("appointments.move")
    def hits(
        self,
        actor: Actor,
        *,
        leave_id: int | None = None,
        doctor_id: int | None = None,
        begins: datetime | None = None,
        ends: datetime | None = None,
    ) -> tuple[AppointmentRow, ...]:
        """Return the visits still to come in a leave, or of a doctor between two moments (UTC).

        Raises NotFound when the leave is gone, NotAllowed for another doctor's visits.
        """
        with self.database.read() as connection:
            if leave_id is not None:
                leave = read_leave(connection, leave_id)
                doctor_id, begins, ends = leave.doctor_id, leave.starts_at, leave.ends_at
            if doctor_id is None or begins is None or ends is None or ends <= begins:
                raise Invalid("begins", "Give a leave, or a doctor and from when until when.")
            self.own_doctor_only(actor, doctor_id)
            return visits_hit(connection, doctor_id, begins, ends)

    @permitted("appointments.move")
    def propose(
        self, actor: Actor, appointment_ids: Sequence[int], wish: ProposalWish
    ) -> tuple[Proposal, ...]:
        """Return a new time for each visit, each on a slot of its own; nothing is held or moved.

        In the order of their old times. A visit keeps its kind and length; the same weekday and
        time of day are preferred, other visits of the patient respected. Raises NotAllowed for
        other doctors' visits (or a whole department) without ``appointments.read``.
        """
        wish = wish.check()
        visits = self._visits(actor, appointment_ids)
        if wish.whose is Whose.DEPARTMENT and not self.may(actor, "appointments.read"):
            raise NotAllowed("appointments.read")
        with self.database.read() as connection:
            phones = (
                rebooking_rows.phones(connection, {one.patient_id for one in visits})
                if self.may(actor, "patients.read")
                else {}
            )
        seekers, refused = self._search.seekers(visits, wish)
        found = assign(seekers, self._search.busy(seekers), self.context.zone())
        faces = self._schedule.doctors()
        proposals = []
        for visit in visits:
            slot = found.get(visit.id)
            face = None if slot is None else faces.get(slot.doctor_id)
            why = None if slot is not None else refused.get(visit.id, WhyNot.NO_SLOT)
            proposals.append(
                Proposal(
                    visit,
                    None if slot is None else slot.starts_at,
                    visit.doctor_id if slot is None else slot.doctor_id,
                    visit.doctor_name if face is None else face.name,
                    phones.get(visit.patient_id, ()),
                    why,
                )
            )
        return tuple(proposals)

    @permitted("appointments.move")
    def choices(
        self,
        actor: Actor,
        appointment_id: int,
        wish: ProposalWish,
        taken: Sequence[Proposal] = (),
    ) -> tuple[FreeSlot, ...]:
        """Return the free slots for one visit by time, without those that ``taken`` would use."""
        wish = wish.check()
        visits = self._visits(actor, [appointment_id])
        if wish.whose is Whose.DEPARTMENT and not self.may(actor, "appointments.read"):
            raise NotAllowed("appointments.read")
        seekers, _refused = self._search.seekers(visits, wish)
        if not seekers:
            return ()
        seeker, plan = seekers[0], Plan(self._search.busy(seekers))
        faces = self._schedule.doctors()
        for one in taken:
            if one.new_starts_at is not None and one.new_ends_at is not None:
                need = self._search.need(one.appointment)
                slot = Candidate(one.doctor_id, one.new_starts_at, one.new_ends_at, 1, 0, 0)
                plan.take(one.appointment.patient_id, slot, need or VisitNeed())
        free = [
            slot
            for slot in sorted(seeker.candidates, key=lambda each: (each[1], each[0]))
            if plan.fits(seeker.visit.patient_id, slot, seeker.need)
        ]
        rooms = {face.id: (face.name, face.department_name, face.room) for face in faces.values()}
        return tuple(
            FreeSlot(
                slot.doctor_id,
                *rooms[slot.doctor_id][:2],
                slot.starts_at,
                slot.ends_at,
                rooms[slot.doctor_id][2],
            )
            for slot in free[:MOST_CHOICES]
        )

    @permitted("appointments.move")
    def apply(
        self,
        actor: Actor,
        chosen: Sequence[Proposal],
        *,
        reason: str = "",
        request_id: str | None = None,
    ) -> Done:
        """Move all chosen visits in one transaction, which is one step to undo.

        Returns the new visits, then the old ones. Raises Conflict, Stale or Invalid that names
        the visit which cannot be moved; then none is.
        """
        if request_id is not None:
            with self.database.read() as connection:
                if self.database.was_done(connection, request_id):
                    return done_again(connection, request_id)
        rows = {row.id: row for row in self._visits(actor, (one.appointment.id for one in chosen))}
        if len(rows) < len(chosen):
            raise Invalid("appointments", "A visit is in this list twice. No visit was moved.")
        for one in chosen:
            self.own_doctor_only(actor, one.doctor_id)
        moves = self._many.plan(actor, chosen, rows, reason)
        stamp = self.stamp(actor, "move", request_id, reason)
        settings = self.context.settings()
        settings, under_way = self.context.settings(), list[Move]()

        def work(write: Write) -> Done:
            ids = self._many.write(write, moves, under_way)
            found = appointment_rows.read_rows(write.connection, sorted(ids, reverse=True))
            return outgoing.tell(write, settings, Done(stamp.request_id, stamp.action, found))

        try:
            return self.database.write(
                stamp, work, lambda connection: done_again(connection, stamp.request_id)
            )
        except (faults.Overlap, faults.StepRefused) as error:
            raise self._many.explained(under_way[-1], moves, error) from error

    @permitted("appointments.move")
    def write_calls(
        self,
        actor: Actor,
        lines: Sequence[CallLine],
        path: Path,
        *,
        titles: Mapping[str, str] | None = None,
        request_id: str | None = None,
    ) -> int:
        """Write whom to call to a CSV file and note that in the audit; returns how many.

        ``titles`` gives the columns' headings in the person's language. Raises Invalid when the
        file cannot be written.
        """
        stamp = self.stamp(actor, "export", request_id)
        asked = {"rows": len(lines), "file": path.name}
        self.database.write(
            stamp, lambda write: write.record("call_list", 0, after=asked), lambda _: None
        )
        zone = self.context.zone()
        heads = [(titles or {}).get(name, name) for name in CALL_COLUMNS]
        rows = (
            (
                line.patient_name,
                line.mrn,
                ", ".join(line.phones),
                f"{line.old_starts_at.astimezone(zone):%Y-%m-%d %H:%M}",
                f"{line.new_starts_at.astimezone(zone):%Y-%m-%d %H:%M}",
                line.doctor_name,
            )
            for line in lines
        )
        try:
            return write_file(path, heads, rows, bom=True)
        except OSError as error:
            raise Invalid(
                "path",
                "The file could not be written ({why}). The visits stay moved. Choose another "
                "folder or close the file in other programs.",
                why=error.strerror or type(error).__name__,
            ) from error

    # -- inside -----------------------------------------------------------------------------
    def _visits(self, actor: Actor, ids: Iterable[int]) -> list[AppointmentRow]:
        wanted = list(dict.fromkeys(ids))
        if not wanted or len(wanted) > MOST_VISITS:
            raise Invalid("appointments", "Choose 1 to {most} visits.", most=MOST_VISITS)
        with self.database.read() as connection:
            rows = appointment_rows.read_rows(connection, wanted)
        for row in rows:
            self.own_doctor_only(actor, row.doctor_id)
        return sorted(rows, key=lambda row: (row.starts_at, row.id))
