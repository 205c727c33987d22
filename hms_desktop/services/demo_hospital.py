"""The demo hospital: its own file, made anew each day, so that today is always in full swing."""

from __future__ import annotations

import logging
import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hms_desktop.db.engine import Clock, Database, utc_now
from hms_desktop.db.migrate import upgrade
from hms_desktop.db.presence import lock_file
from hms_desktop.domain.accounts import DEMO_LOGINS, FirstStart
from hms_desktop.paths import data_dir
from hms_desktop.services.assembly import open_services
from hms_desktop.services.demo import DemoPlan, Filled, Progress, fill, silent

log = logging.getLogger(__name__)

HOSPITAL = "City Care Hospital"
ZONE = "Asia/Kolkata"
KEPT_DAYS = 2
"""Files of so many last days stay: a window may still be open on one of them."""


def demo_file(now: datetime) -> Path:
    """Return the file of the demo hospital for the local day of a moment."""
    return data_dir() / f"demo-{now.astimezone(ZoneInfo(ZONE)).date().isoformat()}.db"


def ensure_demo(progress: Progress = silent, *, clock: Clock = utc_now) -> str:
    """Return the address of today's demo hospital, made on first use (a few seconds).

    What was done in the demo on another day is not carried over. Raises Unusable.
    """
    path = demo_file(clock())
    url = f"sqlite:///{path}"
    if not path.exists():
        # Made under a name of its own: another program never sees half a hospital.
        draft = path.with_name(f"{path.stem}-{os.getpid()}.making")
        try:
            generate(f"sqlite:///{draft}", DemoPlan(), progress, clock=clock)
            _fold_in(draft)
            draft.replace(path)
        finally:
            _remove(draft)
        _tidy(path)
    return url


def generate(
    url: str, plan: DemoPlan, progress: Progress = silent, *, clock: Clock = utc_now
) -> Filled:
    """Set up a demo hospital where there is none yet, and fill it; raises Conflict, Invalid."""
    plan.check()
    upgrade(url, backup=False)
    services = open_services(url, clock=clock if clock is not utc_now else None)
    try:
        if services.accounts.first_start_needed():
            login, password, _role, name = next(one for one in DEMO_LOGINS if one[2] == "admin")
            services.accounts.first_start(
                FirstStart(HOSPITAL, ZONE, login, name, password, demo=True)
            )
        return fill(services.context.database, plan, progress)
    finally:
        services.close()


def _fold_in(path: Path) -> None:
    """Bring all of a file's write-ahead log into it, so that it may be renamed."""
    database = Database(f"sqlite:///{path}")
    try:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        database.close()


def _tidy(newest: Path) -> None:
    """Remove the files of older days."""
    older = sorted(path for path in newest.parent.glob("demo-*.db") if path.name < newest.name)
    for path in older[: -KEPT_DAYS + 1]:
        _remove(path)


def _remove(path: Path) -> None:
    beside = [path.with_name(path.name + suffix) for suffix in ("", "-wal", "-shm")]
    for one in (*beside, lock_file(path)):
        try:
            one.unlink(missing_ok=True)
        except OSError:
            log.info("a file of an older demo is in use and stays", exc_info=True)
