"""The commands that work on every page of a workbench."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hms_desktop.ui.actions import Command

if TYPE_CHECKING:
    from hms_desktop.ui.workbench import Workbench


def program_commands(bench: Workbench) -> list[Command]:
    """Return them in the order of the F1 sheet."""
    program = bench.tr("Program")
    return [
        Command(
            "program.find",
            bench.tr("Find anything"),
            bench.palette_box.open_box,
            "Ctrl+K",
            program,
            icon="search",
        ),
        Command("program.keys", bench.tr("Keys of this page"), bench.open_sheet, "F1", program),
        Command("program.lock", bench.tr("Lock"), bench.lock_wanted.emit, "Ctrl+L", program),
        Command(
            "program.undo",
            bench.tr("Undo"),
            bench.desk.history.undo_requested.emit,
            "Ctrl+Z",
            program,
        ),
        Command(
            "program.redo",
            bench.tr("Redo"),
            bench.desk.history.redo_requested.emit,
            "Ctrl+Shift+Z",
            program,
        ),
        Command(
            "program.save_list",
            bench.tr("Save the list on the screen…"),
            lambda: bench.screen_list.ask(bench.scope),
            "Ctrl+Shift+S",
            program,
            lambda: bench.screen_list.allowed,
            icon="save",
        ),
        Command(
            "program.settings",
            bench.tr("Settings"),
            lambda: bench.show_extra("settings"),
            "Ctrl+,",
            program,
        ),
        Command(
            "program.profile",
            bench.tr("My profile"),
            lambda: bench.show_extra("profile"),
            "",
            program,
        ),
        Command("program.switch", bench.tr("Switch user"), bench.switch_wanted.emit, "", program),
        Command("program.logout", bench.tr("Log out"), bench.log_out_wanted.emit, "", program),
    ]
