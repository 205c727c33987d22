"""Both themes are readable, complete and applied to everything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFontDatabase, QFontInfo
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from hms_desktop.paths import resources_dir
from hms_desktop.ui import fonts
from hms_desktop.ui.palette import DARK, LIGHT, TEXT_PAIRS, Tokens, contrast
from hms_desktop.ui.style import style_sheet
from hms_desktop.ui.theme import current_theme, set_look

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

BOTH = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
READABLE = 4.5


class Heard(QObject):
    """Writes down which events come."""

    def __init__(self) -> None:
        super().__init__()
        self.types: list[QEvent.Type] = []

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.types.append(event.type())
        return False


@BOTH
def test_every_pair_of_text_and_ground_is_readable(tokens: Tokens) -> None:
    weak = {
        (text, ground): round(contrast(getattr(tokens, text), getattr(tokens, ground)), 2)
        for text, ground in TEXT_PAIRS
        if contrast(getattr(tokens, text), getattr(tokens, ground)) < READABLE
    }
    assert weak == {}


@BOTH
def test_text_on_every_status_is_readable(tokens: Tokens) -> None:
    for name, colours in tokens.status.items():
        assert contrast(colours.ink, colours.fill) >= READABLE, name
        assert contrast(colours.dim, colours.fill) >= READABLE, name


@BOTH
def test_the_focus_ring_stands_out_from_every_ground(tokens: Tokens) -> None:
    for ground in (tokens.ground, tokens.panel, tokens.field, tokens.hover):
        assert contrast(tokens.accent, ground) >= 3, ground


def test_contrast_is_measured_as_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@BOTH
def test_the_style_sheet_has_no_word_left_open(tokens: Tokens) -> None:
    sheet = style_sheet(tokens)
    assert "$" not in sheet
    for part in sheet.split('url("')[1:]:
        assert (resources_dir() / part.split('"')[0]).is_file(), part[:80]


def test_status_words_find_their_colours() -> None:
    assert LIGHT.status_colour("No-show") is LIGHT.status["no_show"]
    assert LIGHT.status_colour("in consultation") is LIGHT.status["in_consultation"]
    assert LIGHT.status_colour("unheard of") is LIGHT.status["completed"]
    with pytest.raises(KeyError):
        LIGHT.colour("no such role")


def test_applying_a_theme_restyles_and_tells(qtbot: QtBot, qapp: QApplication) -> None:
    theme = current_theme()
    with qtbot.waitSignal(theme.changed) as told:
        theme.apply("dark")
    assert told.args == [DARK]
    assert theme.is_dark
    assert qapp.palette().window().color().name() == DARK.ground
    theme.apply("light", scale=1.5)
    assert QFontInfo(qapp.font()).pixelSize() == round(13 * 1.5)
    assert theme.px(36) == 54
    theme.apply("light", scale=1.0)
    assert current_theme() is theme
    with pytest.raises(ValueError, match="unknown theme"):
        theme.apply("pink")  # type: ignore[arg-type]


def test_another_theme_bothers_no_widget_more_than_needed(qtbot: QtBot, qapp: QApplication) -> None:
    # Eight deep, as fields lie in panels in pages: what each passes on to its children adds up.
    top = inner = QWidget()
    qtbot.addWidget(top)
    for _level in range(8):
        layout = QVBoxLayout(inner)
        inner = QWidget()
        layout.addWidget(inner)
    label = QLabel("x", inner)
    theme = current_theme()
    theme.apply("light")
    top.show()
    heard = Heard()
    label.installEventFilter(heard)
    theme.apply("dark")
    assert label.palette().windowText().color().name() == DARK.ink
    assert len(heard.types) < 12
    theme.apply("light")


def test_the_bundled_fonts_are_used(qtbot: QtBot, qapp: QApplication) -> None:
    current_theme().apply("light")
    assert {fonts.FAMILY, fonts.FALLBACK} <= set(QFontDatabase.families())
    label = QLabel("11:11")
    qtbot.addWidget(label)
    set_look(label, role="number")
    label.ensurePolished()
    assert QFontInfo(label.font()).family() == fonts.FAMILY


def test_a_missing_font_file_is_logged_and_survived(
    qtbot: QtBot, expect_log: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "FALLBACK", "a family that is not there")
    expect_log(r"the font file nothing\.ttf could not be loaded")  # type: ignore[operator]
    assert fonts.load_fonts(["nothing.ttf"]) == ()


def test_each_font_has_its_licence_beside_it() -> None:
    folder = resources_dir() / "fonts"
    for name in ("Inter", "NotoSansDevanagari"):
        assert "SIL OPEN FONT LICENSE" in (folder / f"{name}-LICENSE.txt").read_text("utf-8")


@BOTH
def test_every_rule_of_the_style_sheet_is_readable(tokens: Tokens) -> None:
    """What sets words and their ground together; what is disabled, on every ground as well."""
    weak = {}
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", style_sheet(tokens)):
        words, ground = (_colour_of(name, body) for name in ("color", "background"))
        grounds = {ground} if ground else {tokens.panel, tokens.ground}
        if words and (ground or ":disabled" in selector):
            measured = min(contrast(words, under) for under in grounds)
            if measured < READABLE:
                weak[selector.strip()] = round(measured, 2)
    assert weak == {}


def _colour_of(name: str, body: str) -> str:
    found = re.search(rf"(?:^|[;\s]){name}: (#[0-9a-f]{{6}})", body)
    return found[1] if found else ""


@BOTH
def test_what_is_switched_off_still_differs(tokens: Tokens) -> None:
    for ground in (tokens.panel, tokens.ground):
        assert contrast(tokens.off, ground) < contrast(tokens.ink, ground) / 2
