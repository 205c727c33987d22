"""The audit trail: who did or looked at what, when, where; filtered, opened, checked, printed."""

from __future__ import annotations

from array import array
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.domain.audit import AuditDetail, AuditHead, AuditRow
from hms_desktop.domain.patients import PatientHit
from hms_desktop.ui.actions import Command
from hms_desktop.ui.audit.check_panel import CheckPanel
from hms_desktop.ui.audit.detail import EntryPanel
from hms_desktop.ui.audit.filters import AuditFilters
from hms_desktop.ui.audit.patient_panel import PatientPanel
from hms_desktop.ui.audit.table import audit_table
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.paper.preview import PaperPreview
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.runner import Progress, Step, Task
from hms_desktop.ui.widgets.empty import EmptyState

LIST_PAPER, HEAD_PAPER = "access_list", "audit_head"


class AuditPage(Page):
    """The list with its filters; Enter shows an entry beside it.

    It is read when it is shown and when somebody asks: nearly everything that happens in the
    hospital adds to it.
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the page; it reads at its first look."""
        super().__init__(desk, "", "shield", parent)
        self.title = self.tr("Audit")
        self._export: Task | None = None
        self.filters = AuditFilters(desk)
        self.empty = EmptyState(
            self.tr("No entry fits"),
            detail=self.tr("Choose a longer period, or take a filter away."),
            icon="shield",
            action=self.tr("Reset the filters"),
            run=self.filters.reset,
        )
        self.table = audit_table(desk, self.empty)
        self.table.view.setProperty("flat", True)
        self.trouble = plain_label(role="error", wrap=True)
        self.count = plain_label(role="small")
        self.export_button = button(self.tr("&Export…"), self.ask_export, icon="document")
        self.list_button = button(
            self.tr("&Access list…"), self.open_access_list, icon="print",
            tip=self.tr("On paper: who looked at or changed the chosen patient's chart"),
        )  # fmt: skip
        self.check_button = button(
            self.tr("&Check the trail…"), self.open_check, kind="primary", icon="shield"
        )
        self._lay_out()
        self.entry = EntryPanel(desk, self, self.filters.set_patient)
        self.patients = PatientPanel(desk, self)
        self.check = CheckPanel(desk, self)
        self.preview = PaperPreview(desk, self)
        self._connect()
        self._add_commands()
        self._renew()
        self._stale = True  # read at the first look, not at every log-in

    def _lay_out(self) -> None:
        top = QFrame()
        top.setProperty("bar", True)
        bar = QVBoxLayout(top)
        bar.setContentsMargins(14, 12, 14, 12)
        bar.addWidget(self.filters)
        self.trouble.setContentsMargins(14, 8, 14, 8)
        self.trouble.hide()
        foot = QFrame()
        foot.setProperty("footer", True)
        row = QHBoxLayout(foot)
        row.setContentsMargins(14, 8, 14, 8)
        row.setSpacing(8)
        row.addWidget(self.count)
        row.addStretch(1)
        for one in (self.export_button, self.list_button, self.check_button):
            row.addWidget(one)
        card = QFrame()
        card.setProperty("panel", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        for part in (top, self.trouble):
            inside.addWidget(part)
        inside.addWidget(self.table, 1)
        inside.addWidget(foot)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(card)
        self.setFocusProxy(self.filters.box)

    def _connect(self) -> None:
        self.filters.changed.connect(self.reload)
        self.filters.patient_wanted.connect(self.patients.ask)
        self.patients.chosen.connect(self._patient_chosen)
        self.table.rows_wanted.connect(self._read_rows)
        self.table.opened.connect(self._open)
        self.check.paper_wanted.connect(self.print_head)

    def _add_commands(self) -> None:
        group = self.tr("Audit")
        self.commands.add_all(
            (
                Command("audit.again", self.tr("Read the list again"), self.reload, "F5", group,
                        icon="refresh"),
                Command("audit.patient", self.tr("Entries about one patient"), self.patients.ask,
                        "Ctrl+P", group, icon="patient"),
                Command("audit.export", self.tr("Export the list"), self.ask_export, "Ctrl+E",
                        group, self.export_button.isEnabled, icon="document"),
                Command("audit.list", self.tr("Access list of the patient"), self.open_access_list,
                        "Ctrl+Shift+L", group, self.list_button.isEnabled, icon="print"),
                Command("audit.check", self.tr("Check the trail"), self.open_check,
                        "Ctrl+Shift+C", group, icon="shield"),
            )
        )  # fmt: skip

    # ------------------------------------------------------------------------------ reading
    def reload(self) -> None:
        """Read which entries the filters let through; the old list stays greyed until then."""
        trail, actor, wish = self.desk.services.audit_trail, self.desk.actor, self.filters.wish()
        if self.filters.people.count() == 1:
            self.ask(
                lambda: trail.people(actor), self.filters.set_people, failed=self._failed,
                key="people",
            )  # fmt: skip
        self.table.set_loading(True)
        self._renew()
        self.ask(lambda: trail.ids(actor, wish), self._show, failed=self._failed, key="ids")

    def hideEvent(self, event: QHideEvent) -> None:
        """Read anew at the next look."""
        self._stale = True
        super().hideEvent(event)

    def _show(self, ids: array[int]) -> None:
        self.trouble.hide()
        self.table.set_loading(False)
        self.table.set_ids(ids)
        self.count.setText(self.tr("{n} entries").format(n=f"{len(ids):,}") if ids else "")
        self._renew()

    def _read_rows(self, ids: tuple[int, ...]) -> None:
        trail, actor = self.desk.services.audit_trail, self.desk.actor
        self.ask(
            lambda: trail.rows(actor, ids), self.table.put, failed=self._rows_failed, key="rows"
        )

    def _rows_failed(self, error: Exception) -> None:
        self.table.not_read()
        self._failed(error)

    def _failed(self, error: Exception) -> None:
        self.table.set_loading(False)
        self.trouble.setText(sentence(error))
        self.trouble.show()

    def _renew(self) -> None:
        self.export_button.setEnabled(self.table.model.rowCount() > 0 and self._export is None)
        self.list_button.setEnabled(self.filters.patient_id is not None)

    def _patient_chosen(self, hit: PatientHit) -> None:
        self.filters.set_patient(hit.id, hit.name)

    # ------------------------------------------------------------------------------ one entry
    def _open(self, row: AuditRow) -> None:
        trail, actor = self.desk.services.audit_trail, self.desk.actor
        self.ask(
            lambda: trail.entry(actor, row.id), self._show_entry, failed=self._failed, key="entry"
        )

    def _show_entry(self, detail: AuditDetail) -> None:
        self.check.close_panel()
        self.entry.show_entry(detail)

    # ------------------------------------------------------------------------------ paper, file
    def open_check(self) -> None:
        """Show the check of the whole trail beside the list."""
        self.entry.close_panel()
        self.check.open_check()

    def open_access_list(self) -> None:
        """Show on paper who touched the chosen patient's chart in the period."""
        trail, actor = self.desk.services.audit_trail, self.desk.actor
        patient_id, (first, last) = self.filters.patient_id, self.filters.days()
        if patient_id is not None:
            self.preview.show_paper(
                self.tr("Access list"),
                lambda: trail.access_list_pdf(actor, patient_id, first, last),
                LIST_PAPER,
            )

    def print_head(self, head: AuditHead) -> None:
        """Show a kept head on paper."""
        trail, actor = self.desk.services.audit_trail, self.desk.actor
        self.preview.show_paper(
            self.tr("Head of the audit trail"), lambda: trail.head_pdf(actor, head), HEAD_PAPER
        )

    def ask_export(self) -> None:
        """Ask for a file and write the whole list to it."""
        dialog = QFileDialog(self.window(), self.tr("Export the audit trail"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("CSV table (*.csv)"), self.tr("Excel workbook (*.xlsx)")])
        dialog.setDefaultSuffix("csv")
        folder = QStandardPaths.StandardLocation.DocumentsLocation
        dialog.setDirectory(QStandardPaths.writableLocation(folder))
        dialog.selectFile(self.tr("audit-{day}.csv").format(day=self.desk.today().isoformat()))
        dialog.fileSelected.connect(lambda path: self.export_to(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def export_to(self, path: Path) -> None:
        """Write every entry that the filters let through to a file."""
        exports, actor, wish = self.desk.services.exports, self.desk.actor, self.filters.wish()

        def work(progress: Progress) -> int:
            def report(done: int, total: int) -> None:
                progress.check()
                progress.report(done, total)

            return exports.audit(actor, wish, path, report=report)

        self._export = self.desk.runner.run_long(
            work,
            owner=self,
            done=lambda count: self._exported(path, count),
            failed=self._not_exported,
            moved=self._export_moved,
            label=self.tr("Exporting the audit trail"),
        )
        self._renew()

    def _export_moved(self, step: Step) -> None:
        self.count.setText(
            self.tr("Exporting {n} of {m}").format(n=f"{step.done:,}", m=f"{step.total:,}")
        )

    def _exported(self, path: Path, count: int) -> None:
        self._export = None
        text = self.tr("{n} entries exported to {file}").format(n=f"{count:,}", file=path.name)
        self.desk.toasts.show_toast(text, kind="ok")
        self.reload()

    def _not_exported(self, error: Exception) -> None:
        self._export = None
        self.desk.toasts.show_toast(sentence(error), kind="alarm")
        self.reload()
