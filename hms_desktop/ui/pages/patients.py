"""The list of patients with its filters, and the chosen one's chart beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from hms_desktop.domain.patients import PatientHit, PatientRow
from hms_desktop.ui.actions import Command
from hms_desktop.ui.pages.base import Desk, ShownPatients
from hms_desktop.ui.patients.editor import PatientEditor
from hms_desktop.ui.patients.listing import PatientsList
from hms_desktop.ui.patients.view import PatientView
from hms_desktop.ui.records.chart_panel import ChartPanel
from hms_desktop.ui.today.record_panel import RecordPanel


class PatientsPage(PatientsList):
    """The list; the chart of the chosen patient opens beside it, the editor over it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the list and read its first page."""
        super().__init__(desk, parent)
        self.view: PatientView | None = None
        self.chart = ChartPanel(desk, self)
        self.record = RecordPanel(desk, self)
        self.chart.record_wanted.connect(self.record.open_record)
        self.new_button.clicked.connect(lambda _checked=False: self.new_patient())
        self.table.selected.connect(lambda _ids: self._open_current())
        self.table.opened.connect(lambda hit: self.open_patient(hit.id))
        self._set_up_commands()
        self.reload()

    def _set_up_commands(self) -> None:
        group = self.tr("Patients")
        self.commands.add_all(
            (
                Command("patients.find", self.tr("Find"), self.focus_search, "Ctrl+F", group),
                Command(
                    "patients.new",
                    self.tr("New patient"),
                    self.new_patient,
                    "Ctrl+N",
                    group,
                    lambda: "patients.register" in self.desk.actor.permissions,
                ),
            )
        )

    def save_list(self) -> None:
        """Ask for the whole list as a file: it may be too long to wait for."""
        self.desk.navigate.new_export.emit("patients_list")

    # -------------------------------------------------------------------------------- chart
    def focus_search(self) -> None:
        """Put the cursor into the text filter."""
        self.box.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.edit.selectAll()

    def _open_current(self) -> None:
        rows = self.table.selected_rows()
        if len(rows) == 1 and self.table.view.hasFocus():
            self.open_patient(rows[0].id)

    def show_patients(self, shown: ShownPatients) -> None:
        """Show the patients that another page counted, without any other filter."""
        self.came.set_shown(shown)
        for box in self._boxes().values():
            box.blockSignals(True)
            box.setCurrentIndex(0)
            box.blockSignals(False)
        if shown.first is not None:
            # Who came counts, also when the chart was retired since.
            self.state.blockSignals(True)
            self.state.setCurrentIndex(self.state.findData("all"))
            self.state.blockSignals(False)
        self.box.set_text("", tell=False)
        self.reload()

    def open_patient(self, patient_id: int) -> None:
        """Show a chart beside the list; the view of another patient is closed for good."""
        if "patients.read" not in self.desk.actor.permissions:
            return
        if self.view is not None and self.view.patient_id == patient_id:
            return
        if self.view is not None:
            self.view.hide()
            self.view.deleteLater()
        self.nobody.hide()
        self.view = PatientView(self.desk, patient_id, commands=self.commands)
        self.view.edit_wanted.connect(self.edit_patient)
        self.view.record_button.clicked.connect(self.open_chart)
        self._side.addWidget(self.view)
        self.table.select_ids([patient_id])

    def open_chart(self) -> None:
        """Open the clinical history of the patient who is shown; in need with a reason."""
        if self.view is not None and self.view.row is not None:
            self.chart.open_for(self.view.row)

    def new_patient(self, typed: str = "") -> None:
        """Open the registration with what was typed into the filter."""
        if "patients.register" in self.desk.actor.permissions:
            editor = self._open_editor()
            editor.start_new(typed or self.box.text().strip())
            self.panel.open_panel(editor)

    def edit_patient(self, row: PatientRow) -> None:
        """Open the editor of a chart."""
        editor = self._open_editor()
        editor.load(row.id)
        self.panel.set_title(row.display_name, row.mrn)

    def _open_editor(self) -> PatientEditor:
        editor = PatientEditor(self.desk)
        editor.dock_into(self.panel)
        editor.saved.connect(self._saved)
        editor.cancelled.connect(self.panel.close_panel)
        editor.patient_wanted.connect(self._wanted)
        self.panel.open_panel(editor.form.lines["given"])
        return editor

    def _wanted(self, hit: PatientHit) -> None:
        self.panel.close_panel()
        self.open_patient(hit.id)

    def _saved(self, row: PatientRow) -> None:
        self.panel.close_panel()
        if self.view is not None and self.view.patient_id == row.id:
            self.view.reload()
        else:
            self.open_patient(row.id)
        self.reload()
