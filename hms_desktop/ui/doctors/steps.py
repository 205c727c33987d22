"""What is done to doctors from their list: approval, leaving, coming back, a new code."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

from hms_desktop.domain.accounts import ResetCode
from hms_desktop.domain.doctors import Approval, DoctorRow
from hms_desktop.ui.doctors.code_panel import CodePanel
from hms_desktop.ui.doctors.details import DoctorDetails
from hms_desktop.ui.doctors.leaving_panel import LeavingPanel
from hms_desktop.ui.doctors.list_card import DoctorsCard
from hms_desktop.ui.doctors.words import names_of
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Page


class DoctorSteps(Page):
    """The steps of the page; each can be taken back from its toast."""

    card: DoctorsCard
    details: DoctorDetails
    leaving: LeavingPanel
    code: CodePanel

    def approve(self) -> None:
        """Let patients be booked with those selected; the toast takes it back."""
        rows = self.card.table.selected_rows()
        if not self.card.approve_button.isEnabled() or not rows:
            return
        doctors, actor, request = self.desk.services.doctors, self.desk.actor, str(uuid.uuid4())
        chosen = [(one.id, one.version) for one in rows]

        def done(after: tuple[DoctorRow, ...]) -> None:
            words = self.tr("{names} can be booked now").format(names=names_of(after))
            self.desk.toasts.show_toast(
                words, kind="ok", undo=lambda: self._unapprove(rows, after), shortcut=""
            )
            self.reload()

        self.ask(
            lambda: doctors.approve_many(actor, chosen, request_id=request),
            done,
            failed=self._failed,
        )

    def block(self) -> None:
        """Ask for the reason, and what happens with the visits of those selected."""
        rows = self.card.table.selected_rows()
        if rows and self.card.block_button.isEnabled():
            self.leaving.ask_block(rows)

    def retire(self) -> None:
        """Take the selected doctor out of use; visits ahead are asked about."""
        rows = self.card.table.selected_rows()
        if len(rows) == 1 and not rows[0].retired and self.desk.actor.may("doctors.manage"):
            self.leaving.ask_retire(rows[0])

    def restore(self) -> None:
        """Bring the selected doctor back."""
        rows = self.card.table.selected_rows()
        if len(rows) != 1 or not rows[0].retired:
            return
        row, request = rows[0], str(uuid.uuid4())
        doctors, actor = self.desk.services.doctors, self.desk.actor

        def done(after: DoctorRow) -> None:
            words = self.tr("{name} is in use again").format(name=after.display_name)
            self.desk.toasts.show_toast(
                words,
                kind="ok",
                undo=lambda: self._quietly(
                    lambda: doctors.retire_doctor(actor, row.id, after.version)
                ),
                shortcut="",
            )
            self.reload()

        self.ask(
            lambda: doctors.restore_doctor(actor, row.id, row.version, request_id=request),
            done,
            failed=self._failed,
        )

    def new_code(self) -> None:
        """Make a one-time code for the log-in of the doctor who is shown."""
        row = self.details.row
        if row is None or row.user_id is None:
            return
        accounts, actor, user_id = self.desk.services.accounts, self.desk.actor, row.user_id
        request = str(uuid.uuid4())

        def done(code: ResetCode) -> None:
            self.code.show_code(row.display_name, code)

        self.ask(
            lambda: accounts.start_reset(actor, user_id, request_id=request),
            done,
            failed=self._failed,
        )

    def _unapprove(self, before: Sequence[DoctorRow], after: Sequence[DoctorRow]) -> None:
        doctors, actor = self.desk.services.doctors, self.desk.actor
        old = {one.id: one for one in before}

        def work() -> None:
            for row in after:
                was = old[row.id]
                if was.approval is Approval.BLOCKED:
                    doctors.block(actor, row.id, row.version, was.approval_reason)
                else:
                    doctors.withdraw(actor, row.id, row.version)

        self._quietly(work)

    def _quietly(self, work: Callable[[], object]) -> None:
        self.ask(work, lambda _done: self.reload(), failed=self._failed)

    def _failed(self, error: Exception) -> None:
        self.card.say(sentence(error))
