"""``export``: lists and histories as CSV or XLSX, written into a file."""

from __future__ import annotations

import argparse
from datetime import timedelta
from pathlib import Path

from hms_desktop.cli.common import a_count, a_date, answer, opened, progress
from hms_desktop.cli.status import OK, UsageError
from hms_desktop.domain.errors import HmsError
from hms_desktop.domain.exports import (
    PERIOD_KINDS,
    ExportFormat,
    ExportKind,
    ExportState,
    ExportWish,
)

KINDS = {kind.value.replace("_", "-"): kind for kind in ExportKind}
USUAL_DAYS = 30


def export(options: argparse.Namespace) -> int:
    """Write one file, and keep the run among the exports."""
    path: Path = options.out
    ending = path.suffix.casefold().lstrip(".")
    if ending not in set(ExportFormat):
        raise UsageError("Give --out a name that ends in .csv or .xlsx.")
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent}. Nothing was written.")
    if path.exists() and not options.force:
        raise UsageError(
            f"{path} is there already and was kept. Choose another name, or add --force."
        )
    kind = KINDS[options.kind]
    with opened(options) as (services, actor):
        first, last = options.first, options.last
        if kind in PERIOD_KINDS:
            last = last or services.context.now().astimezone(services.context.zone()).date()
            first = first or last - timedelta(days=USUAL_DAYS - 1)
        runs = services.export_runs
        asked = runs.start(
            actor,
            ExportWish(
                kind,
                ExportFormat(ending),
                patient_id=options.patient,
                doctor_id=options.doctor,
                first=first,
                last=last,
                text=options.text,
            ),
        )
        try:
            row = runs.run(actor, asked.id, lambda done, most: progress(asked.title, done, most))
        except KeyboardInterrupt:
            runs.cancel(actor, asked.id)  # else the background would make it
            raise
        progress("", 0, 0)
        if row.state != ExportState.DONE.value:
            raise HmsError("{why}", why=row.error or "The export was stopped. No file was made.")
        runs.save_as(actor, row.id, path)
    data = {"id": row.id, "file": path, "title": row.title, "rows": row.done, "bytes": row.bytes}
    answer(options, data, f"{row.title}: {row.done:,} rows. Written to {path}.")
    return OK


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser], common: object) -> None:
    """Add the subcommand."""
    parents = [common] if isinstance(common, argparse.ArgumentParser) else []
    one = commands.add_parser("export", help="lists as CSV or XLSX", parents=parents)
    one.add_argument("kind", choices=sorted(KINDS), metavar="KIND", help=", ".join(sorted(KINDS)))
    one.add_argument("--patient", type=a_count, metavar="ID", help="of a history")
    one.add_argument("--doctor", type=a_count, metavar="ID")
    one.add_argument("--from", dest="first", type=a_date, metavar="DATE")
    one.add_argument("--to", dest="last", type=a_date, metavar="DATE")
    one.add_argument("--text", default="", help="as in the search of the list")
    one.add_argument("--out", type=Path, required=True, metavar="FILE.csv|FILE.xlsx")
    one.add_argument("--force", action="store_true", help="replace the file if it is there")
    one.set_defaults(run=export)
