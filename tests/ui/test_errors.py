"""Errors become sentences; what nobody foresaw becomes one calm report without data."""

from __future__ import annotations

import logging
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from hms_desktop.domain.errors import Conflict, HmsError, Invalid, NotAllowed
from hms_desktop.ui.errors import ErrorNet, ReportDialog, install_excepthook, sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot


class _German(QTranslator):
    def __init__(self, words: dict[str, str]) -> None:
        super().__init__()
        self._words = words

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, _hint: str | None = None, _n: int = -1) -> str:
        return self._words.get(source, "") if context == "errors" else ""


@pytest.fixture
def translate(qapp: QApplication) -> Iterator[Callable[[dict[str, str]], None]]:
    made: list[QTranslator] = []

    def install(words: dict[str, str]) -> None:
        one = _German(words)
        made.append(one)
        QCoreApplication.installTranslator(one)

    yield install
    for one in made:
        QCoreApplication.removeTranslator(one)


@pytest.fixture
def net(qapp: QApplication) -> Iterator[ErrorNet]:
    one = install_excepthook(qapp, lambda: None)
    yield one
    one.remove()
    for dialog in QApplication.topLevelWidgets():
        if isinstance(dialog, ReportDialog):
            dialog.close()
    one.setParent(None)
    one.deleteLater()


def test_a_domain_error_is_its_sentence_with_its_values(qapp: QApplication) -> None:
    error = Conflict("{who} is booked at {time}.", kind="doctor", who="{x} <b>A</b>", time="9:00")
    assert sentence(error) == "{x} <b>A</b> is booked at 9:00."
    assert sentence(HmsError("Braces {} without values stay.")) == str(
        HmsError("Braces {} without values stay.")
    )


def test_the_template_is_translated_before_it_is_filled(
    qapp: QApplication, translate: Callable[[dict[str, str]], None]
) -> None:
    translate({"{name} is too long.": "{name} ist zu lang."})
    assert sentence(Invalid("name", "{name} is too long.", name="Anna")) == "Anna ist zu lang."


def test_a_translation_that_does_not_fit_falls_back(
    qapp: QApplication,
    translate: Callable[[dict[str, str]], None],
    expect_log: Callable[..., None],
) -> None:
    translate({"{name} is too long.": "{nome} ist zu lang."})
    expect_log("translation of an error does not fit", level=logging.ERROR)
    assert sentence(Invalid("name", "{name} is too long.", name="Anna")) == "Anna is too long."


def test_an_unforeseen_error_gets_a_reference_that_the_log_has_too(
    qapp: QApplication, expect_log: Callable[..., None]
) -> None:
    expect_log("unforeseen error, reference ABC123", level=logging.ERROR)
    text = sentence(ValueError("Anna Schmidt"), reference=lambda: "ABC123")
    assert "ABC123" in text
    assert "Anna" not in text


def test_a_missing_permission_reads_as_a_sentence(qapp: QApplication) -> None:
    assert sentence(NotAllowed("appointments.book")).startswith("You may not do this")


def _reports() -> list[ReportDialog]:
    return [
        one
        for one in QApplication.topLevelWidgets()
        if isinstance(one, ReportDialog) and one.isVisible()
    ]


def test_what_nobody_caught_is_reported_once_without_data(
    qtbot: QtBot, net: ErrorNet, expect_log: Callable[..., None]
) -> None:
    expect_log("unhandled error", level=logging.CRITICAL)
    expect_log("unhandled error", level=logging.CRITICAL)
    for _ in range(2):
        try:
            raise ValueError("Anna Schmidt, born 1980")  # noqa: TRY301
        except ValueError:
            sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: bool(_reports()))
    qtbot.wait(10)
    (dialog,) = _reports()
    assert dialog.details.count("Reference:") == 2
    assert "builtins.ValueError" in dialog.details
    assert "test_errors.py" in dialog.details
    assert "Anna" not in dialog.details
    dialog._copy()
    assert QGuiApplication.clipboard().text() == dialog.details


def test_an_error_on_another_thread_is_shown_on_the_gui_thread(
    qtbot: QtBot, net: ErrorNet, expect_log: Callable[..., None]
) -> None:
    expect_log("unhandled error", level=logging.CRITICAL)

    def work() -> None:
        raise RuntimeError

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(_reports()))
    assert len(_reports()) == 1


def test_remove_puts_the_hooks_back(qapp: QApplication) -> None:
    before = (sys.excepthook, threading.excepthook)
    one = install_excepthook(qapp, lambda: None)
    assert sys.excepthook != before[0]
    one.remove()
    assert (sys.excepthook, threading.excepthook) == before
