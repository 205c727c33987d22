"""The colours of the light and the dark theme, as plain values (``#rrggbb``)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QPalette

from hms_desktop.domain.colours import contrast

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class StatusColour:
    """How boxes, rows and chips of one appointment status look."""

    fill: str
    edge: str
    ink: str
    dim: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme's colours by meaning; screens never write a colour down themselves.

    ``off`` are words that cannot be used now; ``faint`` is for lines and marks, never for words.
    """

    name: str
    ground: str
    panel: str
    raised: str
    field: str
    hover: str
    pressed: str
    line: str
    line_strong: str
    ink: str
    dim: str
    faint: str
    off: str
    accent: str
    accent_hover: str
    accent_ink: str
    accent_soft: str
    accent_text: str
    alarm: str
    alarm_soft: str
    alarm_text: str
    alarm_faint: str
    ok: str
    ok_soft: str
    ok_text: str
    warn: str
    warn_soft: str
    warn_text: str
    toast: str
    toast_ink: str
    toast_accent: str
    hatch: str
    scrim: str
    shadow: str
    status: Mapping[str, StatusColour]

    def status_colour(self, status: str) -> StatusColour:
        """Return a status' colours; an unknown one looks like *completed* (calm grey)."""
        key = status.lower().replace("-", "_").replace(" ", "_")
        return self.status.get(key, self.status["completed"])

    def colour(self, role: str) -> QColor:
        """Return a role's colour; also ``status:<name>`` (the edge). Unknown: KeyError."""
        if role.startswith("status:"):
            return QColor(self.status_colour(role.removeprefix("status:")).edge)
        value = getattr(self, role, None)
        if not isinstance(value, str) or role == "name":
            raise KeyError(role)
        return QColor(value)

    def flat(self) -> dict[str, str]:
        """Return every colour by name, for the style sheet."""
        values: dict[str, str] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, str):
                values[one.name] = value
        for name, colour in self.status.items():
            values[f"status_{name}_fill"] = colour.fill
            values[f"status_{name}_edge"] = colour.edge
            values[f"status_{name}_ink"] = colour.ink
        return values


def _statuses(ink: str, dim: str, pairs: Mapping[str, tuple[str, str]]) -> dict[str, StatusColour]:
    return {name: StatusColour(fill, edge, ink, dim) for name, (fill, edge) in pairs.items()}


LIGHT = Tokens(
    name="light",
    ground="#f4f6f8",
    panel="#ffffff",
    raised="#ffffff",
    field="#ffffff",
    hover="#eef1f5",
    pressed="#e3e8ee",
    line="#dfe4ea",
    line_strong="#c4ccd6",
    ink="#1b2430",
    dim="#5d6b7c",
    faint="#94a0ae",
    off="#64717f",
    accent="#0f6fb8",
    accent_hover="#0c5f9f",
    accent_ink="#ffffff",
    accent_soft="#e1eefa",
    accent_text="#0b63a6",
    alarm="#d6453d",
    alarm_soft="#fbe1df",
    alarm_text="#b3302a",
    alarm_faint="#fef5f4",
    ok="#1f9479",
    ok_soft="#d9f0ea",
    ok_text="#12735d",
    warn="#c98a11",
    warn_soft="#fff0d2",
    warn_text="#8a5a00",
    toast="#1b2430",
    toast_ink="#f4f6f8",
    toast_accent="#7cc2f6",
    hatch="#e6eaef",
    scrim="#1b2430",
    shadow="#0b1018",
    status=_statuses(
        "#1b2430",
        "#4c5968",
        {
            "requested": ("#eef4fb", "#7ba7d0"),
            "booked": ("#dcebf9", "#3b82c4"),
            "confirmed": ("#d9f0ea", "#1f9479"),
            "arrived": ("#fff0d2", "#c98a11"),
            "in_consultation": ("#e7e0fa", "#7656cf"),
            "completed": ("#e9ecef", "#8a96a3"),
            "no_show": ("#fbe1df", "#cc4a42"),
            "cancelled": ("#f4f6f8", "#a9b3be"),
            "entered_in_error": ("#f4f6f8", "#a9b3be"),
        },
    ),
)

