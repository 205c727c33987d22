"""A photo from a file: read and judged on the runner, shown at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.domain.errors import HmsError, Invalid
from hms_desktop.domain.patients import PHOTO_LIMIT, check_photo
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.patients.find_panel import square
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.theme import set_look
from hms_desktop.ui.widgets.avatar import Avatar

if TYPE_CHECKING:
    from hms_desktop.ui.runner import Runner

SIDE = 64
_PIXELS = 512
"""The shown picture's side; the file itself is kept as it is."""


def read_photo(path: str) -> tuple[bytes, QImage]:
    """Return a file's bytes and its picture, scaled; raises Invalid with a sentence.

    Safe on any thread.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(PHOTO_LIMIT + 1)
    except OSError as error:
        raise Invalid(
            "photo", "This file cannot be read. The photo stays as it was. Choose another file."
        ) from error
    check_photo(data)
    return data, picture(data)


def picture(data: bytes) -> QImage:
    """Return the picture in a file's bytes, cut square; raises Invalid where there is none."""
    image = QImage.fromData(data)
    if image.isNull():
        raise Invalid("photo", "This file holds no picture that can be shown. Choose another file.")
    return square(image, _PIXELS)


class PhotoPicker(QWidget):
    """The face with *Choose photo* and *Take away*; ``changed`` after either."""

    changed = Signal()

    def __init__(self, runner: Runner, parent: QWidget | None = None) -> None:
        """Start without a photo."""
        super().__init__(parent)
        self._runner = runner
        self._name = ""
        self._dialog: QFileDialog | None = None
        self.data: bytes | None = None
        self.path = ""
        self.touched = False
        self.face = Avatar(size=SIDE, square=True)
        self.choose_button = button(self.tr("Choose photo…"), self.choose, icon="photo", small=True)
        self.remove_button = button(self.tr("Take away"), self.remove, kind="quiet", small=True)
        self.remove_button.hide()
        self.note = plain_label(self.tr("JPEG or PNG, up to 5 MiB"), role="small", wrap=True)
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
        layout.addWidget(self.face)
        layout.addLayout(words, 1)
        self.setFocusProxy(self.choose_button)

    def set_name(self, name: str) -> None:
        """Show the initials of a name while there is no photo."""
        self._name = name
        if self.data is None:
            self.face.set_person(name)

    def set_photo(self, data: bytes | None) -> None:
        """Show the photo that is kept already; nothing counts as changed."""
        self.data = data
        self.touched = False
        self.path = ""
        if data is None:
            self.face.set_person(self._name)
        else:
            self.face.set_photo_bytes(data)
        self.remove_button.setVisible(data is not None)

    def choose(self) -> None:
        """Ask for a file."""
        dialog = QFileDialog(self, self.tr("Choose a photo"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Pictures (*.jpg *.jpeg *.png)"))
        dialog.fileSelected.connect(self.load)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        self._dialog = dialog

    def load(self, path: str) -> None:
        """Read a file on the runner and show it, or say at the photo why not."""
        self._runner.run(
            lambda: read_photo(path),
            owner=self,
            done=lambda found: self._show(path, *found),
            failed=self._failed,
            key="photo",
        )

    def remove(self) -> None:
        """Take the photo away."""
        self.set_photo(None)
        self.touched = True
        self.changed.emit()

    def show_error(self, text: str) -> None:
        """Say what is wrong with the photo."""
        self.note.setText(text or self.tr("JPEG or PNG, up to 5 MiB"))
        set_look(self.note, role="error" if text else "small")

    def _show(self, path: str, data: bytes, image: QImage) -> None:
        self.show_error("")
        self.data = data
        self.path = path
        self.touched = True
        self.face.set_person(self._name, QPixmap.fromImage(image))
        self.remove_button.show()
        self.changed.emit()

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, HmsError):
            raise error
        self.show_error(sentence(error))
