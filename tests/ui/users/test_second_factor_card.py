"""The second factor in the profile: set up with a QR code, moved, spare codes, turned off."""

from __future__ import annotations

import pyotp
import pytest
import segno
from PySide6.QtGui import QColor, QGuiApplication

from hms_desktop.domain.errors import CodeWanted
from hms_desktop.ui.pages.profile import ProfilePage
from hms_desktop.ui.second_factor.qr import MODULE, QUIET, QrPicture
from hms_desktop.ui.theme import current_theme
from tests.ui.shell_desk import PASSWORD, Place

pytestmark = pytest.mark.feature("ACC-10")


@pytest.fixture
def page(admin: Place) -> ProfilePage:
    one = ProfilePage(admin.desk, admin.window)
    admin.show(one)
    return one


def now_of(here: Place, key: str, step: int = 0) -> str:
    seconds = int(here.desk.now().timestamp())
    return pyotp.TOTP(key.replace(" ", "")).generate_otp(seconds // 30 + step)


def test_the_code_painted_is_the_code_asked_for(admin: Place) -> None:
    text = "otpauth://totp/City%20Care:asha?secret=GEZDGNBVGY3TQOJQ&issuer=City%20Care"
    picture = QrPicture("code", admin.window)
    picture.show_text(text)
    picture.resize(picture.sizeHint())
    image = picture.grab().toImage()
    size = current_theme().px(MODULE)
    for y, row in enumerate(segno.make(text, error="m", micro=False).matrix, QUIET):
        for x, dark in enumerate(row, QUIET):
            centre = image.pixelColor(x * size + size // 2, y * size + size // 2)
            assert centre == (QColor("black") if dark else QColor("white"))
    assert image.pixelColor(1, 1) == QColor("white")
    picture.show_text("")
    assert picture.grab().toImage().pixelColor(size * 6, size * 6) == QColor("white")


def test_it_is_set_up_moved_and_turned_off(admin: Place, page: ProfilePage) -> None:
    card, accounts = page.second_factor, admin.services.accounts
    assert card.state.text == "off"
    card.set_up()
    assert card.form.field("password").error
    card.password.setText("not my password")
    card.set_up()
    admin.settle()
    assert "wrong" in card.form.field("password").error
    card.password.setText(PASSWORD)
    card.set_up()
    admin.settle()
    steps = card.steps
    assert steps.qr.isVisible()
    steps.code.setText("000000")
    steps.confirm()
    admin.settle()
    assert "does not fit" in steps.form.field("second_code").error
    steps.code.setText(now_of(admin, steps.key.text()))
    steps.confirm()
    admin.settle()
    assert steps.key.text() == "", "the key is not shown longer than it is needed"
    assert not steps.done_button.isEnabled()
    steps.sheet.copy_button.click()
    sheet = QGuiApplication.clipboard().text()
    assert "Spare codes of the second factor" in sheet
    spare = [line.split("]")[1].strip() for line in sheet.splitlines() if "[ ]" in line]
    steps.done_button.click()
    admin.settle()
    assert card.state.text.startswith("on since")
    assert card.left.text == "10 spare codes left"
    assert page.password._least == 8
    with pytest.raises(CodeWanted):
        accounts.log_in("asha", PASSWORD, "desk-9")
    accounts.log_in("asha", PASSWORD, "desk-9", spare[0])

    card.password.setText(PASSWORD)
    card.spare_button.click()
    admin.settle()
    fresh = [line.split("]")[1].strip() for line in steps.sheet.text.splitlines() if "[ ]" in line]
    assert not set(fresh) & set(spare)
    steps.seen.setChecked(True)
    steps.done_button.click()

    card.password.setText(PASSWORD)
    card.turn_off()
    assert card.form.field("second_code").error
    card.code.setText(fresh[0])
    card.turn_off()
    admin.settle()
    assert card.state.text == "off"
    assert accounts.log_in("asha", PASSWORD, "desk-9")


def test_setting_up_is_left_without_a_trace(admin: Place, page: ProfilePage) -> None:
    card = page.second_factor
    card.password.setText(PASSWORD)
    card.set_up()
    admin.settle()
    card.steps.cancel_button.click()
    assert not card.steps.qr.isVisible()
    assert card.form.isVisible()
    assert admin.services.accounts.log_in("asha", PASSWORD, "desk-9")
