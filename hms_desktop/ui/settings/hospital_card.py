"""Settings of the whole hospital: its name and place, dates, working day, front desk."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.settings.choices import (
    Choice,
    country_choice,
    currency_choice,
    time_choice,
    weekday_choice,
)
from hms_desktop.ui.settings.editors import (
    check_field,
    choice_field,
    either_field,
    lines_field,
    logo_field,
    spin_field,
    text_field,
    zone_field,
)
from hms_desktop.ui.settings.settings_card import SettingsCard

DRAFT = "settings"


class HospitalCard(SettingsCard):
    """What every workstation goes by."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the form."""
        title = QCoreApplication.translate("HospitalCard", "Hospital")
        super().__init__(desk, title, DRAFT, parent)

    def add_fields(self) -> None:
        """Put the fields into the form."""
        tr, minutes = self.tr, self.tr("minutes")
        self.form.add_section(tr("Name and place"))
        self.add_settings(("hospital_name", tr("Name"), text_field(200), ""))
        self.add_settings(
            ("zone", tr("Time zone"), zone_field(), tr("Type a part of its name")),
            ("country", tr("Country"), choice_field(country_choice()), tr("For phone numbers")),
            (
                "currency",
                tr("Currency"),
                choice_field(currency_choice()),
                tr("For amounts; none are kept yet"),
            ),
        )
        self.form.add_section(tr("Head of printed papers"))
        self.add_settings(
            ("address", tr("Address"), lines_field(), tr("As on a letter")),
            ("logo", tr("Logo"), logo_field(self.desk.runner), ""),
        )
        self.add_settings(
            ("phone", tr("Phone"), text_field(60), ""),
            ("email", tr("E-mail"), text_field(200), ""),
            (
                "paper_size",
                tr("Prescriptions and letters"),
                choice_field(Choice((("A4", "A4"), ("A5", "A5")))),
                tr("The sheet they are laid out for"),
            ),
        )
        self.form.add_section(tr("Dates and times"))
        self.add_settings(
            (
                "day_first",
                tr("Dates"),
                either_field(tr("Dates"), tr("Day first"), tr("Month first")),
                "",
            ),
            (
                "clock_24h",
                tr("Clock"),
                either_field(tr("Clock"), tr("24 hours"), tr("12 hours")),
                "",
            ),
            ("week_start", tr("The week begins on"), choice_field(weekday_choice()), ""),
        )
        self.form.add_section(tr("Working day"))
        self.add_settings(
            ("slot_minutes", tr("Length of a slot"), spin_field(1, 240, minutes), ""),
            ("default_start_minute", tr("From"), choice_field(time_choice()), ""),
            ("default_end_minute", tr("To"), choice_field(time_choice()), ""),
        )
        self.add_settings(
            (
                "default_hours_apply",
                tr("Doctors without hours of their own"),
                check_field(tr("work these hours")),
                "",
            )
        )
        self.form.add_section(tr("Front desk"))
        self.add_settings(
            (
                "waiting_warn_minutes",
                tr("Waiting turns yellow after"),
                spin_field(1, 600, minutes),
                "",
            ),
            ("waiting_alarm_minutes", tr("Red after"), spin_field(1, 600, minutes), ""),
            ("hold_seconds", tr("A slot is held for"), spin_field(15, 3600, tr("seconds")), ""),
        )
        self.add_settings(
            ("mrn_prefix", tr("Hospital numbers begin with"), text_field(12), ""),
            ("mrn_width", tr("Digits of a hospital number"), spin_field(1, 12), ""),
        )
