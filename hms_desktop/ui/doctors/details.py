"""Who the chosen doctor is: photo, facts, log-in, and the ways on from here."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hms_desktop.domain.accounts import UserRow
from hms_desktop.domain.doctors import DoctorRow
from hms_desktop.ui.buttons import button
from hms_desktop.ui.doctors.words import state_icon, state_key, state_word
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.avatar import Avatar
from hms_desktop.ui.widgets.chip import Chip, ChipKind
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.field import line

_KINDS: dict[str, ChipKind] = {"pending": "warn", "approved": "ok", "blocked": "alarm"}
PHOTO = 72


class DoctorDetails(QWidget):
    """One doctor; ``code_wanted`` and ``login_wanted`` ask about the log-in."""

    edit_wanted = Signal()
    code_wanted = Signal()
    login_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Start with nobody."""
        super().__init__(parent)
        self._desk = desk
        self.row: DoctorRow | None = None
        self.photo = Avatar(size=PHOTO, square=True)
        self.name = plain_label(role="heading", wrap=True)
        self.about = plain_label(role="small", wrap=True)
        self.state = Chip("")
        self.reason = plain_label(role="small", wrap=True)
        self._grid = QGridLayout()
        self.login = plain_label(wrap=True)
        self.edit_button = button(
            self.tr("&Edit"), self.edit_wanted.emit, kind="primary", icon="edit"
        )
        self.hours_button = self._way(self.tr("&Hours"), "clock", "week")
        self.leave_button = self._way(self.tr("&Leave"), "calendar", "leave")
        self.calendar_button = button(self.tr("&Calendar"), self._open_calendar, icon="columns")
        self.slots_button = button(self.tr("&Free slots"), self._open_slots, icon="search")
        self.code_button = button(
            self.tr("New one-time code…"), self.code_wanted.emit, icon="password", small=True
        )
        self.login_button = button(
            self.tr("Make a log-in…"), self.login_wanted.emit, icon="user", small=True
        )
        self.nobody = EmptyState(self.tr("Choose a doctor to see more."), icon="doctor")
        self._inside = self._lay_out()
        self.show_doctor(None)

    def show_doctor(self, row: DoctorRow | None) -> None:
        """Show somebody else, or nobody; the photo and the log-in come later."""
        same = row is not None and self.row is not None and self.row.id == row.id
        self.row = row
        self._inside.setVisible(row is not None)
        self.nobody.setVisible(row is None)
        if row is None:
            return
        if not same or not row.has_photo:
            self.photo.set_person(row.display_name)
        if not same:
            self.login.setText("")
        self.name.setText(row.display_name)
        self.about.setText(" · ".join(one for one in (row.department_name, row.room_name) if one))
        self.state.set_text(state_word(row))
        self.state.set_kind(_KINDS.get(state_key(row), "neutral"), state_icon(row))
        self.reason.setText(row.approval_reason)
        self.reason.setVisible(bool(row.approval_reason))
        self._show_facts(row)
        self.edit_button.setEnabled(not row.retired)
        bookable = row.bookable
        self.slots_button.setEnabled(bookable)
        may = self._desk.actor.may("users.manage")
        self.code_button.setVisible(may and row.user_id is not None and not row.retired)
        self.login_button.setVisible(may and row.user_id is None and not row.retired)
        if row.user_id is None:
            self.login.setText(self.tr("No log-in yet"))

    def show_photo(self, doctor_id: int, data: bytes | None) -> None:
        """Show a doctor's photo, unless another one is looked at by now."""
        if data and self.row is not None and self.row.id == doctor_id:
            self.photo.set_photo_bytes(data)

    def show_login(self, user: UserRow) -> None:
        """Show a doctor's log-in, unless another one is looked at by now."""
        if self.row is None or self.row.user_id != user.id:
            return
        states = [user.login]
        if not user.active:
            states.append(self.tr("switched off"))
        elif not user.has_password:
            states.append(self.tr("no password set yet"))
        self.login.setText(" · ".join(states))

    # ------------------------------------------------------------------------------- inside
    def _way(self, text: str, icon: str, part: str) -> QWidget:
        return button(text, partial(self._open_hours, part), icon=icon)

    def _open_hours(self, part: str) -> None:
        if self.row is not None:
            self._desk.navigate.doctor_hours.emit((self.row.id, part))

    def _open_calendar(self) -> None:
        if self.row is not None:
            self._desk.navigate.doctor_calendar.emit(self.row.id)

    def _open_slots(self) -> None:
        if self.row is not None:
            self._desk.navigate.doctor.emit(self.row.id)

    def _head(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(self.name)
        words.addWidget(self.about)
        words.addWidget(line(self.state))
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(self.photo)
        head.addLayout(words, 1)
        return head

    def _lay_out(self) -> QWidget:
        ways = QGridLayout()
        ways.setSpacing(8)
        for number, way in enumerate(
            (self.hours_button, self.leave_button, self.calendar_button, self.slots_button)
        ):
            ways.addWidget(way, number // 2, number % 2)
        may = self._desk.actor.may
        # Hidden or left alone: they have no parent yet, and shown would be windows of their own.
        for one, allowed in (
            (self.edit_button, may("doctors.manage")),
            (self.hours_button, may("availability.manage")),
            (self.leave_button, may("availability.manage")),
            (self.calendar_button, may("appointments.read") and may("availability.read")),
        ):
            if not allowed:
                one.hide()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        rule = QFrame()
        rule.setProperty("rule", True)
        account = QHBoxLayout()
        account.setSpacing(8)
        account.addWidget(self.login, 1)
        account.addWidget(self.code_button)
        account.addWidget(self.login_button)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(18, 18, 18, 18)
        column.setSpacing(14)
        column.addLayout(self._head())
        column.addWidget(self.reason)
        column.addWidget(line(self.edit_button))
        column.addLayout(ways)
        column.addWidget(rule)
        column.addLayout(self._grid)
        column.addWidget(plain_label(self.tr("Log-in"), role="section"))
        column.addLayout(account)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(scroll.focusPolicy().NoFocus)
        scroll.setWidget(inside)
        inside.setProperty("plain", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        layout.addWidget(self.nobody)
        return scroll

    def _show_facts(self, row: DoctorRow) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        years = row.experience(self._desk.today().year)
        usual = self._desk.settings.slot_minutes
        facts = (
            (self.tr("Registration"), row.registration_number),
            (self.tr("Specializations"), ", ".join(row.specializations)),
            (
                self.tr("Experience"),
                ""
                if years is None
                else self.tr("{n} years, since {year}").format(n=years, year=row.practising_since),
            ),
            (self.tr("Phone"), row.phone),
            (self.tr("E-mail"), row.email),
            (
                self.tr("Consultation"),
                self.tr("{n} minutes").format(n=row.default_minutes)
                if row.default_minutes
                else self.tr("{n} minutes, the hospital's").format(n=usual),
            ),
            (self.tr("Overbooked at once"), str(row.overbook_limit)),
        )
        for place, (title, text) in enumerate(facts):
            self._grid.addWidget(plain_label(title, role="small"), place, 0)
            self._grid.addWidget(plain_label(text or "–", wrap=True, selectable=True), place, 1)
