"""Two people changed one chart: their values beside mine, decided field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hms_desktop.ui.patients.contents import Merged, label, shown
from hms_desktop.ui.patients.strip import Strip
from hms_desktop.ui.plaintext import plain_label
from hms_desktop.ui.widgets.segmented import Segmented

if TYPE_CHECKING:
    from hms_desktop.ui.patients.contents import Contents


def _tr(text: str) -> str:
    return QCoreApplication.translate("compare", text)


class Comparison(Strip):
    """Shows what both changed; ``decided`` carries the contents after every choice."""

    decided = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start hidden."""
        super().__init__("warn", parent)
        self._merged: Merged | None = None
        self._mine: Contents = {}
        self._theirs: Contents = {}
        self.choices: dict[str, Segmented] = {}

    def show_versions(self, who: str, merged: Merged, mine: Contents, theirs: Contents) -> None:
        """Show the clashes (mine chosen at first) and name what was taken over."""
        self._merged, self._mine, self._theirs = merged, mine, theirs
        self.choices = {}
        self.clear_rows()
        for name in merged.clashing:
            self.rows.addWidget(self._row(name))
        taken = ", ".join(label(name) for name in merged.taken)
        parts = [_tr("Nothing of yours is lost or saved yet.")]
        if taken:
            parts.append(_tr("Taken over from the change: {fields}.").format(fields=taken))
        parts.append(
            _tr("Choose for each field, then save again.")
            if merged.clashing
            else _tr("Look it over, then save again.")
        )
        self.say(_tr("{who} changed this chart meanwhile.").format(who=who), " ".join(parts))

    def clear(self) -> None:
        """Hide the comparison: the chart was saved."""
        self.clear_rows()
        self.choices = {}
        self.say("")

    def _row(self, name: str) -> QWidget:
        choice = Segmented(
            [("theirs", _tr("Take theirs")), ("mine", _tr("Put mine in again"))],
            name=label(name),
            value="mine",
        )
        choice.changed.connect(lambda _key: self._decide())
        self.choices[name] = choice
        row = QWidget()
        layout = QVBoxLayout(row)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.setSpacing(4)
        layout.addWidget(plain_label(label(name), role="strong"))
        values = QHBoxLayout()
        values.setSpacing(16)
        for title, contents in ((_tr("Theirs"), self._theirs), (_tr("Mine"), self._mine)):
            words = f"{title}: {shown(name, contents.get(name, ''))}"
            values.addWidget(plain_label(words, wrap=True), 1)
        layout.addLayout(values)
        layout.addWidget(choice)
        return row

    def _decide(self) -> None:
        if self._merged is None:
            return
        contents = dict(self._merged.contents)
        for name, choice in self.choices.items():
            source = self._theirs if choice.value() == "theirs" else self._mine
            contents[name] = source.get(name)
        self.decided.emit(contents)
