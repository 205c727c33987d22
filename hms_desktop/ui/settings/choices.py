"""Fields for what a setting may be: time zones, countries, weekdays, times of the day."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QSpinBox, QWidget

from hms_desktop.domain.places import COUNTRIES, CURRENCIES

STEP_MINUTES = 15
DAY_MINUTES = 1440
HOUR = 60
WEEKDAYS = 7
_SEVERAL = 8


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """Return the names of all time zones, those of places first."""
    every = sorted(available_timezones())
    places = [name for name in every if "/" in name and not name.startswith(("Etc/", "SystemV/"))]
    return (*places, *(name for name in every if name not in set(places)))


class PlainSpin(QSpinBox):
    """A number that the wheel does not change in passing."""

    def __init__(
        self, low: int, high: int, suffix: str = "", parent: QWidget | None = None
    ) -> None:
        """Take numbers from ``low`` to ``high``."""
        super().__init__(parent)
        self.setRange(low, high)
        if suffix:
            self.setSuffix(f" {suffix}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: object) -> None:
        """Leave the wheel to the page behind, which scrolls."""
        event.ignore()  # type: ignore[attr-defined]


class Choice(QComboBox):
    """One of a list by key; the wheel scrolls the page instead of changing it."""

    def __init__(
        self, options: tuple[tuple[object, str], ...] = (), parent: QWidget | None = None
    ) -> None:
        """Show (key, text) in their order."""
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_SEVERAL)
        for key, text in options:
            self.addItem(text, key)

    def value(self) -> object:
        """Return the chosen key."""
        return self.currentData()

    def words(self, key: object) -> str:
        """Return how a key is shown."""
        place = self.findData(key)
        return self.itemText(place) if place >= 0 else str(key)

    def set_value(self, key: object) -> None:
        """Choose by key; one that is not offered is added, so that nothing is lost unseen."""
        place = self.findData(key)
        if place < 0:
            self.addItem(str(key), key)
            place = self.count() - 1
        self.setCurrentIndex(place)

    def wheelEvent(self, event: object) -> None:
        """Leave the wheel to the page behind, which scrolls."""
        event.ignore()  # type: ignore[attr-defined]


class ZoneEdit(QComboBox):
    """A time zone, found by typing any part of its name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Offer every zone."""
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_SEVERAL)
        self.addItems(list(zone_names()))
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(completer)

    def value(self) -> str:
        """Return the typed name; a name in other capitals is put right."""
        typed = self.currentText().strip().replace(" ", "_")
        return next((name for name in zone_names() if name.casefold() == typed.casefold()), typed)

    def set_value(self, name: str) -> None:
        """Show a zone."""
        self.setCurrentIndex(self.findText(name))
        self.setEditText(name)

    def wheelEvent(self, event: object) -> None:
        """Leave the wheel to the page behind, which scrolls."""
        event.ignore()  # type: ignore[attr-defined]


def time_choice() -> Choice:
    """Return a choice of times of the day in quarters of an hour, as minutes; 24:00 is the end."""
    return Choice(
        tuple(
            (minute, f"{minute // HOUR:02d}:{minute % HOUR:02d}")
            for minute in range(0, DAY_MINUTES + 1, STEP_MINUTES)
        )
    )


def weekday_choice() -> Choice:
    """Return a choice of weekdays, Monday 0."""
    locale = QLocale()
    return Choice(
        tuple(
            (day, locale.dayName(day + 1, QLocale.FormatType.LongFormat)) for day in range(WEEKDAYS)
        )
    )


@lru_cache(maxsize=1)
def _countries() -> tuple[tuple[str, str], ...]:
    found = {
        QLocale.territoryToCode(one): QLocale.territoryToString(one) for one in QLocale.Country
    }
    return tuple(
        sorted(((code, found.get(code, code)) for code in COUNTRIES), key=lambda pair: pair[1])
    )


def country_choice() -> Choice:
    """Return a choice of countries by their two letters."""
    return Choice(_countries())


@lru_cache(maxsize=1)
def _currencies() -> tuple[tuple[str, str], ...]:
    """Return every currency with its name, or a country that has it where no name is known."""
    names: dict[str, str] = {}
    style = QLocale.CurrencySymbolFormat
    anywhere = QLocale.Script.AnyScript, QLocale.Country.AnyCountry
    for language in (QLocale().language(), QLocale.Language.English):
        for one in QLocale.matchingLocales(language, *anywhere):
            name = one.currencySymbol(style.CurrencyDisplayName)
            if name:
                names.setdefault(one.currencySymbol(style.CurrencyIsoCode), name)
    for one in QLocale.matchingLocales(QLocale.Language.AnyLanguage, *anywhere):
        country = QLocale.territoryToString(one.territory())
        names.setdefault(one.currencySymbol(style.CurrencyIsoCode), country)
    return tuple(
        (code, f"{code} – {names[code]}" if code in names else code) for code in sorted(CURRENCIES)
    )


def currency_choice() -> Choice:
    """Return a choice of currencies by their three letters."""
    return Choice(_currencies())
