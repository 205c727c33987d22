"""Which printer this workstation takes for which paper, as it was chosen when printing."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from hms_desktop.ui.buttons import button
from hms_desktop.ui.cards import Card
from hms_desktop.ui.errors import sentence
from hms_desktop.ui.pages.base import Desk
from hms_desktop.ui.paper.memory import forget_choices, printing_file, read_choices
from hms_desktop.ui.paper.printing import PrintChoice
from hms_desktop.ui.plaintext import plain_label


def _tr(text: str) -> str:
    return QCoreApplication.translate("PrintingCard", text)


def paper_word(kind: str) -> str:
    """Return what a kind of paper is called."""
    return {
        "prescription": _tr("Prescriptions"),
        "visit_summary": _tr("Visit summaries"),
        "sick_note": _tr("Sick notes"),
        "referral": _tr("Referral letters"),
        "doctor_month": _tr("Doctors' monthly reports"),
        "hospital_month": _tr("The hospital's monthly reports"),
        "day_sheet": _tr("Day sheets"),
        "document": _tr("Other papers"),
    }.get(kind, kind.replace("_", " ").capitalize())


class PrintingCard(Card):
    """A list to read, and a button to begin anew."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Read what was chosen."""
        super().__init__(
            _tr("Printing"),
            _tr("The printer is chosen when a paper is printed, and remembered here."),
            parent,
        )
        self._desk = desk
        self.lines = plain_label(wrap=True)
        self.forget_button = button(self.tr("&Forget these choices"), self.forget)
        self.trouble = plain_label(role="error", wrap=True)
        self.trouble.hide()
        self.add(self.lines)
        self.add(self.trouble)
        self.add_row(self.forget_button)
        self.load()

    def load(self) -> None:
        """Read the choices again; on a worker."""
        self._desk.runner.run(
            lambda: read_choices(printing_file()),
            owner=self,
            done=self._show,
            failed=self._failed,
            key="printing",
        )

    def forget(self) -> None:
        """Forget every choice of this workstation."""
        self._desk.runner.run(
            lambda: forget_choices(printing_file()),
            owner=self,
            done=lambda _none: self.load(),
            failed=self._failed,
        )

    def _show(self, found: dict[str, PrintChoice]) -> None:
        self.trouble.hide()
        self.forget_button.setEnabled(bool(found))
        self.lines.setText(
            "\n".join(self._line(kind, one) for kind, one in sorted(found.items()))
            or self.tr("Nothing was printed here yet.")
        )

    def _line(self, kind: str, one: PrintChoice) -> str:
        parts = [one.printer or self.tr("the system's printer"), one.paper]
        if one.both_sides:
            parts.append(self.tr("both sides"))
        return f"{paper_word(kind)}: {', '.join(parts)}"

    def _failed(self, error: Exception) -> None:
        self.trouble.setText(sentence(error))
        self.trouble.show()
