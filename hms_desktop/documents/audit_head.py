"""The head of the audit trail on a small sheet: what to compare the trail with later."""

from __future__ import annotations

from hms_desktop.documents import styles
from hms_desktop.documents.paper import Sheet, pairs
from hms_desktop.documents.words import Words
from hms_desktop.domain.audit import AuditHead
from hms_desktop.domain.papers import Letterhead, PageSize, Paper, file_name

_GROUP = 8
_PER_LINE = 4


def audit_head(
    head: Letterhead, taken: AuditHead, words: Words, *, size: PageSize = PageSize.A5
) -> Paper:
    """Return one kept head as it is printed; ``find_anchors`` reads it typed off again."""
    title = words.say("Head of the audit trail")
    on = words.moment(taken.taken_at)
    sheet = Sheet(head, title, words, about=on, size=size)
    sheet.title(title, on)
    pairs(
        sheet,
        [
            (words.say("Entries"), f"{taken.seq:,}"),
            (words.say("Taken by"), taken.user_name),
            (words.say("Workstation"), taken.workstation),
        ],
    )
    sheet.section(words.say("Head"), f"{taken.seq}:\n{_grouped(taken.hash)}")
    sheet.section(
        words.say("Seal"), _grouped(taken.seal) if taken.seal else words.say("without a seal")
    )
    if taken.key_id:
        sheet.section(words.say("Key"), taken.key_id)
    sheet.text(
        words.say(
            "Keep this sheet outside the hospital's computers. Whatever was changed in the audit "
            "trail or cut off it before this moment is found by checking the trail against it."
        ),
        styles.QUIET,
        after=4,
    )
    name = file_name("audit-head", taken.taken_at.date().isoformat(), str(taken.seq))
    return Paper(f"{title}, {on}", name, sheet.pdf())


def _grouped(digits: str) -> str:
    groups = [digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP)]
    lines = [groups[at : at + _PER_LINE] for at in range(0, len(groups), _PER_LINE)]
    return "\n".join("  ".join(line) for line in lines)
