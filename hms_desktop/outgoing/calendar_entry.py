"""Calendar entries for visits (RFC 5545, RFC 5546): request, change, cancel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

CANCEL, REQUEST = "CANCEL", "REQUEST"


@dataclass(frozen=True, slots=True)
class Entry:
    """One visit as a calendar holds it; moments are UTC, ``sequence`` rises with each change."""

    uid: str
    sequence: int
    method: str
    starts_at: datetime
    ends_at: datetime
    written_at: datetime
    summary: str
    location: str
    organizer: str
    attendee: str


def ics(entry: Entry) -> bytes:
    """Return the entry as an iCalendar file; texts are data, whatever they hold."""
    # With the first message: it would cost every start of the program a tenth of a second.
    from icalendar import Calendar, Event, vCalAddress, vText  # noqa: PLC0415

    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.written_at)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", vText(entry.summary))
    if entry.location:
        event.add("location", vText(entry.location))
    event.add("status", "CANCELLED" if entry.method == CANCEL else "CONFIRMED")
    event["organizer"] = vCalAddress(f"mailto:{entry.organizer}")
    event["attendee"] = vCalAddress(f"mailto:{entry.attendee}")
    calendar = Calendar()
    calendar.add("prodid", "-//HMS Desktop//EN")
    calendar.add("version", "2.0")
    calendar.add("method", entry.method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())
