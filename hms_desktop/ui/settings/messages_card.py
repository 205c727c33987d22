"""How messages go out: mail server, text messages, when the desk is asked, reminders."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from hms_desktop.domain.errors import Invalid
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.settings.choices import Choice, time_choice
from hms_desktop.ui.settings.editors import (
    Editor,
    check_field,
    choice_field,
    spin_field,
    text_field,
)
from hms_desktop.ui.settings.settings_card import SettingsCard
from hms_desktop.ui.widgets.field import Field, line

DRAFT = "settings/messages"


class MessagesCard(SettingsCard):
    """Mail, texts, reminders; the password goes into this computer's keyring."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the form, the password line and the test line."""
        title = QCoreApplication.translate("MessagesCard", "Messages to patients")
        super().__init__(desk, title, DRAFT, parent)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setMaxLength(200)
        self.keep_button = button(self.tr("Keep in this computer's keyring"), self.keep_password)
        self.address = QLineEdit()
        self.address.setMaxLength(254)
        self.try_button = button(self.tr("Send a test mail"), self.try_mail)
        self.password_field = Field(self.tr("Password of the mail server"), self.password)
        self.address_field = Field(self.tr("Test mail to"), self.address)
        self.said = plain_label(role="small", wrap=True)
        for one in (
            line(self.password_field, self.keep_button),
            line(self.address_field, self.try_button),
            self.said,
        ):
            one.setVisible(self.may_change)
            self.add(one)

    def add_fields(self) -> None:
        """Put the fields into the form."""
        tr, form = self.tr, self.form
        form.add_section(tr("Mail"))
        self.add_settings(
            ("mail_host", tr("Mail server"), text_field(253), tr("Empty: no mail is written")),
            ("mail_port", tr("Port"), spin_field(1, 65_535), ""),
            ("mail_security", tr("Encryption"), self._security(), ""),
        )
        self.add_settings(
            ("mail_user", tr("User"), text_field(200), ""),
            ("mail_from", tr("Sender's address"), text_field(254), ""),
            ("mail_reply_to", tr("Answers go to"), text_field(254), ""),
        )
        form.add_section(tr("Text messages"))
        self.add_settings(
            ("sms_way", tr("They go"), self._sms(), ""),
            ("sms_folder", tr("Folder"), text_field(1_000), tr("One file a message")),
            ("sms_program", tr("Program"), text_field(1_000), tr("Number given, text read")),
        )
        form.add_section(tr("What is told"))
        self.add_settings(
            ("message_booked", tr("A booking"), self._asked(), ""),
            ("message_moved", tr("A new time"), self._asked(), ""),
            ("message_cancelled", tr("A cancellation"), self._asked(), ""),
        )
        self.add_settings(
            ("message_summary", tr("The summary of a visit"), self._asked(), tr("With consent")),
            ("message_language", tr("Language"), self._language(), tr("Unless the patient's")),
            ("outbox_tries", tr("Tries"), spin_field(1, 50), tr("Then the desk is asked")),
        )
        form.add_section(tr("Reminders"))
        self.add_settings(
            ("reminders_on", tr("Reminders"), check_field(tr("go out every day")), ""),
            ("reminders_minute", tr("At"), choice_field(time_choice()), ""),
            ("reminder_days", tr("Days before"), text_field(40), tr("Such as 7, 2")),
        )
        self.add_settings(
            (
                "reminder_least_notice_hours",
                tr("Not within"),
                spin_field(0, 168, tr("hours of the visit")),
                "",
            ),
            (
                "reminder_after_booking_hours",
                tr("Not within"),
                spin_field(0, 168, tr("hours of the booking")),
                "",
            ),
        )

    # ------------------------------------------------------------------------------ fields
    def _security(self) -> Editor:
        return choice_field(
            Choice(
                (
                    ("starttls", self.tr("STARTTLS, verified")),
                    ("tls", self.tr("TLS, verified")),
                    ("none", self.tr("None (in the house only)")),
                )
            )
        )

    def _sms(self) -> Editor:
        return choice_field(
            Choice(
                (
                    ("none", self.tr("nowhere")),
                    ("folder", self.tr("into a folder")),
                    ("program", self.tr("to a program")),
                )
            )
        )

    def _asked(self) -> Editor:
        return choice_field(
            Choice(
                (
                    ("ask", self.tr("ask at the desk")),
                    ("always", self.tr("always")),
                    ("never", self.tr("never")),
                )
            )
        )

    def _language(self) -> Editor:
        return choice_field(Choice((("en", "English"), ("hi", "हिन्दी"))))

    # ----------------------------------------------------------------------------- actions
    def keep_password(self) -> None:
        """Put the password into the keyring."""
        setup, actor, password = (
            self.desk.services.mail_setup,
            self.desk.actor,
            self.password.text(),
        )
        self.desk.runner.run(
            lambda: setup.keep_password(actor, password),
            owner=self,
            done=lambda _none: self._kept(),
            failed=self._said_no,
        )

    def _kept(self) -> None:
        self.password.clear()
        self.said.setText(self.tr("The password is in this computer's keyring."))
        self._look_for_password()

    def load(self) -> None:
        """Read the settings, and whether this computer has the password."""
        super().load()
        self._look_for_password()

    def _look_for_password(self) -> None:
        if not self.may_change:
            return
        setup, actor = self.desk.services.mail_setup, self.desk.actor
        self.desk.runner.run(
            lambda: setup.has_password(actor),
            owner=self,
            done=self._show_password,
            failed=self._said_no,
            key="mail password",
        )

    def _show_password(self, kept: bool) -> None:
        self.password_field.set_hint(
            self.tr("One is kept in this computer's keyring.")
            if kept
            else self.tr("None is kept here. Every workstation that sends mail needs it once.")
        )

    def try_mail(self) -> None:
        """Send one mail by what is typed, saved or not."""
        setup, actor, changes = self.desk.services.mail_setup, self.desk.actor, self.changes()
        address, password = self.address.text(), self.password.text()
        self.address_field.clear_error()
        self.password_field.clear_error()
        self.try_button.setEnabled(False)
        self.said.setText(self.tr("Sending…"))
        self.desk.runner.run(
            lambda: setup.try_mail(actor, address, changes, password),
            owner=self,
            done=lambda _none: self._tried(address),
            failed=self._said_no,
            label=self.tr("Test mail"),
        )

    def _tried(self, address: str) -> None:
        self.try_button.setEnabled(True)
        self.said.setText(
            self.tr("The mail server took a mail to {address}.").format(address=address)
        )

    def _said_no(self, error: Exception) -> None:
        self.try_button.setEnabled(True)
        self.said.setText(sentence(error))
        if isinstance(error, Invalid):
            if error.field in self.editors:
                self.form.show_error(error)
            elif error.field == "address":
                self.address_field.set_error(sentence(error))
            elif error.field == "password":
                self.password_field.set_error(sentence(error))
