"""The recovery sheet on paper: seen first, printed as every paper is, never kept as a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from hms_desktop.ui.paper.preview import PaperPreview
from hms_desktop.ui.recovery_sheet import RecoverySheet
from hms_desktop.ui.runner import Runner
from tests.support import cups

CODES = ("ABCD-EFGH-JKLM-NPQR", "STUV-WXYZ-2345-6789")


class Place:
    """A sheet in a window, as at the first start: nobody has logged in."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.runner = Runner()
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.sheet = RecoverySheet(self.runner)
        QVBoxLayout(self.window).addWidget(self.sheet)
        self.window.resize(1100, 800)
        self.window.show()
        self.sheet.show_codes("Lakeside Clinic", "asha", CODES)

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.runner.count == 0, timeout=20_000)

    def open(self) -> PaperPreview:
        self.sheet.print_button.click()
        self.settle()
        preview = self.sheet.preview
        assert preview is not None
        return preview


@pytest.fixture
def place(qtbot: QtBot) -> Iterator[Place]:
    one = Place(qtbot)
    yield one
    one.settle()
    one.runner.close(20)


@pytest.mark.feature("ACC-7")
def test_it_is_seen_before_it_is_printed(place: Place, no_printers: None) -> None:
    preview = place.open()
    assert preview.is_open
    assert preview.viewer is not None
    words = preview.viewer.text()
    assert all(code in words for code in (*CODES, "Lakeside Clinic", "Log-in name: asha"))
    assert preview.viewer.paper_size() == "A5"
    assert not preview.bar.save_button.isVisible(), "saved as text alone, for its owner"
    assert "keep its words in another way" in preview.bar.note.text()
    preview.ask_save()
    preview.close_overlay()
    assert preview.paper is None, "nothing of it stays"
    assert place.sheet.note.text() == ""
    assert place.open() is preview


@pytest.mark.feature("ACC-7")
def test_printed_it_is_taken(place: Place, real_printer: cups.PrintServer, qtbot: QtBot) -> None:
    before = len(list((real_printer.folder / "out").glob("*.pdf")))
    preview = place.open()
    bar = preview.bar
    qtbot.waitUntil(lambda: bar.printer.findData(real_printer.printer) >= 0)
    bar.printer.setCurrentIndex(bar.printer.findData(real_printer.printer))
    with qtbot.waitSignal(place.sheet.taken, timeout=20_000):
        bar.print_button.click()
    assert place.sheet.note.text() == f"Sent to {real_printer.printer}."
    words = cups.text_of(real_printer.printed(before + 1)[-1])
    assert all(code in words for code in CODES)
