"""What a person's screens remember at one workstation: layouts, columns, views, chosen doctors."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer

from hms_desktop.ui.runner import Runner

log = logging.getLogger(__name__)

DELAY_MS = 500


def memory_file(folder: Path, owner: str) -> Path:
    """Return the file of one person's memory."""
    return folder / f"{hashlib.sha256(owner.encode()).hexdigest()[:24]}.json"


def read_memory(path: Path) -> dict[str, Any]:
    """Read a memory file; one that cannot be read counts as empty (runs on a worker)."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        log.info("remembered layouts could not be read; beginning anew")
        return {}
    return found if isinstance(found, dict) else {}


class FileMemory(QObject):
    """A dictionary that follows itself to a small file, a moment after each change."""

    def __init__(
        self, runner: Runner, path: Path, values: dict[str, Any], parent: QObject | None = None
    ) -> None:
        """Begin with what was read from ``path``."""
        super().__init__(parent)
        self._runner = runner
        self._path = path
        self._values = values
        self._turn = threading.Lock()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.flush)

    @property
    def values(self) -> dict[str, Any]:
        """Everything that is kept."""
        return dict(self._values)

    def get(self, key: str, default: Any) -> Any:  # noqa: ANN401 - any JSON value
        """Return what is kept under a key."""
        return self._values.get(key, default)

    def put(self, key: str, value: Any) -> None:  # noqa: ANN401
        """Keep a JSON value under a key."""
        if self._values.get(key) == value and key in self._values:
            return
        self._values[key] = value
        self._timer.start()

    def flush(self) -> None:
        """Hand the values to the runner to be written."""
        self._timer.stop()
        text = json.dumps(self._values)
        self._runner.run(_writer(self._path, text, self._turn), owner=self, failed=_not_kept)


def _writer(path: Path, text: str, turn: threading.Lock) -> Callable[[], None]:
    def write() -> None:
        with turn:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(".new")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(path)

    return write


def _not_kept(error: Exception) -> None:
    log.info("a layout could not be remembered: %s", type(error).__name__)
