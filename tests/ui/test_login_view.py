"""The log-in card: second step, waiting counted down, Caps Lock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from hms_desktop.domain.errors import CodeWanted, Invalid
from hms_desktop.services.second_step import WrongSecondCode
from hms_desktop.ui.login import Credentials, LoginView
from hms_desktop.ui.widgets.caps_lock import CapsHint
from hms_desktop.ui.widgets.countdown import Countdown, clock_words

NO_KEYS = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Front:
    def __init__(self) -> None:
        self.view = LoginView()
        self.sent: list[Credentials] = []
        self.view.submitted.connect(self.sent.append)
        self.view.set_hospital("City Care", "Log in to begin")
        self.view.resize(900, 700)
        self.view.show()
        self.view.begin()

    def enter(self, edit: QLineEdit, text: str) -> None:
        edit.setText(text)
        QTest.keyClick(edit, Qt.Key.Key_Return)


@pytest.fixture
def front(qapp: QApplication) -> Iterator[Front]:
    one = Front()
    yield one
    one.view.countdown.stop()
    one.view.close()
    one.view.deleteLater()
    QApplication.processEvents()


@pytest.mark.feature("ACC-10")
def test_a_right_password_leads_to_the_second_step(front: Front) -> None:
    view = front.view
    view.login.setText("asha")
    front.enter(view.password, "secret words")
    view.refuse(CodeWanted("second_code", "Type the code."))
    assert [name for name, field in view.form.fields.items() if field.isVisible()] == [
        "second_code"
    ]
    front.enter(view.second, "123456")
    assert front.sent == [
        Credentials("asha", "secret words"),
        Credentials("asha", "secret words", second="123456"),
    ]
    view.refuse(WrongSecondCode())
    assert "wrong" in view.form.field("second_code").error
    assert view.second.text() == ""
    front.enter(view.second, "654321")
    assert front.sent[-1] == Credentials("asha", "secret words", second="654321")
    view.refuse(WrongSecondCode())
    view._other.click()
    assert (view.password.text(), view.login.text()) == ("", "asha")
    assert view.form.field("password").isVisible()


@pytest.mark.feature("ACC-10")
def test_a_one_time_code_is_not_used_twice_because_of_the_second_step(front: Front) -> None:
    view = front.view
    view.login.setText("asha")
    view._other.click()
    view.code.setText("ABCD-EFGH")
    front.enter(view.fresh, "new secret words")
    assert front.sent == [Credentials("asha", "new secret words", "ABCD-EFGH")]
    view.refuse(CodeWanted("second_code", "Type the code."))
    front.enter(view.second, "123456")
    assert front.sent[-1] == Credentials("asha", "new secret words", second="123456")


@pytest.mark.feature("ACC-8")
def test_waiting_is_counted_down_and_trying_stays_possible(front: Front) -> None:
    view, now = front.view, [100.0]
    view.countdown._clock = lambda: now[0]
    view.refuse(Invalid("password", "Wait {seconds}", seconds=64, wait_seconds=64))
    assert "Wait 1:04" in view._message.text()
    now[0] += 23.5
    view.countdown.tick()
    assert "Wait 0:41" in view._message.text()
    assert view._enter.isEnabled(), "an administrator may have unlocked meanwhile"
    now[0] += 41
    view.countdown.tick()
    assert not view._message.isVisible()
    assert not view.countdown.is_running
    view.refuse(Invalid("password", "Locked", wait_seconds=3600))
    assert "locked for 1:00:00" in view._message.text()
    QTest.keyClicks(view.login, "x")
    assert not view.countdown.is_running, "somebody else need not wait"


def test_what_is_left_reads_like_a_clock() -> None:
    assert [clock_words(n) for n in (1, 59, 60, 3599, 3600, 86_399)] == [
        "0:01", "0:59", "1:00", "59:59", "1:00:00", "23:59:59",
    ]  # fmt: skip


def test_a_countdown_tells_each_second_once(qapp: QApplication) -> None:
    now, told = [0.0], list[str]()
    owner = QLineEdit()
    one = Countdown(owner, clock=lambda: now[0])
    one.changed.connect(told.append)
    one.ended.connect(lambda: told.append("end"))
    one.start(2)
    for _ in range(5):
        one.tick()
        now[0] += 0.5
    one.stop()
    owner.deleteLater()
    assert told == ["0:02", "0:01", "end"]


@pytest.mark.feature("ACC-8")
def test_caps_lock_is_noticed_from_what_the_keys_give(qapp: QApplication) -> None:
    edit = QLineEdit()
    hint = CapsHint(edit)
    letter = Qt.Key.Key_A
    for text, shift, on in (
        ("a", False, False), ("A", False, True), ("1", False, True), ("a", False, False),
        ("a", True, True), ("A", True, False), ("É", False, True), ("é", False, False),
        ("क", False, False),
    ):  # fmt: skip
        held = SHIFT if shift else NO_KEYS
        QApplication.sendEvent(edit, QKeyEvent(QEvent.Type.KeyPress, letter, held, text))
        assert hint.is_on is on, (text, shift)
        assert hint.isHidden() is not on
    assert edit.text() == "aA1aaAÉéक", "no key is held back"
    QApplication.sendEvent(edit, QKeyEvent(QEvent.Type.KeyPress, letter, NO_KEYS, "A"))
    QTest.keyClick(edit, Qt.Key.Key_CapsLock)
    assert hint.isHidden()
    hint.deleteLater()
    edit.deleteLater()
