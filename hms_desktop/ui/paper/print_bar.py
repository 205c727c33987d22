"""The line under a paper: which printer, how many, on what; Print and Save."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QHBoxLayout, QSpinBox, QWidget

from hms_desktop.ui.buttons import button, icon_button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.icons import icon
from hms_desktop.ui.paper.memory import printing_file, read_choice
from hms_desktop.ui.paper.printing import (
    MOST_COPIES,
    PAPERS,
    PrintChoice,
    Printers,
    find_printers,
)
from hms_desktop.ui.plaintext import plain_label, tooltip
from hms_desktop.ui.runner import Runner, Step
from hms_desktop.ui.theme import set_look


class PrintBar(QFrame):
    """Asks the system for printers when a paper is shown; remembers the last choice."""

    print_wanted = Signal(object)  # PrintChoice
    save_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, runner: Runner, parent: QWidget | None = None) -> None:
        """Build it; it is of use after ``begin``."""
        super().__init__(parent)
        self.setProperty("footer", True)
        self._runner = runner
        self._file: Path = printing_file()
        self._kind = ""
        self._own_size = ""
        self._ready = False
        self.printer = QComboBox()
        self.printer.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.printer.setMinimumContentsLength(18)
        self.copies = QSpinBox()
        self.copies.setRange(1, MOST_COPIES)
        self.paper = QComboBox()
        self.paper.addItems(PAPERS)
        self.both_sides = QCheckBox(self.tr("&Both sides"))
        self.again = icon_button("refresh", self.tr("Look for printers again"), self.look)
        self.note = plain_label(role="small", wrap=True)
        self.save_button = button(
            self.tr("&Save as…"),
            self.save_wanted.emit,
            icon="save",
            tip=self.tr("Save the paper as a file (Ctrl+S)"),
        )
        self.print_button = button(
            self.tr("&Print"),
            self.ask_print,
            kind="primary",
            icon="print",
            tip=self.tr("Print (Ctrl+P)"),
        )
        self.stop_button = button(self.tr("Stop"), self.stop_wanted.emit, small=True)
        self.stop_button.hide()
        self._options = QWidget()
        self._lay_out()

    @property
    def choice(self) -> PrintChoice:
        """What the fields say."""
        return PrintChoice(
            str(self.printer.currentData() or ""),
            self.copies.value(),
            self.paper.currentText(),
            self.both_sides.isChecked(),
        )

    @property
    def fit(self) -> bool:
        """Say whether pages must be scaled: they are made for another size of paper."""
        return bool(self._own_size) and self._own_size != self.paper.currentText()

    def begin(self, kind: str, own_size: str) -> None:
        """Prepare for a paper: what was chosen for its kind last, else its own size."""
        self._kind, self._own_size = kind, own_size
        self.copies.setValue(1)
        self.both_sides.setChecked(False)
        self.paper.setCurrentText(own_size or PAPERS[0])
        self.save_button.setEnabled(True)
        self.look()

    def end(self) -> None:
        """Offer nothing: there is no paper."""
        self._ready = False
        self.save_button.setEnabled(False)
        self.print_button.setEnabled(False)

    def look(self) -> None:
        """Ask the system for its printers (anew), on the runner."""
        kind, file = self._kind, self._file
        self._ready = False
        self.print_button.setEnabled(False)
        self.again.setEnabled(False)
        self._say(self.tr("Looking for printers…"))
        self._runner.run(
            lambda: (find_printers(), read_choice(kind, file)),
            owner=self,
            done=lambda found: self._found(*found),
            failed=self._not_found,
            key="printers",
        )

    def ask_print(self) -> None:
        """Tell what to print on; nothing happens while there is no printer."""
        if self.print_button.isEnabled():
            self.print_wanted.emit(self.choice)

    def set_busy(self, *, busy: bool) -> None:
        """Hold the buttons while a paper is on its way to the printer."""
        self.print_button.setEnabled(self._ready and not busy)
        self._options.setEnabled(not busy)
        self.stop_button.hide()

    def show_step(self, step: Step) -> None:
        """Say which page is painted, and let it be stopped."""
        self.stop_button.show()
        self._say(self.tr("Printing page {n} of {m}…").format(n=step.done + 1, m=step.total))

    def set_note(self, text: str, *, wrong: bool = False) -> None:
        """Say how printing goes, or what went wrong."""
        self._say(text, wrong=wrong)

    # ----------------------------------------------------------------------------- inside
    def _lay_out(self) -> None:
        options = QHBoxLayout(self._options)
        options.setContentsMargins(0, 0, 0, 0)
        options.setSpacing(8)
        for text, field in (
            (self.tr("P&rinter"), self.printer),
            (self.tr("&Copies"), self.copies),
            (self.tr("Pap&er"), self.paper),
        ):
            label = plain_label(text, role="small")
            label.setBuddy(field)
            field.setAccessibleName(text.replace("&", ""))
            options.addWidget(label)
            options.addWidget(field)
        options.addWidget(self.both_sides)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(8)
        row.addWidget(self._options)
        row.addWidget(self.note, 1)
        row.addWidget(self.stop_button)
        row.addWidget(self.again)
        row.addWidget(self.save_button)
        row.addWidget(self.print_button)
        self.note.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)

    def _found(self, printers: Printers, kept: PrintChoice | None) -> None:
        self.again.setEnabled(True)
        before = self.printer.currentData()
        self.printer.clear()
        for name in printers.names:
            self.printer.addItem(name, name)
        self._ready = bool(printers.names)
        self._options.setVisible(self._ready)
        self.print_button.setVisible(self._ready)
        self.print_button.setEnabled(self._ready)
        set_look(self.save_button, kind="secondary" if self._ready else "primary")
        self.save_button.setIcon(icon("save", "ink" if self._ready else "accent_ink"))
        if not self._ready:
            words = self.tr(
                "No printer is set up on this computer. Save the paper as a file and print it "
                "elsewhere, or ask your administrator to add a printer."
            )
            if self.save_button.isHidden():
                words = self.tr(
                    "No printer is set up on this computer. Close this paper and keep its words "
                    "in another way, or ask your administrator to add a printer."
                )
            self._say(words)
            return
        self._say("")
        wanted = kept.printer if kept is not None else ""
        for name in (before, wanted, printers.usual):
            place = self.printer.findData(name) if name else -1
            if place >= 0:
                self.printer.setCurrentIndex(place)
                break
        if kept is not None:
            self.paper.setCurrentText(kept.paper)
            self.both_sides.setChecked(kept.both_sides)
            if kept.printer and kept.printer not in printers.names:
                self._say(
                    self.tr("“{printer}”, used last time, is not there now.").format(
                        printer=kept.printer
                    )
                )

    def _not_found(self, error: Exception) -> None:
        self.again.setEnabled(True)
        self._say(sentence(error), wrong=True)

    def _say(self, text: str, *, wrong: bool = False) -> None:
        self.note.setText(text)
        set_look(self.note, role="error" if wrong else "small")
        self.note.setToolTip(tooltip(text))
