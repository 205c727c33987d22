"""A paper over the page: shown, turned, zoomed, printed, saved, closed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from hms_desktop.domain.errors import NotAllowed
from hms_desktop.domain.papers import Paper
from hms_desktop.ui.actions import Command
from hms_desktop.ui.pages.base import Page
from hms_desktop.ui.paper.preview import PaperPreview
from hms_desktop.ui.paper.saving import write_whole
from hms_desktop.ui.paper.viewer import PdfViewer
from tests.support import cups
from tests.ui.now.conftest import OpenWindow
from tests.ui.now.desk import Window
from tests.ui.paper.conftest import make_paper


def open_preview(window: Window) -> PaperPreview:
    host = QWidget()
    host.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    QVBoxLayout(window).addWidget(host)
    window.resize(1200, 800)
    window.show()
    host.setFocus()
    return PaperPreview(window.desk, host)


def viewer_of(preview: PaperPreview) -> PdfViewer:
    assert preview.viewer is not None
    return preview.viewer


def show(window: Window, paper: Paper, kind: str = "prescription") -> PaperPreview:
    preview = open_preview(window)
    preview.show_paper("Prescription", lambda: paper, kind)
    window.settle()
    return preview


@pytest.mark.feature("PRN-1")
def test_it_shows_pages_and_turns_them(
    open_window: OpenWindow, no_printers: None, paper: Paper
) -> None:
    window = open_window()
    preview = show(window, paper)
    viewer = viewer_of(preview)
    assert preview.is_open
    assert preview.head.title.text() == paper.title
    assert preview.head.pages.text() == "Page 1 of 3"
    assert "Amoxicillin 500 mg page 2" in viewer.text()
    assert viewer.paper_size() == "A4"
    assert not preview.head.back.isEnabled()
    preview.head.on.click()
    preview.head.on.click()
    window.settle()
    assert preview.head.pages.text() == "Page 3 of 3"
    assert not preview.head.on.isEnabled()
    assert window.errors == []


@pytest.mark.feature("PRN-1")
def test_it_is_worked_by_keys(
    open_window: OpenWindow, no_printers: None, paper: Paper, qtbot: QtBot
) -> None:
    window = open_window()
    preview = show(window, paper)
    viewer, control = viewer_of(preview), Qt.KeyboardModifier.ControlModifier
    wide = viewer.zoom
    assert viewer.fits
    qtbot.keyClick(viewer.view, Qt.Key.Key_Plus, control)
    assert viewer.zoom > wide
    qtbot.keyClick(viewer.view, Qt.Key.Key_Minus, control)
    assert viewer.zoom == pytest.approx(wide, rel=0.05)
    qtbot.keyClick(viewer.view, Qt.Key.Key_0, control)
    assert viewer.fits
    qtbot.keyClick(viewer.view, Qt.Key.Key_Escape)
    assert not preview.is_open
    assert preview.paper is None
    assert viewer.pages == 0, "the paper is forgotten"


def test_a_pages_own_keys_do_not_work_underneath(
    open_window: OpenWindow, no_printers: None, paper: Paper, qtbot: QtBot
) -> None:
    window = open_window()
    page = Page(window.desk, "Today", "calendar")
    saved: list[str] = []
    page.commands.add(Command("today.save", "Save", lambda: saved.append("page"), "Ctrl+S"))
    page.commands.add(Command("today.next", "Call next", lambda: saved.append("next"), "F8"))
    page.commands.add(Command("today.turn", "Later", lambda: saved.append("turn"), "PgDown"))
    window.desk.commands.add(Command("lock", "Lock", lambda: saved.append("lock"), "Ctrl+L"))
    QVBoxLayout(window).addWidget(page)
    window.resize(1000, 700)
    window.show()
    preview = PaperPreview(window.desk, page)
    preview.show_paper("Prescription", lambda: paper)
    window.settle()
    qtbot.keyClick(viewer_of(preview).view, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    dialogs = window.findChildren(QFileDialog)
    assert [dialog.acceptMode() for dialog in dialogs] == [QFileDialog.AcceptMode.AcceptSave]
    dialogs[0].reject()
    assert saved == []
    window.activateWindow()
    qtbot.keyClick(viewer_of(preview).view, Qt.Key.Key_F8)
    qtbot.keyClick(preview.head.on, Qt.Key.Key_PageDown)
    assert saved == []
    assert preview.head.pages.text() == "Page 2 of 3"
    qtbot.keyClick(viewer_of(preview).view, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert saved == ["lock"], "the window's own keys go on working"
    preview.close_overlay()
    qtbot.keyClick(page, Qt.Key.Key_F8)
    assert saved == ["lock", "next"]


@pytest.mark.feature("PRN-1")
def test_printing_from_the_preview_reaches_a_real_printer_and_is_remembered(
    open_window: OpenWindow, real_printer: cups.PrintServer, qtbot: QtBot
) -> None:
    window = open_window()
    paper = make_paper("Paracetamol 1 g", 2)
    preview = show(window, paper)
    before = len(list((real_printer.folder / "out").glob("*.pdf")))
    bar = preview.bar
    assert bar.printer.findData(real_printer.printer) >= 0
    bar.printer.setCurrentIndex(bar.printer.findData(real_printer.printer))
    bar.both_sides.setChecked(True)
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(viewer_of(preview).view, Qt.Key.Key_P, control)
    window.settle()
    assert window.toast() == f"Sent to {real_printer.printer}."
    words = cups.text_of(real_printer.printed(before + 1)[-1])
    assert "Paracetamol 1 g page 2" in words
    preview.close_overlay()
    preview.show_paper("Prescription", lambda: paper, "prescription")
    window.settle()
    assert bar.choice.printer == real_printer.printer
    assert bar.choice.both_sides
    preview.close_overlay()
    preview.show_paper("Report", lambda: paper, "report")
    window.settle()
    assert not bar.choice.both_sides, "another kind of paper has its own choice"


@pytest.mark.feature("PRN-1")
def test_a_printer_that_refuses_is_told_where_it_was_asked(
    open_window: OpenWindow, real_printer: cups.PrintServer, paper: Paper
) -> None:
    window = open_window()
    preview = show(window, paper)
    bar = preview.bar
    bar.printer.addItem("Gone", "Gone")
    bar.printer.setCurrentIndex(bar.printer.findData("Gone"))
    bar.ask_print()
    window.settle()
    assert "“Gone” did not take the paper" in bar.note.text()
    assert bar.print_button.isEnabled(), "another printer can be tried"
    assert preview.paper is paper


@pytest.mark.feature("PRN-1")
def test_without_printers_saving_is_offered(
    open_window: OpenWindow, no_printers: None, paper: Paper, tmp_path: Path
) -> None:
    window = open_window()
    preview = show(window, paper)
    assert "No printer is set up on this computer" in preview.bar.note.text()
    assert not preview.bar.print_button.isVisible()
    assert preview.bar.save_button.isEnabled()
    target = tmp_path / "paper.pdf"
    preview.save_to(target)
    window.settle()
    assert target.read_bytes() == paper.pdf
    assert window.toast() == "Saved as paper.pdf."
    preview.save_to(tmp_path / "no" / "such" / "folder.pdf")
    window.settle()
    assert "could not be saved" in preview.bar.note.text()


def test_a_failed_save_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "paper.pdf"
    write_whole(target, b"old")
    target.with_name("folder.pdf").mkdir()
    with pytest.raises(Exception, match="could not be saved"):
        write_whole(target.with_name("folder.pdf"), b"new")
    assert target.read_bytes() == b"old"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["folder.pdf", "paper.pdf"]


@pytest.mark.feature("PRN-1")
def test_errors_are_sentences_and_can_be_tried_again(
    open_window: OpenWindow, no_printers: None, paper: Paper
) -> None:
    window = open_window()
    preview = open_preview(window)
    answers: list[Paper | Exception] = [
        NotAllowed("clinical.read"),
        Paper("Damaged", "x.pdf", b"no PDF at all"),
        paper,
    ]

    def load() -> Paper:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    preview.show_paper("Prescription", load)
    window.settle()
    assert preview.trouble.isVisible()
    assert not preview.bar.isVisible()
    again = preview.trouble.action_button
    assert again is not None
    again.click()
    window.settle()
    assert preview.trouble.isVisible()
    assert preview.paper is None
    again.click()
    window.settle()
    assert not preview.trouble.isVisible()
    assert preview.paper is paper


def test_a_paper_that_takes_long_can_be_cancelled(
    open_window: OpenWindow, no_printers: None, paper: Paper
) -> None:
    window = open_window()
    preview = open_preview(window)
    go_on = threading.Event()

    def load() -> Paper:
        go_on.wait(10)
        return paper

    preview.show_paper("Report", load)
    assert preview.waiting.progress.isVisible()
    preview.waiting.cancel_button.click()
    assert not preview.is_open
    go_on.set()
    window.settle()
    assert preview.paper is None
    assert not preview.is_open


def test_a_letter_on_a4_is_fitted(open_window: OpenWindow, no_printers: None) -> None:
    window = open_window()
    preview = show(window, make_paper(pages=1, size=(612, 792)))
    assert preview.bar.paper.currentText() == "Letter"
    assert not preview.bar.fit
    preview.bar.paper.setCurrentText("A4")
    assert preview.bar.fit
