"""Setting a second factor up: scan or type the key, prove it by a code, keep the spare codes."""

from __future__ import annotations

import uuid

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hms_desktop.domain.actor import Actor
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.second_factor import FIELD, SecondFactorOffer
from hms_desktop.services.assembly import Services
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.recovery_sheet import RecoverySheet
from hms_desktop.ui.runner import Runner
from hms_desktop.ui.second_factor.qr import QrPicture
from hms_desktop.ui.widgets.field import Field, Form, line


class EnrolSteps(QWidget):
    """Key, code, spare codes, one after the other.

    ``refused`` carries why no key is offered; ``confirmed`` comes when codes are asked for from now
    on, ``finished`` once the spare codes were put away or nothing is wanted any more.
    """

    refused = Signal(object)
    offered = Signal()
    confirmed = Signal()
    finished = Signal()

    def __init__(self, runner: Runner, services: Services, parent: QWidget | None = None) -> None:
        """Begin without a key."""
        super().__init__(parent)
        self._runner = runner
        self._accounts = services.accounts
        self._hospital = services.context.settings
        self._actor: Actor | None = None
        self._request = ""
        self.qr = QrPicture(self.tr("QR code of the key; the same key stands beside it in letters"))
        self.key = plain_label(role="strong", wrap=True, selectable=True)
        self.code = QLineEdit()
        self.code.setMaxLength(20)
        self.form = Form()
        hint = self.tr("Six digits; a new one comes every 30 seconds")
        self.form.add(FIELD, Field(self.tr("Code that it shows"), self.code, hint=hint))
        self.confirm_button = button(self.tr("&Confirm"), self.confirm, kind="primary")
        self.cancel_button = button(self.tr("Cancel"), self.finished.emit, kind="quiet")
        self.sheet = RecoverySheet(runner)
        self.seen = QCheckBox(self.tr("The spare codes are &printed or written down"))
        self.done_button = button(self.tr("&Done"), self.finished.emit, kind="primary")
        self._first, self._second = self._scan_part(), self._spare_part()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._first)
        layout.addWidget(self._second)
        self.code.returnPressed.connect(self.confirm)
        self.seen.toggled.connect(self.done_button.setEnabled)
        self.sheet.taken.connect(lambda: self.seen.setChecked(True))
        self.clear()

    def _scan_part(self) -> QWidget:
        words = QVBoxLayout()
        words.setSpacing(6)
        for text in (
            self.tr("1. Open an authenticator app on your phone (any app for TOTP codes)."),
            self.tr("2. Scan the picture, or type this key:"),
        ):
            words.addWidget(plain_label(text, wrap=True))
        words.addWidget(self.key)
        words.addWidget(plain_label(self.tr("3. Type the code that it shows now."), wrap=True))
        words.addWidget(self.form)
        words.addWidget(line(self.confirm_button, self.cancel_button))
        words.addStretch(1)
        part = QWidget()
        row = QHBoxLayout(part)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(20)
        row.addWidget(self.qr, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        return part

    def _spare_part(self) -> QWidget:
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        text = self.tr(
            "The second factor is set up. These spare codes open the second step once each, for "
            "the day the phone is lost. They are shown only now."
        )
        column.addWidget(plain_label(text, wrap=True))
        column.addWidget(self.sheet)
        column.addWidget(self.seen)
        column.addWidget(line(self.done_button))
        return part

    # ------------------------------------------------------------------------------ doing
    def begin(self, actor: Actor, password: str = "") -> None:
        """Ask for a new key; ``refused`` or ``offered`` tells."""
        self._actor = actor
        self._request = str(uuid.uuid4())
        self._runner.run(
            lambda: self._accounts.offer_second_factor(actor, password),
            owner=self,
            done=self._show_offer,
            failed=self.refused.emit,
        )

    def show_spare(self, login: str, codes: tuple[str, ...]) -> None:
        """Show spare codes that were made anew."""
        self.sheet.show_codes(self._hospital().hospital_name, login, codes, spare=True)
        self._show(spare=True)
        self.sheet.print_button.setFocus()

    def clear(self) -> None:
        """Show nothing and forget the key."""
        self.qr.show_text("")
        self.key.clear()
        self.code.clear()
        self.form.clear_errors()
        self._first.hide()
        self._second.hide()

    def confirm(self) -> None:
        """Ask whether the typed code fits the key."""
        actor = self._actor
        if actor is None or not self.confirm_button.isEnabled():
            return
        self.form.clear_errors()
        if not self.code.text().strip():
            self.form.field(FIELD).set_error(self.tr("Type the code that the app shows."))
            self.form.focus_field(self.form.field(FIELD))
            return
        code, request = self.code.text(), self._request
        self.confirm_button.setEnabled(False)

        def work() -> tuple[str, tuple[str, ...]]:
            codes = self._accounts.confirm_second_factor(actor, code, request_id=request)
            return self._accounts.profile(actor).user.login, codes

        self._runner.run(work, owner=self, done=self._confirmed, failed=self._not_confirmed)

    def _show_offer(self, offer: SecondFactorOffer) -> None:
        self.clear()
        self.qr.show_text(offer.uri)
        self.key.setText(offer.key)
        self._show(spare=False)
        self.offered.emit()
        self.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def _confirmed(self, made: tuple[str, tuple[str, ...]]) -> None:
        self.confirm_button.setEnabled(True)
        self.clear()
        self.show_spare(*made)
        self.confirmed.emit()

    def _not_confirmed(self, error: Exception) -> None:
        self.confirm_button.setEnabled(True)
        if isinstance(error, Invalid):
            self._request = str(uuid.uuid4())
            self.form.show_error(error)
        else:
            self.form.show_message(sentence(error))

    def _show(self, *, spare: bool) -> None:
        self.seen.setChecked(False)
        self.done_button.setEnabled(False)
        self._first.setVisible(not spare)
        self._second.setVisible(spare)
