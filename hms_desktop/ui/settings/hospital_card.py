"""Settings of the whole hospital: read by permission, changed by permission, compared if stale."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QWidget

from hms_desktop.domain.errors import Invalid, Stale
from hms_desktop.domain.settings import HospitalSettings, check_setting
from hms_desktop.ui.buttons import button
from hms_desktop.ui.cards import Card
from hms_desktop.ui.conflict_panel import ConflictPanel
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.runner import Runner
from hms_desktop.ui.settings.choices import (
    Choice,
    PlainSpin,
    ZoneEdit,
    country_choice,
    time_choice,
    weekday_choice,
)
from hms_desktop.ui.settings.logo_picker import LogoPicker
from hms_desktop.ui.widgets.field import Field, Form, line
from hms_desktop.ui.widgets.segmented import Segmented

DRAFT = "settings"
#: In the draft: what the changed settings were when they were typed over.
BEFORE = "before"


@dataclass(frozen=True, slots=True)
class Editor:
    """One setting on the screen: how it is read from the widget and put into it."""

    widget: QWidget
    read: Callable[[], Any]
    write: Callable[[Any], None]
    changed: Any  # a Qt signal


def _text(limit: int) -> Editor:
    edit = QLineEdit()
    edit.setMaxLength(limit)
    return Editor(edit, edit.text, edit.setText, edit.textChanged)


def _lines() -> Editor:
    edit = QPlainTextEdit()
    edit.setTabChangesFocus(True)
    return Editor(edit, edit.toPlainText, edit.setPlainText, edit.textChanged)


def _logo(runner: Runner) -> Editor:
    picker = LogoPicker(runner)
    return Editor(picker, picker.value, picker.set_value, picker.changed)


def _spin(low: int, high: int, suffix: str = "") -> Editor:
    spin = PlainSpin(low, high, suffix)
    return Editor(spin, spin.value, spin.setValue, spin.valueChanged)


def _choice(choice: Choice) -> Editor:
    return Editor(choice, choice.value, choice.set_value, choice.currentIndexChanged)


def _either(name: str, yes: str, no: str) -> Editor:
    both = Segmented([("yes", yes), ("no", no)], name=name)
    holder = line(both)
    holder.setFocusProxy(both)
    return Editor(
        holder,
        lambda: both.value() == "yes",
        lambda value: both.set_value("yes" if value else "no"),
        both.changed,
    )


def _check(words: str) -> Editor:
    box = QCheckBox(words)
    return Editor(box, box.isChecked, box.setChecked, box.toggled)


def _zone() -> Editor:
    zone = ZoneEdit()
    return Editor(zone, zone.value, zone.set_value, zone.currentTextChanged)


class HospitalCard(Card):
    """A form over ``HospitalSettings``; ``saved`` carries the new ones."""

    saved = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the form; without the permission to change them it only shows."""
        super().__init__(QCoreApplication.translate("HospitalCard", "Hospital"), "", parent)
        self._desk = desk
        self.may_change = desk.actor.may("settings.manage")
        self._base: HospitalSettings | None = None
        self._versions: dict[str, int] = {}
        self._filling = False
        self._wish: tuple[dict[str, Any], str] | None = None
        self.editors: dict[str, Editor] = {}
        self.form = Form()
        self._add_fields()
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
            self.tr("They hold for every workstation; open programs follow at once.")
            if self.may_change
            else self.tr("Only an administrator may change them.")
        )
        self.conflict.theirs_taken.connect(self.put_back)
        self.conflict.mine_kept.connect(self.save)
        desk.drafts.ready.connect(self._offer_draft)
        self._show_dirty()

    # ---------------------------------------------------------------------------- building
    def _add_fields(self) -> None:
        tr, minutes = self.tr, self.tr("minutes")
        self.form.add_section(tr("Name and place"))
        self._row(("hospital_name", tr("Name"), _text(200), ""))
        self._row(
            ("zone", tr("Time zone"), _zone(), tr("Type a part of its name")),
            ("country", tr("Country"), _choice(country_choice()), tr("For phone numbers")),
        )
        self.form.add_section(tr("Head of printed papers"))
        self._row(
            ("address", tr("Address"), _lines(), tr("As on a letter")),
            ("logo", tr("Logo"), _logo(self._desk.runner), ""),
        )
        self._row(("phone", tr("Phone"), _text(60), ""), ("email", tr("E-mail"), _text(200), ""))
        self.form.add_section(tr("Dates and times"))
        self._row(
            (
                "day_first",
                tr("Dates"),
                _either(tr("Dates"), tr("Day first"), tr("Month first")),
                "",
            ),
            ("clock_24h", tr("Clock"), _either(tr("Clock"), tr("24 hours"), tr("12 hours")), ""),
            ("week_start", tr("The week begins on"), _choice(weekday_choice()), ""),
        )
        self.form.add_section(tr("Working day"))
        self._row(
            ("slot_minutes", tr("Length of a slot"), _spin(1, 240, minutes), ""),
            ("default_start_minute", tr("From"), _choice(time_choice()), ""),
            ("default_end_minute", tr("To"), _choice(time_choice()), ""),
        )
        self._row(
            (
                "default_hours_apply",
                tr("Doctors without hours of their own"),
                _check(tr("work these hours")),
                "",
            )
        )
        self.form.add_section(tr("Front desk"))
        self._row(
            (
                "waiting_warn_minutes",
                tr("Waiting turns yellow after"),
                _spin(1, 600, minutes),
                "",
            ),
            ("waiting_alarm_minutes", tr("Red after"), _spin(1, 600, minutes), ""),
            ("hold_seconds", tr("A slot is held for"), _spin(15, 3600, tr("seconds")), ""),
        )
        self._row(
            ("mrn_prefix", tr("Hospital numbers begin with"), _text(12), ""),
            ("mrn_width", tr("Digits of a hospital number"), _spin(1, 12), ""),
            ("max_sessions_per_user", tr("Log-ins of one person at a time"), _spin(1, 100), ""),
        )

    def _row(self, *fields: tuple[str, str, Editor, str]) -> None:
        self.form.add_row(
            *((name, Field(label, one.widget, hint=hint), 1) for name, label, one, hint in fields)
        )
        # After the fields are made: they clear their error on a change, what is typed sets it.
        for name, _label, editor, _hint in fields:
            self.editors[name] = editor
            editor.changed.connect(lambda *_args, one=name: self._typed(one))

    # ----------------------------------------------------------------------------- reading
    def load(self) -> None:
        """Read the settings; what is typed and not saved stays."""
        self._desk.runner.run(
            self._reading(), owner=self, done=self._show, failed=self._refused, key="settings"
        )

    def _reading(self) -> Callable[[], tuple[HospitalSettings, dict[str, int]]]:
        services, actor, may_change = self._desk.services, self._desk.actor, self.may_change

        def work() -> tuple[HospitalSettings, dict[str, int]]:
            # Versions first: a change in between is then seen as stale, never overwritten.
            versions = services.hospital.setting_versions(actor) if may_change else {}
            return services.hospital.settings(actor), versions

        return work

    def _show(self, found: tuple[HospitalSettings, dict[str, int]]) -> None:
        if self._base is not None and self.changes():
            return
        self._base, self._versions = found
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
        draft = self._desk.drafts.get(DRAFT)
        if self._base is None or not self.may_change or not draft or self.changes():
            return
        self._write(
            {name: one for name, one in draft.items() if name in self.editors and _fits(name, one)}
        )
        # The versions are those of now: what changed since it was typed would go unseen.
        clashing = _clashing(self.changes(), draft.get(BEFORE, {}), self._base)
        if clashing:
            self._show_conflict(str(Stale().values["who"]), clashing)
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
            self._desk.drafts.keep(DRAFT, {**changes, BEFORE: before})
        else:
            self._desk.drafts.discard(DRAFT)
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
        self._desk.drafts.discard(DRAFT)
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
        services, actor = self._desk.services, self._desk.actor
        self.save_button.setEnabled(False)
        self._desk.runner.run(
            lambda: services.hospital.change_settings(
                actor, changes, versions=versions, request_id=request_id
            ),
            owner=self,
            done=self._done,
            failed=self._refused,
        )

    def _done(self, settings: HospitalSettings) -> None:
        self._wish = None
        self._desk.drafts.discard(DRAFT)
        self.conflict.clear()
        self._base = settings
        self._fill(settings)
        self._desk.toasts.show_toast(self.tr("The hospital's settings are saved."), kind="ok")
        self.saved.emit(settings)
        self.load()

    def _refused(self, error: Exception) -> None:
        self._show_dirty()
        if isinstance(error, Invalid):
            self.form.show_error(error)
        elif isinstance(error, Stale):
            who = str(error.values.get("who", ""))
            self._desk.runner.run(
                self._reading(),
                owner=self,
                done=lambda found: self._compare(who, *found),
                failed=self._refused,
            )
        else:
            self.form.show_message(sentence(error))

    def _compare(self, who: str, theirs: HospitalSettings, versions: dict[str, int]) -> None:
        mine = self.changes()
        before, self._base, self._versions = self._base, theirs, versions
        self._wish = None
        # What others changed and I did not touch is taken over; only clashes are asked about.
        self._write({name: getattr(theirs, name) for name in self.editors if name not in mine})
        known = {} if before is None else {name: getattr(before, name) for name in mine}
        self._show_conflict(who, _clashing(mine, known, theirs))
        self._show_dirty()

    def _show_conflict(self, who: str, clashing: Mapping[str, Any]) -> None:
        base, fields = self._base, self.form.fields
        self.conflict.show_conflict(
            who,
            [
                (fields[name].label.text(), _shown(name, getattr(base, name)), _shown(name, value))
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


def _shown(name: str, value: object) -> str:
    if name == "logo" and value:
        return QCoreApplication.translate("HospitalCard", "a picture")
    return "✓" if value is True else "–" if value is False else str(value)
