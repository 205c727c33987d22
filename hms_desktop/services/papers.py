"""Papers about a visit: read under the chart's own gate, audited, then laid out."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from hms_desktop.db.writing import Write
from hms_desktop.domain.actor import Actor
from hms_desktop.domain.papers import (
    Letterhead,
    PageSize,
    Paper,
    Referral,
    SickNote,
    VisitOnPaper,
)
from hms_desktop.services import consultation_rows, paper_rows
from hms_desktop.services.chart_gate import ChartGate
from hms_desktop.services.context import Context, Service
from hms_desktop.services.gate import permitted

PRINT = "print"
"""The action of an audit row that records a paper; its entity is ``paper``, its id the record's."""
ENTITY = "paper"


class _Sheet(NamedTuple):
    visit: VisitOnPaper
    at: datetime


class PapersService(Service):
    """Prescription, summary, certificate and referral of one visit, each time made anew.

    The prescription and the summary tell what the record says, so its own doctor signs. The
    certificate and the referral are letters of the doctor who asks for them, who signs them.
    """

    def __init__(self, context: Context) -> None:
        """Keep the gate that knows whose patient is whose."""
        super().__init__(context)
        self._charts = ChartGate(context)

    @permitted("clinical.read", "clinical.oversight")
    def prescription(
        self, actor: Actor, encounter_id: int, *, size: PageSize | None = None
    ) -> Paper:
        """Return the prescription of a visit; audited. Raises NotFound or NotAllowed."""
        # Here as below: the PDF library is loaded with the first paper, not with the program.
        from hms_desktop.documents.prescription import prescription  # noqa: PLC0415
        from hms_desktop.documents.words import Words  # noqa: PLC0415

        sheet = self._open(actor, encounter_id, "prescription")
        return prescription(
            sheet.visit, Words.of(self.context.settings()), sheet.at, size=self._size(size)
        )

    @permitted("clinical.read", "clinical.oversight")
    def visit_summary(
        self, actor: Actor, encounter_id: int, *, size: PageSize | None = None
    ) -> Paper:
        """Return the record of a visit on paper; audited. Raises NotFound or NotAllowed."""
        from hms_desktop.documents.visit_summary import visit_summary  # noqa: PLC0415
        from hms_desktop.documents.words import Words  # noqa: PLC0415

        sheet = self._open(actor, encounter_id, "visit_summary")
        return visit_summary(
            sheet.visit, Words.of(self.context.settings()), sheet.at, size=self._size(size)
        )

    @permitted("clinical.write")
    def sick_note(self, actor: Actor, wish: SickNote, *, size: PageSize | None = None) -> Paper:
        """Return a sick note signed by the doctor who asks; audited. Raises Invalid as well."""
        from hms_desktop.documents.sick_note import sick_note  # noqa: PLC0415
        from hms_desktop.documents.words import Words  # noqa: PLC0415

        wish = wish.check()
        sheet = self._open(actor, wish.encounter_id, "sick_note", letter=True)
        words = Words.of(self.context.settings())
        return sick_note(sheet.visit, wish, words, sheet.at, size=self._size(size))

    @permitted("clinical.write")
    def referral(self, actor: Actor, wish: Referral, *, size: PageSize | None = None) -> Paper:
        """Return a referral signed by the doctor who asks; audited. Raises Invalid as well."""
        from hms_desktop.documents.referral import referral  # noqa: PLC0415
        from hms_desktop.documents.words import Words  # noqa: PLC0415

        wish = wish.check()
        history = wish.include_history
        sheet = self._open(actor, wish.encounter_id, "referral", letter=True, history=history)
        words = Words.of(self.context.settings())
        return referral(sheet.visit, wish, words, sheet.at, size=self._size(size))

    def _size(self, asked: PageSize | None) -> PageSize:
        """Return the sheet asked for, else the one that the hospital prints on."""
        return asked or PageSize(self.context.settings().paper_size)

    def _open(
        self,
        actor: Actor,
        encounter_id: int,
        kind: str,
        *,
        letter: bool = False,
        history: bool = False,
    ) -> _Sheet:
        """Read what goes on paper and note that it does, in one transaction."""
        head = Letterhead.of(self.context.settings())

        def work(write: Write) -> _Sheet:
            connection = write.connection
            found = consultation_rows.read_encounter(connection, encounter_id)
            access = self._charts.check(actor, connection, found.patient_id)
            signer = actor.doctor_id if letter and actor.doctor_id else found.doctor_id
            visit = VisitOnPaper(
                head,
                paper_rows.read_patient_on_paper(connection, found.patient_id),
                paper_rows.read_doctor_on_paper(connection, signer),
                found,
                paper_rows.read_earlier_visits(connection, found) if history else (),
            )
            told = {"kind": kind, "version": found.newest.number, "access": access.value}
            write.record(ENTITY, found.id, after=told, patient_id=found.patient_id)
            return _Sheet(visit, write.now)

        return self.database.write(self.stamp(actor, PRINT, None), work)
