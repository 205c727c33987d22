"""What the front desk can do, for its keys, Ctrl+K and the F1 sheet."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from hms_desktop.ui.actions import Command
from hms_desktop.ui.front_desk.words import tr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hms_desktop.ui.pages.front_desk import FrontDeskPage

VIEW_KEYS = ("F5", "F6", "F7", "F8")


def page_commands(page: FrontDeskPage) -> Iterator[Command]:
    """Yield the commands of a front desk page."""
    yield from _finding(page)
    yield from _days(page)
    yield from _views(page)
    yield from _grid_keys(page)


def _finding(page: FrontDeskPage) -> Iterator[Command]:
    group, may = tr("Find and book"), page.desk.actor.may
    yield Command(
        "desk.find", tr("Find a patient"), page.finder.focus_search, "Ctrl+F", group, icon="search"
    )
    if may("patients.register"):
        yield Command(
            "desk.register", tr("New patient"), page.finder.want_new, "Ctrl+N", group,
            icon="patient-add",
        )  # fmt: skip
    if may("appointments.book"):
        yield Command(
            "desk.line", tr("Booking line"), page.book.line.focus_line, "Ctrl+B", group,
            icon="calendar",
        )  # fmt: skip
    yield Command("desk.grid", tr("Go to the grid"), page.book.focus_grid, "Ctrl+G", group)
    yield Command(
        "desk.drop_patient", tr("Book for nobody in particular"), page.book.drop_patient,
        "Ctrl+Shift+D", group, enabled=lambda: page.book.patient is not None,
    )  # fmt: skip


def _days(page: FrontDeskPage) -> Iterator[Command]:
    group, book = tr("Day"), page.book
    yield Command(
        "desk.previous", tr("Previous day"), partial(book.step, -1), "Alt+Left", group,
        icon="arrow-left",
    )  # fmt: skip
    yield Command(
        "desk.next", tr("Next day"), partial(book.step, 1), "Alt+Right", group, icon="arrow-right"
    )
    yield Command("desk.today", tr("Today"), book.go_today, "Alt+Home", group)
    yield Command(
        "desk.jump", tr("Jump to a date"), book.toolbar.jump, "Ctrl+J", group, icon="calendar"
    )
    yield Command("desk.week", tr("Day or week"), book.toggle_week, "Ctrl+E", group, icon="columns")
    yield Command("desk.refresh", tr("Read again"), page.reload, "Ctrl+R", group, icon="refresh")


def _views(page: FrontDeskPage) -> Iterator[Command]:
    group = tr("Views")
    for key in VIEW_KEYS:
        yield Command(
            f"desk.view.{key}", tr("Saved view {key}").format(key=key),
            partial(page.book.recall_view, key), key, group, icon="view",
        )  # fmt: skip
        yield Command(
            f"desk.save.{key}", tr("Save what is shown as {key}").format(key=key),
            partial(page.save_view, key), f"Ctrl+Shift+{key}", group, listed=False,
        )  # fmt: skip
    for name, text, keys, step in (
        ("in", tr("Zoom in"), "Ctrl++", 1),
        ("out", tr("Zoom out"), "Ctrl+-", -1),
        ("usual", tr("Usual zoom"), "Ctrl+0", 0),
    ):
        yield Command(
            f"desk.zoom.{name}", text, partial(page.book.zoom, step), keys, group, own_keys=True
        )


def _grid_keys(page: FrontDeskPage) -> Iterator[Command]:
    """Yield the grid's own keys: it handles them itself, they are listed for F1."""
    group = tr("In the grid")
    for name, text, keys in (
        ("enter", tr("Book the slot, or open the visit"), "Return"),
        ("move", tr("Pick the visit up; arrows move, Enter drops"), "M"),
        ("pin", tr("Put the visit on the pinboard"), "P"),
        ("check_in", tr("Check in"), "C"),
        ("confirm", tr("Confirm"), "F"),
        ("no_show", tr("No-show"), "N"),
        ("cancel", tr("Cancel the visit"), "X"),
        ("select", tr("Select the visit"), "Space"),
        ("longer", tr("Longer"), "Alt+Down"),
        ("shorter", tr("Shorter"), "Alt+Up"),
        ("stretch", tr("Choose a longer stretch, or more visits"), "Shift+Down"),
        ("now", tr("Go to now"), "Ctrl+Home"),
    ):
        yield Command(
            f"grid.{name}", text, page.book.focus_grid, keys, group, own_keys=True, listed=False
        )
