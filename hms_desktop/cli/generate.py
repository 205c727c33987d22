"""``demo``: made-up doctors, patients and years of visits for an empty database."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from time import perf_counter

from hms_desktop.cli.common import a_count, address, answer, progress
from hms_desktop.cli.status import OK
from hms_desktop.services.demo import DemoPlan
from hms_desktop.services.demo_hospital import generate


def run(options: argparse.Namespace) -> int:
    """Fill a database; a new one is set up as a demo hospital first."""
    begun = perf_counter()
    plan = DemoPlan(options.doctors, options.patients, options.appointments, options.seed)
    filled = generate(address(options), plan, progress)
    seconds = perf_counter() - begun
    if sys.stderr.isatty():
        print(file=sys.stderr)
    answer(
        options,
        {**asdict(filled), "seconds": round(seconds, 1)},
        f"{filled.doctors:,} doctors, {filled.patients:,} patients and {filled.appointments:,} "
        f"appointments in {seconds:.1f} s.",
    )
    return OK


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser], common: object) -> None:
    """Add the subcommand."""
    parents = [common] if isinstance(common, argparse.ArgumentParser) else []
    one = commands.add_parser("demo", parents=parents, help="fill an empty database")
    one.add_argument("--doctors", type=a_count, default=12, metavar="N")
    one.add_argument("--patients", type=a_count, default=2_000, metavar="N")
    one.add_argument("--appointments", type=a_count, default=20_000, metavar="N")
    one.add_argument("--seed", type=int, default=1, metavar="S", help="same seed, same data")
    one.set_defaults(run=run)
