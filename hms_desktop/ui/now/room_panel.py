"""Chooses another room for one visit: the free ones first, the taken ones named as taken."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hms_desktop.bus import Announcement
from hms_desktop.domain.appointments import Done, RoomChoice, RoomChoices
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.grid.texts import one_line
from hms_desktop.ui.now.doing import do
from hms_desktop.ui.now.lines import Line, LineList
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.side_panel import SidePanel

_NONE = 0
"""The line of no room of its own; rooms are numbered from 1."""
_MOST_HIGH = 520


class RoomPanel(SidePanel):
    """Lists the rooms in use; Enter gives the visit the one with the cursor, letters find one."""

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Build it, closed."""
        super().__init__(host, width=420, title=self.tr("Another room"))
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._visit_id: int | None = None
        self._choices: RoomChoices | None = None
        self.list = LineList(self.tr("Rooms"), self.tr("Reading the rooms…"), parent=self)
        self.error = plain_label(role="error", wrap=True)
        self.error.hide()
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.error)
        layout.addWidget(self.list)
        self.set_body(body)
        self.give_button = button(self.tr("&Give this room"), self.give, kind="primary")
        self.set_footer([button(self.tr("Back"), self.close_panel), self.give_button])
        self.list.chosen.connect(lambda _key: self.give())
        desk.bridge.changed.connect(self._on_changed)

    def open_for(self, appointment_id: int) -> None:
        """Show the rooms that a visit may have."""
        self._visit_id, self._choices = appointment_id, None
        self.list.set_lines(())
        self.give_button.setEnabled(False)
        self.set_title(self.tr("Another room"))
        self.error.hide()
        self.open_panel(self.close_button)
        self._load()

    def give(self) -> None:
        """Give the visit the room with the cursor; a refusal is said here."""
        choices, key = self._choices, self.list.current_key()
        if choices is None or key is None or not self.give_button.isEnabled():
            return
        self.give_button.setEnabled(False)
        self.error.hide()
        visit, actor = choices.visit, self._desk.actor
        service = self._desk.services.appointments
        do(
            self._desk,
            self,
            lambda request: service.change_room(
                actor, visit.id, visit.version, key or None, request_id=request
            ),
            self._given,
            done=lambda _done: self._leave(visit.id),
            failed=self._failed,
        )

    def _given(self, done: Done) -> str:
        row = done.appointment
        if not row.room_name:
            return self.tr("{patient} has no room of its own").format(
                patient=one_line(row.patient_name)
            )
        return self.tr("{patient} has {room}").format(
            patient=one_line(row.patient_name), room=one_line(row.room_name)
        )

    def _leave(self, appointment_id: int) -> None:
        if self._visit_id == appointment_id:
            self.close_panel()

    def _load(self) -> None:
        number = self._visit_id
        if number is None:
            return
        appointments, actor = self._desk.services.appointments, self._desk.actor
        self._desk.runner.run(
            lambda: appointments.rooms(actor, number),
            owner=self,
            done=self._show,
            failed=self._say,
            key="rooms",
        )

    def _show(self, choices: RoomChoices) -> None:
        visit = choices.visit
        if visit.id != self._visit_id or not self.is_open:
            return
        first = self._choices is None
        self._choices = choices
        when = self._formats.span(visit.starts_at, visit.ends_at)
        self.set_title(self.tr("Another room"), f"{one_line(visit.patient_name)} · {when}")
        self.list.set_lines(self._lines(choices))
        self.list.setFixedHeight(min(self.list.content_height(), self._desk.theme.px(_MOST_HIGH)))
        self.give_button.setEnabled(True)
        if first:
            self.list.select(self.list.model.lines[0].key)
            self.list.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lines(self, choices: RoomChoices) -> Sequence[Line]:
        own = choices.visit.room_id
        others = [one for one in choices.rooms if one.id != own]
        lines = [self._line(one) for one in sorted(others, key=lambda one: bool(one.taken_by))]
        if own is not None:
            # Last: Enter right after opening must not take a room away.
            title, detail = self.tr("No room of its own"), self.tr("none is kept for the visit")
            lines.append(Line(_NONE, "", title, detail, spoken=f"{title}, {detail}"))
        return lines

    def _line(self, one: RoomChoice) -> Line:
        name = one_line(one.name)
        detail = self.tr("free")
        if one.begins is not None and one.ends is not None:
            detail = self.tr("taken {time} · {doctor}").format(
                time=self._formats.span(one.begins, one.ends), doctor=one_line(one.taken_by)
            )
        return Line(
            one.id,
            "",
            name,
            detail,
            faint=bool(one.taken_by),
            spoken=f"{name}, {detail}",
            tip=f"{name}\n{detail}",
        )

    def _failed(self, error: Exception) -> None:
        self._say(error)
        # What is taken by now, and the visit as it is.
        self._load()

    def _say(self, error: Exception) -> None:
        self.error.setText(sentence(error))
        self.error.show()

    def _on_changed(self, announcement: Announcement) -> None:
        if self.is_open and announcement.touches("appointment", "room"):
            self._load()
