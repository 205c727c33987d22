"""The head of printed papers on the settings page: typed, chosen, saved, taken away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from hms_desktop.services.assembly import Services
from hms_desktop.ui.settings.hospital_card import DRAFT, HospitalCard
from hms_desktop.ui.settings.logo_picker import LogoPicker
from tests.support import invariants
from tests.ui.shell_desk import PASSWORD, Place, begin, place

pytestmark = pytest.mark.feature("OPS-1")


@pytest.fixture
def services(sqlite_url: str) -> Iterator[Services]:
    one = begin(sqlite_url)
    yield one
    invariants.check(one.context.database)
    one.close()


@pytest.fixture
def admin(qapp: QApplication, services: Services, tmp_path: Path) -> Iterator[Place]:
    with place(services, tmp_path / "drafts", "asha", PASSWORD) as one:
        yield one


@pytest.fixture
def card(admin: Place) -> HospitalCard:
    one = HospitalCard(admin.desk, admin.window)
    admin.window.show()
    one.load()
    admin.settle()
    return one


def picker_of(card: HospitalCard) -> LogoPicker:
    found = card.editors["logo"].widget
    assert isinstance(found, LogoPicker)
    return found


def picture(path: Path, side: int = 40) -> str:
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    assert image.save(str(path))
    return str(path)


def test_head_and_logo_are_saved_for_the_whole_hospital(
    admin: Place, card: HospitalCard, tmp_path: Path
) -> None:
    picker = picker_of(card)
    assert picker.picture.isHidden()
    picker.load(picture(tmp_path / "logo.png"))
    admin.settle()
    assert not picker.picture.isHidden()
    assert not picker.picture.pixmap().isNull()
    card.editors["address"].write("1 Lake Road\nBengaluru <b>")
    card.editors["phone"].write("+91 80 1234")
    assert admin.desk.drafts.get(DRAFT)
    card.save()
    admin.settle()
    saved = admin.services.context.settings()
    assert saved.address == "1 Lake Road\nBengaluru <b>"
    assert saved.phone == "+91 80 1234"
    assert saved.logo == picker.value() != ""
    picker.remove_button.click()
    assert picker.picture.isHidden()
    card.save()
    admin.settle()
    assert admin.services.context.settings().logo == ""


@pytest.mark.parametrize("content", [b"", b"GIF89a not really", b"\x89PNG\r\n\x1a\n" + b"\0" * 99])
def test_a_file_that_is_no_picture_is_refused_and_the_logo_stays(
    admin: Place, card: HospitalCard, tmp_path: Path, content: bytes
) -> None:
    picker = picker_of(card)
    picker.load(picture(tmp_path / "good.jpg"))
    admin.settle()
    kept = picker.value()
    path = tmp_path / "bad.png"
    path.write_bytes(content)
    for wrong in (path, tmp_path / "missing.png"):
        picker.load(str(wrong))
        admin.settle()
        assert picker.value() == kept != ""
        assert picker.note.text().endswith(".")


def test_too_long_an_address_is_refused_at_the_field(card: HospitalCard) -> None:
    card.editors["address"].write("x" * 401)
    assert "400" in card.form.field("address").error
