"""The commands of the list of appointments, for keys, F1 and Ctrl+K."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from hms_desktop.domain.lifecycle import Status
from hms_desktop.ui.actions import Command

if TYPE_CHECKING:
    from hms_desktop.ui.pages.appointments import AppointmentsPage


def page_commands(page: AppointmentsPage) -> Iterator[Command]:
    """Yield them in the order of the F1 sheet."""
    tr, group = page.tr, page.tr("Appointments")
    search = page.filters.text
    yield Command("list.find", tr("Search in the list"), search.setFocus, "Ctrl+F", group)
    if page.desk.actor.may("appointments.export"):
        yield Command("list.export", tr("Export this list"), page.export, "Ctrl+E", group)
    names = {
        Status.CONFIRMED: tr("Confirm the selected visits"),
        Status.ARRIVED: tr("Check the selected patients in"),
        Status.NO_SHOW: tr("Mark the selected visits as no-show"),
        Status.CANCELLED: tr("Cancel the selected visits"),
    }
    for after, text in names.items():
        yield Command(
            f"list.{after.value}",
            text,
            partial(page.step, after),
            group=group,
            enabled=partial(page.may_step, after),
        )
