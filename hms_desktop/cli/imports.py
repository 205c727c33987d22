"""``import``: patients, doctors and appointments from files of other programs."""

from __future__ import annotations

import argparse
import re
from dataclasses import asdict
from pathlib import Path

from hms_desktop.cli.common import answer, opened, progress
from hms_desktop.cli.status import OK, REFUSED
from hms_desktop.domain.imports import ImportReport
from hms_desktop.services.imports import ImportsService, write_report

KINDS = ("patients", "doctors", "appointments")


def run(options: argparse.Namespace) -> int:
    """Import one file; exit status 1 when nothing of it could be taken."""
    with opened(options) as (services, actor):
        imports = ImportsService(services.context)
        call = {
            "patients": imports.patients,
            "doctors": imports.doctors,
            "appointments": imports.appointments,
        }[options.kind]
        report = call(
            actor,
            options.file,
            options.mapping,
            dry_run=options.dry_run,
            progress=lambda rows: progress("rows", rows, 0),
        )
    if options.report is not None:
        write_report(options.report, report)
    answer(options, _data(report), *_lines(report, options.report))
    return REFUSED if report.refused and not report.imported and not report.known else OK


def _data(report: ImportReport) -> dict[str, object]:
    return {
        **{name: value for name, value in asdict(report).items() if name != "refused"},
        "refused": len(report.refused),
        "reasons": report.reasons(),
    }


def _general(why: str) -> str:
    """Return a reason that many rows share: without a column where none is to blame."""
    return re.sub(r"'?\{\w+\}'?", "…", why).removeprefix(": ")


def _lines(report: ImportReport, path: Path | None) -> list[str]:
    done = "could be imported" if report.dry_run else "imported"
    counts = f"{report.rows:,} rows: {report.imported:,} {report.what} {done}"
    lines = [f"{counts}, {report.known:,} there already, {len(report.refused):,} refused."]
    if report.dry_run:
        lines.append("Nothing was written: this was a dry run.")
    if report.what == "appointments" and not report.dry_run:
        lines.append(
            f"New with them: {report.new_patients:,} patients, {report.new_doctors:,} doctors."
        )
    lines += [f"  {count:,} × {_general(why)}" for why, count in report.reasons().items()]
    if report.refused and path is None:
        lines.append("Add --report FILE to get a list of the refused rows.")
    return lines


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser], common: object) -> None:
    """Add the subcommand."""
    parents = [common] if isinstance(common, argparse.ArgumentParser) else []
    one = commands.add_parser(
        "import", parents=parents, help="patients, doctors or appointments from a CSV file"
    )
    one.add_argument("kind", choices=KINDS)
    one.add_argument("file", type=Path, metavar="FILE")
    one.add_argument("--mapping", type=Path, required=True, metavar="FILE.toml")
    one.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
    one.add_argument("--report", type=Path, metavar="FILE.csv", help="refused rows and why")
    one.set_defaults(run=run)
