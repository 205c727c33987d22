"""Chooses the patient whose entries are listed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hms_desktop.domain.patients import PatientHit
from hms_desktop.ui.now.patient_picker import PatientPicker
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.side_panel import SidePanel


class PatientPanel(SidePanel):
    """``chosen`` carries the PatientHit; the panel closes then."""

    chosen = Signal(object)

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Start hidden."""
        super().__init__(host, width=420, title="")
        self.set_title(self.tr("Entries about one patient"))
        self.picker = PatientPicker(desk, offer_new=False)
        self.picker.chosen.connect(self._take)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(
            plain_label(
                self.tr("Everything that was looked at or changed about this patient."),
                role="dim",
                wrap=True,
            )
        )
        column.addWidget(self.picker)
        self.set_body(body)

    def ask(self) -> None:
        """Ask for a patient."""
        self.picker.clear()
        self.open_panel(self.picker.search.edit)

    def _take(self, hit: PatientHit | None) -> None:
        if hit is not None:
            self.close_panel()
            self.chosen.emit(hit)
