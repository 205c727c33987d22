"""What stands in the window when the hospital's file is damaged: the newest good backup."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.domain.backups import BackupOffer, RestoreWish
from hms_desktop.ui.backups.choosing import choose_backup
from hms_desktop.ui.buttons import button
from hms_desktop.ui.numbers.words import number
from hms_desktop.ui.password_card import secret_field
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.field import Field

WIDTH = 600


def here_and_now(moment: datetime) -> str:
    """Return a moment by this computer's clock: the hospital's zone cannot be asked."""
    at = QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))
    return QLocale().toString(at, QLocale.FormatType.ShortFormat)


class DamageView(QWidget):
    """``wanted`` carries the wish for a backup, ``chosen`` the path of another file."""

    wanted = Signal(object)
    chosen = Signal(str)
    again = Signal()
    left = Signal()

    def __init__(self, fault: str, parent: QWidget | None = None) -> None:
        """Say what is wrong; nothing is offered yet."""
        super().__init__(parent)
        self.offer: BackupOffer | None = None
        self.setAccessibleName(self.tr("The database is damaged"))
        title = plain_label(self.tr("The database is damaged"), role="title", wrap=True)
        self.fault = plain_label(fault, role="dim", wrap=True, selectable=True)
        self.what = plain_label(role="strong", wrap=True)
        self.detail = plain_label(role="dim", wrap=True, selectable=True)
        self.key = secret_field()
        self.key.setMaxLength(200)
        self.key_field = Field(
            self.tr("Recovery key"),
            self.key,
            required=True,
            hint=self.tr("From the printed sheet; this computer does not have it"),
        )
        self.error = plain_label(role="error", wrap=True, selectable=True)
        self.restore_button = button(
            self.tr("&Restore it"), self.restore, kind="primary", icon="history"
        )
        self.choose_button = button(self.tr("Choose another &file…"), self.choose)
        self.again_button = button(self.tr("&Try again"), self.again.emit)
        self.close_button = button(self.tr("&Close"), self.left.emit)
        self.key.returnPressed.connect(self.restore)
        self._lay_out(title)
        self.show_offer(None)

    def show_offer(self, offer: BackupOffer | None, error: str = "") -> None:
        """Offer a backup, or say that there is none here; ``error`` is why the last one failed."""
        self.offer = offer
        if offer is None:
            self.what.setText(self.tr("There is no backup of it on this computer."))
            self.detail.setText(
                self.tr("If backups lie on another disk or computer, bring the file here.")
            )
        else:
            self.what.setText(
                self.tr("{hospital}, as it was on {when}").format(
                    hospital=offer.hospital, when=here_and_now(offer.made_at)
                )
            )
            self.detail.setText(
                self.tr("{n} entries, in {file}. The damaged file is kept beside it.").format(
                    n=number(offer.rows), file=Path(offer.path).name
                )
            )
        self.key_field.setVisible(offer is not None and not offer.key_here)
        self.restore_button.setVisible(offer is not None)
        self.error.setText(error)
        self.error.setVisible(bool(error))
        self.set_busy(busy=False)

    def set_busy(self, *, busy: bool) -> None:
        """Take no more presses while something is tried."""
        for one in (self.restore_button, self.choose_button, self.again_button):
            one.setEnabled(not busy)

    def restore(self) -> None:
        """Want the backup that is offered."""
        if self.offer is None or not self.restore_button.isEnabled():
            return
        if self.key_field.isVisibleTo(self) and not self.key.text().strip():
            self.key_field.set_error(self.tr("Type the recovery key from the sheet."))
            self.key.setFocus()
            return
        self.set_busy(busy=True)
        wish = RestoreWish(self.offer.path, self.key.text().strip(), self.tr("start screen"))
        self.wanted.emit(wish)

    def choose(self) -> None:
        """Ask for a file."""
        folder = "" if self.offer is None else str(Path(self.offer.path).parent)
        choose_backup(self, folder, self.chosen.emit)

    def _lay_out(self, title: QWidget) -> None:
        card = QFrame()
        card.setProperty("panel", True)
        card.setFixedWidth(WIDTH)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(28, 24, 28, 24)
        inside.setSpacing(12)
        for one in (title, self.fault, self.what, self.detail, self.key_field, self.error):
            inside.addWidget(one)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button_ in (self.restore_button, self.choose_button):
            row.addWidget(button_)
        row.addStretch(1)
        for button_ in (self.again_button, self.close_button):
            row.addWidget(button_)
        inside.addSpacing(4)
        inside.addLayout(row)
        # In a row of its own and not aligned: only so is it as high as its lines are many.
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(card)
        middle.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addLayout(middle)
        layout.addStretch(3)
