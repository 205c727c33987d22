"""Whether the place of a booking is free: held while it is, explained where it is not."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.availability_rules import Reason, ReasonKind
from hms_desktop.domain.hours import NextFreeWish
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.front_desk.booking_form import OUTSIDE, OVERBOOK, BookingForm
from hms_desktop.ui.front_desk.hold_keeper import HoldKeeper, HoldPlace
from hms_desktop.ui.front_desk.proposing import MOST_SLOTS, free_after
from hms_desktop.ui.front_desk.words import at_time, reason_text
from hms_desktop.ui.grid.day import Proposal
from hms_desktop.ui.grid.texts import one_line
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.patients.strip import Strip
from hms_desktop.ui.plaintext import menu_text
from hms_desktop.ui.widgets.side_panel import SidePanel

if TYPE_CHECKING:
    from hms_desktop.domain.hours import FreeSlot
    from hms_desktop.ui.front_desk.loading import Loaded
    from hms_desktop.ui.pages.base import Desk

_PAUSE_MS = 150


class BookingChecks(SidePanel):
    """Keeps the hold on what is chosen, says what is there, offers the next free.

    ``proposed`` carries the grid's Proposal or None.
    """

    proposed = Signal(object)

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Build what is checked and what is said about it."""
        super().__init__(host, width=400, title="")
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._loaded: Loaded | None = None
        self.holding = HoldKeeper(desk, self)
        self.form = BookingForm(desk)
        self.form.placed.connect(self._place_changed)
        self.why = Strip("warn")
        self.slots = Strip("accent")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._check)

    def place(self) -> HoldPlace | None:
        """Return the stretch of a doctor's time that is being booked."""
        starts_at, doctor_id = self.form.starts_at(), self.form.doctor.currentData()
        if starts_at is None or doctor_id is None:
            return None
        length = timedelta(minutes=self.form.minutes.value())
        return HoldPlace(doctor_id, starts_at, starts_at + length)

    def _place_changed(self) -> None:
        self._propose()
        self._pause.start()

    def _propose(self) -> None:
        place = self.place() if self.is_open else None
        if place is None:
            self.proposed.emit(None)
            return
        hit = self.form.person.patient
        name = one_line(hit.name) if hit is not None else self.tr("New booking")
        self.proposed.emit(
            Proposal(place.doctor_id, place.starts_at, self.form.minutes.value(), name)
        )

    def _check(self) -> None:
        place = self.place()
        if place is None or not self.is_open:
            return
        services, actor = self._desk.services, self._desk.actor
        kind = self.form.type.currentData()
        self._desk.runner.run(
            lambda: services.availability.why_closed(actor, place.doctor_id, place.starts_at, kind),
            owner=self,
            done=lambda reason: self._checked(place, reason),
            failed=lambda error: self._say(sentence(error)),
            key="check",
        )

    def _checked(self, place: HoldPlace, reason: Reason | None) -> None:
        if not self.is_open or place != self.place():
            return
        if reason is not None and reason.kind is ReasonKind.HELD and self._is_own(reason):
            reason = None
        if reason is None or reason.kind is ReasonKind.OFF_GRID:
            self._say("")
            self.holding.want(place)
            return
        self.holding.want(None)
        self._closed(self._named(place, reason), reason)

    def _is_own(self, reason: Reason) -> bool:
        held = self.holding.held
        return held is not None and (reason.starts_at, reason.ends_at) == (
            held.starts_at,
            held.ends_at,
        )

    def _named(self, place: HoldPlace, reason: Reason) -> str:
        """Return why, naming the visit in the way where it is on the screen."""
        there = None
        if reason.kind is ReasonKind.BOOKED and self._loaded is not None:
            there = next(
                (
                    one
                    for one in self._loaded.visits
                    if one.doctor_id == place.doctor_id
                    and one.starts_at < place.ends_at
                    and one.ends_at > place.starts_at
                ),
                None,
            )
        if there is None:
            return reason_text(reason, self._formats)
        return self.tr("{patient} ({mrn}) is there from {start} to {end}.").format(
            patient=one_line(there.patient_name),
            mrn=there.mrn,
            start=self._formats.at(there.starts_at),
            end=self._formats.at(there.ends_at),
        )

    def _closed(self, text: str, reason: Reason | None) -> None:
        override = reason.override if reason is not None else None
        if override is not None and self._desk.actor.may(override):
            self.form.show_reason(OVERBOOK if override == "appointments.overbook" else OUTSIDE)
            self._say(text, self.tr("With a reason you may book here all the same."))
        else:
            self._say(text)
        self._look_for_free()

    def _look_for_free(self) -> None:
        place = self.place()
        if place is None:
            return
        services, actor = self._desk.services, self._desk.actor
        local = self._desk.local(place.starts_at)
        wish = NextFreeWish(
            self.form.type.currentData(),
            (place.doctor_id,),
            first=local.date(),
            from_minute=local.hour * 60 + local.minute,
            limit=MOST_SLOTS,
        )
        self._desk.runner.run(
            lambda: free_after(services, actor, wish),
            owner=self,
            done=self._offer,
            failed=lambda error: self._say(sentence(error)),
            key="free",
        )

    def _offer(self, slots: tuple[FreeSlot, ...]) -> None:
        self.slots.clear_rows()
        if not slots or self.why.isHidden():
            self.slots.say("")
            return
        now = self._desk.now()
        for slot in slots:
            when = at_time(self._formats, slot.starts_at, now)
            self.slots.rows.addWidget(
                button(
                    menu_text(f"{when[:1].upper()}{when[1:]} · {one_line(slot.doctor_name)}"),
                    partial(self.form.put_place, slot.doctor_id, slot.starts_at),
                    small=True,
                )
            )
        self.slots.say(self.tr("Next free"))

    def _say(self, text: str, detail: str = "") -> None:
        self.why.say(text, detail)
        if not text:
            self.slots.clear_rows()
            self.slots.say("")
