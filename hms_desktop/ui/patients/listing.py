"""The list of patients: filters, columns, as many rows as there are."""

from __future__ import annotations

from array import array
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QComboBox, QFrame, QSplitter, QVBoxLayout, QWidget

from hms_desktop.domain.patient_lists import MOST_LISTED, PatientFilter
from hms_desktop.domain.patients import PatientHit, Sex
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.icons import icon
from hms_desktop.ui.list_layout import bar_of, card, counted, rule
from hms_desktop.ui.pages.base import Desk, Page
from hms_desktop.ui.patients.came_filter import CameFilter
from hms_desktop.ui.patients.formats import Formats, birth_of, sex_word, short_age
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.empty import EmptyState
from hms_desktop.ui.widgets.lazy_table import LazyTable
from hms_desktop.ui.widgets.rows import Column
from hms_desktop.ui.widgets.search_box import SearchBox
from hms_desktop.ui.widgets.side_panel import SidePanel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QIcon

ORDERS = {"name": "name", "mrn": "mrn", "age": "born", "sex": "sex", "born": "born"}
"""Columns that the database can sort by, and by what."""
_AGES: dict[str, tuple[int, int]] = {
    "any": (0, 0),
    "child": (0, 17),
    "adult": (18, 64),
    "old": (65, 130),
}


