"""Who this is, so that nobody takes one patient for another: always whole, always on top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.ui.patients.formats import Formats, long_age, sex_word
from hms_desktop.ui.patients.strip import Strip
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.avatar import Avatar
from hms_desktop.ui.widgets.chip import Chip

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from hms_desktop.domain.patients import PatientRow


class PatientBanner(QFrame):
    """Photo, name, age, sex, birth date, MRN, allergies in alarm colour, look-alikes."""

    def __init__(self, formats: Formats, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._formats = formats
        self.face = Avatar(size=56, square=True)
        self.name = plain_label("", role="title", wrap=True, selectable=True)
        self.person = plain_label("", wrap=True, selectable=True)
        self.mrn = Chip("", "neutral")
        self.unknown = Chip(self.tr("Unknown patient"), "warn", icon="alert")
        self.retired = Chip(self.tr("Retired"), "warn", icon="info")
        self.no_allergies = Chip(self.tr("No allergies noted"), "neutral")
        self.allergies = Strip("alarm")
        self.look_alike = Strip("warn")
        chips = QHBoxLayout()
        chips.setSpacing(6)
        for chip in (self.mrn, self.no_allergies, self.unknown, self.retired):
            chips.addWidget(chip)
        chips.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(self.name)
        words.addWidget(self.person)
        words.addLayout(chips)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(self.face, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self.allergies)
        layout.addWidget(self.look_alike)
        self.setAccessibleName(self.tr("Who this is"))

    def show_patient(
        self,
        row: PatientRow,
        today: date,
        *,
        photo: bytes | None = None,
        look_alikes: Sequence[str] = (),
    ) -> None:
        """Show a patient; ``look_alikes`` are other names on today's list easily taken for it."""
        self.face.set_person(row.display_name)
        if photo:
            self.face.set_photo_bytes(photo)
        self.name.setText(row.display_name)
        birth = self._formats.birth(row.birth)
        parts = [sex_word(row.sex), long_age(row.birth, today), birth] if row.birth else [
            sex_word(row.sex), birth
        ]  # fmt: skip
        self.person.setText(" · ".join(parts))
        self.mrn.set_text(row.mrn)
        self.unknown.setVisible(row.placeholder)
        self.retired.setVisible(row.retired)
        known = self.tr("⚠ Allergies: {allergies}").format(allergies=row.allergies)
        self.allergies.say(known if row.allergies else "")
        self.no_allergies.setVisible(not row.allergies)
        self.look_alike.say(
            self.tr("⚠ Easily taken for: {names}").format(names=", ".join(look_alikes))
            if look_alikes
            else "",
            self.tr("Both are on today's list. Ask for the birth date.") if look_alikes else "",
        )
        parts = [row.display_name, *parts, row.mrn, row.allergies or self.no_allergies.text]
        self.setAccessibleDescription(", ".join(parts))
