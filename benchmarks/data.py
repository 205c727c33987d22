"""The hospital that benchmarks run on, made once a run by the program's own generator."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from hms_desktop.services.demo import DemoPlan
from hms_desktop.services.demo_hospital import generate
from tests.support.postgres import PostgresServer

ENGINES = ("sqlite", "postgres")
DOCTORS, PATIENTS, APPOINTMENTS = 200, 1_000_000, 5_460_000
QUICK_PART = 50
"""A tenth would take longer to make than the two minutes a quick run may take in all."""


def plan(*, quick: bool) -> DemoPlan:
    """Return how much there is to be."""
    part = QUICK_PART if quick else 1
    return DemoPlan(DOCTORS, PATIENTS // part, APPOINTMENTS // part, seed=11, detail_days=5)


@cache
def server() -> PostgresServer:
    """Return the throw-away Postgres of this run."""
    found = PostgresServer.create()
    atexit.register(found.remove)
    return found


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="hms-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def url(engine: str, *, quick: bool) -> str:
    """Return the address of the filled hospital on ``sqlite`` or ``postgres``.

    It may be added to; what was there must stay.
    """
    name = f"bench_{'quick' if quick else 'full'}"
    address = (
        f"sqlite:///{_folder() / name}.db" if engine == "sqlite" else server().create_database(name)
    )
    generate(address, plan(quick=quick))
    return address
