"""``report``: reports on paper, for any month, written into a PDF file."""

from __future__ import annotations

import argparse
import os
import re
import tempfile
from pathlib import Path

from hms_desktop.cli.common import a_count, a_date, answer, opened
from hms_desktop.cli.status import OK, UsageError
from hms_desktop.domain.doctor_month import COUNTED, DoctorMonth, Month
from hms_desktop.domain.hospital_month import HospitalMonth

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


def a_month(text: str) -> Month:
    """Read a month of an argument."""
    found = _MONTH.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 12:  # noqa: PLR2004 - months
        raise argparse.ArgumentTypeError(f"{text!r} is not a month; write it like 2026-10")
    return Month(int(found[1]), int(found[2]))


def doctor(options: argparse.Namespace) -> int:
    """Write the monthly activity report of one doctor."""
    path = _target(options)
    wanted: Month = options.month
    with opened(options) as (services, actor):
        reports = services.doctor_reports
        found = reports.month(actor, options.doctor, wanted.year, wanted.month)
        paper = reports.month_pdf(actor, options.doctor, wanted.year, wanted.month)
    write_whole(path, paper.pdf)
    data = {"file": path, **_figures(found)}
    answer(options, data, f"{paper.title}: {found.figures.total} visits. Written to {path}.")
    return OK


def day(options: argparse.Namespace) -> int:
    """Write the sheet of one doctor's day."""
    path = _target(options)
    with opened(options) as (services, actor):
        sheets = services.day_sheets
        found = sheets.day(actor, options.doctor, options.date)
        paper = sheets.on_paper(actor, found)
    write_whole(path, paper.pdf)
    data = {
        "file": path,
        "doctor_id": options.doctor,
        "doctor": found.doctor.name,
        "date": found.on,
        "visits": len(found.visits),
    }
    answer(options, data, f"{paper.title}: {len(found.visits)} visits. Written to {path}.")
    return OK


def hospital(options: argparse.Namespace) -> int:
    """Write the monthly performance report of the hospital."""
    path = _target(options)
    wanted: Month = options.month
    with opened(options) as (services, actor):
        reports = services.hospital_reports
        found = reports.month(actor, wanted.year, wanted.month)
        paper = reports.on_paper(actor, found)
    write_whole(path, paper.pdf)
    data = {
        "file": path,
        **_counts(found),
        "doctors": [
            {
                **one._asdict(),
                "no_show_rate": one.no_show_rate,
                "utilisation": one.utilisation,
            }
            for one in found.doctors
        ],
    }
    answer(options, data, f"{paper.title}: {found.figures.total} visits. Written to {path}.")
    return OK


def _target(options: argparse.Namespace) -> Path:
    """Return where the report goes; raises UsageError for what cannot be written so."""
    path: Path = options.out
    if path.suffix.casefold() != ".pdf":
        raise UsageError("The report is a PDF. Give --out a name that ends in .pdf.")
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent}. Nothing was written.")
    if path.exists() and not options.force:
        raise UsageError(
            f"{path} is there already and was kept. Choose another name, or add --force."
        )
    return path


def _figures(report: DoctorMonth) -> dict[str, object]:
    who = {"doctor_id": report.doctor_id, "doctor": report.doctor_name}
    return {**who, **_counts(report)}


def _counts(report: DoctorMonth | HospitalMonth) -> dict[str, object]:
    figures = report.figures
    return {
        "month": report.month,
        "month_is_over": report.over,
        "visits": figures.total,
        "by_status": {status.value: figures.of(status) for status in COUNTED},
        "by_day": {day.on.isoformat(): day.visits for day in report.days},
        "by_hour": report.hours,
        "new_patients": figures.new_patients,
        "returning_patients": figures.returning_patients,
        "no_show_rate": figures.no_show_rate,
        "wait_minutes": figures.wait_minutes,
        "consultation_minutes": figures.consultation_minutes,
        "booked_minutes": figures.booked_minutes,
        "offered_minutes": figures.offered_minutes,
        "utilisation": figures.utilisation,
    }


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: whoever opens it never sees half of it.

    Raises OSError where it cannot be written; what was there before is kept then.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".hms-", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser], common: object) -> None:
    """Add the subcommands."""
    parents = [common] if isinstance(common, argparse.ArgumentParser) else []
    group = commands.add_parser("report", help="reports on paper")
    kinds = group.add_subparsers(metavar="REPORT", required=True)
    one = kinds.add_parser("doctor", parents=parents, help="a doctor's activity in one month")
    one.add_argument("--doctor", type=a_count, required=True, metavar="ID")
    one.add_argument("--month", type=a_month, required=True, metavar="2026-10")
    _goes_to(one)
    one.set_defaults(run=doctor)
    whole = kinds.add_parser(
        "hospital", parents=parents, help="the hospital's performance in one month"
    )
    whole.add_argument("--month", type=a_month, required=True, metavar="2026-10")
    _goes_to(whole)
    whole.set_defaults(run=hospital)
    sheet = kinds.add_parser("day", parents=parents, help="whom a doctor expects on one day")
    sheet.add_argument("--doctor", type=a_count, required=True, metavar="ID")
    sheet.add_argument("--date", type=a_date, required=True, metavar="2026-11-23")
    _goes_to(sheet)
    sheet.set_defaults(run=day)


def _goes_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.pdf")
    parser.add_argument("--force", action="store_true", help="replace the file if it is there")
