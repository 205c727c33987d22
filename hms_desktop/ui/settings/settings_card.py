"""Hospital settings on a card: read and changed by permission, compared if stale."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.errors import Invalid, Stale
from hms_desktop.domain.jobs import OVERRIDES, PREFIX
from hms_desktop.domain.settings import HospitalSettings, check_setting
from hms_desktop.ui.buttons import button
from hms_desktop.ui.cards import Card
from hms_desktop.ui.conflict_panel import ConflictPanel
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.settings.choices import ZoneEdit
from hms_desktop.ui.settings.editors import Editor
from hms_desktop.ui.widgets.field import Field, Form, line

#: In the draft: what the changed settings were when they were typed over.
BEFORE = "before"
#: The settings, their versions and who wrote them last, all by name.
_Found = tuple[HospitalSettings, dict[str, int], dict[str, str]]


class SettingsCard(Card):
    """A form over some of ``HospitalSettings``; ``saved`` carries the new ones.

    Subclasses put their fields in with ``add_settings``.
    """

    saved = Signal(object)

    def __init__(self, desk: Desk, title: str, draft: str, parent: QWidget | None = None) -> None:
        """Build the form; without the permission to change them it only shows.

        ``draft`` is the key under which what is typed is kept.
        """
        super().__init__(title, "", parent)
        self.desk = desk
        self._draft = draft
        self.may_change = desk.actor.may("settings.manage")
        self._base: HospitalSettings | None = None
        self._versions: dict[str, int] = {}
        self._writers: dict[str, str] = {}
        self._filling = False
        self._wish: tuple[dict[str, Any], str] | None = None
        self.editors: dict[str, Editor] = {}
        self.form = Form()
        self.add_fields()
        self.conflict = ConflictPanel()
        self.save_button = button(
            self.tr("&Save for the whole hospital"), self.save, kind="primary"
        )
        self.back_button = button(self.tr("Put &back"), self.put_back, kind="quiet")
        buttons = line(self.save_button, self.back_button)
        self.add(self.conflict)
        self.add(self.form)
        self.add(buttons)
        buttons.setVisible(self.may_change)
        self.form.setEnabled(self.may_change)
        self.set_detail(
            self.tr("These hold for every workstation; open programs follow at once.")
            if self.may_change
            else self.tr("Only an administrator may change them.")
        )
        self.conflict.theirs_taken.connect(self.put_back)
        self.conflict.mine_kept.connect(self.save)
        desk.drafts.ready.connect(self._offer_draft)
        self._show_dirty()

    # ---------------------------------------------------------------------------- building
    def add_fields(self) -> None:
        """Put the fields into the form; each card has its own."""
        raise TypeError("a card of settings without fields")

    def add_settings(self, *fields: tuple[str, str, Editor, str]) -> None:
        """Put fields side by side: setting, label, editor, hint."""
        self.form.add_row(
            *(
                (name, Field(label, one.widget, hint=self._note(name) or hint), 1)
                for name, label, one, hint in fields
            )
        )
        # After the fields are made: they clear their error on a change, what is typed sets it.
        for name, _label, editor, _hint in fields:
            self.editors[name] = editor
            editor.changed.connect(lambda *_args, one=name: self._typed(one))

    def _note(self, name: str) -> str:
        """Return what is said of a setting that the environment replaces in this program."""
        variable = PREFIX + name.upper()
        if name not in OVERRIDES or variable not in os.environ:
            return ""
        return self.tr("Here {variable} holds: {value}. Saved, it holds elsewhere.").format(
            variable=variable, value=os.environ[variable]
        )

    # ----------------------------------------------------------------------------- reading
    def load(self) -> None:
        """Read the settings; what is typed and not saved stays."""
        self.desk.runner.run(
            self._reading(), owner=self, done=self._show, failed=self._refused, key="settings"
        )

    def _reading(self) -> Callable[[], _Found]:
        services, actor, may_change = self.desk.services, self.desk.actor, self.may_change

        def work() -> _Found:
            # Versions first: a change in between is then seen as stale, never overwritten.
            versions = services.hospital.setting_versions(actor) if may_change else {}
            writers = services.hospital.setting_writers(actor) if may_change else {}
            return services.hospital.settings(actor), versions, writers

        return work

    def _show(self, found: _Found) -> None:
        if self._base is not None and self.changes():
            return
        self._base, self._versions, self._writers = found
        self._fill(self._base)
        self._offer_draft()

    def _fill(self, settings: HospitalSettings) -> None:
        self._write({name: getattr(settings, name) for name in self.editors})
        self.form.clear_errors()
        self._show_dirty()

    def _write(self, values: Mapping[str, Any]) -> None:
        self._filling = True
        for name, value in values.items():
            self.editors[name].write(value)
        self._filling = False

    def _offer_draft(self) -> None:
        draft = self.desk.drafts.get(self._draft)
        if self._base is None or not self.may_change or not draft or self.changes():
            return
        self._write(
            {name: one for name, one in draft.items() if name in self.editors and _fits(name, one)}
        )
        # The versions are those of now: what changed since it was typed would go unseen.
        clashing = _clashing(self.changes(), draft.get(BEFORE, {}), self._base)
        if clashing:
            self._show_conflict(clashing)
        self._show_dirty()

    # ------------------------------------------------------------------------------ typing
    def changes(self) -> dict[str, Any]:
        """Return what differs from what was read."""
        if self._base is None:
            return {}
        typed = {name: editor.read() for name, editor in self.editors.items()}
        return {name: one for name, one in typed.items() if one != getattr(self._base, name)}

    def _typed(self, name: str) -> None:
        if self._filling or self._base is None:
            return
        changes = self.changes()
        if changes:
            before = {one: getattr(self._base, one) for one in changes}
            self.desk.drafts.keep(self._draft, {**changes, BEFORE: before})
        else:
            self.desk.drafts.discard(self._draft)
        try:
            check_setting(name, self.editors[name].read())
        except Invalid as error:
            # A name that is still being typed is not wrong yet; saving says so in full.
            if not isinstance(self.editors[name].widget, ZoneEdit):
                self.form.field(name).set_error(sentence(error))
        else:
            self.form.field(name).clear_error()
        self._show_dirty()

    def _show_dirty(self) -> None:
        dirty = bool(self.changes())
        self.save_button.setEnabled(dirty)
        self.back_button.setVisible(dirty)

    def put_back(self) -> None:
        """Forget what was typed and read anew."""
        self.desk.drafts.discard(self._draft)
        self.conflict.clear()
        self._base = None
        self.load()

    # ------------------------------------------------------------------------------ saving
    def save(self) -> None:
        """Save what was changed, all or nothing."""
        changes = self.changes()
        if not changes or not self.may_change or not self.save_button.isEnabled():
            return
        self.form.clear_errors()
        if self._wish is None or self._wish[0] != changes:
            self._wish = (changes, str(uuid.uuid4()))
        request_id, versions = self._wish[1], dict(self._versions)
        services, actor = self.desk.services, self.desk.actor
        self.save_button.setEnabled(False)
        self.desk.runner.run(
            lambda: services.hospital.change_settings(
                actor, changes, versions=versions, request_id=request_id
            ),
            owner=self,
            done=self._done,
            failed=self._refused,
        )

    def _done(self, settings: HospitalSettings) -> None:
        self._wish = None
        self.desk.drafts.discard(self._draft)
        self.conflict.clear()
        self._base = settings
        self._fill(settings)
        self.desk.toasts.show_toast(self.tr("The hospital's settings are saved."), kind="ok")
        self.saved.emit(settings)
        self.load()

    def _refused(self, error: Exception) -> None:
        self._show_dirty()
        if isinstance(error, Invalid):
            self.form.show_error(error)
        elif isinstance(error, Stale):
            self.desk.runner.run(
                self._reading(), owner=self, done=self._compare, failed=self._refused
            )
        else:
            self.form.show_message(sentence(error))

    def _compare(self, found: _Found) -> None:
        mine, before, theirs = self.changes(), self._base, found[0]
        self._base, self._versions, self._writers = found
        self._wish = None
        # What others changed and I did not touch is taken over; only clashes are asked about.
        self._write({name: getattr(theirs, name) for name in self.editors if name not in mine})
        known = {} if before is None else {name: getattr(before, name) for name in mine}
        self._show_conflict(_clashing(mine, known, theirs))
        self._show_dirty()

    def _show_conflict(self, clashing: Mapping[str, Any]) -> None:
        names = {self._writers[one] for one in clashing if self._writers.get(one)}
        who = ", ".join(sorted(names)) or self.tr("Somebody else")
        base, fields = self._base, self.form.fields
        said = {name: editor.words for name, editor in self.editors.items()}
        self.conflict.show_conflict(
            who,
            [
                (fields[name].label.text(), said[name](getattr(base, name)), said[name](value))
                for name, value in clashing.items()
            ],
        )


def _clashing(
    mine: Mapping[str, Any], before: Mapping[str, Any], theirs: HospitalSettings
) -> dict[str, Any]:
    """Return what I typed over a value that somebody else has changed meanwhile."""
    return {
        name: value
        for name, value in mine.items()
        if name in before and getattr(theirs, name) != before[name]
    }


def _fits(name: str, value: object) -> bool:
    """Say whether a value of a draft can be shown in its field at all."""
    try:
        check_setting(name, value)
    except Invalid:
        return isinstance(value, str) and isinstance(getattr(HospitalSettings(), name), str)
    return True