class PatientsList(Page):
    """Patients by name or by a search."""

    entities = ("patient",)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Build the list with the filters as they were."""
        title = QCoreApplication.translate("PatientsPage", "Patients")
        super().__init__(desk, title, "patients", parent)
        self._formats = Formats.of(desk.settings)
        self._build()
        self._restore()

    # ------------------------------------------------------------------------------ widgets
    def _build(self) -> None:
        self.box = SearchBox(
            self.tr("Name, MRN, phone, birth date"), name=self.tr("Filter patients by text")
        )
        self.box.query_changed.connect(lambda _text: self._filtered())
        self.sex = self._choice(
            self.tr("Sex"),
            [("", self.tr("Any sex")), *((one.value, sex_word(one)) for one in Sex)],
        )
        self.ages = self._choice(
            self.tr("Age"),
            [
                ("any", self.tr("Any age")),
                ("child", self.tr("Under 18")),
                ("adult", self.tr("18 to 64")),
                ("old", self.tr("65 and over")),
            ],
        )
        self.state = self._choice(
            self.tr("Which charts"),
            [
                ("", self.tr("In use")),
                ("unknown", self.tr("To be identified")),
                ("retired", self.tr("Retired")),
                ("all", self.tr("All charts")),
            ],
        )
        self.count = plain_label("", role="dim")
        self.new_button = button(self.tr("New patient"), kind="primary", icon="patient-add")
        if "patients.register" not in self.desk.actor.permissions:
            self.new_button.hide()
        choices = (self.sex, self.ages, self.state, self.new_button)
        bar = bar_of(self.box, *choices, wide=self.box)
        self.empty = EmptyState(self.tr("No patient fits."), icon="patients")
        self.table: LazyTable[PatientHit] = LazyTable(
            self._columns(),
            lambda hit: hit.id,
            name=self.tr("Patients"),
            memory=self.desk.memory,
            memory_key="patients",
            empty=self.empty,
            orders=frozenset(ORDERS),
        )
        self.table.order_changed.connect(self.reload)
        self.table.rows_wanted.connect(self._read_rows)
        self.table.view.setProperty("flat", True)
        self.came = CameFilter(self.desk, self._formats)
        self.came.changed.connect(self.reload)
        left = card(bar, self.came, rule(), self.table, counted(self.count, None), wide=self.table)
        self._arrange(left)

    def _arrange(self, left: QWidget) -> None:
        self.side = QFrame()
        self.side.setProperty("panel", True)
        self._side = QVBoxLayout(self.side)
        self._side.setContentsMargins(1, 1, 1, 1)
        self.nobody = EmptyState(self.tr("Choose a patient to see the chart."), icon="patient")
        self._side.addWidget(self.nobody)
        self.side.setMinimumWidth(360)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(self.side)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([900, 520])
        self.desk.layout.splitter(split, "patients")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(split)
        self.panel = SidePanel(self, width=480)
        self.setFocusProxy(self.box)

    def _choice(self, name: str, options: Sequence[tuple[str, str]]) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        for key, text in options:
            box.addItem(text, key)
        box.currentIndexChanged.connect(lambda _place: self._filtered())
        return box

    def _columns(self) -> tuple[Column[PatientHit], ...]:
        formats = self._formats
        now = self.desk.now

        def day(moment: object) -> str:
            return "" if moment is None else formats.moment(moment, now())  # type: ignore[arg-type]

        def allergy(hit: PatientHit) -> QIcon | None:
            return icon("allergy", "alarm_text") if hit.has_allergies else None

        return (
            Column(
                "name",
                self.tr("Name"),
                lambda hit: hit.name,
                width=0,
                least=190,
                bold=True,
                icon=allergy,
            ),
            Column("mrn", self.tr("MRN"), lambda hit: hit.mrn, width=100),
            Column(
                "age",
                self.tr("Age"),
                lambda hit: short_age(
                    birth_of(hit.birth_date, hit.birth_precision), self.desk.today()
                ),
                width=64,
                right=True,
            ),
            Column("sex", self.tr("Sex"), lambda hit: sex_word(hit.sex), width=90, yields=1),
            Column(
                "born",
                self.tr("Birth date"),
                lambda hit: formats.birth(birth_of(hit.birth_date, hit.birth_precision)),
                width=110,
                yields=2,
            ),
            Column("phone", self.tr("Phone"), lambda hit: hit.phone, width=140),
            Column(
                "last",
                self.tr("Last visit"),
                lambda hit: day(hit.last_visit),
                width=150,
                visible=False,
            ),
            Column(
                "next",
                self.tr("Next visit"),
                lambda hit: day(hit.next_visit),
                width=150,
            ),
        )

    # ------------------------------------------------------------------------------ reading
    def wish(self) -> PatientFilter:
        """Return the filters as chosen."""
        state = str(self.state.currentData())
        oldest, youngest = self._born()
        key, descending = self.table.order()
        return PatientFilter(
            text=self.box.text().strip(),
            sex=Sex(self.sex.currentData()) if self.sex.currentData() else None,
            born_from=oldest,
            born_to=youngest,
            placeholder=True if state == "unknown" else None,
            retired={"retired": True, "all": None}.get(state, False),
            came=self.came.bounds(),
            new=self.came.shown.new,
            order=ORDERS.get(key, ""),
            # The older somebody is, the earlier was the birth.
            descending=descending is not (key == "age"),
        )

    def _born(self) -> tuple[date | None, date | None]:
        key = str(self.ages.currentData())
        if key == "any":
            return None, None
        youngest, oldest = _AGES[key]
        today = self.desk.today()
        # Aged N or less: born after this day N + 1 years ago.
        return _years_before(today, oldest + 1, 1), _years_before(today, youngest, 0)

    def reload(self) -> None:
        """Read who is on the list; what is in sight is read as soon as it is known."""
        patients, actor, wish = self.desk.services.patients, self.desk.actor, self.wish()
        self.table.set_loading(True)
        self.ask(lambda: patients.ids(actor, wish), self._show, failed=self._failed, key="list")

    def _read_rows(self, ids: tuple[int, ...]) -> None:
        patients, actor = self.desk.services.patients, self.desk.actor
        self.ask(lambda: patients.hits(actor, ids), self.table.put, failed=self._rows_failed)

    def _rows_failed(self, error: Exception) -> None:
        self.table.not_read()
        self._failed(error)

    def _show(self, ids: array[int]) -> None:
        self.table.set_loading(False)
        self.empty.set_text(
            self.tr("No patient fits."), self.tr("Take a filter away or register somebody new.")
        )
        self.table.set_ids(ids)
        if self.box.text().strip() and len(ids) >= MOST_LISTED:
            text = self.tr("The best {n} hits").format(n=len(ids))
        else:
            text = self.tr("{n} patient") if len(ids) == 1 else self.tr("{n} patients")
        self.count.setText(text.format(n=f"{len(ids):,}"))

    def _failed(self, error: Exception) -> None:
        self.table.set_loading(False)
        text = sentence(error)
        self.count.setText(text)
        if not self.table.model.rowCount():
            self.empty.set_text(text)

    def _filtered(self) -> None:
        self.desk.memory.put(
            "patients/filters",
            {one: box.currentData() for one, box in self._boxes().items()},
        )
        self.reload()

    def _boxes(self) -> dict[str, QComboBox]:
        return {"sex": self.sex, "ages": self.ages, "state": self.state}

    def _restore(self) -> None:
        kept = self.desk.memory.get("patients/filters", {})
        for name, box in self._boxes().items():
            place = box.findData(kept.get(name)) if isinstance(kept, dict) else -1
            if place >= 0:
                box.blockSignals(True)
                box.setCurrentIndex(place)
                box.blockSignals(False)


def _years_before(today: date, years: int, days: int) -> date:
    """Return the date some years ago, ``days`` later; 29 February becomes 28."""
    year = today.year - years
    try:
        then = today.replace(year=year)
    except ValueError:
        then = today.replace(year=year, day=28)
    return date.fromordinal(then.toordinal() + days)
