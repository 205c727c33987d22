"""A record as it was written, in any of its versions, read beside the work of now."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from hms_desktop.domain.consultations import Encounter, Record, RecordVersion
from hms_desktop.ui.consultation.form import ConsultationForm
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.side_panel import SidePanel


@dataclass(frozen=True, slots=True)
class _Read:
    encounter: Encounter
    versions: tuple[RecordVersion, ...]


class VersionBox(QComboBox):
    """The versions of a record, newest first: number, when, by whom, why."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self.setAccessibleName(self.tr("Version of the record"))

    def show_versions(self, versions: tuple[RecordVersion, ...]) -> None:
        """Offer these versions, the newest chosen."""
        self.blockSignals(True)
        self.clear()
        for one in versions:
            self.addItem(self.words(one), one)
        self.blockSignals(False)

    def words(self, one: RecordVersion) -> str:
        """Return a version in one line."""
        when = self._formats.moment(one.at, self._desk.now())
        if one.reason:
            return self.tr("Version {n} · {when} · {who}: {why}").format(
                n=one.number, when=when, who=one.author, why=one.reason
            )
        return self.tr("Version {n} · {when} · {who}").format(
            n=one.number, when=when, who=one.author
        )

    def version(self) -> RecordVersion | None:
        """Return the chosen version."""
        return self._at(self.currentIndex())

    def before(self) -> Record | None:
        """Return what the chosen version amended, None for the first."""
        found = self._at(self.currentIndex() + 1)
        return None if found is None else found.record

    def _at(self, place: int) -> RecordVersion | None:
        found = self.itemData(place)
        return found if isinstance(found, RecordVersion) else None


class RecordPanel(SidePanel):
    """Reads one record (audited) and shows its versions; nothing can be changed here."""

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Start hidden."""
        super().__init__(host, width=620)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self._patient = plain_label(role="small", wrap=True)
        self.trouble = plain_label(role="error", wrap=True)
        self.trouble.hide()
        self.box = VersionBox(desk)
        self.box.currentIndexChanged.connect(lambda _index: self._show_version())
        self.form = ConsultationForm(desk)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for widget in (self._patient, self.trouble, self.box, self.form):
            column.addWidget(widget)
        self.set_body(body)

    def open_record(self, encounter_id: int) -> None:
        """Read a record and show its newest version."""
        services, actor = self._desk.services, self._desk.actor

        def work() -> _Read:
            return _Read(
                services.consultations.record(actor, encounter_id),
                services.consultations.versions(actor, encounter_id),
            )

        self.set_title(self.tr("Record"))
        self._desk.runner.run(
            work, owner=self, done=self._show, failed=self._failed, key="record_panel"
        )

    def _show(self, read: _Read) -> None:
        one = read.encounter
        self.trouble.hide()
        self.set_title(
            self._formats.long(self._formats.day_of(one.starts_at), self._desk.today()),
            f"{one.doctor_name} · {one.visit_type_name}",
        )
        self._patient.setText(f"{one.patient_name} · {one.mrn}")
        self.box.show_versions(read.versions)
        self._show_version()
        self.open_panel(self.box)

    def _show_version(self) -> None:
        version = self.box.version()
        if version is not None:
            self.form.show_record(version.record, None, read_only=True, before=self.box.before())

    def _failed(self, error: Exception) -> None:
        self.trouble.setText(sentence(error))
        self.trouble.show()
        self.open_panel(self.close_button)
