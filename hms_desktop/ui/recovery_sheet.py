"""The recovery sheet: one-time codes that are shown once, to be printed or saved."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QStandardPaths, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QFrame, QGridLayout, QVBoxLayout, QWidget

from hms_desktop.domain.errors import Unusable
from hms_desktop.domain.secret_sheets import SecretSheet
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.runner import Runner
from hms_desktop.ui.widgets.field import line

if TYPE_CHECKING:
    from hms_desktop.ui.paper.preview import PaperPreview
    from hms_desktop.ui.widgets.toast import ToastKind

PRIVATE = 0o600
CODES_A_LINE = 2


def codes_sheet(
    hospital: str, login: str, codes: Sequence[str], *, spare: bool = False
) -> SecretSheet:
    """Return the sheet of recovery codes; ``spare`` codes stand in for the second factor."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("recovery", text)

    if spare:
        title = tr("Spare codes of the second factor")
        use = tr(
            "Each code opens the second step of the log-in once, in place of the phone: type it "
            "where the code of the authenticator is asked for."
        )
        keep = tr("Keep this sheet in a locked place, apart from the phone.")
    else:
        title = tr("Recovery sheet")
        use = tr(
            "Each code sets a new password once, if the password is lost: on the log-in screen "
            "choose “I have a one-time code”."
        )
        keep = tr("Keep this sheet in a locked place. Whoever has it can log in as {login}.")
    about = tr("Log-in name: {login}").format(login=login)
    return SecretSheet(title, hospital, about, use, tuple(codes), keep.format(login=login))


def write_sheet(path: Path, text: str) -> None:
    """Write the sheet for its owner alone; raises Unusable (runs on a worker)."""
    try:
        handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, PRIVATE)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        path.chmod(PRIVATE)
    except OSError as error:
        raise Unusable(
            "The recovery sheet could not be written to {path}: {why}. The codes are still shown "
            "here. Choose another folder, or print them.",
            path=str(path),
            why=error.strerror or type(error).__name__,
        ) from error


class RecoverySheet(QWidget):
    """Shows the codes with Print, Save and Copy; ``taken`` comes after one of them worked."""

    taken = Signal()

    def __init__(self, runner: Runner, parent: QWidget | None = None) -> None:
        """Begin without codes."""
        super().__init__(parent)
        self._runner = runner
        self._sheet: SecretSheet | None = None
        self.preview: PaperPreview | None = None
        self.file_name = "recovery-sheet.txt"
        self._frame = QFrame()
        self._frame.setProperty("panel", True)
        self._codes = QGridLayout(self._frame)
        self._codes.setContentsMargins(16, 12, 16, 12)
        self._codes.setSpacing(8)
        self.note = plain_label(role="small", wrap=True)
        self.print_button = button(self.tr("&Print…"), self.print_sheet, icon="print")
        self.save_button = button(self.tr("&Save as text…"), self.ask_file, icon="save")
        self.copy_button = button(self.tr("&Copy"), self.copy, icon="copy")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._frame)
        layout.addWidget(line(self.print_button, self.save_button, self.copy_button))
        layout.addWidget(self.note)

    @property
    def text(self) -> str:
        """The sheet as it is printed."""
        return "" if self._sheet is None else self._sheet.text()

    @property
    def runner(self) -> Runner:
        """Who works meanwhile (for the preview)."""
        return self._runner

    @property
    def toasts(self) -> RecoverySheet:
        """Where the preview tells what came of printing: here."""
        return self

    def show_codes(
        self, hospital: str, login: str, codes: Sequence[str], *, spare: bool = False
    ) -> None:
        """Show new codes; they cannot be asked for a second time."""
        self.show_sheet(codes_sheet(hospital, login, codes, spare=spare), codes)

    def show_sheet(
        self, sheet: SecretSheet | None, codes: Sequence[str] = (), a_line: int = CODES_A_LINE
    ) -> None:
        """Show other secrets in the same way, or none; ``sheet`` is what is printed."""
        self._sheet = sheet
        while (item := self._codes.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for number, code in enumerate(codes):
            label = plain_label(code, role="strong", selectable=True)
            label.setAccessibleName(self.tr("Code {n}: {code}").format(n=number + 1, code=code))
            self._codes.addWidget(label, number // a_line, number % a_line)
        self.note.clear()

    def copy(self) -> None:
        """Put the sheet on the clipboard."""
        QGuiApplication.clipboard().setText(self.text)
        self._took(self.tr("Copied. Paste it where only you can read it."))

    def ask_file(self) -> None:
        """Ask for a file and save the sheet there."""
        dialog = QFileDialog(self.window(), self.tr("Save the recovery sheet"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(self.tr("Text (*.txt)"))
        dialog.setDefaultSuffix("txt")
        folder = QStandardPaths.StandardLocation.DocumentsLocation
        dialog.setDirectory(QStandardPaths.writableLocation(folder))
        dialog.selectFile(self.file_name)
        dialog.fileSelected.connect(lambda path: self.save_to(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_to(self, path: Path) -> None:
        """Save the sheet into a file that only its owner can read."""
        text = self.text
        self._runner.run(
            lambda: write_sheet(path, text),
            owner=self,
            done=lambda _none: self._took(self.tr("Saved to {path}.").format(path=path)),
            failed=lambda error: self.note.setText(sentence(error)),
        )

    def print_sheet(self) -> None:
        """Show the sheet as a paper, to be printed; it is saved as text alone, for its owner."""
        # Lazy: it loads what makes papers, which most runs of a log-in never need.
        from hms_desktop.services.secret_sheets import secret_paper  # noqa: PLC0415
        from hms_desktop.ui.paper.preview import PaperPreview  # noqa: PLC0415

        sheet = self._sheet
        if sheet is None:
            return
        if self.preview is None:
            self.preview = PaperPreview(self, self.window(), saves=False)
            self.destroyed.connect(self.preview.deleteLater)
        self.preview.show_paper(sheet.title, lambda: secret_paper(sheet), "recovery")

    def show_toast(self, text: str, *, kind: ToastKind = "info") -> None:
        """Tell what came of printing; a sheet on paper is taken."""
        if kind == "ok":
            self._took(text)
        else:
            self.note.setText(text)

    def _took(self, words: str) -> None:
        self.note.setText(words)
        self.taken.emit()
