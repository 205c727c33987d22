"""Drafts: what was typed and not yet saved, kept through lock, crash and restart.

In memory at once, on disk a moment later: one encrypted file a draft, written to a new file and
renamed, so that a kill leaves the old draft or the new one. The key lies in the keyring; without a
keyring drafts live in memory only.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from PySide6.QtCore import QObject, QTimer, Signal

from hms_desktop.domain.errors import Unusable
from hms_desktop.settings import keep_secret, read_secret
from hms_desktop.ui.runner import Runner

log = logging.getLogger(__name__)

SECRET_NAME = "drafts"  # noqa: S105 - the name it is kept under
DELAY_MS = 150
"""How long after a key the draft goes to the disk, with all keys that came meanwhile."""
PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class _Opened:
    cipher: Fernet | None
    found: dict[str, dict[str, Any]]


class Drafts(QObject):
    """The drafts of one person at one workstation."""

    ready = Signal()  # what lay on the disk has been read

    def __init__(
        self, runner: Runner, folder: Path, owner: str, parent: QObject | None = None
    ) -> None:
        """Keep drafts of ``owner`` (a stable name of the log-in) below ``folder``."""
        super().__init__(parent)
        self._runner = runner
        self._folder = folder / hashlib.sha256(owner.encode()).hexdigest()[:24]
        self._kept: dict[str, dict[str, Any]] = {}
        self._due: set[str] = set()
        self._writing = False
        self._turn = threading.Lock()
        self._cipher: Fernet | None = None
        self._opened = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self._write_due)

    @property
    def persistent(self) -> bool:
        """Whether drafts outlive the program: there is a keyring for their key."""
        return self._cipher is not None

    def open(self) -> None:
        """Read the drafts of the last run, on the runner; ``ready`` tells when they are there."""
        folder = self._folder
        self._runner.run(lambda: _open(folder), owner=self, done=self._take, failed=self._no_disk)

    def get(self, key: str) -> dict[str, Any] | None:
        """Return the draft under a key, or None."""
        found = self._kept.get(key)
        return None if found is None else dict(found)

    def keys(self) -> tuple[str, ...]:
        """Return the keys of all drafts."""
        return tuple(self._kept)

    def keep(self, key: str, data: Mapping[str, Any]) -> None:
        """Keep a draft (values that JSON can hold); cheap enough for every keystroke."""
        if self._kept.get(key) == data:
            return
        self._kept[key] = dict(data)
        self._later(key)

    def discard(self, key: str) -> None:
        """Forget a draft: it was saved or given up."""
        if self._kept.pop(key, None) is not None:
            self._later(key)

    def flush(self) -> None:
        """Hand everything that is due to the runner now (before the program closes)."""
        self._timer.stop()
        self._writing = False  # those underway come first: the lock of the files keeps the order
        self._write_due()

    def _take(self, opened: _Opened) -> None:
        self._cipher = opened.cipher
        self._opened = True
        # What was typed since the start counts over what lay on the disk.
        self._kept = {**opened.found, **self._kept}
        if self._due:
            self._timer.start()
        self.ready.emit()

    def _no_disk(self, error: Exception) -> None:
        log.warning("drafts are kept in memory only: %s", type(error).__name__)
        self._opened = True
        self.ready.emit()

    def _later(self, key: str) -> None:
        self._due.add(key)
        # Not started anew by each key: who types without a pause would never be written down.
        if self._opened and not self._timer.isActive():
            self._timer.start()

    def _write_due(self) -> None:
        if not self._due or self._writing or self._cipher is None:
            return
        work = {key: self._kept.get(key) for key in self._due}
        self._due.clear()
        self._writing = True
        write = _writer(self._folder, self._cipher, work, self._turn)
        self._runner.run(write, owner=self, done=self._written, failed=self._not_written)

    def _written(self, _none: None) -> None:
        self._writing = False
        self._write_due()

    def _not_written(self, error: Exception) -> None:
        self._writing = False
        log.warning("drafts could not be written: %s", type(error).__name__)


def _open(folder: Path) -> _Opened:
    cipher = _cipher()
    found: dict[str, dict[str, Any]] = {}
    if cipher is None or not folder.is_dir():
        return _Opened(cipher, found)
    for path in sorted(folder.glob("*.draft")):
        try:
            entry = json.loads(cipher.decrypt(path.read_bytes()))
        except (InvalidToken, ValueError):
            # Written under another key: nobody can read it any more.
            log.info("a draft of another key was removed")
            path.unlink(missing_ok=True)
            continue
        found[entry["key"]] = entry["data"]
    return _Opened(cipher, found)


def _cipher() -> Fernet | None:
    """Return the cipher, its key made on first use; None without a keyring."""
    secret = read_secret(SECRET_NAME)
    if not secret:
        secret = Fernet.generate_key().decode()
        try:
            keep_secret(SECRET_NAME, secret)
        except Unusable:
            log.info("no keyring: drafts stay in memory")
            return None
    return Fernet(secret.encode())


def _writer(
    folder: Path,
    cipher: Fernet,
    work: Mapping[str, dict[str, Any] | None],
    turn: threading.Lock,
) -> Callable[[], None]:
    def write() -> None:
        with turn:
            write_all()

    def write_all() -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for key, data in work.items():
            path = folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.draft"
            if data is None:
                path.unlink(missing_ok=True)
                continue
            text = json.dumps({"key": key, "data": data}, ensure_ascii=False)
            fresh = path.with_suffix(".new")
            handle = os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, PRIVATE)
            with os.fdopen(handle, "wb") as file:
                file.write(cipher.encrypt(text.encode("utf-8", "surrogatepass")))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)

    return write
