"""The widgets of one entry's panel, and the drafts that keep what was typed into them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from hms_desktop.domain.errors import Invalid
from hms_desktop.ui.buttons import button
from hms_desktop.ui.conflict_panel import ConflictPanel
from hms_desktop.ui.entries.fields import Contents, Entry
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.patients.contents import merge
from hms_desktop.ui.patients.strip import Strip
from hms_desktop.ui.widgets.field import Field, Form
from hms_desktop.ui.widgets.side_panel import SidePanel

R = TypeVar("R")


class EntryFrame(SidePanel, Generic[R]):
    """The widgets of an entry; what is typed is kept as a draft and offered again.

    Subclasses say which fields there are, how a row fills them, and how they are stored.
    """

    KIND = ""
    """Names the drafts of this kind of entry."""

    def __init__(self, desk: Desk, host: QWidget, *, width: int = 440) -> None:
        """Build the form, hidden."""
        super().__init__(host, width=width)
        self.desk = desk
        self.row: R | None = None
        self.form = Form()
        self.entries: dict[str, Entry] = {}
        self._base: Contents = {}
        self._earlier: dict[str, Any] | None = None
        self._quiet = False
        self.offer = Strip("accent")
        self.offer.add_button(self.tr("Go on with it"), self._take_draft, primary=True)
        self.offer.add_button(self.tr("Discard it"), self._drop_draft)
        self.conflict = ConflictPanel()
        self.save_button = button(self.tr("&Save"), self.save, kind="primary")
        self.cancel_button = button(self.tr("Cancel"), self.close_panel)
        self.body_column = QVBoxLayout()
        self._lay_out()
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.save)

    # ------------------------------------------------------------------------ for the heirs
    def build(self) -> None:
        """Put the fields into the form with ``add_entries``."""

    def contents_of(self, row: R | None) -> Contents:
        """Return what stands in the form for a row, or for a new one."""
        raise NotImplementedError

    def wish_of(self, contents: Contents, row: R | None) -> Any:  # noqa: ANN401 - any wish
        """Return the checked wish; raises Invalid."""
        raise NotImplementedError

    def store(self, wish: Any, row: R | None, request_id: str) -> R:  # noqa: ANN401 - any wish
        """Write the wish (on a worker) and return the row."""
        raise NotImplementedError

    def take_back(self, row: R) -> Callable[[], object] | None:
        """Return what takes a new entry back (on a worker); None when nothing does."""
        raise NotImplementedError

    def id_of(self, row: R) -> int:
        """Return a row's id."""
        return int(row.id)  # type: ignore[attr-defined]

    def title_of(self, row: R | None) -> tuple[str, str]:
        """Return heading and small line."""
        raise NotImplementedError

    def beside(self) -> dict[str, Any]:
        """Return what a draft keeps beside the contents; nothing usually."""
        return {}

    def put_beside(self, draft: dict[str, Any]) -> None:
        """Show again what ``beside`` kept."""

    def saved_words(self, row: R, *, new: bool) -> str:
        """Return what the toast says."""
        name = getattr(row, "name", "")
        text = self.tr("{name} added") if new else self.tr("{name} saved")
        return text.format(name=name)

    # ----------------------------------------------------------------------------- building
    def add_entries(self, *entries: tuple[Entry, int]) -> None:
        """Put fields side by side as (entry, weight)."""
        self.form.add_row(
            *(
                (
                    one.name,
                    Field(one.label, one.editor.widget, hint=one.hint, required=one.required),
                    weight,
                )
                for one, weight in entries
            )
        )
        for one, _weight in entries:
            self.entries[one.name] = one
            changed = one.editor.changed
            for signal in changed if isinstance(changed, tuple) else (changed,):
                signal.connect(lambda *_args, name=one.name: self._typed(name))
            editor = one.editor.widget
            if isinstance(editor, QLineEdit):
                editor.editingFinished.connect(lambda name=one.name: self._left(name))

    def _lay_out(self) -> None:
        body = QWidget()
        self.body_column = QVBoxLayout(body)
        self.body_column.setContentsMargins(0, 0, 0, 0)
        self.body_column.setSpacing(12)
        for widget in (self.offer, self.conflict, self.form):
            self.body_column.addWidget(widget)
        self.build()
        self.body_column.addStretch(1)
        self.set_body(body)
        self.set_footer([self.cancel_button, self.save_button])

    # ------------------------------------------------------------------------------ opening
    def open_new(self) -> None:
        """Begin a new entry; one that was begun and not saved is offered."""
        self._begin(None)

    def open_row(self, row: R) -> None:
        """Change an entry."""
        self._begin(row)

    def _begin(self, row: R | None) -> None:
        self.row = row
        self._earlier = None
        self._base = self.contents_of(row)
        self.conflict.clear()
        self.offer.say("")
        self.save_button.setEnabled(True)
        self.put(self._base)
        title, subtitle = self.title_of(row)
        self.set_title(title, subtitle)
        self._offer_draft()
        first = next(iter(self.form.fields.values()))
        self.open_panel(first.input)

    # ------------------------------------------------------------------------------- typing
    def contents(self) -> Contents:
        """Return what stands in the form."""
        return {name: one.editor.read() for name, one in self.entries.items()}

    def put(self, contents: Contents) -> None:
        """Show contents; nothing counts as typed."""
        self._quiet = True
        for name, one in self.entries.items():
            one.editor.write(contents.get(name, self._base.get(name)))
        self.form.clear_errors()
        self._quiet = False

    def _typed(self, name: str) -> None:
        if self._quiet:
            return
        self.form.fields[name].clear_error()
        self._keep()

    def _left(self, name: str) -> None:
        """Check a field while it is left."""
        contents = self.contents()
        if self._quiet or contents.get(name) == self._base.get(name):
            return
        try:
            self.wish_of(contents, self.row)
        except Invalid as error:
            if error.field == name:
                self.form.fields[name].set_error(sentence(error))

    # ------------------------------------------------------------------------------- drafts
    def _key(self) -> str:
        return f"{self.KIND}/{'new' if self.row is None else self.id_of(self.row)}"

    def _keep(self) -> None:
        contents, beside = self.contents(), self.beside()
        if contents == self._base and self._earlier is None and not beside:
            self.desk.drafts.discard(self._key())
            return
        draft: dict[str, Any] = {**beside, "contents": contents, "base": self._base}
        if self._earlier is not None:  # offered and not decided: it must outlive this one
            draft["earlier"] = self._earlier
        self.desk.drafts.keep(self._key(), draft)

    def _offer_draft(self) -> None:
        draft = self.desk.drafts.get(self._key())
        if not draft or not isinstance(draft.get("contents"), dict):
            return
        self._earlier = draft
        self.offer.say(
            self.tr("An entry was begun and not saved.")
            if self.row is None
            else self.tr("Changes were typed here and not saved."),
            str(draft["contents"].get("name") or draft["contents"].get("display_name") or ""),
        )

    def _take_draft(self) -> None:
        draft, self._earlier = self._earlier, None
        self.offer.say("")
        if draft is None:
            return
        mine = {**self._base, **draft["contents"]}
        base = draft.get("base")
        if isinstance(base, dict):
            mine = merge(base, self._base, mine).contents
        self.put(mine)
        self.put_beside(draft)
        self._keep()
        self.form.focus_field(next(iter(self.form.fields.values())))

    def _drop_draft(self) -> None:
        self._earlier = None
        self.offer.say("")
        self._keep()

    # ------------------------------------------------------------------------------- saving
    def save(self) -> None:
        """Check and save; the heir's."""
