"""Patient text on paper is only text: no markup, no links, no pictures, nothing lost unsaid."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hms_desktop.documents.fonts import stand_in
from hms_desktop.documents.prescription import prescription
from hms_desktop.documents.visit_summary import visit_summary
from hms_desktop.domain.consultations import Diagnosis, Record
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.papers import file_name
from hms_desktop.domain.text import clean
from tests.documents.made import HEAD, NOW, PATIENT, RECORD, WORDS, visit
from tests.support import pdf
from tests.support.strings import naughty_strings, world_names

pytestmark = [pytest.mark.feature("PRN-1"), pytest.mark.feature("CLN-5")]

MARKUP = (
    "<b>Bold</b> <font color=red>x</font>",
    '<img src="/etc/hostname"/>',
    '<a href="https://example.org">click</a>',
    "&lt;b&gt; &amp; &nbsp;",
    "(unbalanced \\( parentheses \\",
    "/Span <</ActualText (x)>> BDC EMC ET Q",
    "endstream endobj",
    "<para><bullet>• </bullet>",
)


def kept(text: str, *, multiline: bool = True, limit: int = 20_000) -> str:
    """Return what the program would have stored, empty for what it refuses."""
    try:
        return clean(text, "text", limit=limit, multiline=multiline)
    except Invalid:
        return ""


@pytest.mark.parametrize("text", MARKUP)
def test_markup_is_only_text_wherever_it_stands(text: str) -> None:
    record = replace(
        RECORD,
        notes=text,
        complaint=text,
        diagnoses=(Diagnosis(text, "A00"),),
        prescription=(replace(RECORD.prescription[0], drug=text, instructions=text),),
    )
    one = visit(
        record,
        patient=PATIENT._replace(name=text, allergies=text),
        head=HEAD._replace(name=text, address=text),
    )
    wanted = " ".join(text.split())
    for make in (prescription, visit_summary):
        paper = make(one, WORDS, NOW)
        pdf.check(paper.pdf)
        assert pdf.active(paper.pdf) == []
        assert pdf.images(paper.pdf) == 0
        found = pdf.words(paper.pdf).replace(" ", "")
        assert found.count(wanted.replace(" ", "")) >= 4


def test_naughty_strings_never_break_a_paper() -> None:
    texts = list(filter(None, (kept(text) for text in naughty_strings())))
    assert len(texts) > 300
    lines = [kept(text, multiline=False, limit=200) for text in texts]
    items = tuple(replace(RECORD.prescription[0], drug=line, dose=line) for line in lines if line)
    record = replace(RECORD, notes="\n".join(texts), prescription=items)
    for make in (visit_summary, prescription):
        paper = make(visit(record), WORDS, NOW)
        pdf.check(paper.pdf)
        assert pdf.active(paper.pdf) == []
        assert pdf.images(paper.pdf) == 0
        assert all(pdf.fonts(paper.pdf).values())
    found = (
        pdf.text(visit_summary(visit(record), WORDS, NOW).pdf).replace("\n", "").replace(" ", "")
    )
    for line in filter(str.isascii, lines):
        assert line.replace(" ", "") in found, line


def test_names_of_the_world_are_printed_or_spelt_out() -> None:
    names = world_names()
    record = Record(notes="\n".join(names))
    paper = visit_summary(visit(record), WORDS, NOW)
    pdf.check(paper.pdf)
    found = "".join(pdf.text(paper.pdf).split())
    plain = [name for name in names if all(ord(char) < 0x250 for char in name)]
    assert len(plain) > 100
    for name in plain:
        assert "".join(name.split()) in found, name


@pytest.mark.parametrize(
    "text",
    [
        "क्षत्रिय",
        "श्रीमती अनुष्का त्रिपाठी",
        "ज्ञानेश्वर कृष्णमूर्ति",
        "द्वितीय विश्वविद्यालय",
        "र्‍ क्‍ष",
        "José Łukasz Nguyễn Þórður Čapek Ångström",
        "Ελένη Παπαδοπούλου",
        "Дмитрий Щербаков",
    ],
)
def test_names_are_found_again_as_they_were_typed(text: str) -> None:
    paper = prescription(visit(patient=PATIENT._replace(name=text)), WORDS, NOW)
    joiners = str.maketrans("", "", "\u200d\u200c")
    assert text.translate(joiners) in pdf.words(paper.pdf).translate(joiners)


@pytest.mark.parametrize("text", ["王小明", "😀", "שלום", "محمد", "தமிழ்", "\ue000"])
def test_signs_without_letters_are_spelt_out_and_explained(text: str) -> None:
    found = pdf.words(prescription(visit(patient=PATIENT._replace(name=text)), WORDS, NOW).pdf)
    assert stand_in(text) in found
    assert "numbers of Unicode" in found
    assert "\ufffd" not in found
    plain = pdf.words(prescription(visit(), WORDS, NOW).pdf)
    assert "numbers of Unicode" not in plain


@pytest.mark.parametrize("text", ["../../etc/passwd", "a\\b:c*?", "", "..", "con", "名", "x" * 999])
def test_file_names_hold_nothing_but_letters_digits_and_hyphens(text: str) -> None:
    made = file_name("Prescription", text, "2026-11-23")
    stem, _, ending = made.rpartition(".")
    assert ending == "pdf"
    assert stem.startswith("prescription")
    assert stem.replace("-", "").isalnum()
    assert stem.isascii()
    assert len(made) <= 84


def test_a_word_of_a_million_letters_is_refused_before_it_reaches_paper() -> None:
    with pytest.raises(Invalid):
        replace(RECORD, notes="x" * 1_000_000).check(NOW.date())
