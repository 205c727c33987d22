"""What the racing and the killed programs do; each runs in a process of its own."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import Barrier
from typing import Any

import sqlalchemy as sa

from hms_desktop.db.engine import Database
from hms_desktop.db.tables.availability import working_session
from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import (
    AppointmentFilter,
    BookAppointment,
    CancelAppointment,
    MoveAppointment,
)
from hms_desktop.domain.errors import Busy, Conflict, HmsError
from hms_desktop.domain.lifecycle import Status
from hms_desktop.services.assembly import Services, open_services
from tests.support import seed
from tests.support.clock import FakeClock
from tests.support.seed import NOON

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Attempt:
    """One try of one program: what came of it and how long it took (seconds)."""

    scenario: str
    round: int
    program: int
    outcome: str
    named: bool
    seconds: float


@dataclass(frozen=True)
class Field:
    """Whom the programs fight over, by id."""

    patients: tuple[int, ...]
    doctors: tuple[int, ...]
    visit_type: int
    room: int


def make_field(url: str, programs: int) -> Field:
    """Make a doctor and a patient for each program, all at work day and night, and one room."""

    def work(write: Write) -> Field:
        doctors = tuple(seed.new_doctor(write) for _ in range(programs))
        sessions = [
            {
                "doctor_id": one,
                "weekday": weekday,
                "start_minute": 0,
                "end_minute": 1440,
                "created_at": write.now,
                "updated_at": write.now,
            }
            for one in doctors
            for weekday in range(7)
        ]
        write.connection.execute(sa.insert(working_session), sessions)
        return Field(
            tuple(seed.new_patient(write) for _ in range(programs)),
            doctors,
            seed.new_visit_type(write),
            seed.new_room(write),
        )

    database = Database(url)
    made = database.write(seed.stamp(), work)
    database.close()
    return made


def run_together(
    target: Callable[..., None],
    url: str,
    field: Field,
    rounds: list[tuple[str, int]],
    processes: ForkServerContext,
    programs: int,
) -> list[Attempt]:
    """Run ``target`` (``race`` or one called alike) in real processes; return all attempts."""
    together = processes.Barrier(programs)
    running = []
    for program in range(programs):
        mine, theirs = processes.Pipe(duplex=False)
        process = processes.Process(
            target=target, args=(url, program, field, rounds, together, theirs), daemon=True
        )
        process.start()
        theirs.close()
        running.append((process, mine))
    attempts: list[Attempt] = []
    for process, mine in running:
        attempts += mine.recv()
        mine.close()
        process.join(30)
        assert process.exitcode == 0
        process.close()
    return attempts


def wish(field: Field, scenario: str, number: int, program: int) -> BookAppointment:
    """Return what a program wants in one round: of all wishes only one can come true."""
    slot = NOON + number * 30 * MINUTE
    patient, doctor = field.patients[program], field.doctors[0]
    room = None
    if scenario == "overlapping starts":
        slot += (program % 6) * 5 * MINUTE
    elif scenario == "same patient":
        patient, doctor = field.patients[0], field.doctors[program]
    elif scenario == "same room":
        doctor, room = field.doctors[program], field.room
    return BookAppointment(patient, doctor, field.visit_type, slot, 30, room_id=room)


def race(
    url: str,
    program: int,
    field: Field,
    rounds: list[tuple[str, int]],
    together: Barrier,
    answers: Connection,
) -> None:
    """Try every round at the same moment as all the others and report."""
    services = open_services(url, clock=FakeClock())
    actor = services.context.gate.system(f"program {program}", f"desk-{program}")
    attempts = []
    for scenario, number in rounds:
        want = wish(field, scenario, number, program)
        together.wait(60)
        begun = time.perf_counter()
        outcome, named = _try(lambda want=want: services.appointments.book(actor, want))
        taken = time.perf_counter() - begun
        attempts.append(Attempt(scenario, number, program, outcome, named, taken))
    answers.send(attempts)
    services.close()


def _try(call: Callable[[], Any]) -> tuple[str, bool]:
    try:
        call()
    except Conflict as error:
        return f"conflict {error.kind}", error.existing is not None
    except HmsError as error:
        return type(error).__name__, False
    return "won", True


def scribble(url: str, field: Field, seed: int, report: Connection) -> None:
    """Book, move and cancel without end; tell each request before and after it is done."""
    services = open_services(url, clock=FakeClock())
    actor = services.context.gate.system("scribbler", "desk-x")
    rng = random.Random(seed)
    number = 0
    while True:
        number += 1
        request = f"{seed}-{number}"
        order = (rng.choice(["book", "book", "move", "cancel"]), rng.randrange(1 << 30))
        report.send(("try", request, order))
        if carry_out(services, actor, field, order, request):
            report.send(("done", request, order))


def carry_out(
    services: Services, actor: Actor, field: Field, order: tuple[str, int], request: str
) -> bool:
    """Carry one order out; False when the rules refuse it. The same order does the same."""
    kind, number = order
    rng = random.Random(number)
    moment = NOON + timedelta(days=rng.randrange(60), minutes=5 * rng.randrange(40))
    try:
        if kind == "book":
            services.appointments.book(
                actor,
                BookAppointment(
                    rng.choice(field.patients),
                    rng.choice(field.doctors),
                    field.visit_type,
                    moment,
                    15,
                ),
                request_id=request,
            )
            return True
        chosen = _open_visit(services, actor, moment)
        if chosen is None:
            return False
        one, version = chosen
        if kind == "cancel":
            services.appointments.cancel(actor, CancelAppointment(one, version), request_id=request)
        else:
            services.appointments.move(
                actor,
                MoveAppointment(one, version, moment + 5 * MINUTE),
                request_id=request,
            )
    except Busy:
        return False
    except HmsError:
        return False
    return True


def _open_visit(services: Services, actor: Actor, moment: datetime) -> tuple[int, int] | None:
    wish = AppointmentFilter(
        moment - timedelta(days=3),
        moment + timedelta(days=3),
        statuses=(Status.BOOKED,),
        limit=1,
    )
    rows, _ = services.appointments.list(actor, wish)
    return (rows[0].id, rows[0].version) if rows else None
