"""Diagnosis codes, offered while a doctor types."""

from __future__ import annotations

import threading

from hms_desktop.db.tables.consultations import clinical_code
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.code_search import CodeHit, CodeIndex
from hms_desktop.services.code_list import everyday_words, load_codes, read_codes
from hms_desktop.services.context import Context, Service
from hms_desktop.services.gate import permitted
from hms_desktop.services.nearest import nearest


class CodesService(Service):
    """ICD-10 by code, words, everyday words and with slips of the keys.

    The list is read into memory at the first search and dropped when its table changes; no
    other search touches the database.
    """

    def __init__(self, context: Context) -> None:
        """Nothing is read yet."""
        super().__init__(context)
        self._building = threading.Lock()

    @permitted("clinical.write")
    def search(self, actor: Actor, text: str, limit: int = 20) -> tuple[CodeHit, ...]:
        """Return what a typed text may mean, the best first; at most 100.

        The first search in a new database fills its table of codes (about a second).
        """
        return self._index(actor).search(text, limit)

    def _index(self, actor: Actor) -> CodeIndex:
        # The first keystrokes come together: one of them builds, the others wait for it.
        with self._building:
            index = self._read()
            if not len(index):
                self.database.write(self.stamp(actor, "load", None), load_codes)
                index = self._read()
        return index

    def _read(self) -> CodeIndex:
        return self.context.cache.get("codes", (), self._build, (clinical_code.name,))

    def _build(self) -> CodeIndex:
        with self.database.read() as connection:
            codes = read_codes(connection)
        return CodeIndex(codes, everyday_words() if codes else {}, nearest)
