"""How somebody gets in: state, password, second factor, where they are logged in, the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hms_desktop.domain.accounts import ResetCode, UserRow
from hms_desktop.domain.user_lists import SessionRow
from hms_desktop.ui.buttons import button
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.users.boxes import CodeBox, ConfirmBox
from hms_desktop.ui.users.session_list import SessionList
from hms_desktop.ui.users.words import factor_word, last_word, state_look, state_word
from hms_desktop.ui.widgets.chip import Chip
from hms_desktop.ui.widgets.countdown import Countdown
from hms_desktop.ui.widgets.field import line


class AccessPart(QWidget):
    """Shows and asks; the panel calls the services.

    ``wanted`` carries what is asked for (a key of ``panel.ACTIONS``) and its reason or session.
    """

    wanted = Signal(str, object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the sections, empty."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._row: UserRow | None = None
        self.state = Chip("")
        self.state_note = plain_label(role="dim", wrap=True)
        self.countdown = Countdown(self)
        self.unlock_button = button(self.tr("&Unlock"), self._ask("unlock"), icon="unlock")
        self.code_button = button(self.tr("&One-time code"), self._ask("code"), icon="password")
        self.change_button = button(
            self.tr("Ask for a &new password"), self._ask("change"), kind="quiet"
        )
        self.code = CodeBox()
        self.factor = Chip("")
        self.factor_button = button(self.tr("&Reset…"), self._reset_factor)
        self.sessions = SessionList(self._formats, desk.now)
        self.end_all_button = button(self.tr("&End all"), lambda: self.wanted.emit("end", None))
        self.confirm = ConfirmBox()
        self.off_button = button(self.tr("&Switch off…"), self._switch_off, kind="danger")
        self.on_button = button(self.tr("&Switch on"), self._ask("activate"), kind="primary")
        self.delete_button = button(self.tr("&Delete…"), self._delete, kind="danger")
        self.purge_button = button(self.tr("&Purge…"), self._purge, kind="danger")
        self._lay_out()
        self.sessions.end_wanted.connect(lambda one: self.wanted.emit("end", one))
        self.countdown.changed.connect(self._show_lock)

    def _lay_out(self) -> None:
        self.password_part = _section(
            self.tr("Password"),
            plain_label(
                self.tr(
                    "You never choose somebody's password. A one-time code is good for 24 hours "
                    "and given in person; the old password stays good until it is used."
                ),
                role="small",
                wrap=True,
            ),
            line(self.code_button, self.change_button),
            self.code,
        )
        self.factor_part = _section(self.tr("Second factor"), line(self.factor, self.factor_button))
        self.sessions_part = _section(self.tr("Log-ins"), self.sessions, line(self.end_all_button))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(20)
        column.addWidget(
            _section(self.tr("State"), line(self.state, self.unlock_button), self.state_note)
        )
        for part in (self.password_part, self.factor_part, self.sessions_part):
            column.addWidget(part)
        column.addWidget(
            _section(
                self.tr("Ending it"),
                line(self.off_button, self.on_button, self.delete_button, self.purge_button),
                self.confirm,
            )
        )

    # ----------------------------------------------------------------------------- showing
    def show_row(self, row: UserRow) -> None:
        """Show a log-in; a code of somebody else goes."""
        if self._row is None or self._row.id != row.id:
            self.code.clear()
            self.confirm.hide()
        self._row = row
        own = row.id == self._desk.actor.user_id
        there = row.deleted_at is None
        self.state.set_text(state_word(row))
        self.state.set_kind(*state_look(row))
        self.unlock_button.setVisible(there and row.failures > 0)
        self.countdown.stop()
        self._show_note("")
        if row.locked_until is not None:
            seconds = (row.locked_until - self._desk.now()).total_seconds()
            self.countdown.start(max(1, round(seconds)))
        self.password_part.setVisible(row.active)
        self.change_button.setVisible(row.has_password and not row.must_change)
        self._show_factor(row, own=own)
        self.sessions_part.setVisible(there)
        self.off_button.setVisible(row.active and not own)
        self.on_button.setVisible(there and not row.active)
        self.delete_button.setVisible(there and not own)
        self.purge_button.setVisible(not there)

    def _show_factor(self, row: UserRow, *, own: bool) -> None:
        on = row.second_factor_since is not None
        self.factor_part.setVisible(row.active)
        self.factor.set_text(factor_word(row))
        missing = row.needs_second_factor and not on
        self.factor.set_kind("ok" if on else "warn" if missing else "neutral",
                             "shield" if on else "alert" if missing else "")  # fmt: skip
        self.factor_button.setVisible(on and not own)

    def _show_lock(self, left: str) -> None:
        row = self._row
        if row is not None:
            words = self.tr("{n} wrong tries; may try again in {left}.")
            self._show_note(words.format(n=row.failures, left=left))

    def _show_note(self, lock: str) -> None:
        row = self._row
        if row is None:
            return
        lines = [lock] if lock else []
        if row.failures and not lock:
            lines.append(self.tr("{n} wrong tries since the last log-in.").format(n=row.failures))
        if row.reset_expires_at is not None:
            until = self._formats.moment(row.reset_expires_at, self._desk.now())
            lines.append(self.tr("A one-time code is good until {until}.").format(until=until))
        last = last_word(row, self._formats, self._desk.now())
        lines.append(self.tr("Last log-in: {last}.").format(last=last))
        self.state_note.setText("\n".join(lines))

    def show_sessions(self, rows: Sequence[SessionRow]) -> None:
        """Show where the person is and was logged in."""
        self.sessions.set_rows(rows)
        others = [row for row in rows if row.ended_at is None and not row.is_own]
        self.end_all_button.setVisible(bool(others))

    def show_code(self, made: ResetCode) -> None:
        """Show a one-time code, once."""
        until = self._formats.moment(made.expires_at, self._desk.now())
        words = self.tr(
            "For {login}, good until {until}. Give it in person; it is shown only now. On the "
            "log-in screen: “I have a one-time code”."
        )
        self.code.show_code(made.code, words.format(login=made.login, until=until))

    def hold(self, *, busy: bool) -> None:
        """Hold the buttons while something is being done."""
        for one in self.findChildren(type(self.off_button)):
            one.setEnabled(not busy)

    # ------------------------------------------------------------------------------ asking
    def _ask(self, what: str) -> Callable[[], Any]:
        return lambda: self.wanted.emit(what, None)

    def _sure(
        self, what: str, words: str, yes: str, back: QWidget, *, reason: bool = False
    ) -> None:
        row = self._row
        if row is not None:
            self.confirm.ask(
                words.format(name=row.display_name),
                yes,
                lambda text: self.wanted.emit(what, text),
                reason=reason,
                back=back,
            )

    def _switch_off(self) -> None:
        words = self.tr(
            "{name} can no longer log in and is logged out everywhere at once; what was typed "
            "there stays in its drafts. Booked visits and records stay. You can switch it on "
            "again."
        )
        self._sure("deactivate", words, self.tr("Switch off"), self.off_button)

    def _reset_factor(self) -> None:
        words = self.tr(
            "{name} is logged out everywhere, and logs in with the password alone until a second "
            "factor is set up anew. Be sure who asked you."
        )
        self._sure("factor", words, self.tr("Reset"), self.factor_button)

    def _delete(self) -> None:
        words = self.tr(
            "{name} is logged out everywhere. Name, addresses, password and roles go for good; "
            "records, visits and the audit keep what they say. This cannot be undone."
        )
        self._sure("delete", words, self.tr("Delete for good"), self.delete_button)

    def _purge(self) -> None:
        words = self.tr(
            "The empty entry {name} is taken out of the database, if nothing refers to it. The "
            "audit keeps that it was there, and your reason."
        )
        self._sure("purge", words, self.tr("Purge"), self.purge_button, reason=True)


def _section(title: str, *parts: QWidget) -> QWidget:
    section = QWidget()
    column = QVBoxLayout(section)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    column.addWidget(plain_label(title, role="section"))
    for part in parts:
        column.addWidget(part)
    return section
