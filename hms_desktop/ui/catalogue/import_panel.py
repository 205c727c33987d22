"""A country's public holidays: chosen, looked at day by day, taken over in one step."""

from __future__ import annotations

import uuid
from typing import Any

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QCompleter, QVBoxLayout, QWidget

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.holidays import Country, DayState, HolidayWish, PreviewDay
from hms_desktop.domain.hours import HolidayRow
from hms_desktop.ui.buttons import button
from hms_desktop.ui.catalogue.preview_table import PreviewTable
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.settings.choices import Choice, PlainSpin
from hms_desktop.ui.widgets.field import Field, Form
from hms_desktop.ui.widgets.side_panel import SidePanel

WIDTH = 760
SHORTEST, HEAD_AND_FOOT = 280, 440
"""Pixels: the days take what the choices and the buttons leave them."""
MEMORY = "catalogue/public_holidays"
LETTERS = 2


class ImportPanel(SidePanel):
    """``imported`` carries the HolidayRows that are new."""

    imported = Signal(object)

    def __init__(self, desk: Desk, host: QWidget) -> None:
        """Build the choices, hidden."""
        super().__init__(host, width=WIDTH, title="")
        self.desk = desk
        self._known: Country | None = None
        self._source = ""
        self._busy = False
        self.country = _CountryBox()
        self.region = Choice()
        self.language = Choice()
        self.year = PlainSpin(1900, 2200)
        self.years = PlainSpin(1, 5)
        self.optional = QCheckBox(self.tr("Also days that only some &keep (optional ones)"))
        self.table = PreviewTable(desk)
        self.trouble = plain_label(role="error", wrap=True)
        self.count = plain_label(role="small", wrap=True)
        self.apply_button = button(
            self.tr("&Add the ticked days"), self.apply, kind="primary", icon="check"
        )
        self.all_button = button(self.tr("&Tick all new ones"), self.table.tick_all)
        self.none_button = button(self.tr("Tick n&one"), self.table.tick_none)
        self._lay_out()
        self._connect()

    # -------------------------------------------------------------------------------- doing
    def open_for(self, year: int) -> None:
        """Open for a year, with the country that was chosen last or is the hospital's own."""
        self.set_title(
            self.tr("Public holidays"),
            self.tr("Choose whose. Nothing is changed before you add the ticked days."),
        )
        self.year.blockSignals(True)
        self.year.setValue(year)
        self.year.blockSignals(False)
        self.say("")
        self.table.table.setMinimumHeight(max(SHORTEST, self._host.height() - HEAD_AND_FOOT))
        self.open_panel(self.country)
        if self.country.count():
            self.preview()
            return
        hours, actor = self.desk.services.availability, self.desk.actor
        self.desk.runner.run(
            lambda: hours.holiday_countries(actor),
            owner=self,
            done=self._offer,
            failed=self._failed,
            key="countries",
            label=self.tr("Reading the public holidays"),
        )

    def wish(self) -> HolidayWish:
        """Return whose holidays are asked for."""
        first = self.year.value()
        return HolidayWish(
            self.country.code(),
            str(self.region.value() or ""),
            tuple(range(first, first + self.years.value())),
            str(self.language.value() or ""),
            optional=self.optional.isChecked(),
        )

    def preview(self) -> None:
        """Show what these choices come to."""
        if self._known is None or self._known.code != self.country.code():
            return
        hours, actor, wish = self.desk.services.availability, self.desk.actor, self.wish()
        self._remember(wish)
        self.desk.runner.run(
            lambda: hours.preview_holidays(actor, wish),
            owner=self,
            done=lambda days: self._show(wish, days),
            failed=self._failed,
            key="preview",
        )

    def apply(self) -> None:
        """Add the ticked days, all in one step."""
        days = self.table.chosen()
        if self._busy or not days:
            return
        hours, actor, source = self.desk.services.availability, self.desk.actor, self._source
        request = str(uuid.uuid4())
        self._busy = True
        self._show_count()

        def done(rows: tuple[HolidayRow, ...]) -> None:
            self._busy = False
            self.close_panel()
            self.imported.emit(rows)

        self.desk.runner.run(
            lambda: hours.import_holidays(actor, days, source, request_id=request),
            owner=self,
            done=done,
            failed=self._failed,
        )

    def say(self, words: str) -> None:
        """Show a sentence over the days; an empty one hides it."""
        self.trouble.setText(words)
        self.trouble.setVisible(bool(words))

    # ------------------------------------------------------------------------------- inside
    def _lay_out(self) -> None:
        self.form = Form()
        self.form.add_row(
            ("country", Field(self.tr("&Country"), self.country), 1),
            ("region", Field(self.tr("&State or province"), self.region), 1),
        )
        self.form.add_row(
            ("years", Field(self.tr("From &year"), self.year), 1),
            ("count", Field(self.tr("&Number of years"), self.years), 1),
            ("language", Field(self.tr("&Language of the names"), self.language), 1),
        )
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.form)
        column.addWidget(self.optional)
        column.addWidget(self.trouble)
        column.addWidget(self.table, 1)
        column.addWidget(self.count)
        self.set_body(body)
        self.trouble.hide()
        self.set_footer(
            [button(self.tr("Cancel"), self.close_panel), self.apply_button],
            [self.all_button, self.none_button],
        )

    def _connect(self) -> None:
        self.country.activated.connect(lambda _place: self._country_typed())
        self.country.typed.connect(self._country_typed)
        for choice in (self.region, self.language):
            choice.activated.connect(lambda _place: self.preview())
        for spin in (self.year, self.years):
            spin.valueChanged.connect(lambda _value: self.preview())
        self.optional.toggled.connect(lambda _on: self.preview())
        self.table.ticked.connect(self._show_count)

    def _offer(self, codes: tuple[str, ...]) -> None:
        kept = self._kept()
        own = str(kept.get("country") or self.desk.settings.country)
        self.country.offer(codes)
        self.country.choose(own if own in codes else codes[0])
        self._country_chosen(str(kept.get("region") or ""), str(kept.get("language") or ""))

    def _country_typed(self) -> None:
        """Follow what is typed or chosen; what is no country is refused at the field."""
        code = self.country.code()
        if not code:
            words = self.tr("No such country is known. Choose one of the list.")
            self.form.field("country").set_error(words)
            self.table.set_days(())
            self._show_count()
        elif self._known is None or self._known.code != code:
            self.form.field("country").clear_error()
            self._country_chosen()
        elif not self.table.days():
            self.form.field("country").clear_error()
            self.preview()

    def _country_chosen(self, region: str = "", language: str = "") -> None:
        hours, actor, code = self.desk.services.availability, self.desk.actor, self.country.code()
        self.desk.runner.run(
            lambda: hours.holiday_country(actor, code),
            owner=self,
            done=lambda known: self._show_country(known, region, language),
            failed=self._failed,
            key="country",
        )

    def _show_country(self, known: Country, region: str, language: str) -> None:
        self._known = known
        _fill(
            self.region,
            (("", self.tr("The whole country")), *((one.code, one.name) for one in known.regions)),
            region,
        )
        _fill(self.language, tuple((code, _language(code)) for code in known.languages), language)
        self.region.setEnabled(bool(known.regions))
        self.form.field("region").set_hint(
            self.tr("Some days are holidays in their state only.") if known.regions else ""
        )
        self.language.setEnabled(bool(known.languages))
        self.optional.setVisible(known.optional)
        self.preview()

    def _show(self, wish: HolidayWish, days: tuple[PreviewDay, ...]) -> None:
        self.say("")
        self._source = wish.source
        self.table.set_days(days)
        self._show_count()

    def _show_count(self) -> None:
        days = self.table.days()
        chosen = len(self.table.chosen())
        hit = sum(one.visits for one in days if one.day in self.table.chosen())
        there = sum(one.state is not DayState.NEW for one in days)
        words = self.tr("{n} days, {m} of them are holidays already.").format(n=len(days), m=there)
        if hit:
            more = self.tr("On the ticked days {n} visits are booked: they are listed afterwards.")
            words = f"{words} {more.format(n=hit)}"
        self.count.setText(words if days else self.tr("No day is known for these choices."))
        self.apply_button.setText(
            self.tr("&Add 1 day") if chosen == 1 else self.tr("&Add {n} days").format(n=chosen)
        )
        self.apply_button.setEnabled(bool(chosen) and not self._busy)

    def _kept(self) -> dict[str, Any]:
        kept = self.desk.memory.get(MEMORY, {})
        return kept if isinstance(kept, dict) else {}

    def _remember(self, wish: HolidayWish) -> None:
        self.desk.memory.put(
            MEMORY, {"country": wish.country, "region": wish.region, "language": wish.language}
        )

    def _failed(self, error: Exception) -> None:
        self._busy = False
        self._show_count()
        if isinstance(error, Invalid) and error.field in self.form.fields:
            self.form.show_error(error)
        else:
            self.say(sentence(error))


