"""A least-recently-used cache of frequent reads, emptied by announcements."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from cachetools import LRUCache

from hms_desktop.bus import Announcement, Bus

T = TypeVar("T")

SIZE = 2_000


class Cache:
    """Keeps results by (name, key) until one of the entities they were read from changes.

    A result that was being read while a change came in is not kept: it may be half old.
    """

    def __init__(self, bus: Bus, size: int = SIZE) -> None:
        """Listen on the bus for changes."""
        self._lock = threading.Lock()
        self._kept: LRUCache[tuple[str, Hashable], tuple[Any, tuple[str, ...]]] = LRUCache(size)
        self._stamps: dict[str, int] = defaultdict(int)
        self._era = 0
        self.hits = 0
        self.misses = 0
        self._leave = bus.subscribe(self._forget)

    def get(self, name: str, key: Hashable, load: Callable[[], T], entities: tuple[str, ...]) -> T:
        """Return the kept result or load it; ``entities`` are the tables it is read from."""
        full = (name, key)
        with self._lock:
            found = self._kept.get(full)
            if found is not None:
                self.hits += 1
                result: T = found[0]
                return result
            self.misses += 1
            before = self._moment(entities)
        result = load()
        with self._lock:
            if self._moment(entities) == before:
                self._kept[full] = (result, entities)
        return result

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._era += 1
            self._kept.clear()

    def close(self) -> None:
        """Stop listening."""
        self._leave()

    def _moment(self, entities: tuple[str, ...]) -> tuple[int, ...]:
        return (self._era, *(self._stamps[entity] for entity in entities))

    def _forget(self, announcement: Announcement) -> None:
        if announcement.everything:
            self.clear()
            return
        changed = {change.entity for change in announcement.changes}
        with self._lock:
            for entity in changed:
                self._stamps[entity] += 1
            stale = [full for full, (_, read) in self._kept.items() if changed.intersection(read)]
            for full in stale:
                del self._kept[full]
