"""Logs that a stranger may read: what happened and where, never to whom.

Texts that come into a message as arguments are masked unless marked `Safe`; exceptions show
their kind and the program's own wording, never the values in it.
"""

from __future__ import annotations

import logging
import os
import re
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import platformdirs

from hms_desktop.domain.errors import HmsError

FILE_NAME = "hms-desktop.log"
MOST_BYTES = 1_000_000
KEPT_FILES = 5
_MAIL = re.compile(r"[^\s<>\"'(]+@[^\s<>\"')]+")
_NUMBER = re.compile(r"\+?\d[\d\s().-]{5,}\d")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|\([^()]*\)")
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Safe(str):
    """A text that the program itself made (a version, a state), so that a log may show it."""

    __slots__ = ()


def log_dir() -> Path:
    """Return the folder of this person's logs (HMS_LOG_DIR wins)."""
    named = os.environ.get("HMS_LOG_DIR")
    return Path(named) if named else Path(platformdirs.user_log_dir("hms-desktop", appauthor=False))


def mask(value: object) -> object:
    """Return what a log may show of an argument: numbers, marked texts and kinds of things."""
    if value is None or isinstance(value, int | float | Safe):
        return value
    if isinstance(value, str):
        return f"<text of {len(value)}>"
    if isinstance(value, BaseException):
        return describe(value)
    return f"<{type(value).__name__}>"


def scrub(text: str) -> str:
    """Take addresses and long numbers out of a text."""
    return _NUMBER.sub("<number>", _MAIL.sub("<address>", text))


def describe(error: BaseException) -> str:
    """Return the kind of an exception and what can be said of it without its values."""
    kind = type(error).__name__
    if isinstance(error, HmsError):
        return f"{kind}: {error.template}"
    if isinstance(error, OSError):
        return f"{kind}: {error.strerror or ''}"
    code = getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None)
    if code:
        return f"{kind}: {code}"
    if type(error).__module__.partition(".")[0] in {"sqlalchemy", "psycopg", "sqlite3"}:
        return kind
    words = str(error.args[0]) if error.args else ""
    return f"{kind}: {scrub(_QUOTED.sub('<value>', words))}".splitlines()[0]


class PrivateFormatter(logging.Formatter):
    """Masks the arguments of records; writes exceptions as kinds and places in the code.

    A formatter and not a filter: what other handlers (tests, a console) see stays whole.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record without anybody's data."""
        copy = logging.makeLogRecord(record.__dict__)
        args = record.args
        if isinstance(args, Mapping):
            copy.args = {name: mask(value) for name, value in args.items()}
        elif args:
            copy.args = tuple(mask(value) for value in args)
        try:
            copy.msg = scrub(copy.getMessage())
        except (TypeError, ValueError):
            # A format such as %d cannot show a masked text: then the wording alone must do.
            copy.msg = scrub(str(record.msg))
        copy.args = None
        # Another handler's formatter may have left its own, talkative text here.
        copy.exc_text = None
        return super().format(copy)

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - logging's own name
        """Return the traceback without values: places, kinds and fixed wording."""
        lines: list[str] = []
        error: BaseException | None = ei[1]
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            lines.append(describe(error))
            lines.extend(
                f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            )
            hidden = error.__context__ if not error.__suppress_context__ else None
            error = error.__cause__ or hidden
        return "\n".join(lines)

    def formatStack(self, stack_info: str) -> str:  # noqa: ARG002, N802 - logging's own name
        """Leave out stacks: they quote source lines, and the places are in the message."""
        return ""


def set_up(level: str = "INFO", folder: Path | None = None) -> Path | None:
    """Write the program's log to a rotating file and return it; None where it cannot be.

    Without a place to write, the program runs on without a log: it must not stop a desk.
    """
    # It brings sockets and pickling along: the window is painted before that.
    from logging.handlers import RotatingFileHandler  # noqa: PLC0415

    folder = folder or log_dir()
    shut_down()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            folder / FILE_NAME, maxBytes=MOST_BYTES, backupCount=KEPT_FILES, encoding="utf-8"
        )
        (folder / FILE_NAME).chmod(0o600)
    except OSError:
        return None
    handler.set_name(FILE_NAME)
    layout = "%(asctime)s %(levelname)s %(process)d %(threadName)s %(name)s: %(message)s"
    handler.setFormatter(PrivateFormatter(layout))
    root = logging.getLogger()
    root.addHandler(handler)
    logging.getLogger("hms_desktop").setLevel(level)
    logging.captureWarnings(True)  # noqa: FBT003 - the standard library's signature
    return folder / FILE_NAME


def shut_down() -> None:
    """Close the log file; the last lines are written."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        if handler.get_name() == FILE_NAME:
            root.removeHandler(handler)
            handler.close()


def tails(folder: Path | None = None, most: int = 300_000) -> dict[str, bytes]:
    """Return the last bytes of each log file, by name."""
    found: dict[str, bytes] = {}
    for path in sorted((folder or log_dir()).glob(f"{FILE_NAME}*")):
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - most))
            found[path.name] = file.read()
    return found