class _CountryBox(QComboBox):
    """Countries by their names in the person's language, found by typing any part.

    ``typed`` when the field is left.
    """

    typed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.activated.connect(lambda _text: self.activated.emit(self.currentIndex()))
        self.setCompleter(completer)
        line = self.lineEdit()
        if line is not None:
            line.editingFinished.connect(self.typed)

    def offer(self, codes: tuple[str, ...]) -> None:
        """Offer countries by their two letters."""
        named = [
            (QLocale.territoryToString(QLocale.codeToTerritory(one)) or one, one) for one in codes
        ]
        for name, code in sorted(named, key=lambda pair: pair[0].casefold()):
            self.addItem(name, code)

    def choose(self, code: str) -> None:
        """Show a country."""
        self.setCurrentIndex(self.findData(code))

    def code(self) -> str:
        """Return the letters of the country that is shown; of the typed name, if it is one."""
        place = self.findText(self.currentText().strip(), Qt.MatchFlag.MatchFixedString)
        return str(self.itemData(place) or "") if place >= 0 else ""

    def wheelEvent(self, event: object) -> None:
        """Leave the wheel to the panel behind, which scrolls."""
        event.ignore()  # type: ignore[attr-defined]


def _fill(choice: Choice, options: tuple[tuple[str, str], ...], chosen: str) -> None:
    choice.blockSignals(True)
    choice.clear()
    for key, text in options:
        choice.addItem(text, key)
    choice.setCurrentIndex(max(0, choice.findData(chosen)))
    choice.blockSignals(False)


def _language(code: str) -> str:
    """Return what a language calls itself, with its code."""
    name = QLocale(code).nativeLanguageName()
    return f"{name} ({code})" if name else code
