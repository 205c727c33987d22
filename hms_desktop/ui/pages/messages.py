"""Messages at the desk: what needs attention, whom to call, what waits for a word."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.messages import Channel, OutboxCounts, OutboxRow, OutboxState
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.front_desk.ask_panel import AskPanel, Question
from hms_desktop.ui.list_layout import bar_of, card, fill_page, message, rule
from hms_desktop.ui.messages.filters import MessageFilter, MessageFilters
from hms_desktop.ui.messages.table import detail_word, messages_table
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.segmented import Segmented

_VIEWS: dict[str, tuple[OutboxState, ...]] = {
    "attention": (OutboxState.ATTENTION,),
    "calls": (OutboxState.WAITING, OutboxState.HELD),
    "held": (OutboxState.HELD,),
    "waiting": (OutboxState.WAITING, OutboxState.SENDING),
    "all": (),
}
_Found = tuple[tuple[OutboxRow, ...], OutboxCounts]


class MessagesPage(Page):
    """One list at a time; the buttons do what the chosen rows allow."""

    entities = ("outbox",)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the page; it reads at its first show."""
        super().__init__(desk, "", "mail", parent)
        self.title = self.tr("Messages")
        self.view = Segmented(
            (
                ("attention", self.tr("Needs attention")),
                ("calls", self.tr("To call")),
                ("held", self.tr("Your word")),
                ("waiting", self.tr("Waiting")),
                ("all", self.tr("All")),
            ),
            name=self.tr("Which messages"),
        )
        self.empty = EmptyState(self.tr("Nothing here"), icon="mail")
        self.table = messages_table(desk, self.empty)
        self.table.view.setProperty("flat", True)
        self.asking = AskPanel(self)
        self.send_button = button(self.tr("Send now"), self.send, kind="primary")
        self.called_button = button(self.tr("Called"), self.called, kind="primary", icon="check")
        self.address_button = button(self.tr("Another address…"), self.correct)
        self.skip_button = button(self.tr("Do not send"), self.skip)
        self.trouble = plain_label(role="error", wrap=True)
        self.filters = MessageFilters()
        self.filters.hide()
        self.detail = plain_label(role="small", wrap=True)
        self.why = plain_label(role="error", wrap=True, selectable=True)
        self._lay_out()
        self.view.changed.connect(lambda _value: self._other_view())
        self.filters.changed.connect(self.reload)
        self.table.selected.connect(lambda _ids: self._renew())
        self.table.opened.connect(self._open)
        self._renew()
        self._stale = True  # read at the first look, not at every log-in

    def _lay_out(self) -> None:
        steps = (self.skip_button, self.address_button, self.called_button, self.send_button)
        bar = bar_of(self.view, None, *steps)
        message(self.trouble)
        message(self.detail, above=8, hidden=False)
        message(self.why, hidden=False)
        panel = card(
            bar,
            self.filters,
            self.trouble,
            rule(),
            self.table,
            self.detail,
            self.why,
            wide=self.table,
        )
        fill_page(self, panel, wide=panel)
        self.setFocusProxy(self.table)

    # ------------------------------------------------------------------------------ reading
    def open_messages(self, view: str) -> None:
        """Show one of the lists."""
        self.view.set_value(view if view in _VIEWS else "all")
        self._other_view()

    def _other_view(self) -> None:
        self.filters.setVisible(self.view.value() == "all")
        self.reload()

    def reload(self) -> None:
        """Read the list that is shown, and how many need somebody."""
        services, actor, view = self.desk.services, self.desk.actor, str(self.view.value())
        wish = self.filters.value() if view == "all" else MessageFilter(_VIEWS[view])
        channel = Channel.CALL if view == "calls" else wish.channel

        def work() -> _Found:
            rows = services.outbox.list(
                actor, wish.states, channel=channel, kind=wish.kind, text=wish.text
            )
            if view == "waiting":
                rows = tuple(row for row in rows if row.channel != Channel.CALL.value)
            return rows, services.outbox.counts(actor)

        self.table.set_loading(True)
        self.ask(work, self._show, failed=self._failed, key="rows")

    def _show(self, found: _Found) -> None:
        rows, counts = found
        self.trouble.hide()
        self.table.set_loading(False)
        text, detail = self._nothing()
        self.empty.set_text(text, detail)
        self.table.set_rows(rows)
        self.badge_changed.emit(counts.attention + counts.calls)
        self._renew()

    def _nothing(self) -> tuple[str, str]:
        if self.view.value() == "all" and self.filters.value() != MessageFilter():
            return self.tr("No message is like this"), self.tr("Ask for less above.")
        if not self.desk.settings.mail_host and self.desk.settings.sms_way == "none":
            return (
                self.tr("No message is written yet"),
                self.tr("An administrator sets mail up in the settings, Messages to patients."),
            )
        return {
            "attention": (self.tr("Everything went out"), self.tr("What fails stands here.")),
            "calls": (
                self.tr("Nobody is to be called"),
                self.tr("Patients who cannot be written to stand here."),
            ),
            "held": (
                self.tr("Nothing waits for your word"),
                self.tr("Messages stand here when the hospital asks before sending."),
            ),
        }.get(str(self.view.value()), (self.tr("Nothing here"), ""))

    def _failed(self, error: Exception) -> None:
        self.table.set_loading(False)
        self.trouble.setText(sentence(error))
        self.trouble.show()

    def _open(self, row: OutboxRow) -> None:
        if row.patient_id is not None:
            self.desk.navigate.patient.emit(row.patient_id)

    # ------------------------------------------------------------------------------ actions
    def _renew(self) -> None:
        rows = self.table.selected_rows()
        one = rows[0] if len(rows) == 1 else None
        formats = Formats.of(self.desk.settings)
        self.detail.setText("" if one is None else detail_word(one, formats, self.desk.now()))
        self.detail.setVisible(one is not None)
        self.why.setText("" if one is None else one.last_error)
        self.why.setVisible(bool(self.why.text()))
        unsent = {OutboxState.HELD, OutboxState.WAITING, OutboxState.ATTENTION}
        open_ones = [row for row in rows if OutboxState(row.state) in unsent]
        calls = [row for row in open_ones if row.channel == Channel.CALL.value]
        self.called_button.setVisible(self.view.value() == "calls")
        self.called_button.setEnabled(bool(calls))
        self.send_button.setVisible(self.view.value() != "calls")
        self.send_button.setEnabled(len(open_ones) > len(calls))
        self.address_button.setEnabled(len(open_ones) == 1 and not calls)
        self.skip_button.setEnabled(bool(open_ones))

    def send(self) -> None:
        """Let the chosen messages go now."""
        outbox, actor = self.desk.services.outbox, self.desk.actor
        chosen = self._chosen(call=False)
        self._do(lambda request: outbox.send(actor, chosen, request_id=request), chosen)

    def called(self) -> None:
        """Note that the chosen patients were told by phone."""
        outbox, actor = self.desk.services.outbox, self.desk.actor
        chosen = self._chosen(call=True)
        self._do(lambda request: outbox.called(actor, chosen, request_id=request), chosen)

    def skip(self) -> None:
        """Give the chosen messages up."""
        outbox, actor = self.desk.services.outbox, self.desk.actor
        chosen = [(row.id, row.version) for row in self.table.selected_rows()]
        self._do(lambda request: outbox.skip(actor, chosen, request_id=request), chosen)

    def correct(self) -> None:
        """Ask for another address for one message, and send it there."""
        rows = self.table.selected_rows()
        if len(rows) != 1:
            return
        row = rows[0]
        outbox, actor, request = self.desk.services.outbox, self.desk.actor, str(uuid.uuid4())

        def answered(_key: str, address: str) -> None:
            self.ask(
                lambda: outbox.correct(actor, row.id, row.version, address, request_id=request),
                lambda _count: self.asking.close_panel(),
                failed=self._address_refused,
            )

        self.asking.ask(
            Question(
                title=self.tr("Another address"),
                subtitle=row.patient_name,
                message=self.tr(
                    "Of this message alone; the patient's own is changed in the chart."
                ),
                label=self.tr("Address"),
                ok=self.tr("Send there"),
                text=row.recipient,
                required=True,
            ),
            answered,
        )

    def _address_refused(self, error: Exception) -> None:
        if isinstance(error, Invalid) and error.field == "address":
            self.asking.ok.setEnabled(True)
            self.asking.field.set_error(sentence(error))
        else:
            self.asking.refused(sentence(error))

    def _chosen(self, *, call: bool) -> list[tuple[int, int]]:
        return [
            (row.id, row.version)
            for row in self.table.selected_rows()
            if (row.channel == Channel.CALL.value) is call
        ]

    def _do(self, call: Callable[[str], int], chosen: Sequence[tuple[int, int]]) -> None:
        if not chosen:
            return
        request = str(uuid.uuid4())
        self.ask(lambda: call(request), lambda _count: self.reload(), failed=self._failed)
