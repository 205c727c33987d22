"""Chooses a backup's file from anywhere."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from hms_desktop.domain.backup_flaws import ENDING


def choose_backup(parent: QWidget, folder: str, chosen: Callable[[str], None]) -> QFileDialog:
    """Open a dialog for one file, beginning in a folder (empty: the last one)."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("ChooseBackup", text)

    dialog = QFileDialog(parent.window(), tr("Choose a backup"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(tr("Backups ({pattern})").format(pattern=f"*.{ENDING}"))
    if folder:
        dialog.setDirectory(folder)
    dialog.fileSelected.connect(chosen)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
