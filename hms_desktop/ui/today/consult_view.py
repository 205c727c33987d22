"""The visit that is open beside the list: who it is, its record, what was typed into it.

Everything typed is a draft at once and stays one until it is saved, whatever happens meanwhile:
another patient, the lock, a crash, a lost connection.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from hms_desktop.domain.consultations import Record
from hms_desktop.domain.lifecycle import Status
from hms_desktop.ui.consultation.form import ConsultationForm
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.grid.texts import status_name
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.banner import PatientBanner
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.patients.strip import Strip
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.today.foot import ConsultFoot
from hms_desktop.ui.today.loading import Opened, open_visit
from hms_desktop.ui.today.papers_menu import PapersMenu
from hms_desktop.ui.today.record_panel import VersionBox
from hms_desktop.ui.widgets.busy import BusyVeil
from hms_desktop.ui.widgets.chip import Chip, StatusChip
from hms_desktop.ui.widgets.empty import EmptyState


class ConsultView(QFrame):
    """One visit at a time. ``shown`` carries Opened, or None."""

    shown = Signal(object)
    begin_wanted = Signal()
    follow_up_wanted = Signal(object)  # date

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Start without a visit; panels slide over ``host``."""
        super().__init__()
        self.setProperty("panel", True)
        self.setAccessibleName(self.tr("Consultation"))
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self.opened: Opened | None = None
        self._wanted = 0
        self.amending = False
        self.papers = PapersMenu(desk, host)
        self.banner = PatientBanner(self._formats)
        self.status = StatusChip(Status.BOOKED, "")
        self.when = plain_label(role="small")
        self.conditions = Chip("", "neutral")
        self.note = plain_label(role="small", wrap=True)
        self.trouble = Strip("alarm")
        self.versions = VersionBox(desk)
        self.form = ConsultationForm(desk)
        self.foot = ConsultFoot(self.papers.button)
        self._lay_out()
        self._veil = BusyVeil(self)
        self._connect()

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(6)
        state = QHBoxLayout()
        state.addStretch(1)
        state.addWidget(self.when)
        state.addWidget(self.status)
        side.addLayout(state)
        side.addWidget(self.conditions)
        side.addStretch(1)
        head = QHBoxLayout()
        head.setContentsMargins(16, 14, 16, 12)
        head.addWidget(self.banner, 1)
        head.addLayout(side)
        inner = QWidget()
        inner.setProperty("plain", True)
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        for widget in (self.note, self.trouble, self.versions, self.form):
            column.addWidget(widget)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidget(inner)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        line = QFrame()
        line.setProperty("rule", True)
        layout.addWidget(line)
        layout.addWidget(self.area, 1)
        layout.addWidget(self.foot)
        nobody = EmptyState(
            self.tr("Nobody is in front of you"),
            detail=self.tr("Choose a visit from your list, or call the next patient with F8."),
            icon="doctor",
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(nobody)
        self._stack.addWidget(whole)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.addWidget(self._stack)

    def _connect(self) -> None:
        self.form.changed.connect(self._typed)
        self.form.follow_up_wanted.connect(self.follow_up_wanted)
        self.versions.currentIndexChanged.connect(lambda _index: self._show_version())
        self.foot.begin_wanted.connect(self.begin_wanted)

    # ------------------------------------------------------------------------------ opening
    @property
    def appointment_id(self) -> int:
        """The visit that is (being) shown, or 0."""
        return self._wanted

    def open_visit(self, appointment_id: int) -> None:
        """Read a visit and show it; what was typed for another one is kept as its draft."""
        self._wanted = appointment_id
        services, actor = self._desk.services, self._desk.actor
        self._veil.set_busy(True)
        self._desk.runner.run(
            lambda: open_visit(services, actor, appointment_id),
            owner=self,
            done=self._show,
            failed=self._failed,
            key="consultation",
        )

    def reload(self) -> None:
        """Read the visit again, unless something is being typed into it."""
        if self._wanted:
            self.open_visit(self._wanted)

    def close_visit(self) -> None:
        """Show nobody."""
        self._wanted = 0
        self.opened = None
        self.papers.set_encounter(0)
        self._stack.setCurrentIndex(0)
        self.shown.emit(None)

    def _show(self, opened: Opened) -> None:
        self._veil.set_busy(False)
        if opened.visit.id != self._wanted:
            return
        again = self.opened is not None and self.opened.visit.id == opened.visit.id
        self.opened = opened
        if not again:
            self.amending = self._desk.drafts.get(self._amend_key()) is not None
            self.trouble.say("")
        self._show_head(opened)
        if not (again and self._has_draft()):
            self._fill(opened)
        self._stack.setCurrentIndex(1)
        self.papers.set_encounter(opened.encounter.id if opened.encounter else 0)
        self._show_state()
        self.shown.emit(opened)

    def _show_head(self, opened: Opened) -> None:
        visit, now = opened.visit, self._desk.now()
        self.banner.show_patient(opened.patient, self._desk.today(), photo=opened.photo)
        words = f"{self._formats.moment(visit.starts_at, now)} · {visit.visit_type_name}"
        self.when.setText(words)
        self.status.set_status(visit.status, status_name(visit.status))
        self.conditions.set_text(opened.chart.conditions.replace("\n", ", "))
        self.conditions.setVisible(bool(opened.chart.conditions))
        self.note.setText(self.tr("From the desk: {note}").format(note=visit.note))
        self.note.setVisible(bool(visit.note))

    def _fill(self, opened: Opened) -> None:
        """Put the record into the form, and what was typed and not saved over it."""
        newest = opened.versions[0] if opened.versions else None
        record = newest.record if newest is not None else Record()
        self.versions.show_versions(opened.versions)
        self.form.show_record(
            record, opened.chart, read_only=self._read_only(), before=self.versions.before()
        )
        draft = self._desk.drafts.get(self._key())
        if draft is not None and not self._read_only():
            self.form.restore(draft["raw"])
            self.foot.draft.setText(self.tr("What you typed before is back."))
        else:
            self.foot.draft.clear()

    def _show_state(self) -> None:
        opened = self.opened
        if opened is None:
            return
        today = self._formats.day_of(opened.visit.starts_at) == self._desk.today()
        self.versions.setVisible(self._read_only() and len(opened.versions) > 1)
        self.foot.show_state(
            opened.visit.status,
            amending=self.amending,
            has_record=opened.encounter is not None,
            today=today,
        )

    def _show_version(self) -> None:
        version = self.versions.version()
        if version is not None and self.opened is not None and self._read_only():
            self.form.show_record(
                version.record, self.opened.chart, read_only=True, before=self.versions.before()
            )

    def _failed(self, error: Exception) -> None:
        self._veil.set_busy(False)
        self._desk.toasts.show_toast(sentence(error), kind="alarm")

    # ------------------------------------------------------------------------------- drafts
    def _read_only(self) -> bool:
        over = {Status.COMPLETED, Status.NO_SHOW, Status.CANCELLED, Status.ENTERED_IN_ERROR}
        return self.opened is not None and self.opened.visit.status in over and not self.amending

    def _amend_key(self) -> str:
        return f"amendment/{self._wanted}"

    def _key(self) -> str:
        return self._amend_key() if self.amending else f"consultation/{self._wanted}"

    def _has_draft(self) -> bool:
        return self._desk.drafts.get(self._key()) is not None

    def _typed(self) -> None:
        opened = self.opened
        if opened is None or self._read_only():
            return
        kept: dict[str, Any] = {"raw": self.form.raw(), "based_on": self._based_on()}
        self._desk.drafts.keep(self._key(), kept)
        self.foot.draft.setText(
            self.tr("Kept on this computer, encrypted")
            if self._desk.drafts.persistent
            else self.tr("Kept until the program closes")
        )

    def _based_on(self) -> int:
        """Return the version the form began with; a draft remembers its own."""
        draft = self._desk.drafts.get(self._key())
        if draft is not None:
            return int(draft["based_on"])
        return self.opened.versions[0].number if self.opened and self.opened.versions else 0
