"""One running program as far as accounts, doctors and settings go, with cheap passwords."""

from __future__ import annotations

from dataclasses import dataclass

from hms_desktop.bus import Announcement, Bus
from hms_desktop.cache import Cache
from hms_desktop.db.engine import Clock, Database
from hms_desktop.domain.accounts import CreateUser, FirstStart, FirstStarted
from hms_desktop.domain.actor import Actor
from hms_desktop.services.accounts import AccountsService
from hms_desktop.services.catalogue import CatalogueService
from hms_desktop.services.context import Context
from hms_desktop.services.doctor_logins import DoctorLoginsService
from hms_desktop.services.gate import Gate
from hms_desktop.services.hospital import HospitalService
from hms_desktop.services.passwords import Argon2Authenticator, Authenticator
from tests.support import invariants

GOOD = "ribbon kettle lantern"
OTHER = "marble otter canyon pear"
FIRST = FirstStart(
    hospital_name="Lakeside Clinic",
    zone="Asia/Kolkata",
    login="Asha.Rao",
    display_name="Asha Rao",
    password=GOOD,
    workstation="office",
)


def cheap(time: int = 1) -> Argon2Authenticator:
    """Return passwords that cost next to nothing."""
    return Argon2Authenticator(memory=8, time=time, parallelism=1)


@dataclass(frozen=True)
class Program:
    """The services that keep people, doctors and settings."""

    context: Context
    accounts: AccountsService
    hospital: HospitalService
    doctors: DoctorLoginsService
    catalogue: CatalogueService

    def close(self) -> None:
        """Close the database, once it has proved to be in order."""
        invariants.check(self.context.database)
        self.context.cache.close()
        self.context.database.close()

    def hear_everything(self) -> None:
        """Have this program told that another one wrote, as the feed does."""
        self.context.bus.announce(Announcement(everything=True))

    def begin(self, wish: FirstStart = FIRST) -> tuple[FirstStarted, Actor]:
        """Set the hospital up and log its first administrator in."""
        started = self.accounts.first_start(wish)
        return started, self.accounts.log_in(wish.login, wish.password, "office")

    def add_user(self, admin: Actor, login: str, *roles: str, password: str = OTHER) -> int:
        """Make a log-in whose owner has set a password with a code."""
        row = self.accounts.create_user(admin, CreateUser(login, login.title(), roles))
        code = self.accounts.start_reset(admin, row.id).code
        self.accounts.redeem_code(login, code, password)
        return row.id


def open_program(url: str, clock: Clock, authenticator: Authenticator | None = None) -> Program:
    """Open a database as one more program."""
    bus = Bus()
    context = Context(Database(url, bus=bus, clock=clock), Gate(), bus, Cache(bus))
    return Program(
        context,
        AccountsService(context, authenticator=authenticator or cheap()),
        HospitalService(context),
        DoctorLoginsService(context),
        CatalogueService(context),
    )
