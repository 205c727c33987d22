"""The list of doctors with its filters and the steps that can be taken with those selected."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QWidget

from hms_desktop.domain.doctors import Approval, DoctorFilter, DoctorRow
from hms_desktop.ui.buttons import button
from hms_desktop.ui.doctors.form_frame import Choices
from hms_desktop.ui.doctors.words import may_be_approved, state_icon, state_tone, state_word
from hms_desktop.ui.icons import icon
from hms_desktop.ui.list_layout import bar_of, fill, foot_of, message, rule
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.settings.choices import Choice
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.search_box import SearchBox
from hms_desktop.ui.widgets.table import Column, RowTable

MEMORY = "doctors_admin/filters"
MOST = 2_000


class DoctorsCard(QFrame):
    """``filtered`` after each choice; the buttons' clicks are the page's."""

    filtered = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Show the filters as they were left."""
        super().__init__(parent)
        self.setProperty("panel", True)
        self._desk = desk
        self.box = SearchBox(
            self.tr("Name, number, specialization"),
            name=self.tr("Find doctors"),
            shortcut="Ctrl+F",
        )
        self.departments = Choice(((None, self.tr("All departments")),))
        self.departments.setAccessibleName(self.tr("Department"))
        self.skills = Choice(((None, self.tr("All specializations")),))
        self.skills.setAccessibleName(self.tr("Specialization"))
        self.state = Choice(
            (
                ("", self.tr("In use")),
                ("pending", self.tr("Waiting for approval")),
                ("approved", self.tr("Can be booked")),
                ("blocked", self.tr("Blocked")),
                ("retired", self.tr("Retired")),
                ("all", self.tr("All")),
            )
        )
        self.state.setAccessibleName(self.tr("State"))
        self.reset_button = button(self.tr("Reset"), self.reset, kind="link")
        self.new_button = button(self.tr("&New doctor"), kind="primary", icon="add")
        self.empty = EmptyState(
            self.tr("There are no doctors yet"),
            detail=self.tr("Add the first one; patients can be booked once approved."),
            icon="doctor",
        )
        self.trouble = plain_label(role="error", wrap=True)
        self.table: RowTable[DoctorRow] = RowTable(
            self._columns(),
            lambda row: row.id,
            name=self.tr("Doctors"),
            multi=True,
            memory=desk.memory,
            memory_key="doctors_admin",
            empty=self.empty,
        )
        self.approve_button = button(self.tr("&Approve"), icon="check")
        self.block_button = button(self.tr("&Block…"), icon="lock", kind="danger")
        self.unblock_button = button(self.tr("&Unblock"), icon="unlock")
        self.retire_button = button(self.tr("Re&tire…"))
        self.restore_button = button(self.tr("&Bring back"))
        self.chosen = plain_label(role="small")
        px = current_theme().px
        for choice, width in ((self.departments, 168), (self.skills, 184), (self.state, 184)):
            choice.setMinimumWidth(px(width))
        self._lay_out()
        self._restore()
        self.box.forward_keys_to(self.table.view)
        self.box.query_changed.connect(lambda _text: self._tell())
        for choice in (self.departments, self.skills, self.state):
            choice.activated.connect(lambda _place: self._tell())
        self.table.selected.connect(lambda _ids: self.show_steps())

    def wish(self) -> DoctorFilter:
        """Return what the list is asked for."""
        state = str(self.state.value())
        approved = {one.value for one in Approval}
        return DoctorFilter(
            text=self.box.text(),
            department_id=_id(self.departments.value()),
            specialization_id=_id(self.skills.value()),
            approval=Approval(state) if state in approved else None,
            include_retired=state == "all",
            only_retired=state == "retired",
            limit=MOST,
        )

    def narrowed(self) -> bool:
        """Say whether a filter is set."""
        return self.wish() != DoctorFilter(limit=MOST)

    def reset(self, state: str = "") -> None:
        """Show everybody in use again, or all of a state."""
        self.box.set_text("", tell=False)
        for choice in (self.departments, self.skills):
            choice.setCurrentIndex(0)
        self.state.set_value(state)
        self._tell()

    def offer_choices(self, choices: Choices) -> None:
        """Offer departments and specializations; what is chosen stays."""
        for box, rows in (
            (self.departments, choices.departments),
            (self.skills, choices.specializations),
        ):
            chosen = box.value()
            while box.count() > 1:
                box.removeItem(1)
            for one in rows:
                box.addItem(one.name, one.id)
            box.setCurrentIndex(max(0, box.findData(chosen)))

    def show_rows(self, rows: tuple[DoctorRow, ...]) -> None:
        """Show the doctors that were found."""
        self.trouble.hide()
        self.table.set_loading(False)
        if self.narrowed():
            self.empty.set_text(
                self.tr("No doctor fits"), self.tr("Take a filter away, or choose another state.")
            )
        else:
            self.empty.set_text(
                self.tr("There are no doctors yet"),
                self.tr("Add the first one; patients can be booked once approved."),
            )
        self.table.set_rows(rows)
        self.show_steps()

    def say(self, words: str) -> None:
        """Show a sentence over the list; an empty one hides it."""
        self.table.set_loading(False)
        self.trouble.setText(words)
        self.trouble.setVisible(bool(words))

    def show_steps(self) -> None:
        """Let the buttons follow what is selected."""
        rows = self.table.selected_rows()
        may = self._desk.actor.may
        blocked = bool(rows) and all(
            one.approval is Approval.BLOCKED and not one.retired for one in rows
        )
        self.approve_button.setVisible(may("doctors.approve") and not blocked)
        self.approve_button.setEnabled(bool(rows) and all(may_be_approved(one) for one in rows))
        self.unblock_button.setVisible(may("doctors.approve") and blocked)
        self.block_button.setVisible(may("doctors.approve"))
        self.block_button.setEnabled(
            bool(rows)
            and all(one.approval is not Approval.BLOCKED and not one.retired for one in rows)
        )
        gone = len(rows) == 1 and rows[0].retired
        self.restore_button.setVisible(may("doctors.manage") and gone)
        self.retire_button.setVisible(may("doctors.manage") and not gone)
        self.retire_button.setEnabled(len(rows) == 1)
        self.chosen.setText(
            self.tr("{n} selected").format(n=len(rows))
            if len(rows) > 1
            else self.tr("Shift or Ctrl selects several")
        )

    # ------------------------------------------------------------------------------- inside
    def _lay_out(self) -> None:
        bar = bar_of(self.box, self.new_button, wide=self.box)
        filters = bar_of(self.departments, self.skills, self.state, self.reset_button, None)
        filters.setContentsMargins(12, 0, 12, 10)
        if not self._desk.actor.may("doctors.manage"):
            self.new_button.hide()
        foot = foot_of(
            self.approve_button,
            self.unblock_button,
            self.block_button,
            self.retire_button,
            self.restore_button,
            self.chosen,
            None,
        )
        message(self.trouble)
        self.table.view.setProperty("flat", True)
        parts = (bar, filters, self.trouble, rule(), self.table, foot)
        fill(self, *parts, wide=self.table)

    def _columns(self) -> tuple[Column[DoctorRow], ...]:
        year = self._desk.today().year

        def years(row: DoctorRow) -> str:
            found = row.experience(year)
            return "" if found is None else str(found)

        def sign(row: DoctorRow) -> QIcon:
            return icon(state_icon(row), state_tone(row))

        return (
            Column(
                "name", self.tr("Name"), lambda row: row.display_name, width=180, bold=True,
                tone=lambda row: "dim" if row.retired else "",
            ),
            Column("number", self.tr("Registration"), lambda row: row.registration_number,
                   width=110, yields=1),
            Column("department", self.tr("Department"), lambda row: row.department_name,
                   width=140),
            Column("skills", self.tr("Specializations"),
                   lambda row: ", ".join(row.specializations), width=0, least=150),
            Column("room", self.tr("Room"), lambda row: row.room_name, width=90, visible=False),
            Column("phone", self.tr("Phone"), lambda row: row.phone, width=140, visible=False),
            Column("email", self.tr("E-mail"), lambda row: row.email, width=180, visible=False),
            Column("years", self.tr("Years"), years, sort=lambda row: row.practising_since,
                   width=70, right=True, visible=False),
            Column("minutes", self.tr("Minutes"),
                   lambda row: str(row.default_minutes or ""),
                   sort=lambda row: row.default_minutes, width=80, right=True, visible=False),
            Column("login", self.tr("Log-in"),
                   lambda row: self.tr("yes") if row.user_id else self.tr("none"), width=80,
                   visible=False),
            Column("state", self.tr("State"), state_word, tone=state_tone, icon=sign,
                   tip=lambda row: row.approval_reason or state_word(row), width=160),
        )  # fmt: skip

    def _tell(self) -> None:
        self._desk.memory.put(
            MEMORY,
            {
                "state": self.state.value(),
                "department": self.departments.value(),
                "specialization": self.skills.value(),
            },
        )
        self.filtered.emit()

    def _restore(self) -> None:
        kept: Any = self._desk.memory.get(MEMORY, {})
        state = kept.get("state", "") if isinstance(kept, dict) else ""
        self.state.setCurrentIndex(max(0, self.state.findData(state)))


def _id(value: object) -> int | None:
    return value if isinstance(value, int) else None
