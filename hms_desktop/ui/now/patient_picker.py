"""Chooses one patient in a small space: type, arrows, Enter."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hms_desktop.domain.look_alikes import look_alikes
from hms_desktop.domain.patients import PatientHit
from hms_desktop.ui.buttons import button
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.now.lines import Line, LineList
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.search_box import SearchBox

MOST = 6
_LIST_HIGH = 220


class PatientPicker(QWidget):
    """A search box, what it finds, and the patient who was chosen.

    ``chosen`` carries the PatientHit or None; ``new_wanted`` the text typed so far.
    """

    chosen = Signal(object)
    new_wanted = Signal(str)

    def __init__(
        self, desk: Desk, parent: QWidget | None = None, *, offer_new: bool = True
    ) -> None:
        """Begin with nobody; ``offer_new`` lets who may register do so from here."""
        super().__init__(parent)
        self._desk = desk
        self._offer_new = offer_new and desk.actor.may("patients.register")
        self._formats = Formats.of(desk.settings)
        self._hits: dict[int, PatientHit] = {}
        self._patient: PatientHit | None = None
        self._submit = False
        self.search = SearchBox(
            self.tr("Name, number or phone"), name=self.tr("Patient"), debounce_ms=80
        )
        self.list = LineList(self.tr("Patients found"), "", parent=self)
        self.list.setFixedHeight(_LIST_HIGH)
        self.list.hide()
        self.search.forward_keys_to(self.list.view)
        self._note = plain_label(role="small", wrap=True, parent=self)
        self._note.hide()
        self.new_button = button(self.tr("New patient…"), self._new, kind="link", parent=self)
        self.new_button.hide()
        self._shown = LineList(self.tr("Chosen patient"), "", parent=self)
        self._shown.hide()
        self.change_button = button(self.tr("Another patient"), self.clear, kind="link")
        self.change_button.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for one in (self.search, self.list, self._note, self.new_button, self._shown):
            layout.addWidget(one)
        layout.addWidget(self.change_button)
        self.setFocusProxy(self.search)
        self.search.query_changed.connect(self._ask)
        self.search.submitted.connect(lambda _text: self._enter())
        self.list.chosen.connect(self._take)

    def patient(self) -> PatientHit | None:
        """Return who was chosen."""
        return self._patient

    def text(self) -> str:
        """Return what is typed."""
        return self.search.text()

    def set_patient(self, hit: PatientHit | None) -> None:
        """Show somebody as chosen, or nobody."""
        self._patient = hit
        self.search.setVisible(hit is None)
        self._shown.setVisible(hit is not None)
        self.change_button.setVisible(hit is not None)
        if hit is not None:
            line = self._line(hit, alike=False)
            self._shown.set_lines([line])
            self._shown.setFixedHeight(self._shown.content_height())
            for one in (self.list, self._note, self.new_button):
                one.hide()
            self.setFocusProxy(self.change_button)
        else:
            self.setFocusProxy(self.search)
        self.chosen.emit(hit)

    def clear(self) -> None:
        """Begin anew."""
        self._submit = False
        self.set_patient(None)
        self.search.set_text("", tell=False)
        self._found(())
        self.search.setFocus()

    def _ask(self, text: str) -> None:
        if not text.strip():
            self._found(())
            return
        patients, actor = self._desk.services.patients, self._desk.actor
        self._desk.runner.run(
            lambda: patients.search(actor, text, limit=MOST),
            owner=self,
            done=self._found,
            failed=self._failed,
            key="search",
        )

    def _found(self, hits: tuple[PatientHit, ...]) -> None:
        self._hits = {hit.id: hit for hit in hits}
        alike = look_alikes((hit.id, hit.name) for hit in hits)
        self.list.set_lines([self._line(hit, alike=hit.id in alike) for hit in hits])
        typed = bool(self.search.text().strip()) and self._patient is None
        self.list.setVisible(bool(hits) and typed)
        self._note.setText(self.tr("Nobody found. Try the number or the phone."))
        self._note.setVisible(typed and not hits)
        self.new_button.setVisible(typed and self._offer_new)
        if hits:
            self.list.select(hits[0].id)
            self.list.setFixedHeight(min(_LIST_HIGH, self.list.content_height()))
        if self._submit:
            self._submit = False
            if len(hits) == 1:
                self._take(hits[0].id)

    def _failed(self, error: Exception) -> None:
        self._note.setText(sentence(error))
        self._note.show()

    def _enter(self) -> None:
        key = self.list.current_key()
        if key is not None and self.list.isVisible():
            self._take(key)
        else:
            # Typed faster than found: take the only one as soon as the answer is here.
            self._submit = True

    def _take(self, key: object) -> None:
        hit = self._hits.get(key) if isinstance(key, int) else None
        if hit is not None:
            self.set_patient(hit)

    def _new(self) -> None:
        self.new_wanted.emit(self.search.text().strip())

    def _line(self, hit: PatientHit, *, alike: bool) -> Line:
        person = self._formats.person(hit, self._desk.today())
        marks = (("allergy", "alarm_text"),) if hit.has_allergies else ()
        return Line(
            key=hit.id,
            lead="",
            title=hit.name,
            detail=person,
            marks=marks,
            flag=self.tr("look-alike name") if alike else "",
            spoken=f"{hit.name}, {person}",
            tip=f"{hit.name}\n{person}",
        )
