"""Announcements of what changed; plain Python, safe to call from any thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Change:
    """One row of one entity that changed; ``entity`` is the table's name."""

    entity: str
    entity_id: int
    action: str
    patient_id: int | None = None


@dataclass(frozen=True, slots=True)
class Announcement:
    """What one committed write changed.

    ``changes`` empty and ``everything`` true means: anything may have changed (after a
    reconnect). ``origin`` is the workstation's program id; ``local`` says that this program did
    it.
    """

    changes: tuple[Change, ...] = ()
    everything: bool = False
    origin: str = ""
    local: bool = False
    request_id: str = ""

    def touches(self, *entities: str) -> bool:
        """Say whether one of these entities may have changed."""
        return self.everything or any(change.entity in entities for change in self.changes)


Listener = Callable[[Announcement], None]


class Bus:
    """Tells every listener what changed, on the thread that announces."""

    def __init__(self) -> None:
        """Start with no listeners."""
        self._lock = threading.Lock()
        self._listeners: tuple[Listener, ...] = ()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Add a listener; the answer takes it off again."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def leave() -> None:
            with self._lock:
                self._listeners = tuple(one for one in self._listeners if one is not listener)

        return leave

    def announce(self, announcement: Announcement) -> None:
        """Call every listener; one that fails is logged and does not stop the others."""
        for listener in self._listeners:
            try:
                listener(announcement)
            except Exception:
                log.exception("a listener failed on an announcement")
