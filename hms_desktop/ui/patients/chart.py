"""What a chart looks like: the banner, the buttons, what is known in two columns, the visits."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from hms_desktop.domain.patients import PatientRow
from hms_desktop.ui.buttons import button
from hms_desktop.ui.patients.banner import PatientBanner
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.patients.strip import Strip
from hms_desktop.ui.patients.timeline import Timeline
from hms_desktop.ui.plaintext import plain_label

if TYPE_CHECKING:
    from hms_desktop.ui.pages.base import Desk


class ChartBody(QWidget):
    """The widgets of a chart; ``confirmed`` when the reason for retiring was given."""

    confirmed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._build()

    def _build(self) -> None:
        self.banner = PatientBanner(self._formats)
        self.note = Strip("alarm")
        self.book_button = button(self.tr("Book"), kind="primary", icon="calendar")
        self.edit_button = button(self.tr("Edit"), icon="edit")
        self.record_button = button(self.tr("Record"), icon="document")
        may = self._desk.actor.may
        self.record_button.setVisible(may("clinical.read") or may("clinical.oversight"))
        self.identify_button = button(self.tr("Identify"), icon="patient")
        self.retire_button = button(self.tr("Retire…"), kind="quiet")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for one in (
            self.book_button,
            self.identify_button,
            self.edit_button,
            self.record_button,
        ):
            buttons.addWidget(one)
        buttons.addStretch(1)
        buttons.addWidget(self.retire_button)
        self.reason = self._reason_strip()
        self.data = QGridLayout()
        self.data.setHorizontalSpacing(20)
        self.data.setVerticalSpacing(12)
        self.data.setColumnStretch(0, 1)
        self.data.setColumnStretch(1, 1)
        self.timeline = Timeline(self._formats)
        inner = QWidget()
        inner.setProperty("plain", True)
        body = QVBoxLayout(inner)
        body.setContentsMargins(20, 4, 20, 20)
        body.setSpacing(14)
        body.addLayout(self.data)
        body.addWidget(plain_label(self.tr("VISITS"), role="overline"))
        body.addWidget(self.timeline)
        body.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        top = QVBoxLayout()
        top.setContentsMargins(20, 16, 20, 8)
        top.setSpacing(12)
        for widget in (self.banner, self.note):
            top.addWidget(widget)
        top.addLayout(buttons)
        top.addWidget(self.reason)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(scroll, 1)
        self.setFocusProxy(self.book_button)
        for one in (self.book_button, self.edit_button, self.identify_button, self.retire_button):
            one.hide()  # until it is known who it is and what may be done

    def _reason_strip(self) -> Strip:
        strip = Strip("warn")
        self.reason_line = QLineEdit()
        self.reason_line.setAccessibleName(self.tr("Reason"))
        self.reason_line.setPlaceholderText(self.tr("Reason, e.g. registered twice"))
        strip.rows.addWidget(self.reason_line)
        self.confirm_button = strip.add_button(self.tr("Retire"), self.confirmed.emit, primary=True)
        strip.add_button(self.tr("Leave it"), lambda: strip.say(""))
        return strip

    def sizeHint(self) -> QSize:
        """Return a side panel's usual size."""
        return QSize(460, 760)

    def _show_data(self, row: PatientRow) -> None:
        while (item := self.data.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        wide = []
        place = 0
        for title, text, long in self._facts(row):
            if long:
                wide.append((title, text))
                continue
            self.data.addWidget(self._fact(title, text), place // 2, place % 2)
            place += 1
        line = (place + 1) // 2
        for title, text in wide:
            self.data.addWidget(self._fact(title, text), line, 0, 1, 2)
            line += 1

    def _facts(self, row: PatientRow) -> list[tuple[str, str, bool]]:
        contacts = "\n".join(
            " · ".join(part for part in (one.name, one.relationship, one.phone) if part)
            for one in row.contacts
        )
        consent = row.consent
        agreed = [
            word
            for word, given in (
                (self.tr("treatment"), consent.treatment),
                (self.tr("messages"), not row.no_messages),
                (self.tr("summaries by e-mail"), consent.summaries),
                (self.tr("sharing"), consent.share),
            )
            if given
        ]
        facts = [
            (self.tr("Phone"), "\n".join(row.phones), False),
            (self.tr("E-mail"), row.email, False),
            (self.tr("Address"), row.address.display, False),
            (self.tr("People to call"), contacts, False),
            (self.tr("Blood group"), row.blood_group.value, False),
            (self.tr("Consent"), ", ".join(agreed), False),
            (self.tr("Chronic conditions"), row.conditions, True),
            (self.tr("Notes"), row.notes, True),
            (self.tr("Last change"), self._by(row.updated_at, row.updated_by_name), True),
        ]
        return [(title, text or "–", long) for title, text, long in facts if text or not long]

    def _by(self, at: datetime, name: str) -> str:
        return " · ".join(filter(None, (self._formats.moment(at, self._desk.now()), name)))

    @staticmethod
    def _fact(title: str, text: str) -> QWidget:
        holder = QWidget()
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        layout.addWidget(plain_label(title, role="small"))
        layout.addWidget(plain_label(text, wrap=True, selectable=True))
        layout.addStretch(1)
        return holder
