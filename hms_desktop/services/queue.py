"""The queue: the waiting board, calling, skipping, and who is expected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.tables.appointments import appointment
from hms_desktop.db.tables.queue import queue_token
from hms_desktop.db.writing import Stamp, Write
from hms_desktop.domain import zones
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import Done
from hms_desktop.domain.errors import Invalid, Stale
from hms_desktop.domain.lifecycle import Status
from hms_desktop.domain.queue import ExpectedRow, TokenState, WaitingRow
from hms_desktop.services import appointment_rows, queue_rows
from hms_desktop.services.arrivals import ArrivalsService
from hms_desktop.services.gate import permitted
from hms_desktop.services.status_steps import change_status

LONGEST_OUTLOOK = 24 * 60
_BOARD_TABLES = ("appointment", "queue_token", "patient", "doctor", "room", "visit_type")


class QueueService(ArrivalsService):
    """Everything between a patient's arrival and the start of the consultation."""

    @permitted("appointments.read", "appointments.read_own")
    def board(
        self, actor: Actor, on: date, doctor_ids: Sequence[int] = ()
    ) -> tuple[WaitingRow, ...]:
        """Return who is here on a local date, by arrival; own patients without the right."""
        wanted = tuple(sorted(set(doctor_ids)))
        own = self._own_doctor(actor)
        if own is not None:
            wanted = (own,)

        def load() -> tuple[WaitingRow, ...]:
            with self.database.read() as connection:
                return queue_rows.read_board(connection, on, wanted)

        return self.context.cache.get("board", (on, wanted), load, _BOARD_TABLES)

    @permitted("appointments.read", "appointments.read_own")
    def expected(self, actor: Actor, on: date, minutes: int = 30) -> tuple[ExpectedRow, ...]:
        """Return who should arrive within so many minutes on a local date, late ones first."""
        if not 0 <= minutes <= LONGEST_OUTLOOK:
            raise Invalid("minutes", "Look at most {most} minutes ahead.", most=LONGEST_OUTLOOK)
        begins, ends = zones.day_bounds(self.context.zone(), on)
        ends = min(ends, self.context.now() + timedelta(minutes=minutes))
        with self.database.read() as connection:
            return queue_rows.read_expected(connection, begins, ends, self._own_doctor(actor))

    @permitted("queue.manage")
    def call_next(self, actor: Actor, doctor_id: int, *, request_id: str | None = None) -> Done:
        """Call the patient who has waited longest for a doctor; Invalid when nobody waits."""
        self._own_only(actor, doctor_id)
        stamp = self.stamp(actor, "call", request_id)

        def work(write: Write) -> Done:
            queue_rows.take_turn(write.connection, doctor_id)
            token_id = queue_rows.next_token(write.connection, doctor_id, self._today(write.now))
            if token_id is None:
                raise Invalid(
                    "doctor_id",
                    "Nobody is waiting for this doctor. Skipped patients are called from the list.",
                )
            token = queue_rows.locked(write.connection, queue_token, token_id)
            return self._call(write, stamp, token)

        return self._write(stamp, work)

    @permitted("queue.manage")
    def call(
        self,
        actor: Actor,
        token_id: int,
        version: int | None = None,
        *,
        request_id: str | None = None,
    ) -> Done:
        """Call one patient, or call once more; raises Invalid for one who does not wait."""
        stamp = self.stamp(actor, "call", request_id)
        return self._on_token(stamp, token_id, version, self._call)

    @permitted("queue.manage")
    def skip(
        self,
        actor: Actor,
        token_id: int,
        version: int | None = None,
        *,
        request_id: str | None = None,
    ) -> Done:
        """Pass over a patient who did not come when called; the token keeps its number."""
        stamp = self.stamp(actor, "skip", request_id)

        def step(write: Write, stamp: Stamp, token: sa.RowMapping) -> Done:
            _refuse(token, {TokenState.WAITING, TokenState.CALLED})
            changes = {"state": TokenState.SKIPPED.value, "skipped_at": write.now}
            return self._change(write, stamp, token, changes)

        return self._on_token(stamp, token_id, version, step)

    @permitted("queue.manage")
    def return_to_queue(
        self,
        actor: Actor,
        token_id: int,
        version: int | None = None,
        *,
        request_id: str | None = None,
    ) -> Done:
        """Let a skipped or called patient wait again, in the place that the token gives."""
        stamp = self.stamp(actor, "return", request_id)

        def step(write: Write, stamp: Stamp, token: sa.RowMapping) -> Done:
            _refuse(token, {TokenState.SKIPPED, TokenState.CALLED})
            changes = {
                "state": TokenState.WAITING.value,
                "called_at": None,
                "skipped_at": None,
            }
            return self._change(write, stamp, token, changes)

        return self._on_token(stamp, token_id, version, step)

    @permitted("queue.manage")
    def start(
        self,
        actor: Actor,
        token_id: int,
        version: int | None = None,
        *,
        request_id: str | None = None,
    ) -> Done:
        """Note that the consultation has begun; the token is done."""
        stamp = self.stamp(actor, "start", request_id)

        def step(write: Write, stamp: Stamp, token: sa.RowMapping) -> Done:
            _refuse(token, {TokenState.WAITING, TokenState.CALLED, TokenState.SKIPPED})
            row = queue_rows.locked(write.connection, appointment, token["appointment_id"])
            change_status(write, row, Status.IN_CONSULTATION, version=row["version"], now=write.now)
            changes = {"state": TokenState.DONE.value, "finished_at": write.now}
            return self._change(write, stamp, token, changes)

        return self._on_token(stamp, token_id, version, step)

    # -- inside -----------------------------------------------------------------------------
    def _on_token(
        self,
        stamp: Stamp,
        token_id: int,
        version: int | None,
        step: Callable[[Write, Stamp, sa.RowMapping], Done],
    ) -> Done:
        def work(write: Write) -> Done:
            token = queue_rows.locked(write.connection, queue_token, token_id)
            self._own_only(stamp.actor, token["doctor_id"])
            if version is not None and token["version"] != version:
                raise Stale(current=self._visit(write.connection, token))
            return step(write, stamp, token)

        return self._write(stamp, work)

    def _call(self, write: Write, stamp: Stamp, token: sa.RowMapping) -> Done:
        _refuse(token, {TokenState.WAITING, TokenState.CALLED, TokenState.SKIPPED})
        changes = {"state": TokenState.CALLED.value, "called_at": write.now, "skipped_at": None}
        return self._change(write, stamp, token, changes)

    def _change(
        self, write: Write, stamp: Stamp, token: sa.RowMapping, changes: dict[str, Any]
    ) -> Done:
        row = queue_rows.locked(write.connection, appointment, token["appointment_id"])
        if row["status"] not in queue_rows.HERE:
            raise Invalid(
                "token_id", "This patient is not waiting any more. Look at the visit as it is now."
            )
        write.update(
            queue_token,
            token["id"],
            changes,
            version=token["version"],
            patient_id=row["patient_id"],
        )
        return self._done(write.connection, stamp, [row["id"]])

    @staticmethod
    def _visit(connection: sa.Connection, token: sa.RowMapping) -> object:
        return appointment_rows.read_rows(connection, [token["appointment_id"]])[0]


def _refuse(token: sa.RowMapping, states: set[TokenState]) -> None:
    """Raise Invalid for a token that is not in one of these states."""
    if TokenState(token["state"]) not in states:
        raise Invalid(
            "token_id",
            "Token {number} is {state} already. Nothing was changed.",
            number=token["number"],
            state=token["state"],
        )
