"""Departments, specializations, visit types and rooms as sections."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtWidgets import QPushButton, QWidget

from hms_desktop.domain.appointments import VisitType
from hms_desktop.domain.catalogue import RoomRow
from hms_desktop.domain.doctors import DepartmentRow, SpecializationRow
from hms_desktop.ui.buttons import button, icon_button
from hms_desktop.ui.catalogue.panels import (
    DepartmentPanel,
    RoomPanel,
    SpecializationPanel,
    VisitTypePanel,
)
from hms_desktop.ui.catalogue.section import Section, retired_tone
from hms_desktop.ui.widgets.swatch import swatch_icon
from hms_desktop.ui.widgets.table import Column

DAY_MINUTES, HOUR = 1440, 60


class DepartmentsSection(Section[DepartmentRow]):
    """Departments with their numbers of doctors and their records."""

    KEY = "departments"
    ENTITIES: ClassVar[tuple[str, ...]] = ("department", "doctor")

    def make_panel(self, host: QWidget) -> DepartmentPanel:
        """Return the form; the button to the records is made here too."""
        self.records_button = button(self.tr("&Records"), self.open_records, icon="note")
        return DepartmentPanel(self.desk, host)

    def words(self) -> dict[str, str]:
        """Return what the section says."""
        return {
            "title": self.tr("Departments"),
            "new": self.tr("&New department"),
            "search": self.tr("Find a department"),
            "empty": self.tr("There are no departments yet"),
            "what": self.tr("Doctors and the day grid are grouped by them."),
            "icon": "department",
        }

    def columns(self) -> Sequence[Column[DepartmentRow]]:
        """Return the columns."""
        return (
            Column(
                "name", self.tr("Department"), lambda row: row.name, bold=True, width=260,
                tone=retired_tone,
            ),
            Column("short", self.tr("Short"), lambda row: row.short_name, width=150),
            Column(
                "doctors", self.tr("Doctors"), lambda row: str(row.doctors),
                sort=lambda row: row.doctors, width=90, right=True,
            ),
            self.about_column(),
            self.state_column(),
        )  # fmt: skip

    def read(self) -> tuple[DepartmentRow, ...]:
        """Return all departments."""
        return self.desk.services.doctors.departments(self.desk.actor, include_retired=True)

    def write_retired(self, row: DepartmentRow, request_id: str) -> DepartmentRow:
        """Retire one."""
        doctors, actor = self.desk.services.doctors, self.desk.actor
        return doctors.retire_department(actor, row.id, row.version, request_id=request_id)

    def write_restored(self, row: DepartmentRow, request_id: str) -> DepartmentRow:
        """Bring one back."""
        doctors, actor = self.desk.services.doctors, self.desk.actor
        return doctors.restore_department(actor, row.id, row.version, request_id=request_id)

    def more_buttons(self) -> Sequence[QPushButton]:
        """Offer the records of a department to who may see all."""
        return (self.records_button,) if self.desk.actor.may("clinical.oversight") else ()

    def may_edit(self) -> bool:
        """Say whether this log-in may change departments."""
        return self.desk.actor.may("doctors.manage")

    def open_records(self) -> None:
        """Show the records of the department with the cursor."""
        row = self.table.current_row()
        if row is not None:
            self.desk.navigate.department_records.emit(row.id)


class SpecializationsSection(Section[SpecializationRow]):
    """Specializations, found by name."""

    KEY = "specializations"
    ENTITIES: ClassVar[tuple[str, ...]] = ("specialization", "doctor", "doctor_specialization")

    def make_panel(self, host: QWidget) -> SpecializationPanel:
        """Return the form."""
        return SpecializationPanel(self.desk, host)

    def words(self) -> dict[str, str]:
        """Return what the section says."""
        return {
            "title": self.tr("Specializations"),
            "new": self.tr("&New specialization"),
            "search": self.tr("Find a specialization"),
            "empty": self.tr("There are no specializations yet"),
            "what": self.tr("What doctors are trained in; patients look for doctors by them."),
            "icon": "star",
        }

    def columns(self) -> Sequence[Column[SpecializationRow]]:
        """Return the columns."""
        return (
            Column(
                "name", self.tr("Specialization"), lambda row: row.name, bold=True, width=300,
                tone=retired_tone,
            ),
            Column(
                "doctors", self.tr("Doctors"), lambda row: str(row.doctors),
                sort=lambda row: row.doctors, width=90, right=True,
            ),
            self.about_column(),
            self.state_column(),
        )  # fmt: skip

    def read(self) -> tuple[SpecializationRow, ...]:
        """Return all specializations."""
        return self.desk.services.doctors.specializations(self.desk.actor, include_retired=True)

    def write_retired(self, row: SpecializationRow, request_id: str) -> SpecializationRow:
        """Retire one."""
        doctors, actor = self.desk.services.doctors, self.desk.actor
        return doctors.retire_specialization(actor, row.id, row.version, request_id=request_id)

    def write_restored(self, row: SpecializationRow, request_id: str) -> SpecializationRow:
        """Bring one back."""
        doctors, actor = self.desk.services.doctors, self.desk.actor
        return doctors.restore_specialization(actor, row.id, row.version, request_id=request_id)

    def may_edit(self) -> bool:
        """Say whether this log-in may change specializations."""
        return self.desk.actor.may("doctors.manage")


class RoomsSection(Section[RoomRow]):
    """Rooms."""

    KEY = "rooms"
    ENTITIES: ClassVar[tuple[str, ...]] = ("room",)

    def make_panel(self, host: QWidget) -> RoomPanel:
        """Return the form."""
        return RoomPanel(self.desk, host)

    def words(self) -> dict[str, str]:
        """Return what the section says."""
        return {
            "title": self.tr("Rooms"),
            "new": self.tr("&New room"),
            "search": self.tr("Find a room"),
            "empty": self.tr("There are no rooms yet"),
            "what": self.tr("A room is never booked twice at a time; doctors have a usual one."),
            "icon": "room",
        }

    def columns(self) -> Sequence[Column[RoomRow]]:
        """Return the columns."""
        return (
            Column(
                "name", self.tr("Room"), lambda row: row.name, bold=True, width=260,
                tone=retired_tone,
            ),
            self.about_column(),
            self.state_column(),
        )  # fmt: skip

    def read(self) -> tuple[RoomRow, ...]:
        """Return all rooms."""
        return self.desk.services.catalogue.rooms(self.desk.actor, include_retired=True)

    def write_retired(self, row: RoomRow, request_id: str) -> RoomRow:
        """Retire one."""
        catalogue, actor = self.desk.services.catalogue, self.desk.actor
        return catalogue.retire_room(actor, row.id, row.version, request_id=request_id)

    def write_restored(self, row: RoomRow, request_id: str) -> RoomRow:
        """Bring one back."""
        catalogue, actor = self.desk.services.catalogue, self.desk.actor
        return catalogue.restore_room(actor, row.id, row.version, request_id=request_id)

    def may_edit(self) -> bool:
        """Say whether this log-in may change rooms."""
        return self.desk.actor.may("catalogue.manage")


class VisitTypesSection(Section[VisitType]):
    """Kinds of visit in the order in which they are offered."""

    KEY = "visit_types"
    ENTITIES: ClassVar[tuple[str, ...]] = ("visit_type",)

    def make_panel(self, host: QWidget) -> VisitTypePanel:
        """Return the form."""
        self.up_button = icon_button(
            "arrow-up", self.tr("Offer it earlier"), lambda: self.move_by(-1), shortcut="Alt+Up"
        )
        self.down_button = icon_button(
            "arrow-down", self.tr("Offer it later"), lambda: self.move_by(1), shortcut="Alt+Down"
        )
        return VisitTypePanel(self.desk, host)

    def _lay_out(self) -> None:
        super()._lay_out()
        for place, one in enumerate((self.up_button, self.down_button), 2):
            self.bar.insertWidget(place, one)

    def words(self) -> dict[str, str]:
        """Return what the section says."""
        return {
            "title": self.tr("Visit types"),
            "new": self.tr("&New kind of visit"),
            "search": self.tr("Find a kind of visit"),
            "empty": self.tr("There are no kinds of visit"),
            "what": self.tr("Nothing can be booked without one."),
            "icon": "calendar",
        }

    def columns(self) -> Sequence[Column[VisitType]]:
        """Return the columns; the order is the hospital's own."""
        return (
            Column(
                "name", self.tr("Kind of visit"), lambda row: row.name, bold=True, width=0,
                tone=retired_tone, icon=lambda row: swatch_icon(row.colour),
            ),
            Column(
                "minutes", self.tr("Minutes"), lambda row: str(row.minutes),
                sort=lambda row: row.minutes, width=90, right=True,
            ),
            Column(
                "buffers", self.tr("Kept free"), self._buffers, width=150,
                sort=lambda row: row.buffer_before + row.buffer_after,
            ),
            Column("who", self.tr("Booked by"), self._bookers, width=190),
            Column(
                "notice", self.tr("Notice"), self._notice, sort=lambda row: row.min_notice,
                width=130,
            ),
            Column(
                "ahead", self.tr("Days ahead"), lambda row: str(row.horizon_days),
                sort=lambda row: row.horizon_days, width=110, right=True,
            ),
            self.state_column(),
        )  # fmt: skip

    def read(self) -> tuple[VisitType, ...]:
        """Return all kinds of visit."""
        return self.desk.services.catalogue.visit_types(self.desk.actor, include_retired=True)

    def write_retired(self, row: VisitType, request_id: str) -> VisitType:
        """Retire one."""
        catalogue, actor = self.desk.services.catalogue, self.desk.actor
        return catalogue.retire_visit_type(actor, row.id, row.version, request_id=request_id)

    def write_restored(self, row: VisitType, request_id: str) -> VisitType:
        """Bring one back."""
        catalogue, actor = self.desk.services.catalogue, self.desk.actor
        return catalogue.restore_visit_type(actor, row.id, row.version, request_id=request_id)

    def may_edit(self) -> bool:
        """Say whether this log-in may change kinds of visit."""
        return self.desk.actor.may("catalogue.manage")

    def move_by(self, step: int) -> None:
        """Offer the kind of visit with the cursor earlier or later; the lists follow at once."""
        row = self.table.current_row()
        if row is None or not self.may_edit():
            return
        shown = [one.id for one in self.rows if not one.retired or self.retired.isChecked()]
        place = shown.index(row.id)
        if not 0 <= place + step < len(shown):
            return
        shown[place], shown[place + step] = shown[place + step], shown[place]
        catalogue, actor = self.desk.services.catalogue, self.desk.actor
        request = str(uuid.uuid4())
        self.table.sort_by("")  # the order is seen while it is changed
        self.desk.runner.run(
            lambda: catalogue.order_visit_types(actor, shown, request_id=request),
            owner=self,
            done=self._take,
            failed=self._failed,
        )

    def _show_steps(self) -> None:
        super()._show_steps()
        row, may = self.table.current_row(), self.may_edit()
        for one in (self.up_button, self.down_button):
            one.setVisible(may)
            one.setEnabled(row is not None)

    def _buffers(self, row: VisitType) -> str:
        if not row.buffer_before and not row.buffer_after:
            return ""
        return self.tr("{a} before, {b} after").format(a=row.buffer_before, b=row.buffer_after)

    def _bookers(self, row: VisitType) -> str:
        who = (
            ("desk", self.tr("desk")),
            ("doctor", self.tr("doctors")),
            ("kiosk", self.tr("kiosk")),
        )
        return ", ".join(text for key, text in who if key in row.bookable_by)

    def _notice(self, row: VisitType) -> str:
        minutes = row.min_notice
        if not minutes:
            return ""
        if minutes % DAY_MINUTES == 0:
            return self.tr("{n} d").format(n=minutes // DAY_MINUTES)
        if minutes % HOUR == 0:
            return self.tr("{n} h").format(n=minutes // HOUR)
        return self.tr("{n} min").format(n=minutes)
