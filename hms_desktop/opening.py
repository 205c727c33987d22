"""Opening a database for the window: upgraded, checked, with what the log-in screen shows."""

from __future__ import annotations

from dataclasses import dataclass

from hms_desktop.db import migrate
from hms_desktop.domain.accounts import FirstStart, FirstStarted
from hms_desktop.domain.errors import Conflict
from hms_desktop.domain.hospital import PublicFace
from hms_desktop.services.assembly import Services, open_services


@dataclass(frozen=True, slots=True)
class Opened:
    """An open database; ``first_start`` means that it has no hospital yet."""

    services: Services
    face: PublicFace
    demo_logins: tuple[tuple[str, str, str], ...]
    first_start: bool


def open_house(address: str) -> Opened:
    """Upgrade (after a backup) and open a database; raises Unusable or Unreachable."""
    migrate.upgrade(address)
    services = open_services(address)
    try:
        if services.accounts.first_start_needed():
            return Opened(services, PublicFace("", demo=False, zone="UTC"), (), first_start=True)
        face = services.hospital.public_face()
        demo = tuple(services.accounts.demo_logins()) if face.demo else ()
    except BaseException:
        services.close()
        raise
    return Opened(services, face, demo, first_start=False)


def try_database(address: str) -> str:
    """Return the address, as it may be shown, of a database in which a hospital can be set up.

    Raises Unusable or Unreachable with why not, Conflict when it holds a hospital.
    """
    found = migrate.state(address)
    if found.newer:
        migrate.upgrade(address)
    if found.current is None:
        return found.address
    services = open_services(address)
    try:
        if found.pending or services.accounts.first_start_needed():
            return found.address
        raise Conflict(
            "{address} already holds the hospital {name}. Start the program with it, or choose "
            "an empty database.",
            kind="first_start",
            address=found.address,
            name=services.hospital.public_face().hospital_name,
        )
    finally:
        services.close()


def set_up_hospital(address: str, wish: FirstStart) -> FirstStarted:
    """Make the tables and the hospital with its first administrator; raises Invalid, Conflict."""
    migrate.upgrade(address)
    services = open_services(address)
    try:
        return services.accounts.first_start(wish)
    finally:
        services.close()
