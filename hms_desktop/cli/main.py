"""Reads the command line, runs what it asks for, and says in a sentence what went wrong."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence

from hms_desktop import __version__, logs
from hms_desktop.cli.status import OK, REFUSED, USAGE, UsageError
from hms_desktop.domain.errors import HmsError
from hms_desktop.settings import WindowOptions, load_settings

log = logging.getLogger(__name__)


def parser() -> argparse.ArgumentParser:
    """Return the whole command line."""
    # Only here: they load the database and every service, which the window does behind its paint.
    from hms_desktop.cli import (  # noqa: PLC0415
        audit,
        backups,
        booking,
        database,
        diagnostics,
        exports,
        generate,
        imports,
        jobs,
        reports,
        users,
    )

    common = argparse.ArgumentParser(add_help=False)
    _common(common)
    top = argparse.ArgumentParser(
        prog="hms-desktop",
        description="The front desk of a hospital. Without a subcommand: the window.",
        epilog="Exit status: 0 done, 1 refused, 2 wrong arguments.",
    )
    _of_window(top)
    commands = top.add_subparsers(metavar="SUBCOMMAND")
    every = (
        database, generate, users, booking, imports, reports, exports, jobs, backups, audit,
        diagnostics,
    )  # fmt: skip
    for part in every:
        part.add(commands, common)
    return top


def window_options(arguments: Sequence[str]) -> argparse.Namespace | None:
    """Return the options when nothing but the window is asked for, else None."""
    alone = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    _of_window(alone)
    try:
        options, others = alone.parse_known_args(arguments)
    except argparse.ArgumentError:
        return None
    return None if others else options


def _of_window(top: argparse.ArgumentParser) -> None:
    top.add_argument("--version", action="version", version=f"hms-desktop {__version__}")
    top.add_argument("--database", metavar="ADDRESS", help="postgresql://… or a file")
    top.add_argument("--demo", action="store_true", help="a demo hospital in its own file")
    top.add_argument("--workstation", metavar="NAME", help="name of this workstation")
    top.add_argument("--theme", choices=("system", "light", "dark"))
    top.set_defaults(run=window, json=False)


def _common(one: argparse.ArgumentParser) -> None:
    # Left out here, an option given before the subcommand stays as it is.
    one.add_argument(
        "--database", metavar="ADDRESS", default=argparse.SUPPRESS, help="postgresql://… or a file"
    )
    one.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="answer for a script"
    )


def window(options: argparse.Namespace) -> int:
    """Show the window."""
    # Only here: the command line must not wait for Qt, nor need a screen.
    from hms_desktop.app import run_window  # noqa: PLC0415

    if options.demo and options.database:
        raise UsageError("Give either --demo or --database: the demo has its own file.")
    address = _demo() if options.demo else options.database
    return run_window(
        WindowOptions(
            database=address,
            demo=options.demo,
            workstation=options.workstation,
            theme=options.theme,
        ),
        set_up_log=_set_up_log,
    )


def _demo() -> str:
    # Only for --demo: making a hospital takes every service.
    from hms_desktop.cli.common import progress  # noqa: PLC0415
    from hms_desktop.services.demo_hospital import ensure_demo  # noqa: PLC0415

    return ensure_demo(progress)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status: 0 done, 1 refused, 2 wrong arguments."""
    try:
        given = sys.argv[1:] if arguments is None else arguments
        options = window_options(given) or parser().parse_args(given)
        if options.run is not window:
            _set_up_log()
        status = int(options.run(options))
        # Here and not at the interpreter's end, where a closed pipe would speak for itself.
        sys.stdout.flush()
    except UsageError as error:
        return _refuse(str(error), USAGE)
    except HmsError as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        return _refuse("Stopped. What was not finished was not kept.")
    except BrokenPipeError:
        # Nobody reads on; whatever is still buffered must not raise once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _refuse("The answer was not read to its end.")
    except OSError as error:
        what = error.filename or "A file"
        return _refuse(f"{what} cannot be used: {error.strerror or type(error).__name__}.")
    except Exception as error:
        # The window opens the log behind its first paint, which may not have been reached.
        _set_up_log()
        log.exception("the command line met a defect")
        return _refuse(
            f"The program met a defect of its own ({type(error).__name__}); what was not "
            f"finished was not kept. The log in {logs.log_dir()} says where."
        )
    finally:
        logs.shut_down()
    return status


def _set_up_log() -> None:
    try:
        level = load_settings().log_level
    except HmsError:
        # Whoever needs the settings says what is wrong with them.
        level = "INFO"
    logs.set_up(level)


def _refuse(sentence: str, status: int = REFUSED) -> int:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    print(f"hms-desktop: {sentence}", file=sys.stderr)
    return status


__all__ = ["OK", "main", "parser"]
