"""Asks twice before the hospital goes back to an earlier state, and says what is kept."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from hms_desktop.domain.backups import BackupOffer, BackupRow, RestoreWish
from hms_desktop.ui.backups import words
from hms_desktop.ui.buttons import button
from hms_desktop.ui.numbers.words import number
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.password_card import secret_field
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.field import Field, Form
from hms_desktop.ui.widgets.side_panel import SidePanel


class RestorePanel(SidePanel):
    """First the name of the hospital, then one more press; ``wanted`` carries the wish."""

    wanted = Signal(object)

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Start hidden."""
        super().__init__(host, width=460)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._path = ""
        self._when = ""
        self.facts = plain_label(wrap=True, selectable=True)
        self.kept = plain_label(wrap=True)
        self.warning = plain_label(role="error", wrap=True)
        self.typed = QLineEdit()
        self.typed.setMaxLength(200)
        self.key = secret_field()
        self.key.setMaxLength(200)
        self.form = Form()
        self.form.add(
            "key",
            Field(
                self.tr("Recovery key"), self.key, required=True,
                hint=self.tr("From the printed sheet; this computer does not have it"),
            ),
        )  # fmt: skip
        self.form.add(
            "name",
            Field(self.tr("Name of the hospital"), self.typed, required=True,
                  hint=self.tr("Type {name}").format(name=desk.settings.hospital_name)),
        )  # fmt: skip
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        for one in (self.facts, self.kept, self.form, self.warning):
            layout.addWidget(one)
        self.set_body(body)
        self.back_button = button(self.tr("&Back"), self.back)
        self.next_button = button(self.tr("&Go on"), self.go_on, kind="primary")
        self.restore_button = button(
            self.tr("&Restore now"), self.restore, kind="danger", icon="history"
        )
        self.set_footer([self.back_button, self.next_button, self.restore_button])
        for field in (self.typed, self.key):
            field.returnPressed.connect(self.go_on)
        self.closed.connect(self._forget)

    def ask(self, row: BackupRow, *, key_here: bool) -> None:
        """Ask about one backup; its key must be typed when this computer does not have it."""
        self._ask(
            BackupOffer(
                str(Path(row.folder) / row.file_name),
                self._desk.settings.hospital_name,
                row.made_at,
                row.rows,
                key_here=key_here or not row.key_id,
                kind=row.kind,
                bytes=row.bytes,
            ),
            [],
        )

    def ask_file(self, offer: BackupOffer) -> None:
        """Ask about a file from anywhere, which may be of another hospital."""
        facts = [self.tr("From the file {path}.").format(path=offer.path)]
        if offer.hospital != self._desk.settings.hospital_name:
            facts.append(
                self.tr("It is of {hospital}, not of this hospital.").format(
                    hospital=offer.hospital or "–"
                )
            )
        self._ask(offer, facts)

    def _ask(self, offer: BackupOffer, facts: list[str]) -> None:
        desk, formats = self._desk, self._formats
        self._path = offer.path
        day = formats.short(formats.day_of(offer.made_at), desk.today())
        self._when = f"{day}, {formats.at(offer.made_at)}"
        self.set_title(
            self.tr("Restore the state of {when}").format(when=self._when),
            f"{words.kind_word(offer)} · {words.size_word(offer.bytes)}",
        )
        if offer.rows:
            facts.append(self.tr("{n} entries come back.").format(n=number(offer.rows)))
        facts.append(self.tr("Everybody is logged out, and this window opens anew."))
        self.facts.setText("\n".join(facts))
        self.kept.setText(
            self.tr(
                "The state of now is kept first, as a backup of its own: you can go back to it. "
                "Messages that were waiting then are not sent again by themselves."
            )
        )
        self.form.fields["key"].setVisible(not offer.key_here)
        self.typed.clear()
        self.key.clear()
        self.form.clear_errors()
        self.back()
        self.open_panel(self.typed if offer.key_here else self.key)

    def go_on(self) -> None:
        """Look at what was typed, and ask the second time."""
        if self.restore_button.isVisibleTo(self):
            return
        self.form.clear_errors()
        fields = self.form.fields
        if fields["key"].isVisibleTo(self) and not self.key.text().strip():
            fields["key"].set_error(self.tr("Type the recovery key from the sheet."))
            self.form.focus_field(fields["key"])
        elif self.typed.text().strip() != self._desk.settings.hospital_name:
            fields["name"].set_error(
                self.tr("That is not the name of this hospital. Nothing was changed.")
            )
            self.form.focus_field(fields["name"])
        else:
            self._show(last=True)
            self.back_button.setFocus()

    def back(self) -> None:
        """Go back to what is typed."""
        if self.is_open and not self.restore_button.isVisibleTo(self):
            self.close_panel()
            return
        self._show(last=False)

    def restore(self) -> None:
        """Answer the second question: it is wanted."""
        wish = RestoreWish(self._path, self.key.text().strip(), self._desk.actor.name)
        self.close_panel()
        self.wanted.emit(wish)

    def _show(self, *, last: bool) -> None:
        self.form.setEnabled(not last)
        self.next_button.setVisible(not last)
        self.restore_button.setVisible(last)
        self.warning.setVisible(last)
        self.warning.setText(
            self.tr(
                "What was entered after {when} is no longer in the hospital then. Restore it?"
            ).format(when=self._when)
        )

    def _forget(self) -> None:
        self.key.clear()
        self._show(last=False)
