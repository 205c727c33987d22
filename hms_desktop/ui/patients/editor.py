"""Registers a patient or edits a chart, in a side panel; nothing typed is ever lost."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.errors import Invalid, Stale
from hms_desktop.domain.patients import PatientHit, PatientRow, RegisterPatient, UpdatePatient
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.patients.contents import Contents, contents_of, merge
from hms_desktop.ui.patients.drafted import REGISTER, DraftedEditor
from hms_desktop.ui.patients.typed import split_typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hms_desktop.ui.pages.base import Desk

_DUPLICATES_MS = 250
_ASKS_DUPLICATES = frozenset({"given", "middle", "family", "birth", "phones", "sex", "email"})


class PatientEditor(DraftedEditor):
    """The form with duplicates, drafts, saving and the comparison after a clash.

    ``saved`` carries the PatientRow as stored, ``cancelled`` comes with the button,
    ``patient_wanted`` a PatientHit that the person recognised as the one being typed.
    """

    saved = Signal(object)
    cancelled = Signal()
    patient_wanted = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Start as an empty registration."""
        super().__init__(desk, parent)
        self._request: tuple[object, str] | None = None
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_DUPLICATES_MS)
        self._typing.timeout.connect(self._ask_duplicates)
        self.comparison.decided.connect(self._decided)
        self.duplicates.open_wanted.connect(self._open_duplicate)
        self.form.edited.connect(self._edited)
        self.save_button.clicked.connect(lambda _checked=False: self.save())
        self.cancel_button.clicked.connect(lambda _checked=False: self.cancel())
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.save)

    # ----------------------------------------------------------------------------- opening
    def start_new(self, typed: str = "") -> None:
        """Begin a registration with what was typed in the box; a kept draft is offered."""
        self.row = None
        self._begin(REGISTER, self.tr("Register"))
        found = split_typed(
            typed, today=self._desk.today(), day_first=self._desk.settings.day_first
        )
        empty = contents_of(RegisterPatient(), self._formats)
        self._base = empty
        self.form.put(
            {
                **empty,
                "given": found.given,
                "middle": found.middle,
                "family": found.family,
                "phones": [found.phone] if found.phone else [],
                "birth": [found.birth, "", ""],
                "email": found.email,
            }
        )
        self._ask_duplicates()
        self._offer_draft()
        first = "family" if found.given and not found.family else "given"
        self._focus("birth" if found.family else first)

    def load(self, patient_id: int) -> None:
        """Open a chart for editing; what was typed into it before is offered again."""
        self._begin(f"patient/{patient_id}", self.tr("Save"))
        self.form.setEnabled(False)
        services, actor = self._desk.services, self._desk.actor

        def work() -> tuple[PatientRow, bytes | None]:
            row = services.patients.open(actor, patient_id)
            return row, services.patients.photo(actor, patient_id) if row.has_photo else None

        self._desk.runner.run(
            work, owner=self, done=lambda found: self.show_row(*found), failed=self._failed
        )

    def show_row(self, row: PatientRow, photo: bytes | None = None) -> None:
        """Edit a chart that was read already."""
        self._begin(f"patient/{row.id}", self.tr("Save"))
        self.row = row
        self._base = contents_of(row.as_wish(), self._formats)
        self.form.put(self._base)
        self.form.photo.set_photo(photo)
        self.form.unknown.setVisible(row.placeholder)
        self.form.setEnabled(True)
        self._offer_draft()
        self._focus("given")

    def _begin(self, key: str, verb: str) -> None:
        self._key = key
        self._request = None
        self._earlier = None
        self.save_button.setText(verb)
        self.save_button.setEnabled(True)
        self.form.show_message("")
        self.form.photo.set_photo(None)
        self.form.unknown.setVisible(True)
        self.form.setEnabled(True)
        self.offer.say("")
        self.comparison.clear()
        self.duplicates.show_hits((), self._desk.now())

    # ------------------------------------------------------------------------------ typing
    def _edited(self, name: str) -> None:
        self._keep()
        if self.row is None and name in _ASKS_DUPLICATES:
            self._typing.start()

    def _ask_duplicates(self) -> None:
        if self.row is not None:
            return
        wish = self.form.wish(lenient=True)
        if not (wish.name.given or wish.name.family or wish.phones):
            self.duplicates.show_hits((), self._desk.now())
            return
        services, actor = self._desk.services, self._desk.actor
        self._desk.runner.run(
            lambda: services.patients.possible_duplicates(actor, wish),
            owner=self,
            done=self._show_duplicates,
            failed=lambda error: self.form.show_message(sentence(error)),
            key="duplicates",
        )

    def _take_draft(self) -> None:
        super()._take_draft()
        self._ask_duplicates()

    def _show_duplicates(self, hits: Sequence[PatientHit]) -> None:
        if self.row is None:
            self.duplicates.show_hits(hits, self._desk.now())

    def _open_duplicate(self, hit: PatientHit) -> None:
        self.patient_wanted.emit(hit)
        self._desk.navigate.patient.emit(hit.id)

    # ------------------------------------------------------------------------------ saving
    def save(self) -> None:
        """Check and save on the runner; errors stand at their fields."""
        if not self.save_button.isEnabled() or not self.form.isEnabled():
            return
        self.form.clear_errors()
        self.form.photo.show_error("")
        try:
            wish = self.form.wish().check(self._desk.today())
        except Invalid as error:
            self._show_invalid(error)
            return
        services, actor, row = self._desk.services, self._desk.actor, self.row
        change = None
        if row is not None:
            touched = self.form.photo.touched
            change = UpdatePatient(row.id, row.version, wish, keep_photo=not touched)
        # The same wish sent again (after a lost connection) happens once.
        key: object = change or wish
        if self._request is None or self._request[0] != key:
            self._request = (key, uuid.uuid4().hex)
        request = self._request[1]
        self.save_button.setEnabled(False)

        def work() -> PatientRow:
            if change is None:
                return services.patients.register(actor, wish, request_id=request)
            if row is not None and row.placeholder and not wish.placeholder:
                return services.patients.identify(actor, change, request_id=request)
            return services.patients.update(actor, change, request_id=request)

        self._desk.runner.run(work, owner=self, done=self._done, failed=self._failed)

    def cancel(self) -> None:
        """Leave; what was typed stays as a draft."""
        self.cancelled.emit()

    def _done(self, row: PatientRow) -> None:
        self._desk.drafts.discard(self._key)
        if self._earlier is not None and self._earlier.get("contents"):
            self._desk.drafts.keep(self._key, self._earlier)
        was_new = self.row is None
        self.comparison.clear()
        self.save_button.setEnabled(True)
        text = self.tr("{name} registered as {mrn}") if was_new else self.tr("{name} saved")
        self._desk.toasts.show_toast(text.format(name=row.display_name, mrn=row.mrn))
        self._request = None
        self.saved.emit(row)

    def _failed(self, error: Exception) -> None:
        self.save_button.setEnabled(True)
        self.form.setEnabled(True)
        if isinstance(error, Invalid):
            self._show_invalid(error)
        elif isinstance(error, Stale) and isinstance(error.current, PatientRow):
            self._compare(error, error.current)
        else:
            self.form.show_message(sentence(error))

    def _show_invalid(self, error: Invalid) -> None:
        if error.field == "photo":
            self.form.photo.show_error(sentence(error))
            self.form.photo.choose_button.setFocus()
            return
        self.form.show_error(error)

    def _compare(self, error: Stale, current: PatientRow) -> None:
        theirs = contents_of(current.as_wish(), self._formats)
        mine = self.form.contents()
        merged = merge(self._base, theirs, mine)
        self.row, self._base = current, theirs
        self.form.put(merged.contents)
        who = str(error.values.get("who") or current.updated_by_name)
        self.comparison.show_versions(who, merged, mine, theirs)
        self.comparison.label.setFocus()
        self._keep()

    def _decided(self, contents: Contents) -> None:
        self.form.put(contents)
        self._keep()
