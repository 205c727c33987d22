"""Opening a database for the window: upgraded, checked, with what the log-in screen shows."""

from __future__ import annotations

from dataclasses import dataclass

from hms_desktop.db import migrate
from hms_desktop.db.check import quick_look
from hms_desktop.domain.accounts import FirstStart, FirstStarted
from hms_desktop.domain.backups import BackupOffer, Progress, Restored, RestoreWish
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
    """Check after an unclean stop, upgrade (after a backup) and open a database.

    Raises DamagedDatabase, for which ``newest_backup`` may know a way out; Unusable, Unreachable.
    """
    quick_look(address)
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


def newest_backup(address: str, leave: frozenset[str] = frozenset()) -> BackupOffer | None:
    """Return the newest backup of a database on this computer that is not to be left, or None."""
    # Only on bad days: it brings the ciphers along.
    from hms_desktop.services.restoring import newest_offer  # noqa: PLC0415

    return newest_offer(address, leave)


def chosen_backup(path: str) -> BackupOffer:
    """Return what a file offers; raises Unfit with what is wrong with it."""
    from hms_desktop.services.restoring import offer_of  # noqa: PLC0415 - as above

    return offer_of(path)


def restore_house(address: str, wish: RestoreWish, progress: Progress) -> Restored:
    """Bring a backup back while this program has nothing open; raises HmsError."""
    from hms_desktop.services.restoring import restore_hospital  # noqa: PLC0415 - as above

    return restore_hospital(address, wish, progress)
