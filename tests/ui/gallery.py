"""Draws every widget of the kit in both themes: `python -m tests.ui.gallery [FOLDER]`.

For looking at, not a test: the pictures show what no assertion can say.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QElapsedTimer, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.domain.errors import Invalid
from hms_desktop.ui.actions import Command, CommandSet
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import ReportDialog
from hms_desktop.ui.plaintext import install_guard, plain_label
from hms_desktop.ui.theme import Mode, current_theme
from hms_desktop.ui.widgets.avatar import Avatar
from hms_desktop.ui.widgets.date_edit import DateEdit
from hms_desktop.ui.widgets.field import Field, Form
from hms_desktop.ui.widgets.lock_screen import LockScreen
from hms_desktop.ui.widgets.palette_box import Entry, PaletteBox, command_provider
from hms_desktop.ui.widgets.search_box import SearchBox
from hms_desktop.ui.widgets.shortcut_sheet import ShortcutSheet
from hms_desktop.ui.widgets.side_panel import SidePanel
from hms_desktop.ui.widgets.status_bar import StatusBar
from hms_desktop.ui.widgets.table import Column, RowTable
from hms_desktop.ui.widgets.toast import ToastStack
from tests.ui.gallery_controls import STATUSES, controls


@dataclass(frozen=True)
class Visit:
    """A row to show."""

    number: int
    time: str
    name: str
    doctor: str
    status: str
    wait: int


VISITS = tuple(
    Visit(n, f"{9 + n // 4}:{n % 4 * 15:02}", name, doctor, STATUSES[n % 8][1], n * 3)
    for n, (name, doctor) in enumerate(
        [
            ("Kumar Swamy", "Dr Rao"),
            ("Fatima Sheikh", "Dr Khan"),
            ("Deepa <b>Thomas</b>", "Dr Iyer"),
            ("शीला देवी", "Dr Desai"),
            ("O'Brien & Sons", "Dr Nair"),
            ("Joseph Mathew", "Dr Rao"),
            ("Zoë Müller", "Dr Fischer"),
        ]
        * 3
    )
)


def window() -> tuple[QWidget, CommandSet]:
    page = QWidget()
    page.setProperty("ground", True)
    page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    page.resize(1280, 800)
    outer = QVBoxLayout(page)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.setSpacing(0)
    head = QFrame()
    head.setProperty("bar", True)
    line = QHBoxLayout(head)
    line.setContentsMargins(16, 8, 16, 8)
    box = SearchBox("Search patients, doctors, visits", shortcut="Ctrl+K", tone="sunken")
    box.setFixedWidth(420)
    line.addWidget(plain_label("City Care Hospital", role="section"))
    line.addStretch(1)
    line.addWidget(box)
    line.addStretch(1)
    line.addWidget(Avatar("Sheela J", size=28, accent=True))
    line.addWidget(plain_label("Sheela J."))
    line.addWidget(button("Lock", small=True, icon="lock"))
    outer.addWidget(head)
    body = QVBoxLayout()
    body.setContentsMargins(12, 12, 12, 12)
    table: RowTable[Visit] = RowTable(
        [
            Column("time", "Time", lambda v: v.time, width=80, bold=True),
            Column("name", "Patient", lambda v: v.name, width=0),
            Column("doctor", "Doctor", lambda v: v.doctor, width=160, tone=lambda _: "dim"),
            Column("status", "Status", lambda v: v.status, width=140),
            Column(
                "wait",
                "Waits",
                lambda v: f"{v.wait} min",
                lambda v: v.wait,
                100,
                right=True,
                tone=lambda v: "alarm_text" if v.wait > 40 else "",
            ),
        ],
        lambda v: v.number,
        name="Visits",
        multi=True,
    )
    table.set_rows(VISITS)
    table.sort_by("time")
    table.select_ids([3, 5])
    body.addWidget(table)
    outer.addLayout(body, 1)
    status = StatusBar()
    for name in ("freshness", "saved", "messages"):
        status.add_part(name, active=name == "messages")
    status.add_part("help", active=True, right=True)
    status.set_live("Live · 4 desks")
    status.set_part("saved", "All changes saved")
    status.set_part("messages", "Messages: 2 need attention", "warn")
    status.set_part("help", "F1 shortcuts")
    outer.addWidget(status)
    commands = CommandSet(page, "Everywhere")
    commands.add_all(
        Command(name.lower(), name, lambda: None, key, group, icon=icon)
        for name, key, group, icon in [
            ("New patient", "Ctrl+N", "Patients", "patient-add"),
            ("Find patient", "Ctrl+F", "Patients", "search"),
            ("Book", "Return", "Visits", "calendar"),
            ("Move", "M", "Visits", "move"),
            ("Check in", "C", "Visits", "check"),
            ("Cancel", "X", "Visits", "close"),
            ("Next day", "Ctrl+Right", "Calendar", "arrow-right"),
            ("Today", "Ctrl+T", "Calendar", "calendar"),
            ("Lock", "Ctrl+L", "Program", "lock"),
            ("Search", "Ctrl+K", "Program", "search"),
        ]
    )
    return page, commands


def registration() -> Form:
    form = Form()
    form.add_row(
        ("given", Field("Given name", QLineEdit("Kumar")), 1),
        ("family", Field("Family name", QLineEdit("Swamy"), required=True), 1),
    )
    sex = QComboBox()
    sex.addItems(["Female", "Male", "Other", "Unknown"])
    born = DateEdit(
        date.fromisoformat, lambda d: d.strftime("%d.%m.%Y"), lambda: date(2026, 11, 23)
    )
    born.set_value(date(1980, 3, 12))
    form.add_row(
        ("birth", Field("Date of birth or age", born, hint="12.3.80 or 46y"), 3),
        ("sex", Field("Sex", sex), 2),
    )
    form.add("phone", Field("Phone", QLineEdit("98450"), hint="Several may share one"))
    form.add_section("Emergency contact")
    form.add("contact", Field("Name", QLineEdit()))
    form.add("note", Field("Notes", QPlainTextEdit()))
    form.show_error(Invalid("phone", "This number is too short for India. Type all ten digits."))
    return form


def draw(folder: Path, mode: Mode) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)

    def snap(widget: QWidget, name: str) -> None:
        clock = QElapsedTimer()
        clock.start()
        while clock.elapsed() < 250:
            app.processEvents()
        widget.grab().save(str(folder / f"{name}-{mode}.png"))

    page = controls()
    page.show()
    snap(page, "controls")
    page.close()
    steps: list[tuple[str, Callable[[QWidget, CommandSet], None]]] = [
        ("panel", _with_panel),
        ("palette", _with_palette),
        ("sheet", _with_sheet),
        ("lock", _with_lock),
    ]
    for name, act in steps:
        win, commands = window()
        win.show()
        win.activateWindow()
        act(win, commands)
        snap(win, name)
        win.close()
        win.deleteLater()
    report = ReportDialog("Reference: 1A2B3C4D\nError: builtins.ValueError\nWhere:\n  desk.py:12")
    report.show()
    snap(report, "report")
    report.close()


def _with_panel(win: QWidget, _commands: CommandSet) -> None:
    side = SidePanel(win, title="New patient")
    side.set_title("New patient", "Opens with what you typed")
    side.set_body(registration())
    side.set_footer(
        [button("Cancel", kind="quiet"), button("Register and book", kind="primary")],
        [button("Unknown patient", kind="link")],
    )
    side.open_panel()
    stack = ToastStack(win)
    stack.show_toast("Waiting list printed", kind="ok")
    stack.show_toast("Arjun Patel moved to 11:30, Dr Khan", undo=lambda: None)


def _with_palette(win: QWidget, commands: CommandSet) -> None:
    box = PaletteBox(win)
    box.add_provider(
        lambda _text, deliver: deliver(
            [
                Entry(
                    "Kumar Swamy", lambda: None, "M 46 · 12.03.80 · H-002913", "Patients", "patient"
                ),
                Entry(
                    "Kumari Sharma",
                    lambda: None,
                    "F 29 · 09.09.97 · H-004402",
                    "Patients",
                    "patient",
                ),
            ]
        )
    )
    box.add_provider(command_provider(lambda: commands, "Commands"))
    box.open_box("")


def _with_sheet(win: QWidget, commands: CommandSet) -> None:
    ShortcutSheet(win).open_sheet(commands.reachable())


def _with_lock(win: QWidget, _commands: CommandSet) -> None:
    lock = LockScreen(win)
    lock.lock("Sheela J.", [])
    lock.refuse("That is not your password. Two tries are left before a pause of one minute.")


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.gettempdir()) / "gallery"
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    install_guard(app)
    for mode in ("light", "dark"):
        current_theme().apply(mode)
        draw(folder, mode)
    print(folder)  # noqa: T201 - a script's answer


if __name__ == "__main__":
    main()
