"""The catalogue: departments, specializations, visit types, rooms and holidays."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.bus import Announcement
from hms_desktop.ui.actions import Command
from hms_desktop.ui.catalogue.holidays import HolidaysSection
from hms_desktop.ui.catalogue.sections import (
    DepartmentsSection,
    RoomsSection,
    SpecializationsSection,
    VisitTypesSection,
)
from hms_desktop.ui.pages.base import Desk, Page, ShownDepartments
from hms_desktop.ui.widgets.segmented import Segmented

_MEMORY = "catalogue/section"
AnySection = (
    DepartmentsSection | SpecializationsSection | VisitTypesSection | RoomsSection | HolidaysSection
)
_MAKERS: dict[str, Callable[[Desk, QWidget], AnySection]] = {
    "departments": DepartmentsSection,
    "specializations": SpecializationsSection,
    "visit_types": VisitTypesSection,
    "rooms": RoomsSection,
    "holidays": HolidaysSection,
}


class CataloguePage(Page):
    """One section at a time; each is built when it is first looked at."""

    entities = (
        "department",
        "specialization",
        "doctor",
        "doctor_specialization",
        "visit_type",
        "room",
        "hospital_holiday",
        "appointment",
    )

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the section that was looked at last."""
        super().__init__(desk, "", "list", parent)
        self.title = self.tr("Catalogue")
        allowed = self._allowed()
        kept = str(desk.memory.get(_MEMORY, ""))
        self.parts = Segmented(
            [
                (key, text)
                for key, text in (
                    ("departments", self.tr("&Departments")),
                    ("specializations", self.tr("&Specializations")),
                    ("visit_types", self.tr("Visit t&ypes")),
                    ("rooms", self.tr("Roo&ms")),
                    ("holidays", self.tr("&Holidays")),
                )
                if key in allowed
            ],
            name=self.tr("Section"),
            value=kept if kept in allowed else allowed[0],
        )
        self.sections: dict[str, AnySection] = {}
        self._behind: set[str] = set()
        self._stack = QStackedWidget()
        head = QHBoxLayout()
        head.setContentsMargins(12, 10, 12, 0)
        head.addWidget(self.parts)
        head.addStretch(1)
        card = QFrame()
        card.setProperty("panel", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        inside.addLayout(head)
        inside.addWidget(self._stack, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(card)
        self.parts.changed.connect(self.show_section)
        self._add_commands(allowed)
        self.show_section(str(self.parts.value()))

    def show_departments(self, _shown: ShownDepartments) -> None:
        """Show the departments."""
        self.show_section("departments")

    @property
    def section(self) -> AnySection:
        """The section in front."""
        return self.sections[str(self.parts.value())]

    def show_section(self, key: str) -> None:
        """Bring a section forward; one that changed meanwhile is read again."""
        self.parts.set_value(key)
        self.desk.memory.put(_MEMORY, key)
        found = self.sections.get(key)
        if found is None:
            found = self.sections[key] = _MAKERS[key](self.desk, self)
            self._stack.addWidget(found)
            self._behind.add(key)
        focus = QApplication.focusWidget() or self
        inside = self._stack.isAncestorOf(focus)
        if self.parts.isAncestorOf(focus):
            self.parts.setFocus()
        self._stack.setCurrentWidget(found)
        self.setFocusProxy(found)
        if inside:  # what had the focus is hidden now
            found.setFocus()
        if key in self._behind:
            self._behind.discard(key)
            found.reload()

    def reload(self) -> None:
        """Read the section in front; the others when they come forward."""
        self._behind = set(self.sections) - {str(self.parts.value())}
        self.section.reload()

    def _on_changed(self, announcement: Announcement) -> None:
        if not announcement.touches(*self.section.ENTITIES):
            touched = {
                key for key, one in self.sections.items() if announcement.touches(*one.ENTITIES)
            }
            self._behind |= touched
            return
        super()._on_changed(announcement)

    def _allowed(self) -> list[str]:
        may = self.desk.actor.may
        return [
            key
            for key, allowed in (
                ("departments", may("doctors.manage")),
                ("specializations", may("doctors.manage")),
                ("visit_types", may("catalogue.manage")),
                ("rooms", may("catalogue.manage")),
                ("holidays", may("holidays.manage")),
            )
            if allowed
        ]

    def _add_commands(self, allowed: list[str]) -> None:
        group = self.tr("Catalogue")

        def go(key: str) -> Callable[[], None]:
            return lambda: self.show_section(key)

        titles = {
            "departments": self.tr("Departments"),
            "specializations": self.tr("Specializations"),
            "visit_types": self.tr("Visit types"),
            "rooms": self.tr("Rooms"),
            "holidays": self.tr("Holidays"),
        }
        self.commands.add_all(
            Command(f"catalogue.{key}", titles[key], go(key), f"Ctrl+Shift+{number}", group)
            for number, key in enumerate(allowed, 1)
        )
        self.commands.add_all(
            (
                Command(
                    "catalogue.new", self.tr("New entry"), self._front(lambda it: it.add()),
                    "Ctrl+N", group,
                ),
                Command(
                    "catalogue.find", self.tr("Find in the list"),
                    self._front(lambda it: it.focus_search()), "Ctrl+F", group,
                ),
                Command(
                    "catalogue.edit", self.tr("Edit the entry"), self._front(lambda it: it.edit()),
                    "F2", group,
                ),
                Command(
                    "catalogue.retire", self.tr("Retire or remove the entry"),
                    self._front(lambda it: it.retire()), "Del", group,
                ),
                Command(
                    "catalogue.restore", self.tr("Bring a retired entry back"),
                    self._front(lambda it: it.restore()), "Ctrl+B", group,
                ),
                Command("catalogue.up", self.tr("Offer it earlier"), lambda: self._step(-1),
                        "Alt+Up", group, self._is_ordered),
                Command("catalogue.down", self.tr("Offer it later"), lambda: self._step(1),
                        "Alt+Down", group, self._is_ordered),
                Command("catalogue.before", self.tr("Year before"), lambda: self._turn(-1),
                        "Alt+Left", group, self._is_yearly),
                Command("catalogue.after", self.tr("Year after"), lambda: self._turn(1),
                        "Alt+Right", group, self._is_yearly),
            )
        )  # fmt: skip

    def _front(self, do: Callable[[AnySection], object]) -> Callable[[], object]:
        """Return what does something to the section that is then in front."""
        return lambda: do(self.section)

    def _is_ordered(self) -> bool:
        return isinstance(self.section, VisitTypesSection)

    def _is_yearly(self) -> bool:
        return isinstance(self.section, HolidaysSection)

    def _step(self, step: int) -> None:
        section = self.section
        if isinstance(section, VisitTypesSection):
            section.move_by(step)

    def _turn(self, years: int) -> None:
        section = self.section
        if isinstance(section, HolidaysSection):
            section.turn(years)
