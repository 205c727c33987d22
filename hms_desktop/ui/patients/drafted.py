"""What stands in an editor, and the drafts that keep what was typed into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.domain.patients import PatientRow
from hms_desktop.ui.buttons import button
from hms_desktop.ui.patients.compare import Comparison
from hms_desktop.ui.patients.contents import Contents, merge
from hms_desktop.ui.patients.form import PatientForm
from hms_desktop.ui.patients.formats import Formats
from hms_desktop.ui.patients.strip import Duplicates, Strip

if TYPE_CHECKING:
    from hms_desktop.ui.pages.base import Desk
    from hms_desktop.ui.widgets.side_panel import SidePanel

REGISTER = "register"
"""The draft's key of a registration; a chart's is ``patient/<id>``."""


class DraftedEditor(QWidget):
    """The widgets of an editor; what is typed is kept and offered again at the next opening."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Start as an empty registration."""
        super().__init__(parent)
        self._desk = desk
        self._formats = Formats.of(desk.settings)
        self.row: PatientRow | None = None
        self._base: Contents = {}
        self._earlier: dict[str, Any] | None = None
        self._key = REGISTER
        self._build()

    def _build(self) -> None:
        self.offer = Strip("accent")
        self.offer.add_button(self.tr("Go on with it"), self._take_draft, primary=True)
        self.offer.add_button(self.tr("Discard it"), self._drop_draft)
        self.comparison = Comparison()
        self.duplicates = Duplicates(self._formats)
        self.form = PatientForm(self._desk)
        self.save_button = button(self.tr("Register"), kind="primary")
        self.cancel_button = button(self.tr("Cancel"))
        self.buttons = QWidget()
        row = QHBoxLayout(self.buttons)
        row.setContentsMargins(0, 8, 0, 0)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.save_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        for widget in (self.offer, self.comparison, self.duplicates, self.form, self.buttons):
            layout.addWidget(widget)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocusProxy(self.form.lines["given"])

    def dock_into(self, panel: SidePanel) -> None:
        """Stand in a side panel: its title and its bottom line with the buttons."""
        self.buttons.hide()
        panel.set_body(self)
        panel.set_footer([self.cancel_button, self.save_button])
        title = self.tr("New patient") if self.row is None else self.row.display_name
        panel.set_title(title, self.row.mrn if self.row is not None else "")

    def _focus(self, name: str) -> None:
        line = self.form.lines[name]
        self.setFocusProxy(line)
        if self.isVisible():
            line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _offer_draft(self) -> None:
        draft = self._desk.drafts.get(self._key)
        if not draft or not isinstance(draft.get("contents"), dict):
            return
        self._offer(draft)

    def _offer(self, draft: dict[str, Any]) -> None:
        self._earlier = draft
        contents = draft["contents"]
        name = " ".join(str(contents.get(one) or "") for one in ("given", "family")).strip()
        if self.row is None:
            text = self.tr("A registration was begun and not saved.")
        else:
            text = self.tr("Changes to this chart were typed and not saved.")
        self.offer.say(text, name)

    def _take_draft(self) -> None:
        draft, self._earlier = self._earlier, None
        self.offer.say("")
        if draft is None:
            return
        # What was typed since the offer stays where the draft has nothing.
        now, mine = self.form.contents(), dict(draft["contents"])
        base = draft.get("base")
        if self.row is None:
            mine.update(
                {name: value for name, value in now.items() if value and not mine.get(name)}
            )
        elif isinstance(base, dict):
            mine = merge(base, self._base, mine).contents
        self.form.put(mine)
        if path := draft.get("photo"):
            self.form.photo.load(str(path))
        earlier = draft.get("earlier")
        if isinstance(earlier, dict) and isinstance(earlier.get("contents"), dict):
            self._offer(earlier)
        self._keep()

    def _drop_draft(self) -> None:
        self._earlier = None
        self.offer.say("")
        if self.form.contents() == self._base:
            self._desk.drafts.discard(self._key)
        else:
            self._keep()

    def _keep(self) -> None:
        draft: dict[str, Any] = {"contents": self.form.contents(), "base": self._base}
        if self.form.photo.path:
            draft["photo"] = self.form.photo.path
        if self._earlier is not None:  # offered and not decided: it must outlive this one
            draft["earlier"] = self._earlier
        self._desk.drafts.keep(self._key, draft)
