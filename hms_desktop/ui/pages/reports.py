"""Reports: any month of the hospital or a doctor, any day sheet, and what is kept of them."""

from __future__ import annotations

import os
import uuid
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from hms_desktop.domain.doctor_month import Month
from hms_desktop.domain.doctors import DoctorRow
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.job_plans import MONTHLY_REPORTS
from hms_desktop.domain.jobs import with_environment
from hms_desktop.domain.kept_reports import KeptReport
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.ui.actions import Command
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.jobs.words import off_word, schedule_word
from hms_desktop.ui.list_layout import bar_of, card, fill_page, message, rule
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.pages.my_reports import month_title
from hms_desktop.ui.paper.preview import PaperPreview
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.reports.choosing import ReportChoices
from hms_desktop.ui.reports.kept_table import kept_table, whose_word
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.save_dialog import ask_where_to_save

_Found = tuple[tuple[KeptReport, ...], tuple[DoctorRow, ...], HospitalSettings]


class ReportsPage(Page):
    """What is wanted at the left, what is kept at the right; paper is shown over both."""

    entities = ("export_run", "doctor", "setting")

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the page; it reads at its first look."""
        super().__init__(desk, "", "report", parent)
        self.title = self.tr("Reports")
        self._formats = Formats.of(desk.settings)
        self._month = ""
        self.choices = ReportChoices(desk)
        self.schedule = plain_label(role="small", wrap=True)
        self.jobs_button = button(self.tr("&Jobs…"), self.show_jobs, kind="quiet", icon="clock")
        self.jobs_button.setVisible(desk.actor.may("jobs.manage"))
        self.open_button = button(self.tr("&Open"), self.open_kept_report, icon="document")
        self.save_button = button(self.tr("&Save as…"), self.ask_where, icon="save")
        self.mail_button = button(self.tr("&Mail it"), self.mail, icon="mail")
        self.trouble = plain_label(role="error", wrap=True)
        self.table = kept_table(
            desk,
            EmptyState(
                self.tr("No report is kept yet"),
                detail=self.tr("They are made by themselves, or by hand from the jobs."),
                icon="report",
            ),
        )
        self.table.view.setProperty("flat", True)
        self._lay_out()
        self.preview = PaperPreview(desk, self)
        self.choices.hospital_wanted.connect(self.show_hospital)
        self.choices.doctor_wanted.connect(self.show_doctor)
        self.choices.day_wanted.connect(self.show_day)
        self.table.selected.connect(lambda _ids: self._renew())
        self.table.opened.connect(lambda _row: self.open_kept_report())
        self._add_commands()
        self._renew()
        self._stale = True

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(plain_label(self.tr("Kept reports"), role="section"))
        words.addWidget(self.schedule)
        steps = (self.jobs_button, self.mail_button, self.save_button, self.open_button)
        bar = bar_of(words, *steps, wide=words)
        message(self.trouble)
        panel = card(bar, self.trouble, rule(), self.table, wide=self.table)
        fill_page(self, self.choices, panel, wide=panel, across=True)
        self.setFocusProxy(self.choices.hospital.button)

    def _add_commands(self) -> None:
        group = self.tr("Reports")
        self.commands.add_all(
            (
                Command("reports.hospital", self.tr("Show the hospital's month"),
                        self.choices.hospital.button.click, "Ctrl+H", group, icon="report"),
                Command("reports.save", self.tr("Save the kept report as…"), self.ask_where,
                        "Ctrl+S", group, self.save_button.isEnabled, icon="save"),
                Command("reports.mail", self.tr("Mail the kept report"), self.mail, "Ctrl+M",
                        group, self.mail_button.isEnabled, icon="mail"),
            )
        )  # fmt: skip

    # ------------------------------------------------------------------------------ reading
    def open_kept(self, month: str) -> None:
        """Show what is kept of a month (2026-10)."""
        self._month = month
        self.reload()

    def open_hospital(self, month: Month) -> None:
        """Show the hospital's month as a report; the next one is one step away."""
        self.choices.hospital_month.set_month(month)
        self.show_hospital(month)

    def reload(self) -> None:
        """Read what is kept, and the doctors."""
        services, actor = self.desk.services, self.desk.actor

        def work() -> _Found:
            settings = services.context.settings()
            return services.kept_reports.list(actor), services.doctors.doctors(actor), settings

        self.ask(work, self._show, failed=self._failed, key="kept")

    def _show(self, found: _Found) -> None:
        rows, doctors, settings = found
        self.trouble.hide()
        self.choices.show_doctors(doctors)
        self.table.set_rows(rows)
        wanted, self._month = self._month, ""
        first = next((row.id for row in rows if row.period == wanted), None)
        if first is not None:
            self.table.select_ids([first])
        self.schedule.setText(self._schedule_text(settings))
        self._renew()

    def _schedule_text(self, settings: HospitalSettings) -> str:
        try:
            settings = with_environment(settings, os.environ)
        except Invalid as error:
            return sentence(error)
        schedule = MONTHLY_REPORTS.schedule(settings)
        if schedule is None:
            return self.tr("Made by themselves: {why}.").format(
                why=off_word(MONTHLY_REPORTS, settings)
            )
        at = schedule.next(self.desk.now(), settings.zone_info)
        return self.tr("{when} for every doctor and the hospital; next {at}.").format(
            when=schedule_word(schedule, self._formats),
            at=self._formats.moment(at, self.desk.now()),
        )

    def _failed(self, error: Exception) -> None:
        self.trouble.setText(sentence(error))
        self.trouble.show()

    # ------------------------------------------------------------------------------ showing
    def show_hospital(self, month: Month) -> None:
        """Show the hospital's month on paper."""
        reports, actor = self.desk.services.hospital_reports, self.desk.actor
        self.preview.show_paper(
            month_title(month),
            lambda: reports.month_pdf(actor, month.year, month.month),
            "hospital_month",
        )

    def show_doctor(self, doctor_id: int, month: Month) -> None:
        """Show a doctor's month on paper."""
        reports, actor = self.desk.services.doctor_reports, self.desk.actor
        self.preview.show_paper(
            month_title(month),
            lambda: reports.month_pdf(actor, doctor_id, month.year, month.month),
            "doctor_month",
        )

    def show_day(self, doctor_id: int, on: date) -> None:
        """Show a doctor's day on paper."""
        sheets, actor = self.desk.services.day_sheets, self.desk.actor
        self.preview.show_paper(
            self._formats.long(on), lambda: sheets.day_pdf(actor, doctor_id, on), "day_sheet"
        )

    def open_kept_report(self) -> None:
        """Show the chosen kept report as it was made."""
        row = self.table.current_row()
        if row is not None:
            kept, actor, report_id = self.desk.services.kept_reports, self.desk.actor, row.id
            self.preview.show_paper(row.title, lambda: kept.paper(actor, report_id), row.kind)

    def show_jobs(self) -> None:
        """Go where reports are made by hand."""
        self.desk.navigate.job.emit(None)

    # ------------------------------------------------------------------------- what is kept
    def _renew(self) -> None:
        chosen = self.table.current_row() is not None
        for one in (self.open_button, self.save_button, self.mail_button):
            one.setEnabled(chosen)

    def ask_where(self) -> None:
        """Ask for a place and copy the chosen report there."""
        row = self.table.current_row()
        if row is None:
            return
        ask_where_to_save(
            self.window(),
            self.tr("Save report"),
            row.file_name,
            partial(self.save_to, row.id),
        )

    def save_to(self, report_id: int, target: Path) -> None:
        """Copy a kept report to a place."""
        kept, actor = self.desk.services.kept_reports, self.desk.actor
        self.ask(
            lambda: kept.save_as(actor, report_id, target),
            lambda path: self._say(self.tr("Saved as {file}").format(file=path.name)),
            failed=self._tell,
        )

    def mail(self) -> None:
        """Mail the chosen report once more."""
        row = self.table.current_row()
        if row is None:
            return
        kept, actor, request = self.desk.services.kept_reports, self.desk.actor, str(uuid.uuid4())
        report_id, whose = row.id, whose_word(row)
        self.ask(
            lambda: kept.mail(actor, report_id, request_id=request),
            lambda address: self._say(
                self.tr("{whose}: the report goes to {address}").format(
                    whose=whose, address=address
                )
            ),
            failed=self._tell,
        )

    def _say(self, text: str) -> None:
        self.desk.toasts.show_toast(text, kind="ok")

    def _tell(self, error: Exception) -> None:
        self.desk.toasts.show_toast(sentence(error), kind="alarm")
