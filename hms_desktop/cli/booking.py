"""``slots`` and ``book``: free times and bookings, in the hospital's local time."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import timedelta

from hms_desktop.cli.common import a_count, a_date, a_moment, answer, opened
from hms_desktop.cli.status import OK, UsageError
from hms_desktop.domain import zones
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.appointments import BookAppointment
from hms_desktop.domain.errors import NotFound
from hms_desktop.services.assembly import Services


def slots(options: argparse.Namespace) -> int:
    """List a doctor's free slots."""
    last = options.to or options.first
    if last < options.first:
        raise UsageError("The last day lies before the first one. Nothing was looked up.")
    with opened(options) as (services, actor):
        found = services.availability.free_slots(
            actor, options.doctor, options.first, last, options.type
        )
        zone = services.context.zone()
    data = [
        {
            "start": slot.starts_at.astimezone(zone),
            "end": slot.ends_at.astimezone(zone),
            "remaining": slot.remaining,
        }
        for slot in found
    ]
    answer(options, data, *(f"{one['start']:%Y-%m-%d %H:%M} - {one['end']:%H:%M}" for one in data))
    return OK


def book(options: argparse.Namespace) -> int:
    """Book one visit."""
    with opened(options) as (services, actor):
        zone = services.context.zone()
        start = options.start
        minute = start.hour * 60 + start.minute
        starts_at = zones.to_utc(zone, start.date(), minute) + timedelta(seconds=start.second)
        wish = BookAppointment(
            patient_id=_patient(services, actor, options.patient),
            doctor_id=options.doctor,
            visit_type_id=options.type,
            starts_at=starts_at,
            minutes=options.minutes,
            note=options.note,
        )
        row = services.appointments.book(actor, wish).appointment
        local = (row.starts_at.astimezone(zone), row.ends_at.astimezone(zone))
    data = {**asdict(row), "starts_at": local[0], "ends_at": local[1]}
    answer(
        options,
        data,
        f"Booked as {row.id}: {row.patient_name} ({row.mrn}) with {row.doctor_name}, "
        f"{local[0]:%Y-%m-%d %H:%M} - {local[1]:%H:%M}, {row.visit_type_name}.",
    )
    return OK


def _patient(services: Services, actor: Actor, text: str) -> int:
    """Return the id behind an id or a hospital number; raises NotFound."""
    if text.isascii() and text.isdigit():
        return int(text)
    for hit in services.patients.search(actor, text, limit=20):
        if hit.mrn.casefold() == text.strip().casefold():
            return hit.id
    raise NotFound("There is no patient with the number {mrn}. Nothing was booked.", mrn=text)


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser], common: object) -> None:
    """Add the subcommands."""
    parents = [common] if isinstance(common, argparse.ArgumentParser) else []
    one = commands.add_parser("slots", parents=parents, help="a doctor's free slots")
    one.add_argument("--doctor", type=a_count, required=True, metavar="ID")
    one.add_argument("--from", dest="first", type=a_date, required=True, metavar="DATE")
    one.add_argument("--to", type=a_date, metavar="DATE", help="last day, included")
    one.add_argument("--type", type=a_count, metavar="ID", help="kind of visit")
    one.set_defaults(run=slots)
    one = commands.add_parser("book", parents=parents, help="book a visit")
    one.add_argument("--patient", required=True, metavar="ID|MRN")
    one.add_argument("--doctor", type=a_count, required=True, metavar="ID")
    one.add_argument("--type", type=a_count, required=True, metavar="ID", help="kind of visit")
    one.add_argument("--start", type=a_moment, required=True, metavar="'2026-11-23 15:00'")
    one.add_argument("--minutes", type=a_count, metavar="N", help="instead of the kind's length")
    one.add_argument("--note", default="", metavar="TEXT")
    one.set_defaults(run=book)
