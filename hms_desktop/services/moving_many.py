"""Many visits moved in one transaction: all of them, or none and the one in the way is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import AppointmentRow, MoveAppointment
from hms_desktop.domain.errors import Conflict, HmsError, Invalid, Stale
from hms_desktop.domain.rebooking import Proposal
from hms_desktop.services import appointment_rows
from hms_desktop.services.context import Context
from hms_desktop.services.moving import Move, Moving, locked_row
from hms_desktop.services.placing import Placing


class ManyMoves:
    """Plans, writes and explains a batch of moves; used inside services."""

    def __init__(self, context: Context, placing: Placing) -> None:
        """Keep what finds and guards places."""
        self._context = context
        self._placing = placing
        self._moving = Moving(placing)

    def plan(
        self,
        actor: Actor,
        chosen: Sequence[Proposal],
        rows: Mapping[int, AppointmentRow],
        reason: str,
    ) -> list[Move]:
        """Return the moves in the order of ids; raises what keeps one of them from being."""
        moves = []
        for one in chosen:
            row = rows[one.appointment.id]
            if one.new_starts_at is None:
                raise Invalid(
                    "starts_at",
                    "{patient}'s visit has no new time. No visit was moved. Choose a time or "
                    "leave the visit out.",
                    patient=row.patient_name,
                )
            wish = MoveAppointment(
                row.id, one.appointment.version, one.new_starts_at, one.doctor_id, reason=reason
            ).check()
            try:
                moves.append(self._moving.plan(actor, row, wish))
            except (Conflict, Stale, Invalid) as error:
                raise self._naming(row, one.new_starts_at, error) from error
        # Always in one order, so that two batches seldom wait for each other crosswise.
        return sorted(moves, key=lambda move: move.old.id)

    def write(self, write: Write, moves: Sequence[Move], under_way: list[Move]) -> list[int]:
        """Write all moves in an open transaction; return the ids of new and old visits.

        ``under_way`` is told of each move before it is tried, so that a refusal can name it.
        """
        for move in moves:
            under_way.append(move)
            self._check_unchanged(write, move)
            try:
                self._placing.check_patient_and_holds(write, move.old.patient_id, move.place)
            except HmsError as error:
                raise self._naming(move.old, move.place.starts_at, error) from error
        # All leave before the first arrives: one may take the place of another.
        for move in moves:
            under_way.append(move)
            self._moving.leave(write, move)
        ids = [move.old.id for move in moves]
        for move in moves:
            under_way.append(move)
            ids.append(self._moving.arrive(write, move))
        return ids

    def _check_unchanged(self, write: Write, move: Move) -> None:
        """Raise Stale that names the visit when somebody was faster."""
        if locked_row(write, move.old.id)["version"] == move.old.version:
            return
        current = appointment_rows.read_rows(write.connection, [move.old.id])[0]
        stale = Stale(current=current, who=current.updated_by_name or "Someone")
        raise self._naming(move.old, move.place.starts_at, stale)

    def explained(self, move: Move, moves: Sequence[Move], error: Exception) -> HmsError:
        """Return the database's refusal as a sentence with the visit that cannot be moved."""
        try:
            with self._placing.explaining(move.place, move.old.patient_id):
                raise error
        except HmsError as explained:
            other = _rival(move, moves)
            if isinstance(explained, Conflict) and explained.existing is None and other:
                return Conflict(
                    "{patient} and {other} were given the same time. No visit was moved. Choose "
                    "another time for one of them.",
                    kind=explained.kind,
                    existing=other,
                    patient=move.old.patient_name,
                    other=other.patient_name,
                )
            return self._naming(move.old, move.place.starts_at, explained)

    def _naming(self, visit: AppointmentRow, to: datetime, error: HmsError) -> HmsError:
        """Return an error about one visit as one about the batch, which names the visit."""
        zone, clock = self._context.zone(), self._context.settings().clock
        values = {
            "mover": visit.patient_name,
            "old": f"{visit.starts_at.astimezone(zone):%Y-%m-%d} {clock(visit.starts_at)}",
            "new": f"{to.astimezone(zone):%Y-%m-%d} {clock(to)}",
            "why": str(error),
        }
        if isinstance(error, Stale):
            return Stale(
                "{who} changed {mover}'s visit of {old} meanwhile. No visit was moved. Look for "
                "new times again.",
                current=error.current,
                who=str(error.values["who"]),
                mover=values["mover"],
                old=values["old"],
            )
        template = "{mover}'s visit of {old} cannot move to {new}, so no visit was moved. {why}"
        if isinstance(error, Conflict):
            return Conflict(template, kind=error.kind, existing=error.existing, **values)
        if isinstance(error, Invalid):
            return Invalid(error.field, template, **values)
        return error


def _rival(move: Move, moves: Sequence[Move]) -> AppointmentRow | None:
    """Return another visit of the batch that wants the doctor, patient or room of a move."""
    for one in moves:
        place, other = move.place, one.place
        apart = place.blocks_to <= other.blocks_from or other.blocks_to <= place.blocks_from
        if one is move or apart:
            continue
        if (
            place.doctor_id == other.doctor_id
            or move.old.patient_id == one.old.patient_id
            or (place.room_id is not None and place.room_id == other.room_id)
        ):
            return one.old
    return None
