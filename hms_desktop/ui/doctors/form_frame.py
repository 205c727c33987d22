"""The fields of a doctor and of the log-in that comes with a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from hms_desktop.domain.accounts import RoleRow, UserRow
from hms_desktop.domain.catalogue import RoomRow
from hms_desktop.domain.doctors import DepartmentRow, DoctorRow, SpecializationRow
from hms_desktop.ui.entries.fields import (
    ChoiceEntry,
    Entry,
    TicksEntry,
    line_entry,
    number_entry,
)
from hms_desktop.ui.entries.panel import EntryPanel
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.photo import PhotoPicker
from hms_desktop.ui.settings.editors import Editor
from hms_desktop.ui.widgets.segmented import Segmented

NEW, KNOWN, NONE = "new", "known", "none"
DOCTOR_ROLE = "doctor"


@dataclass(frozen=True, slots=True)
class Choices:
    """What a doctor can be given."""

    departments: tuple[DepartmentRow, ...] = ()
    specializations: tuple[SpecializationRow, ...] = ()
    rooms: tuple[RoomRow, ...] = ()
    users: tuple[UserRow, ...] = ()
    roles: tuple[RoleRow, ...] = ()

    @property
    def doctor_roles(self) -> tuple[RoleRow, ...]:
        """The roles of those who treat patients, the usual one first."""
        fitting = [one for one in self.roles if "clinical.write" in one.permissions]
        return tuple(sorted(fitting, key=lambda one: one.name != DOCTOR_ROLE))


class DoctorFrame(EntryPanel[DoctorRow]):
    """The widgets of the form; ``DoctorPanel`` gives them their meaning."""

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Build the form, hidden."""
        self.may_make_login = desk.actor.may("users.manage")
        self._choices = Choices()
        super().__init__(desk, host, width=480)

    # ----------------------------------------------------------------------------- building
    def build(self) -> None:
        """Put the fields in."""
        self.photo = PhotoPicker(self.desk.runner)
        self.form.add_widget(self.photo)
        self.photo.changed.connect(self._keep)
        self.department = ChoiceEntry(self.tr("none"))
        self.room = ChoiceEntry(self.tr("none"))
        self.skills = TicksEntry(self.tr("none"), self.tr("Specializations"))
        self.add_entries(
            (
                line_entry(
                    "display_name", self.tr("&Name"), required=True, sample=self.tr("Dr Meera Rao")
                ),
                1,
            )
        )
        self.add_entries(
            (line_entry("registration_number", self.tr("Re&gistration number"), required=True), 1),
            (
                number_entry(
                    "practising_since", self.tr("Practising since"), sample=self.tr("year")
                ),
                1,
            ),
        )
        self.add_entries(
            (_chosen("department_id", self.tr("De&partment"), self.department), 1),
            (_chosen("room_id", self.tr("&Room"), self.room), 1),
        )
        self.add_entries(
            (
                Entry(
                    "specialization_ids",
                    self.tr("Speciali&zations"),
                    self.skills.editor,
                    shown=self.skills.shown,
                ),
                1,
            )
        )
        self.add_entries(
            (line_entry("phone", self.tr("P&hone")), 1),
            (line_entry("email", self.tr("&E-mail")), 1),
        )
        self.add_entries(
            (number_entry("default_minutes", self.tr("&Minutes a consultation"),
                          hint=self.tr("Empty: the hospital's {n}").format(
                              n=self.desk.settings.slot_minutes)), 1),
            (number_entry("overbook_limit", self.tr("Overbooked visits at &once"),
                          hint=self.tr("Beyond the hours' own capacity")), 1),
        )  # fmt: skip
        self._build_login()

    def _build_login(self) -> None:
        self.form.add_section(self.tr("Log-in"))
        self.way = Segmented(
            [
                (NEW, self.tr("Make a new one")),
                (KNOWN, self.tr("One that exists")),
                (NONE, self.tr("None yet")),
            ],
            name=self.tr("Log-in"),
        )
        self.form.add_widget(self.way)
        self.user = ChoiceEntry(self.tr("choose…"))
        self.role = ChoiceEntry(self.tr("choose…"))
        self.add_entries(
            (
                line_entry(
                    "login",
                    self.tr("&Log-in name"),
                    required=True,
                    hint=self.tr("The password is set with a one-time code, shown after saving"),
                    sample=self.tr("meera.rao"),
                ),
                3,
            ),
            (_chosen("role_id", self.tr("R&ole"), self.role), 2),
        )
        self.add_entries((_chosen("user_id", self.tr("Log-in &of"), self.user), 1))
        self.entries["way"] = Entry(
            "way",
            self.tr("Log-in"),
            Editor(self.way, self.way.value, self._set_way, self.way.changed),
        )
        self.way.changed.connect(lambda _way: self._way_chosen())
        self.entries["display_name"].editor.changed.connect(self._named)
        if not self.may_make_login:
            self.way.hide()

    # ------------------------------------------------------------------------------ opening
    def offer_choices(self, choices: Choices) -> None:
        """Offer departments, specializations, rooms and log-ins; what is chosen stays."""
        self._choices = choices
        row, quiet = self.row, self._quiet
        self._quiet = True
        skills, places, rooms = _own(row)
        self.skills.offer(_with(choices.specializations, skills))
        self.department.offer(_with(choices.departments, places))
        self.room.offer(_with(choices.rooms, rooms))
        mine = None if row is None else row.user_id
        self.user.offer(
            [
                (one.id, f"{one.display_name} ({one.login})")
                for one in choices.users
                if one.id == mine
                or (one.active and one.doctor_id is None and one.patient_id is None)
            ]
        )
        self.role.offer([(one.id, one.name) for one in choices.doctor_roles])
        self._quiet = quiet

    def _set_way(self, way: str) -> None:
        self.way.set_value(way if way in {NEW, KNOWN, NONE} else NONE)

    def _way_chosen(self) -> None:
        self._show_way()
        if not self._quiet:
            self._keep()

    def _show_way(self) -> None:
        fresh, may = self.row is None, self.may_make_login
        self.way.setVisible(fresh and may)
        for name in ("login", "role_id"):
            self.form.field(name).setVisible(fresh and may and self.way.value() == NEW)
        known = self.way.value() == KNOWN if fresh else True
        self.form.field("user_id").setVisible(may and known)

    def _named(self, name: str) -> None:
        self.photo.set_name(name)


def _chosen(name: str, label: str, choice: ChoiceEntry) -> Entry:
    return Entry(name, label, choice.editor, shown=choice.shown)


Pairs = list[tuple[int, str]]


def _own(row: DoctorRow | None) -> tuple[Pairs, Pairs, Pairs]:
    """Return a doctor's specializations, department and room, by id and name."""
    if row is None:
        return [], [], []
    return (
        list(zip(row.specialization_ids, row.specializations, strict=True)),
        [] if row.department_id is None else [(row.department_id, row.department_name)],
        [] if row.room_id is None else [(row.room_id, row.room_name)],
    )


def _with(
    rows: Sequence[DepartmentRow | SpecializationRow | RoomRow], own: Sequence[tuple[int, str]]
) -> list[tuple[int, str]]:
    """Return what is offered: all in use, and what this doctor has though it is retired."""
    offered = [(one.id, one.name) for one in rows]
    known = {key for key, _name in offered}
    return [*offered, *(one for one in own if one[0] not in known)]
