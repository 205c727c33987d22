"""Settings of this workstation: they take effect at once and are kept in its own file."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from hms_desktop.domain.errors import Invalid
from hms_desktop.settings import (
    MOST_LOCK_MINUTES,
    WorkstationSettings,
    load_settings,
    save_settings,
)
from hms_desktop.ui.cards import Card
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.settings.choices import PlainSpin
from hms_desktop.ui.widgets.field import Field, Form, line
from hms_desktop.ui.widgets.segmented import Segmented

SCALES = ("0.9", "1.0", "1.15", "1.3", "1.5")
NAME_LIMIT = 120
AS_HOSPITAL = -1
"""What the field holds when this workstation has no minutes of its own."""


class WorkstationCard(Card):
    """Appearance, name and lock of this workstation."""

    def __init__(
        self,
        desk: Desk,
        apply: Callable[[dict[str, Any]], None],
        parent: QWidget | None = None,
    ) -> None:
        """Build the fields; ``apply`` tells the program what was saved."""
        super().__init__(
            QCoreApplication.translate("WorkstationCard", "Appearance and lock"), "", parent
        )
        self._desk = desk
        self._apply = apply
        self._saved: WorkstationSettings | None = None
        self.theme = Segmented(
            [
                ("system", self.tr("As the &system")),
                ("light", self.tr("&Light")),
                ("dark", self.tr("&Dark")),
            ],
            name=self.tr("Colours"),
            value=desk.theme.mode,
        )
        self.scale = Segmented(
            [(scale, f"{round(float(scale) * 100)} %") for scale in SCALES],
            name=self.tr("Size of text"),
            value=_nearest(desk.theme.scale),
        )
        self.name = QLineEdit(desk.actor.workstation)
        self.name.setMaxLength(NAME_LIMIT)
        self.minutes = PlainSpin(AS_HOSPITAL, MOST_LOCK_MINUTES, self.tr("minutes"))
        self.minutes.setSpecialValueText(self.tr("as the hospital says"))
        self.form = Form()
        self.form.add("theme", Field(self.tr("Colours"), line(self.theme)))
        self.form.add("font_scale", Field(self.tr("Size of text"), line(self.scale)))
        self.form.add_row(
            (
                "workstation",
                Field(
                    self.tr("Name of this workstation"),
                    self.name,
                    hint=self.tr("Stands in the audit; holds from the next log-in on"),
                ),
                1,
            ),
            (
                "auto_lock_minutes",
                Field(
                    self.tr("Lock by itself after"),
                    self.minutes,
                    hint=self.tr("Minutes without a key or a touch; 0 never locks"),
                ),
                1,
            ),
        )
        self.note = plain_label(role="small", wrap=True)
        self.note.hide()
        self.add(self.form)
        self.add(self.note)
        self.theme.changed.connect(self._choose_theme)
        self.scale.changed.connect(self._choose_scale)
        self.name.editingFinished.connect(self._name_typed)
        self.minutes.editingFinished.connect(self._minutes_typed)
        desk.runner.run(load_settings, owner=self, done=self._show, failed=self._not_read)

    def _show(self, settings: WorkstationSettings) -> None:
        self._saved = settings
        self.name.setText(settings.workstation)
        own = settings.auto_lock_minutes
        self.minutes.setValue(AS_HOSPITAL if own is None else own)
        for name, field in self.form.fields.items():
            if f"HMS_{name.upper()}" in os.environ:
                field.setEnabled(False)
                field.set_hint(
                    self.tr("Set by the environment (HMS_{name}).").format(name=name.upper())
                )

    def _not_read(self, error: Exception) -> None:
        self.form.show_message(sentence(error))

    def _choose_theme(self, mode: str) -> None:
        self._desk.theme.apply(mode)  # type: ignore[arg-type]
        self._keep("theme", mode)

    def _choose_scale(self, scale: str) -> None:
        self._desk.theme.apply(self._desk.theme.mode, scale=float(scale))
        self._keep("font_scale", float(scale))

    def _name_typed(self) -> None:
        name = self.name.text().strip()
        if not name:
            self.form.field("workstation").set_error(
                self.tr("A workstation needs a name. The one of before is kept.")
            )
            return
        if self._saved is not None and name != self._saved.workstation:
            self._keep("workstation", name)

    def _minutes_typed(self) -> None:
        typed = self.minutes.value()
        minutes = None if typed == AS_HOSPITAL else typed
        if self._saved is not None and minutes != self._saved.auto_lock_minutes:
            self._keep("auto_lock_minutes", minutes)

    def _keep(self, name: str, value: object) -> None:
        changes = {name: value}

        def kept(settings: WorkstationSettings) -> None:
            self._saved = settings
            self.form.field(name).clear_error()
            self._apply({name: getattr(settings, name)})
            self.note.setText(self.tr("Saved on this workstation."))
            self.note.show()

        def refused(error: Exception) -> None:
            if isinstance(error, Invalid) and self.form.show_error(error):
                return
            self.form.field(name).set_error(sentence(error))
            # What cannot be written holds at least until the program ends.
            self._apply(changes)

        self._desk.runner.run(lambda: save_settings(changes), owner=self, done=kept, failed=refused)


def _nearest(scale: float) -> str:
    return min(SCALES, key=lambda one: abs(float(one) - scale))
