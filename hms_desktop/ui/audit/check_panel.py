"""The check of the audit trail: how far it is, what it found; heads that were kept."""

from __future__ import annotations

import uuid

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from hms_desktop.domain.audit import AuditHead, Verdict, find_anchors
from hms_desktop.domain.errors import Invalid
from hms_desktop.ui.audit import words
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.now.lines import Line, LineList
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.runner import Progress, Step, Task
from hms_desktop.ui.widgets.chip import Chip
from hms_desktop.ui.widgets.field import Field
from hms_desktop.ui.widgets.side_panel import SidePanel

WIDTH = 560
_MOST_SHOWN = 12
_HEADS_HIGH = 260


class CheckPanel(SidePanel):
    """Checks the whole trail; ``paper_wanted`` asks for a kept head on paper."""

    paper_wanted = Signal(object)
    """An AuditHead."""

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Start hidden."""
        super().__init__(host, width=WIDTH)
        self.set_title(self.tr("Check of the audit trail"))
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._task: Task | None = None
        self._heads: dict[int, AuditHead] = {}
        self.anchor = QLineEdit()
        self.anchor.setPlaceholderText("12345:0f1e2d3c…")
        self.anchor.setMaxLength(5_000)
        self.anchor.returnPressed.connect(self.start)
        self.field = Field(
            self.tr("A head that was mailed or printed"),
            self.anchor,
            hint=self.tr("May stay empty. With it the check also finds a tail that was cut off."),
        )
        self.start_button = button(self.tr("&Check now"), self.start, kind="primary", icon="shield")
        self.stop_button = button(self.tr("&Stop"), self.stop)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.bar.setAccessibleName(self.tr("Progress of the check"))
        self.state = plain_label(role="small", wrap=True)
        self.sound = Chip(self.tr("Nothing is wrong"), "ok", icon="check")
        self.wrong = Chip(self.tr("The trail was changed"), "alarm", icon="alert")
        self.found = plain_label(wrap=True, selectable=True)
        self.head_note = plain_label(role="dim", wrap=True)
        self.heads = LineList(self.tr("Kept heads"), self.tr("No head was kept yet."), parent=self)
        self.heads.setFixedHeight(_HEADS_HIGH)
        self.heads.chosen.connect(self._print)
        self.take_button = button(self.tr("&Take the head now"), self.take_head, icon="pin")
        self._lay_out()
        self._idle()
        for one in (self.sound, self.wrong):
            one.hide()

    def _lay_out(self) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.field)
        row = QHBoxLayout()
        row.setSpacing(8)
        for one in (self.start_button, self.stop_button, self.sound, self.wrong):
            row.addWidget(one)
        row.addStretch(1)
        column.addLayout(row)
        for other in (self.bar, self.state, self.found):
            column.addWidget(other)
        column.addSpacing(10)
        column.addWidget(plain_label(self.tr("Kept heads"), role="section"))
        column.addWidget(self.head_note)
        column.addWidget(self.heads)
        self.set_body(body)
        self.set_footer([self.take_button])

    def open_check(self) -> None:
        """Show the panel and the heads that were kept."""
        self.open_panel(self.start_button)
        self.load()

    def load(self) -> None:
        """Read the kept heads."""
        chain, actor = self._desk.services.audit_chain, self._desk.actor
        self._desk.runner.run(
            lambda: (chain.heads(actor), chain.has_key(actor)),
            owner=self,
            done=self._show_heads,
            failed=self._failed,
            key="heads",
        )

    # ------------------------------------------------------------------------------ the check
    def start(self) -> None:
        """Check the whole trail; a head that was typed must be readable."""
        if self._task is not None:
            return
        self.field.clear_error()
        try:
            anchors = find_anchors(self.anchor.text()) if self.anchor.text().strip() else ()
        except Invalid as error:
            self.field.set_error(sentence(error))
            self.anchor.setFocus()
            return
        chain, actor = self._desk.services.audit_chain, self._desk.actor

        def work(progress: Progress) -> Verdict:
            def report(done: int, total: int) -> None:
                progress.check()
                progress.report(done, total)

            return chain.verify(actor, anchors, report)

        for one in (self.sound, self.wrong):
            one.hide()
        self.found.setText("")
        self.state.setText(self.tr("Checking…"))
        self.bar.setRange(0, 0)
        self.bar.show()
        self.start_button.hide()
        self.stop_button.show()
        self._task = self._desk.runner.run_long(
            work,
            owner=self,
            done=self._done,
            failed=self._failed,
            moved=self._moved,
            label=self.tr("Checking the audit trail"),
        )

    def stop(self) -> None:
        """Stop the check; nothing is said of the trail then."""
        if self._task is not None:
            self._task.cancel()
            self._idle()
            self.state.setText(self.tr("Stopped. Nothing can be said of the trail."))

    def _moved(self, step: Step) -> None:
        self.bar.setRange(0, max(1, step.total))
        self.bar.setValue(step.done)
        self.state.setText(
            self.tr("{n} of {m} entries").format(n=f"{step.done:,}", m=f"{step.total:,}")
        )

    def _done(self, verdict: Verdict) -> None:
        self._idle()
        self.sound.setVisible(verdict.sound)
        self.wrong.setVisible(not verdict.sound)
        self.state.setText(self._summary(verdict))
        lines = [words.finding_word(one) for one in verdict.findings[:_MOST_SHOWN]]
        if verdict.count > len(lines):
            lines.append(self.tr("and {n} more").format(n=f"{verdict.count - len(lines):,}"))
        self.found.setText("\n".join(lines))

    def _summary(self, verdict: Verdict) -> str:
        parts = [self.tr("{n} entries checked.").format(n=f"{verdict.entries:,}")]
        if verdict.seals:
            words = (
                self.tr("1 seal proved.") if verdict.seals == 1 else self.tr("{n} seals proved.")
            )
            parts.append(words.format(n=f"{verdict.seals:,}"))
        if verdict.unproved:
            parts.append(
                self.tr("{n} heads without a seal, or sealed with a key that is not here.").format(
                    n=f"{verdict.unproved:,}"
                )
            )
        return " ".join(parts)

    def _failed(self, error: Exception) -> None:
        self._idle()
        self.state.setText(sentence(error))

    def _idle(self) -> None:
        self._task = None
        self.bar.hide()
        self.stop_button.hide()
        self.start_button.show()

    # ------------------------------------------------------------------------------ heads
    def take_head(self) -> None:
        """Take the head as it is now, and keep it."""
        chain, actor, request = self._desk.services.audit_chain, self._desk.actor, str(uuid.uuid4())
        self.take_button.setEnabled(False)
        self._desk.runner.run(
            lambda: chain.take_head(actor, request_id=request),
            owner=self,
            done=self._taken,
            failed=self._not_taken,
        )

    def _taken(self, head: AuditHead) -> None:
        self.take_button.setEnabled(True)
        self._desk.toasts.show_toast(self.tr("The head is kept. Print it, too."), kind="ok")
        self.load()
        self.paper_wanted.emit(head)

    def _not_taken(self, error: Exception) -> None:
        self.take_button.setEnabled(True)
        self.state.setText(sentence(error))

    def _show_heads(self, found: tuple[tuple[AuditHead, ...], bool]) -> None:
        heads, has_key = found
        self._heads = {one.id: one for one in heads}
        self.head_note.setText(
            self.tr("Choose one to print it. Kept outside, a head proves the trail before it.")
            if has_key or not heads
            else self.tr(
                "This computer has no key to seal heads. Give it one on the command line: "
                "hms-desktop audit key --enter"
            )
        )
        now = self._desk.now()
        self.heads.set_lines([
            Line(
                key=one.id,
                lead="",
                title=words.head_word(one, self._formats, now),
                detail=f"{one.user_name} · {one.workstation}",
                spoken=words.head_word(one, self._formats, now),
                tip=str(one.anchor),
            )
            for one in heads
        ])  # fmt: skip

    def _print(self, key: object) -> None:
        head = self._heads.get(key) if isinstance(key, int) else None
        if head is not None:
            self.paper_wanted.emit(head)
