"""The row of vital signs: typed, checked at once, compared with the last visit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.vitals import LIMITS, Vitals
from hms_desktop.ui.consultation.growing import line_edit
from hms_desktop.ui.consultation.part import Part
from hms_desktop.ui.consultation.signs import (
    PRESSURE,
    SIGNS,
    read_pressure,
    read_sign,
    too_much,
    write_pressure,
    write_sign,
)
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.plaintext import plain_label, tooltip
from hms_desktop.ui.theme import set_look

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from hms_desktop.domain.consultations import PastVitals
    from hms_desktop.ui.patients.formats import Formats

_BMI_LOW, _BMI_HIGH = 185, 249
"""Usual body mass index of adults (WHO), tenths of kg/m²."""


class SignField(QWidget):
    """One sign: its name with the unit above, the last value and *high* or *low* below."""

    def __init__(self, label: str, *, shown_only: bool = False) -> None:
        """Start empty; ``shown_only`` is for what is computed."""
        super().__init__()
        self.label = plain_label(label, role="small")
        self.edit: QLineEdit = line_edit(label)
        self.label.setBuddy(self.edit)
        self.edit.setMinimumWidth(56)
        if shown_only:
            self.edit.setReadOnly(True)
            self.edit.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.note = plain_label(role="small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self.label, self.edit, self.note):
            layout.addWidget(widget)

    def say(self, words: str, past: str, *, unusual: bool) -> None:
        """Show the words below and tint the value; the words carry the meaning, not the tint."""
        self.note.setText("  ".join(part for part in (words, past) if part))
        if bool(self.edit.property("unusual")) != unusual:  # restyling is not free
            set_look(self.note, tone="warn" if unusual else "")
            set_look(self.edit, unusual=unusual)
        if not self.edit.property("invalid"):
            self.edit.setAccessibleDescription(self.note.text())


class VitalsRow(Part):
    """All signs side by side; impossible values are refused while they are typed."""

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        """Start empty, with no last visit."""
        super().__init__("", parent)
        self._formats = formats
        self._past: dict[str, tuple[int, date]] = {}
        self.label.hide()
        titles = {
            PRESSURE: self.tr("BP mmHg"),
            "pulse": self.tr("Pulse /min"),
            "temperature_tenths": self.tr("Temp °C"),
            "spo2": self.tr("SpO₂ %"),
            "respiratory_rate": self.tr("Resp /min"),
            "weight_grams": self.tr("Weight kg"),
            "height_mm": self.tr("Height cm"),
        }
        self.signs = {name: SignField(titles[name]) for name in SIGNS}
        self.bmi = SignField(self.tr("BMI kg/m²"), shown_only=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        for name, field in self.signs.items():
            row.addWidget(field, 3 if name == PRESSURE else 2)
            field.edit.textEdited.connect(lambda _text, one=name: self._typed(one))
            field.edit.editingFinished.connect(lambda one=name: self._left(one))
        row.addWidget(self.bmi, 2)
        self.body.addLayout(row)
        self._refresh()

    # ------------------------------------------------------------------------------ values
    def value(self) -> Vitals:
        """Return what is typed; raises Invalid naming the sign, which says so itself too."""
        found: dict[str, int | None] = {}
        wrong: Invalid | None = None
        for name in SIGNS:
            try:
                found.update(self._read(name))
                self.mark(self.signs[name].edit, "")
            except Invalid as error:
                self.mark(self.signs[name].edit, sentence(error))
                wrong = wrong or error
        if wrong is not None:
            raise wrong
        return Vitals(**found)

    def set_value(self, vitals: Vitals) -> None:
        """Show other signs without telling."""
        texts = {name: write_sign(name, getattr(vitals, name)) for name in SIGNS if name in LIMITS}
        texts[PRESSURE] = write_pressure(vitals.systolic, vitals.diastolic)
        self.restore(texts)

    def set_past(self, past: Sequence[PastVitals]) -> None:
        """Compare with earlier visits: of every sign the newest one counts."""
        self._past = {}
        for visit in sorted(past, key=lambda one: one.starts_at, reverse=True):
            day = self._formats.day_of(visit.starts_at)
            for name in LIMITS:
                value = getattr(visit.vitals, name)
                if value is not None:
                    self._past.setdefault(name, (value, day))
        self._refresh()

    def raw(self) -> dict[str, str]:
        """Return everything as typed."""
        return {name: self.signs[name].edit.text() for name in SIGNS}

    def restore(self, raw: object) -> None:
        """Show what was typed before; what cannot be says so again."""
        texts = raw if isinstance(raw, Mapping) else {}
        for name in SIGNS:
            self.signs[name].edit.setText(str(texts.get(name, "")))
            self._check(name)
        self._refresh()

    def editor_of(self, path: str) -> QWidget:
        """Return the field of a sign."""
        name = PRESSURE if path in {"systolic", "diastolic"} else path
        return self.signs.get(name, self.signs[PRESSURE]).edit

    def editors(self) -> list[QWidget]:
        """Return the fields in their order."""
        return [field.edit for field in self.signs.values()]

    def first_editor(self) -> QWidget:
        """Return the first sign."""
        return self.signs[PRESSURE].edit

    # ------------------------------------------------------------------------------ inside
    def _read(self, name: str) -> dict[str, int | None]:
        text = self.signs[name].edit.text()
        if name == PRESSURE:
            upper, lower = read_pressure(text)
            return {"systolic": upper, "diastolic": lower}
        return {name: read_sign(name, text)}

    def _typed(self, name: str) -> None:
        if too_much(name, self.signs[name].edit.text()):
            self._check(name)
        else:
            self.mark(self.signs[name].edit, "")
        self._refresh()
        self.changed.emit()

    def _left(self, name: str) -> None:
        self._check(name)
        self._refresh()

    def _check(self, name: str) -> None:
        try:
            self._read(name)
        except Invalid as error:
            self.mark(self.signs[name].edit, sentence(error))
        else:
            self.mark(self.signs[name].edit, "")

    def _known(self) -> Vitals:
        found: dict[str, int | None] = {}
        for name in SIGNS:
            try:
                found.update(self._read(name))
            except Invalid:
                continue  # its own field says so; the others are shown as they are
        return Vitals(**found)

    def _refresh(self) -> None:
        vitals = self._known()
        for name, field in self.signs.items():
            parts = ("systolic", "diastolic") if name == PRESSURE else (name,)
            field.say(
                self._word(vitals, parts),
                self._compared(vitals, parts),
                unusual=any(vitals.unusual(one) for one in parts),
            )
            field.setToolTip(tooltip(self._hint(parts)))
        self._show_bmi(vitals)
        fields = (*self.signs.values(), self.bmi)
        something = any(field.note.text() for field in fields)
        for field in fields:
            field.note.setVisible(something)

    def _word(self, vitals: Vitals, parts: tuple[str, ...]) -> str:
        for one in parts:
            if vitals.unusual(one):
                high = LIMITS[one].high
                value = getattr(vitals, one)
                return self.tr("high") if high is not None and value > high else self.tr("low")
        return ""

    def _compared(self, vitals: Vitals, parts: tuple[str, ...]) -> str:
        past = [self._past.get(one) for one in parts]
        if past[0] is None:
            return ""
        values = [found[0] if found else None for found in past]
        last = (
            write_pressure(values[0], values[1])
            if len(parts) > 1
            else write_sign(parts[0], values[0])
        )
        now = getattr(vitals, parts[0])
        if now is None:
            return self.tr("last {value}").format(value=last)
        sign = "▲" if now > past[0][0] else "▼" if now < past[0][0] else "="
        return f"{sign} {last}"

    def _hint(self, parts: tuple[str, ...]) -> str:
        lines = []
        past = self._past.get(parts[0])
        if past is not None:
            lines.append(self.tr("Last measured {date}").format(date=self._formats.day(past[1])))
        for one in parts:
            limit = LIMITS[one]
            if limit.low is not None and limit.high is not None:
                lines.append(
                    self.tr("Usual in adults: {low} to {high}").format(
                        low=limit.text(limit.low), high=limit.text(limit.high)
                    )
                )
        return "\n".join(lines)

    def _show_bmi(self, vitals: Vitals) -> None:
        height, borrowed = vitals.height_mm, False
        if height is None and "height_mm" in self._past:
            height, borrowed = self._past["height_mm"][0], True
        bmi = Vitals(weight_grams=vitals.weight_grams, height_mm=height).bmi_tenths
        self.bmi.edit.setText("" if bmi is None else f"{bmi / 10:.1f}")
        if bmi is None:
            self.bmi.say("", "", unusual=False)
            return
        word = ""
        if bmi < _BMI_LOW:
            word = self.tr("low")
        elif bmi > _BMI_HIGH:
            word = self.tr("high")
        where = self.tr("last height") if borrowed else ""
        self.bmi.say(word, where, unusual=bool(word))
