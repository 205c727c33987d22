"""The panel of one entry: checked, saved, taken back, and compared after a clash."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.errors import Conflict, Invalid, Stale
from hms_desktop.ui.entries.fields import Contents
from hms_desktop.ui.entries.frame import EntryFrame
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.contents import merge

R = TypeVar("R")


class EntryPanel(EntryFrame[R]):
    """New or changed, in a side panel; ``saved`` carries the row as it is stored."""

    saved = Signal(object)
    CONFLICT_FIELDS: ClassVar[dict[str, str]] = {}
    """At which field a conflict of a kind stands, where the field is not called like it."""

    def __init__(self, desk: Desk, host: QWidget, *, width: int = 440) -> None:
        """Build the form, hidden."""
        super().__init__(desk, host, width=width)
        self._request: tuple[object, str] | None = None
        self.conflict.theirs_taken.connect(self._take_theirs)
        self.conflict.mine_kept.connect(self.save)

    def _begin(self, row: R | None) -> None:
        self._request = None
        super()._begin(row)

    # ------------------------------------------------------------------------------- saving
    def save(self) -> None:
        """Check and save on the runner; errors stand at their fields."""
        if not self.save_button.isEnabled():
            return
        self.form.clear_errors()
        contents, row, before = self.contents(), self.row, self._base
        try:
            wish = self.wish_of(contents, row)
        except Invalid as error:
            self.show_invalid(error)
            return
        # The same wish sent again (after a lost connection) happens once.
        if self._request is None or self._request[0] != wish:
            self._request = (wish, str(uuid.uuid4()))
        request, key = self._request[1], self._key()
        self.save_button.setEnabled(False)
        self.desk.runner.run(
            lambda: self.store(wish, row, request),
            owner=self,
            done=lambda made: self._done(made, row, before, key),
            failed=lambda error: self._failed_for(key, error),
        )

    def _done(self, row: R, old: R | None, before: Contents, key: str) -> None:
        self.desk.drafts.discard(key)
        if self._key() == key:  # else another entry is being typed by now
            if self._earlier is not None:
                self.desk.drafts.keep(key, self._earlier)
            self.save_button.setEnabled(True)
            self._request = None
            self.conflict.clear()
            self.close_panel()
        self.desk.toasts.show_toast(
            self.saved_words(row, new=old is None),
            kind="ok",
            undo=self._undo(row, old, before),
            shortcut="",
        )
        self.saved.emit(row)

    def _undo(self, row: R, old: R | None, before: Contents) -> Callable[[], object] | None:
        work = self.take_back(row) if old is None else self.put_back(before, row)
        if work is None:
            return None
        return lambda: self.desk.runner.run(
            work, owner=self, done=self.saved.emit, failed=self._tell
        )

    def _tell(self, error: Exception) -> None:
        self.desk.toasts.show_toast(sentence(error), kind="alarm")

    def _failed_for(self, key: str, error: Exception) -> None:
        """Say at the form why not; what was refused meanwhile of another entry is a draft still."""
        if self._key() == key:
            self._failed(error)
        else:
            self._tell(error)

    def put_back(self, before: Contents, row: R) -> Callable[[], object] | None:
        """Return what stores the contents from before again (on a worker), over ``row``."""
        try:
            wish, request = self.wish_of(before, row), str(uuid.uuid4())
        except Invalid:  # what an older version allowed
            return None
        return lambda: self.store(wish, row, request)

    def _failed(self, error: Exception) -> None:
        self.save_button.setEnabled(True)
        if isinstance(error, Invalid):
            self.show_invalid(error)
        elif isinstance(error, Conflict):
            field = self.CONFLICT_FIELDS.get(error.kind, error.kind)
            self.show_invalid(Invalid(field, error.template, **error.values))
        elif isinstance(error, Stale) and error.current is not None:
            self._compare(error)
        else:
            self.form.show_message(sentence(error))

    def show_invalid(self, error: Invalid) -> None:
        """Put an error at its field."""
        self.form.show_error(error)

    # --------------------------------------------------------------------------- comparison
    def _compare(self, error: Stale) -> None:
        current: Any = error.current
        mine, theirs = self.contents(), self.contents_of(current)
        merged = merge(self._base, theirs, mine)
        self.row, self._base, self._request = current, theirs, None
        self.put(merged.contents)
        self._keep()
        self.conflict.show_conflict(
            str(error.values.get("who", "")), self._rows(merged.clashing, theirs, mine)
        )

    def _rows(
        self, names: Sequence[str], theirs: Contents, mine: Contents
    ) -> list[tuple[str, str, str]]:
        return [
            (one.label.replace("&", ""), one.shown(theirs[name]), one.shown(mine[name]))
            for name in names
            if (one := self.entries.get(name)) is not None
        ]

    def _take_theirs(self) -> None:
        self.put(self._base)
        self._keep()