DARK = Tokens(
    name="dark",
    ground="#151a20",
    panel="#1d242c",
    raised="#222a33",
    field="#1a2027",
    hover="#28313b",
    pressed="#303a46",
    line="#2e3843",
    line_strong="#435060",
    ink="#e7ecf2",
    dim="#9aa8b8",
    faint="#66727f",
    off="#8794a3",
    accent="#58aef0",
    accent_hover="#74bdf4",
    accent_ink="#0d1a26",
    accent_soft="#1d3448",
    accent_text="#6fb9f3",
    alarm="#ff7268",
    alarm_soft="#4a2523",
    alarm_text="#ff8f86",
    alarm_faint="#2a2125",
    ok="#3cc7a6",
    ok_soft="#173f38",
    ok_text="#4ed0b1",
    warn="#eab544",
    warn_soft="#463713",
    warn_text="#eab544",
    toast="#e7ecf2",
    toast_ink="#1b2430",
    toast_accent="#0b63a6",
    hatch="#272f39",
    scrim="#07090c",
    shadow="#000000",
    status=_statuses(
        "#e7ecf2",
        "#b8c4d1",
        {
            "requested": ("#1e2c3b", "#4a80b0"),
            "booked": ("#1f3a54", "#58aef0"),
            "confirmed": ("#173f38", "#3cc7a6"),
            "arrived": ("#463713", "#eab544"),
            "in_consultation": ("#322a55", "#a78bfa"),
            "completed": ("#2a323b", "#8a96a3"),
            "no_show": ("#4a2523", "#f2776f"),
            "cancelled": ("#1a2027", "#66727f"),
            "entered_in_error": ("#1a2027", "#66727f"),
        },
    ),
)

#: Pairs of (text, ground behind it) that appear on screens; a test measures each (4.5 : 1).
TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    ("ink", "ground"),
    ("ink", "panel"),
    ("ink", "field"),
    ("ink", "hover"),
    ("ink", "pressed"),
    ("ink", "accent_soft"),
    ("ink", "raised"),
    ("ink", "alarm_faint"),
    ("dim", "alarm_faint"),
    ("dim", "ground"),
    ("dim", "panel"),
    ("dim", "raised"),
    ("dim", "field"),
    ("dim", "hover"),
    ("dim", "accent_soft"),
    ("off", "ground"),
    ("off", "panel"),
    ("off", "raised"),
    ("accent_text", "panel"),
    ("accent_text", "ground"),
    ("accent_text", "hover"),
    ("accent_text", "accent_soft"),
    ("accent_ink", "accent"),
    ("accent_ink", "accent_hover"),
    ("alarm_text", "panel"),
    ("alarm_text", "ground"),
    ("alarm_text", "alarm_soft"),
    ("alarm_text", "accent_soft"),
    ("alarm_text", "hover"),
    ("ok_text", "panel"),
    ("ok_text", "ok_soft"),
    ("ok_text", "accent_soft"),
    ("ok_text", "hover"),
    ("warn_text", "panel"),
    ("warn_text", "warn_soft"),
    ("warn_text", "accent_soft"),
    ("warn_text", "hover"),
    ("toast_ink", "toast"),
    ("toast_accent", "toast"),
)


def qt_palette(tokens: Tokens) -> QPalette:
    """Return the palette that Fusion paints with what the style sheet leaves alone."""
    palette = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: tokens.ground,
        role.WindowText: tokens.ink,
        role.Base: tokens.field,
        role.AlternateBase: tokens.hover,
        role.Text: tokens.ink,
        role.Button: tokens.panel,
        role.ButtonText: tokens.ink,
        role.BrightText: tokens.alarm,
        role.ToolTipBase: tokens.toast,
        role.ToolTipText: tokens.toast_ink,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.accent_ink,
        role.Accent: tokens.accent,
        role.Link: tokens.accent_text,
        role.LinkVisited: tokens.accent_text,
        role.PlaceholderText: tokens.dim,
        role.Light: tokens.panel,
        role.Midlight: tokens.hover,
        role.Mid: tokens.line_strong,
        role.Dark: tokens.line_strong,
        role.Shadow: tokens.shadow,
    }
    for key, value in pairs.items():
        palette.setColor(key, QColor(value))
    for key in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(tokens.off))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(tokens.line_strong))
    return palette


__all__ = ["DARK", "LIGHT", "TEXT_PAIRS", "StatusColour", "Tokens", "contrast", "qt_palette"]
