"""Makes the recovery key and shows it once; or takes a typed one into this computer's keyring."""

from __future__ import annotations

import uuid

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from hms_desktop.domain.backups import NewKey
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.secret_sheets import SecretSheet
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.password_card import secret_field
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.recovery_sheet import RecoverySheet
from hms_desktop.ui.widgets.field import Field, Form
from hms_desktop.ui.widgets.side_panel import SidePanel

GROUPS_A_LINE = 4


def key_sheet(hospital: str, key: NewKey) -> SecretSheet:
    """Return the recovery key as it is printed."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("recovery", text)

    return SecretSheet(
        tr("Recovery key of the backups"),
        hospital,
        tr("Key number {number}").format(number=key.key_id),
        tr(
            "With this key and a backup file the whole hospital can be brought back on any "
            "computer. Without it no backup can be opened anywhere else."
        ),
        (key.text,),
        tr(
            "Keep this sheet in a locked place outside the hospital. Whoever has it and a backup "
            "can read everything."
        ),
        once=False,
    )


class KeyPanel(SidePanel):
    """``made`` tells that there is a key now, ``kept`` that this computer has it."""

    made = Signal()
    kept = Signal()

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Start hidden."""
        super().__init__(host, width=460)
        self._desk = desk
        self._request = ""
        self._replaces = False
        self.words = plain_label(wrap=True)
        self.error = plain_label(role="error", wrap=True)
        self.error.hide()
        self.sheet = RecoverySheet(desk.runner)
        self.sheet.file_name = "backup-key.txt"
        self.seen = QCheckBox(self.tr("I have it on &paper, or in another safe place"))
        self.typed = secret_field()
        self.typed.setMaxLength(200)
        self.form = Form()
        self.form.add("key", Field(self.tr("Recovery key"), self.typed, required=True))
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        for one in (self.words, self.error, self.form, self.sheet, self.seen):
            layout.addWidget(one)
        self.set_body(body)
        self.make_button = button(
            self.tr("&Make the key"), self.make, kind="primary", icon="password"
        )
        self.keep_button = button(self.tr("&Keep it here"), self.keep, kind="primary")
        self.done_button = button(self.tr("&Done"), self.close_panel, kind="primary")
        self.set_footer([self.make_button, self.keep_button, self.done_button])
        self.seen.toggled.connect(self.done_button.setEnabled)
        self.typed.returnPressed.connect(self.keep)
        self.closed.connect(self._forget)

    def begin(self, *, replace: bool = False) -> None:
        """Say what the key is for; it is made at the next press."""
        self._request, self._replaces = str(uuid.uuid4()), replace
        self.set_title(
            self.tr("Another recovery key") if replace else self.tr("Recovery key"),
            self.tr("Shown once"),
        )
        words = self.tr(
            "Backups are locked. What opens them is the recovery key: it is shown once, to be "
            "printed and locked away. This computer's keyring keeps it too; on any other "
            "computer it must be typed from the sheet."
        )
        if replace:
            words += "\n\n" + self.tr(
                "Backups of before stay locked with the key of before: keep its sheet as long as "
                "them."
            )
        self.words.setText(words)
        self._show(self.make_button)
        self.open_panel(self.make_button)

    def ask_key(self, key_id: str) -> None:
        """Ask for the key of a number, to keep it at this computer."""
        self.set_title(self.tr("Type the recovery key"), self.tr("Key number {n}").format(n=key_id))
        self.words.setText(
            self.tr(
                "This computer makes backups, but cannot open them: it does not have their key. "
                "Type it from the printed sheet to verify and restore here without asking again."
            )
        )
        self.typed.clear()
        self.form.clear_errors()
        self._show(self.keep_button)
        self.open_panel(self.typed)

    def make(self) -> None:
        """Make the key."""
        backups, actor = self._desk.services.backups, self._desk.actor
        request, replace = self._request, self._replaces
        self.make_button.setEnabled(False)
        self._desk.runner.run(
            lambda: backups.new_key(actor, replace=replace, request_id=request),
            owner=self,
            done=self._made,
            failed=self._failed,
        )

    def keep(self) -> None:
        """Put the typed key into this computer's keyring."""
        backups, actor, typed = self._desk.services.backups, self._desk.actor, self.typed.text()
        self.form.clear_errors()
        self.keep_button.setEnabled(False)
        self._desk.runner.run(
            lambda: backups.keep_key(actor, typed),
            owner=self,
            done=self._kept,
            failed=self._failed,
        )

    # ------------------------------------------------------------------------------- inside
    def _show(self, main: QWidget) -> None:
        self.error.hide()
        for one in (self.make_button, self.keep_button, self.done_button):
            one.setVisible(one is main)
            one.setEnabled(True)
        self.form.setVisible(main is self.keep_button)
        shown = main is self.done_button
        self.sheet.setVisible(shown)
        self.seen.setVisible(shown)
        self.seen.setChecked(False)
        self.close_button.setEnabled(True)

    def _made(self, key: NewKey) -> None:
        groups = key.text.split("-")
        lines = [
            "-".join(groups[at : at + GROUPS_A_LINE]) for at in range(0, len(groups), GROUPS_A_LINE)
        ]
        self.sheet.show_sheet(key_sheet(self._desk.settings.hospital_name, key), lines, 1)
        self.set_title(self.tr("Recovery key"), self.tr("Key number {n}").format(n=key.key_id))
        self.words.setText(
            self.tr("Print or save it now: it is not shown a second time.")
            if key.kept
            else self.tr(
                "Print or save it now: it is not shown a second time, and as this computer has "
                "no keyring, it is nowhere else."
            )
        )
        self._show(self.done_button)
        self.done_button.setEnabled(False)
        self.sheet.print_button.setFocus()
        self.made.emit()

    def _kept(self, _number: str) -> None:
        self.close_panel()
        self.kept.emit()

    def _failed(self, error: Exception) -> None:
        self.make_button.setEnabled(True)
        self.keep_button.setEnabled(True)
        if isinstance(error, Invalid):
            self.form.show_error(error)
            return
        self.error.setText(sentence(error))
        self.error.show()

    def _forget(self) -> None:
        self.typed.clear()
        self.sheet.show_sheet(None)
