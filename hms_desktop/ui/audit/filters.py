"""The filters over the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.domain import zones
from hms_desktop.domain.audit import AuditFilter, AuditKind, Person
from hms_desktop.domain.audit_words import ENTITIES
from hms_desktop.ui.audit.words import entity_word
from hms_desktop.ui.availability.edits import day_edit
from hms_desktop.ui.buttons import button
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import menu_text, plain_label
from hms_desktop.ui.theme import current_theme
from hms_desktop.ui.widgets.search_box import SearchBox
from hms_desktop.ui.widgets.segmented import Segmented

_DAYS = {"today": 1, "week": 7, "month": 31}
_LONGEST_NAME = 20


class AuditFilters(QWidget):
    """Kind, period, person, sort of entry, patient, words; ``changed`` after each choice.

    ``patient_wanted`` asks for a patient; whoever hears it answers with ``set_patient``.
    """

    changed = Signal()
    patient_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Begin with all entries of seven days."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self.patient_id: int | None = None
        self.patient_name = ""
        tr = self.tr
        self.kind = Segmented(
            (
                (AuditKind.ALL, tr("Everything")),
                (AuditKind.CHANGES, tr("Changed")),
                (AuditKind.READS, tr("Looked at")),
                (AuditKind.BREAK_GLASS, tr("Opened in need")),
            ),
            name=tr("Which entries"),
        )
        self.period = Segmented(
            (
                ("today", tr("Today")),
                ("week", tr("7 days")),
                ("month", tr("31 days")),
                ("dates", tr("Dates")),
                ("all", tr("All time")),
            ),
            name=tr("Period"),
            value="week",
        )
        self.first, self.last = (
            day_edit(desk, name, empty=name) for name in (tr("From"), tr("To"))
        )
        self.note = plain_label(role="error")
        self.people, self.entities = QComboBox(), QComboBox()
        self.people.setAccessibleName(tr("Person"))
        self.people.addItem(tr("Everybody"), None)
        self.entities.setAccessibleName(tr("Of what"))
        self.entities.addItem(tr("All kinds"), "")
        for name in sorted(ENTITIES, key=entity_word):
            self.entities.addItem(entity_word(name), name)
        for choice in (self.people, self.entities):
            # Long names must not press the other filters together.
            choice.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            choice.setMinimumContentsLength(8)
            choice.setFixedWidth(current_theme().px(150))
        self.patient = button(
            tr("Any patient…"),
            self.patient_wanted.emit,
            icon="patient",
            tip=tr("Only entries about one patient"),
        )
        self.any_patient = button(
            tr("Any patient"), lambda: self.set_patient(None, ""), kind="link"
        )
        self.box = SearchBox(
            tr("Name, reason, workstation or value"),
            name=tr("Search the audit trail"),
            shortcut="Ctrl+F",
        )
        self.reset_button = button(tr("Reset"), self.reset, kind="link")
        self._lay_out()
        self._show()
        self._connect()

    def _lay_out(self) -> None:
        upper, lower = QHBoxLayout(), QHBoxLayout()
        for line in (upper, lower):
            line.setSpacing(8)
            line.setContentsMargins(0, 0, 0, 0)
        for one in (self.period, self.first, self.last, self.note):
            upper.addWidget(one)
        upper.addStretch(1)
        self.box.setMinimumWidth(current_theme().px(300))
        upper.addWidget(self.box)
        for other in (
            self.kind, self.people, self.entities, self.patient, self.any_patient,
            self.reset_button,
        ):  # fmt: skip
            lower.addWidget(other)
        lower.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(upper)
        layout.addLayout(lower)

    def _connect(self) -> None:
        self.kind.changed.connect(lambda _kind: self.changed.emit())
        self.period.changed.connect(self._period_chosen)
        self.box.query_changed.connect(lambda _text: self.changed.emit())
        for choice in (self.people, self.entities):
            choice.activated.connect(lambda _index: self.changed.emit())
        for edit in (self.first, self.last):
            edit.value_changed.connect(lambda _day: self._dates_typed())
            edit.refused.connect(self._refused)

    # ------------------------------------------------------------------------------ reading
    def days(self) -> tuple[date | None, date]:
        """Return the local dates of the period, both inside; the first is None for all time."""
        today, period = self._desk.today(), str(self.period.value())
        if period == "all":
            return None, today
        if period == "dates":
            last = self.last.value() or today
            return self.first.value() or last, last
        return today - timedelta(days=_DAYS[period] - 1), today

    def wish(self) -> AuditFilter:
        """Return what is asked for."""
        first, last = self.days()
        zone = self._desk.zone
        return AuditFilter(
            begins=None if first is None else zones.day_bounds(zone, first)[0],
            ends=zones.day_bounds(zone, last)[1] if first is not None else None,
            patient_id=self.patient_id,
            user_id=self.people.currentData(),
            entity=str(self.entities.currentData()),
            kind=AuditKind(str(self.kind.value())),
            text=self.box.text(),
        )

    # ------------------------------------------------------------------------------ choosing
    def set_people(self, people: Sequence[Person]) -> None:
        """Offer everybody who has or had a log-in."""
        chosen = self.people.currentData()
        while self.people.count() > 1:
            self.people.removeItem(1)
        for one in people:
            self.people.addItem(one.name, one.id)
        self.people.setCurrentIndex(max(0, self.people.findData(chosen)))

    def set_patient(self, patient_id: int | None, name: str) -> None:
        """Narrow the list to one patient, or to none."""
        self.patient_id, self.patient_name = patient_id, name
        self._show()
        self.changed.emit()

    def reset(self) -> None:
        """Show everything of seven days."""
        self.patient_id, self.patient_name = None, ""
        self.kind.set_value(AuditKind.ALL)
        self.period.set_value("week")
        self.people.setCurrentIndex(0)
        self.entities.setCurrentIndex(0)
        self.box.set_text("", tell=False)
        self._show()
        self.changed.emit()

    def _period_chosen(self, period: str) -> None:
        if period == "dates" and self.first.value() is None:
            self.first.set_value(self._desk.today() - timedelta(days=6))
            self.last.set_value(self._desk.today())
        self._show()
        if period == "dates":
            self.first.edit.setFocus()
        self.changed.emit()

    def _dates_typed(self) -> None:
        self.note.hide()
        self.changed.emit()

    def _refused(self, why: str) -> None:
        self.note.setText(why)
        self.note.show()

    def _show(self) -> None:
        dates = self.period.value() == "dates"
        self.first.setVisible(dates)
        self.last.setVisible(dates)
        self.note.hide()
        name = self.patient_name
        short = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
        chosen = self.patient_id is not None
        self.patient.setText(menu_text(short) if chosen else self.tr("Any patient…"))
        self.patient.setAccessibleName(
            self.tr("Patient: {name}").format(name=name) if chosen else self.tr("Choose a patient")
        )
        self.any_patient.setVisible(chosen)
