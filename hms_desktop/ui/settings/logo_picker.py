"""The hospital's logo from a file: read and judged on the runner, shown at once."""

from __future__ import annotations

import base64
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from hms_desktop.domain.errors import HmsError, Invalid
from hms_desktop.domain.logos import LOGO_BYTES, logo_text
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.runner import Runner
from hms_desktop.ui.theme import current_theme, set_look

WIDTH, HEIGHT = 132, 64


def read_logo(path: str) -> str:
    """Return a file's picture as the setting holds it; raises Invalid. Safe on any thread."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(LOGO_BYTES + 1)
    except OSError as error:
        raise Invalid(
            "logo", "This file cannot be read. The logo stays as it was. Choose another file."
        ) from error
    text = logo_text(data)
    if QImage.fromData(data).isNull():
        raise Invalid(
            "logo",
            "This file holds no picture that can be shown. The logo stays as it was. Choose "
            "another file.",
        )
    return text


class LogoPicker(QWidget):
    """The logo with *Choose* and *Take away*; ``changed`` after either."""

    changed = Signal()

    def __init__(self, runner: Runner, parent: QWidget | None = None) -> None:
        """Start without a logo."""
        super().__init__(parent)
        self._runner = runner
        self._text = ""
        self._dialog: QFileDialog | None = None
        self.picture = QLabel()
        self.picture.setTextFormat(Qt.TextFormat.PlainText)
        self.picture.setAccessibleName(self.tr("Logo"))
        self.picture.hide()
        self.choose_button = button(self.tr("Choose logo…"), self.choose, icon="photo", small=True)
        self.remove_button = button(self.tr("Take away"), self.remove, kind="quiet", small=True)
        self.remove_button.hide()
        self.note = plain_label(self._limits(), role="small", wrap=True)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.choose_button)
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addLayout(buttons)
        words.addWidget(self.note)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.picture)
        layout.addLayout(words, 1)
        self.setFocusProxy(self.choose_button)

    def value(self) -> str:
        """Return the logo as base64, empty without one."""
        return self._text

    def set_value(self, text: str) -> None:
        """Show the logo that a setting or a draft holds."""
        self._text = text
        image = QImage.fromData(base64.b64decode(text)) if text else QImage()
        if not image.isNull():
            px, ratio = current_theme().px, self.devicePixelRatioF()
            picture = QPixmap.fromImage(
                image.scaled(
                    round(px(WIDTH) * ratio),
                    round(px(HEIGHT) * ratio),
                    Qt.AspectRatioMode.KeepAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
            )
            picture.setDevicePixelRatio(ratio)
            self.picture.setPixmap(picture)
        self.picture.setVisible(not image.isNull())
        self.remove_button.setVisible(bool(text))
        self.show_error("")

    def choose(self) -> None:
        """Ask for a file."""
        dialog = QFileDialog(self, self.tr("Choose a logo"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Pictures (*.jpg *.jpeg *.png)"))
        dialog.fileSelected.connect(self.load)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        self._dialog = dialog

    def load(self, path: str) -> None:
        """Read a file on the runner and show it, or say at the logo why not."""
        self._runner.run(
            lambda: read_logo(path), owner=self, done=self._take, failed=self._failed, key="logo"
        )

    def remove(self) -> None:
        """Take the logo away."""
        self._take("")

    def show_error(self, text: str) -> None:
        """Say what is wrong with the chosen file."""
        self.note.setText(text or self._limits())
        set_look(self.note, role="error" if text else "small")

    def _limits(self) -> str:
        return self.tr("JPEG or PNG, up to {size} KiB").format(size=LOGO_BYTES // 1024)

    def _take(self, text: str) -> None:
        self.set_value(text)
        self.changed.emit()

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, HmsError):
            raise error
        self.show_error(sentence(error))
