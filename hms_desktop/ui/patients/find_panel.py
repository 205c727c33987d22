"""The left part of the front desk: one box that finds patients, and the next free slots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from hms_desktop.ui.errors import sentence
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.patients.hits import HitList, NewPatient
from hms_desktop.ui.patients.next_free import NextFree
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.search_box import SearchBox

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hms_desktop.bus import Announcement
    from hms_desktop.domain.patients import PatientHit
    from hms_desktop.ui.pages.base import Desk

LIMIT = 20
RECENT = 6
_DEBOUNCE_MS = 60
_REST_MS = 500
_FACE = 96
_MOST_FACES = 200


class FindPanel(QFrame):
    """Finds patients as somebody types; nobody found still leads somewhere.

    ``patient_chosen`` carries a PatientHit, ``new_patient_wanted`` what was typed,
    ``slot_chosen`` a FreeSlot.
    """

    patient_chosen = Signal(object)
    new_patient_wanted = Signal(str)
    slot_chosen = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Show the patients opened last, until something is typed."""
        super().__init__(parent)
        self.setProperty("panel", True)
        self._desk = desk
        self._shown_for: str | None = None
        self._enter_waits = False
        self._may_register = "patients.register" in desk.actor.permissions
        self._build(Formats.of(desk.settings))
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.reload)
        desk.bridge.changed.connect(self._on_changed)
        self.reload()

    def _build(self, formats: Formats) -> None:
        self.box = SearchBox(
            self.tr("Name, MRN or phone"),
            name=self.tr("Find a patient by name, MRN, phone or birth date"),
            shortcut="Ctrl+F",
            debounce_ms=_DEBOUNCE_MS,
        )
        self.list = HitList(formats, self.tr("Patients found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.box.forward_keys_to(self.list)
        self.box.query_changed.connect(lambda _text: self._ask())
        self.box.submitted.connect(lambda _text: self._enter())
        self.list.chosen.connect(self.patient_chosen)
        self.list.new_wanted.connect(self.new_patient_wanted)
        self.heading = plain_label(self.tr("OPENED LAST"), role="overline")
        self.heading.setContentsMargins(16, 0, 16, 4)
        self.note = plain_label("", role="small", wrap=True)
        self.note.setContentsMargins(16, 4, 16, 8)
        self.note.hide()
        title = plain_label(self.tr("Find"), role="section")
        title.setContentsMargins(16, 11, 16, 11)
        rule = QFrame()
        rule.setProperty("rule", True)
        found = QWidget()
        upper = QVBoxLayout(found)
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(0)
        upper.addWidget(title)
        upper.addWidget(rule)
        inner = QVBoxLayout()
        inner.setContentsMargins(14, 12, 14, 10)
        inner.addWidget(self.box)
        upper.addLayout(inner)
        upper.addWidget(self.heading)
        upper.addWidget(self.note)
        upper.addWidget(self.list, 1)
        self._arrange(found)

    def _arrange(self, found: QWidget) -> None:
        self.next_free = NextFree(self._desk)
        self.next_free.slot_chosen.connect(self.slot_chosen)
        lower = QFrame()
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        line = QFrame()
        line.setProperty("rule", True)
        below.addWidget(line)
        below.addWidget(self.next_free)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(found)
        split.addWidget(lower)
        split.setSizes([460, 400])
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        found.setMinimumHeight(200)
        lower.setMinimumHeight(180)
        self._desk.layout.splitter(split, "find")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(split)
        self.setFocusProxy(self.box)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setMinimumWidth(240)

    def sizeHint(self) -> QSize:
        """Return the picture's width."""
        return QSize(296, 800)

    # ----------------------------------------------------------------------------- outside
    def focus_search(self) -> None:
        """Put the cursor into the box with its text marked (Ctrl+F)."""
        self.box.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.edit.selectAll()

    def set_text(self, text: str) -> None:
        """Put a text into the box and look for it."""
        self.box.set_text(text, tell=False)
        self._ask()

    def text(self) -> str:
        """Return what is typed: Ctrl+N registers somebody with it."""
        return self.box.text().strip()

    def want_new(self) -> None:
        """Register a patient with what is typed (Ctrl+N)."""
        self.new_patient_wanted.emit(self.text())

    def reload(self) -> None:
        """Look again for what is typed."""
        self._ask()

    # ----------------------------------------------------------------------------- looking
    def _ask(self) -> None:
        typed = self.text()
        services, actor = self._desk.services, self._desk.actor
        work: Callable[[], Sequence[PatientHit]]
        if typed:
            work = lambda: services.patients.search(actor, typed, limit=LIMIT)  # noqa: E731
        else:
            work = lambda: services.patients.recent(actor, limit=RECENT)  # noqa: E731
        self._desk.runner.run(
            work,
            owner=self,
            done=lambda hits: self._show(typed, hits),
            failed=self._failed,
            key="search",
        )

    def _show(self, typed: str, hits: Sequence[PatientHit]) -> None:
        self._shown_for = typed
        new = NewPatient(typed) if typed and self._may_register else None
        self.list.show_rows(hits, new, self._desk.now())
        self.heading.setVisible(not typed and bool(hits))
        if hits:
            self._say("")
        elif not typed:
            self._say(self.tr("Type a name, hospital number, phone or birth date."))
        elif self._may_register:
            self._say(
                self.tr(
                    "Nobody was found. Try a part of the name, the last digits of a phone or the "
                    "birth date, or register a new patient."
                )
            )
        else:
            self._say(
                self.tr("Nobody was found. Try a part of the name or the last digits of a phone.")
            )
        self._read_faces(hits)
        if self._enter_waits:
            self._enter_waits = False
            self._enter()

    def _failed(self, error: Exception) -> None:
        self._enter_waits = False
        self._say(sentence(error))

    def _say(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _enter(self) -> None:
        # Enter typed ahead of the answer chooses from the answer, never from what it replaces.
        if self._shown_for == self.text():
            self.list.choose_current()
        else:
            self._enter_waits = True

    def _read_faces(self, hits: Sequence[PatientHit]) -> None:
        known = self.list.hits.photos
        if len(known) > _MOST_FACES:
            known.clear()
        wanted = [hit.id for hit in hits if hit.has_photo and hit.id not in known]
        if not wanted or "patients.read" not in self._desk.actor.permissions:
            return
        services, actor = self._desk.services, self._desk.actor

        def work() -> dict[int, QImage]:
            found: dict[int, QImage] = {}
            for one in wanted:
                data = services.patients.photo(actor, one)
                image = QImage.fromData(data) if data else QImage()
                if not image.isNull():
                    found[one] = square(image, _FACE)
            return found

        self._desk.runner.run(
            work, owner=self, done=self.list.hits.set_photos, failed=self._failed, key="faces"
        )

    def _on_changed(self, announcement: Announcement) -> None:
        if announcement.touches("patient"):
            for change in announcement.changes:
                if change.entity == "patient":
                    self.list.hits.photos.pop(change.entity_id, None)
            self._rest.start()
        elif announcement.touches("appointment"):
            self._rest.start()


def square(image: QImage, side: int) -> QImage:
    """Return the middle of a picture as a square of this side; safe on any thread."""
    most = min(image.width(), image.height())
    middle = image.copy((image.width() - most) // 2, (image.height() - most) // 2, most, most)
    return middle.scaled(
        side,
        side,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


__all__ = ["LIMIT", "FindPanel", "square"]
