"""The next free slots across doctors: who, what, which days, which part of the day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.hours import FreeSlot
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.patients.next_free_choices import NextFreeChoices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hms_desktop.bus import Announcement
    from hms_desktop.domain.appointments import VisitType
    from hms_desktop.domain.doctors import DepartmentRow, DoctorRow
    from hms_desktop.ui.pages.base import Desk

_REST_MS = 400
_AGAIN_MS = 60_000
_SHOWS = (
    "appointment", "slot_hold", "working_session", "date_exception", "unavailability",
    "hospital_holiday", "slot_block",
)  # fmt: skip


class NextFree(NextFreeChoices):
    """Choices and slots; ``slot_chosen`` carries a FreeSlot. Choices are remembered."""

    slot_chosen = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the choices and ask for the catalogue."""
        super().__init__(desk, parent)
        self.list.chosen.connect(self.slot_chosen)
        self.changed.connect(self.reload)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.reload)
        self._again = QTimer(self)  # what was free a minute ago may have begun
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self.reload)
        desk.bridge.changed.connect(self._on_changed)
        self._read_catalogue()

    # ---------------------------------------------------------------------------- choices
    # ------------------------------------------------------------------------------ reading
    def _read_catalogue(self) -> None:
        services, actor = self._desk.services, self._desk.actor

        def work() -> tuple[Sequence[DepartmentRow], Sequence[DoctorRow], Sequence[VisitType]]:
            return (
                services.doctors.departments(actor),
                services.doctors.doctors(actor),
                services.catalogue.visit_types(actor),
            )

        self._desk.runner.run(
            work, owner=self, done=self._show_catalogue, failed=self._failed, key="catalogue"
        )

    def _show_catalogue(
        self,
        found: tuple[Sequence[DepartmentRow], Sequence[DoctorRow], Sequence[VisitType]],
    ) -> None:
        departments, doctors, kinds = found
        kept = self.wish() if self._read else None
        who, kind = self.who.currentData(), self.kind.currentData()
        self._read = False  # choosing while filling is nobody's choice
        self.who.clear()
        self.who.addItem(self.tr("Anyone"), "")
        for department in departments:
            if department.doctors and not department.retired:
                self.who.addItem(department.name, f"department/{department.id}")
        self.who.insertSeparator(self.who.count())
        for doctor in doctors:
            if doctor.bookable:
                self.who.addItem(doctor.display_name, f"doctor/{doctor.id}")
        self.kind.clear()
        self.kind.addItem(self.tr("Any visit"), None)
        for one in kinds:
            text = self.tr("{name} · {n} min").format(name=one.name, n=one.minutes)
            self.kind.addItem(text, one.id)
        if kept is None:
            self._restore()
        else:
            self.who.setCurrentIndex(max(0, self.who.findData(who)))
            self.kind.setCurrentIndex(max(0, self.kind.findData(kind)))
        self._read = True
        self._show_heading()
        self.reload()

    def showEvent(self, event: Any) -> None:  # noqa: ANN401, D102 - Qt's override
        super().showEvent(event)
        self._again.start()

    def hideEvent(self, event: Any) -> None:  # noqa: ANN401, D102 - Qt's override
        # Also when the program closes: nothing may ask once the runner is gone.
        self._again.stop()
        self._rest.stop()
        super().hideEvent(event)

    def reload(self) -> None:
        """Ask again for the next free slots."""
        if not self._read:
            return
        services, actor, wish = self._desk.services, self._desk.actor, self.wish()
        self._desk.runner.run(
            lambda: services.availability.next_free(actor, wish),
            owner=self,
            done=self._show_slots,
            failed=self._failed,
            key="next_free",
        )

    def _show_slots(self, slots: Sequence[FreeSlot]) -> None:
        self.list.show_slots(slots, self._desk.now())
        self._say(
            ""
            if slots
            else self.tr(
                "Nothing is free in the next three months. Choose another doctor, visit type or "
                "more days."
            )
        )

    def _failed(self, error: Exception) -> None:
        self._say(sentence(error))

    def _say(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _on_changed(self, announcement: Announcement) -> None:
        if announcement.touches("doctor", "department", "visit_type"):
            self._read_catalogue()
        elif announcement.touches(*_SHOWS):
            self._rest.start()
