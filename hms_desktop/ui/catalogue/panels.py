"""The forms of departments, specializations, rooms and visit types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hms_desktop.domain.appointments import VisitType
from hms_desktop.domain.catalogue import BOOKERS, RoomRow, SaveRoom, SaveVisitType
from hms_desktop.domain.doctors import (
    DepartmentRow,
    SaveDepartment,
    SaveSpecialization,
    SpecializationRow,
)
from hms_desktop.ui.entries.colour_field import GOOD, ColourField
from hms_desktop.ui.entries.fields import (
    Contents,
    Entry,
    boxes_editor,
    line_entry,
    lines_entry,
    needed,
    number_entry,
    whole,
)
from hms_desktop.ui.entries.panel import EntryPanel
from hms_desktop.ui.settings.editors import Editor

_TYPE_DEFAULTS = SaveVisitType("", 0)


class DepartmentPanel(EntryPanel[DepartmentRow]):
    """A department: name, short name, description."""

    KIND = "department"

    def build(self) -> None:
        """Put the fields in."""
        self.add_entries((line_entry("name", self.tr("&Name"), required=True), 1))
        self.add_entries(
            (
                line_entry(
                    "short_name",
                    self.tr("S&hort name"),
                    hint=self.tr("For narrow columns, up to 20 characters"),
                ),
                1,
            )
        )
        self.add_entries((lines_entry("description", self.tr("&Description")), 1))

    def contents_of(self, row: DepartmentRow | None) -> Contents:
        """Return what stands in the form."""
        if row is None:
            return {"name": "", "short_name": "", "description": ""}
        return {
            "name": row.name,
            "short_name": row.short_name,
            "description": row.description,
        }

    def wish_of(self, contents: Contents, row: DepartmentRow | None) -> SaveDepartment:
        """Return the checked wish."""
        return SaveDepartment(**contents, **_ids("department_id", row)).check()

    def store(self, wish: Any, row: DepartmentRow | None, request_id: str) -> DepartmentRow:  # noqa: ANN401
        """Write it."""
        doctors, actor = self.desk.services.doctors, self.desk.actor
        call = doctors.create_department if row is None else doctors.update_department
        return call(actor, wish, request_id=request_id)

    def take_back(self, row: DepartmentRow) -> Callable[[], object]:
        """Retire a new one again."""
        doctors, actor = self.desk.services.doctors, self.desk.actor
        return lambda: doctors.retire_department(actor, row.id, row.version)

    def title_of(self, row: DepartmentRow | None) -> tuple[str, str]:
        """Return the heading."""
        return (self.tr("New department"), "") if row is None else (row.name, "")


class SpecializationPanel(EntryPanel[SpecializationRow]):
    """A specialization: name and description."""

    KIND = "specialization"

    def build(self) -> None:
        """Put the fields in."""
        self.add_entries((line_entry("name", self.tr("&Name"), required=True), 1))
        self.add_entries((lines_entry("description", self.tr("&Description")), 1))

    def contents_of(self, row: SpecializationRow | None) -> Contents:
        """Return what stands in the form."""
        if row is None:
            return {"name": "", "description": ""}
        return {"name": row.name, "description": row.description}

    def wish_of(self, contents: Contents, row: SpecializationRow | None) -> SaveSpecialization:
        """Return the checked wish."""
        return SaveSpecialization(**contents, **_ids("specialization_id", row)).check()

    def store(self, wish: Any, row: SpecializationRow | None, request_id: str) -> SpecializationRow:  # noqa: ANN401
        """Write it."""
        doctors, actor = self.desk.services.doctors, self.desk.actor
        call = doctors.create_specialization if row is None else doctors.update_specialization
        return call(actor, wish, request_id=request_id)

    def take_back(self, row: SpecializationRow) -> Callable[[], object]:
        """Retire a new one again."""
        doctors, actor = self.desk.services.doctors, self.desk.actor
        return lambda: doctors.retire_specialization(actor, row.id, row.version)

    def title_of(self, row: SpecializationRow | None) -> tuple[str, str]:
        """Return the heading."""
        return (self.tr("New specialization"), "") if row is None else (row.name, "")


class RoomPanel(EntryPanel[RoomRow]):
    """A room: name and description."""

    KIND = "room"

    def build(self) -> None:
        """Put the fields in."""
        self.add_entries((line_entry("name", self.tr("&Name"), required=True), 1))
        self.add_entries(
            (lines_entry("description", self.tr("&Description"), hint=self.tr("Floor, wing…")), 1)
        )

    def contents_of(self, row: RoomRow | None) -> Contents:
        """Return what stands in the form."""
        if row is None:
            return {"name": "", "description": ""}
        return {"name": row.name, "description": row.description}

    def wish_of(self, contents: Contents, row: RoomRow | None) -> SaveRoom:
        """Return the checked wish."""
        return SaveRoom(**contents, **_ids("room_id", row)).check()

    def store(self, wish: Any, row: RoomRow | None, request_id: str) -> RoomRow:  # noqa: ANN401
        """Write it."""
        catalogue, actor = self.desk.services.catalogue, self.desk.actor
        call = catalogue.create_room if row is None else catalogue.update_room
        return call(actor, wish, request_id=request_id)

    def take_back(self, row: RoomRow) -> Callable[[], object]:
        """Retire a new one again."""
        catalogue, actor = self.desk.services.catalogue, self.desk.actor
        return lambda: catalogue.retire_room(actor, row.id, row.version)

    def title_of(self, row: RoomRow | None) -> tuple[str, str]:
        """Return the heading."""
        return (self.tr("New room"), "") if row is None else (row.name, "")


class VisitTypePanel(EntryPanel[VisitType]):
    """A kind of visit: length, colour, buffers, who may book it and how far ahead."""

    KIND = "visit_type"

    def build(self) -> None:
        """Put the fields in."""
        self.add_entries(
            (line_entry("name", self.tr("&Name"), required=True), 2),
            (number_entry("minutes", self.tr("&Minutes"), required=True), 1),
        )
        self.colour = ColourField(self.tr("Colour"))
        picked = Editor(self.colour, self.colour.value, self.colour.set_value, self.colour.changed)
        self.add_entries((Entry("colour", self.tr("&Colour"), picked), 1))
        self.add_entries(
            (number_entry("buffer_before", self.tr("Minutes kept free &before")), 1),
            (number_entry("buffer_after", self.tr("Minutes kept free &after")), 1),
        )
        who = boxes_editor(
            (
                ("desk", self.tr("the desk")),
                ("doctor", self.tr("doctors")),
                ("kiosk", self.tr("patients at the kiosk")),
            )
        )
        self.add_entries((Entry("bookable_by", self.tr("Booked by"), who), 1))
        self.add_entries(
            (
                number_entry(
                    "min_notice",
                    self.tr("Notice, m&inutes"),
                    hint=self.tr("1440 is a day, 0 until the last moment"),
                ),
                1,
            ),
            (
                number_entry(
                    "horizon_days",
                    self.tr("Days a&head"),
                    hint=self.tr("How far ahead it can be booked"),
                ),
                1,
            ),
        )

    def contents_of(self, row: VisitType | None) -> Contents:
        """Return what stands in the form."""
        like = row or _TYPE_DEFAULTS
        return {
            "name": like.name,
            "minutes": str(like.minutes or ""),
            "colour": like.colour if row is not None else GOOD[0],
            "buffer_before": str(like.buffer_before),
            "buffer_after": str(like.buffer_after),
            "bookable_by": sorted(like.bookable_by),
            "min_notice": str(like.min_notice),
            "horizon_days": str(like.horizon_days),
        }

    def wish_of(self, contents: Contents, row: VisitType | None) -> SaveVisitType:
        """Return the checked wish."""
        return SaveVisitType(
            contents["name"],
            needed(contents, "minutes"),
            contents["colour"],
            whole(contents, "buffer_before", empty=0) or 0,
            whole(contents, "buffer_after", empty=0) or 0,
            whole(contents, "min_notice", empty=0) or 0,
            needed(contents, "horizon_days"),
            frozenset(contents["bookable_by"]) & BOOKERS,
            **_ids("visit_type_id", row),
        ).check()

    def store(self, wish: Any, row: VisitType | None, request_id: str) -> VisitType:  # noqa: ANN401
        """Write it."""
        catalogue, actor = self.desk.services.catalogue, self.desk.actor
        call = catalogue.create_visit_type if row is None else catalogue.update_visit_type
        return call(actor, wish, request_id=request_id)

    def take_back(self, row: VisitType) -> Callable[[], object]:
        """Retire a new one again."""
        catalogue, actor = self.desk.services.catalogue, self.desk.actor
        return lambda: catalogue.retire_visit_type(actor, row.id, row.version)

    def title_of(self, row: VisitType | None) -> tuple[str, str]:
        """Return the heading."""
        if row is None:
            return self.tr("New kind of visit"), ""
        return row.name, self.tr("Visits that are booked keep their length.")


def _ids(name: str, row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of any kind
    return {} if row is None else {name: row.id, "version": row.version}
