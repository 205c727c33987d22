"""The hospital's logo: a small PNG or JPEG picture, kept as base64 text in a setting."""

from __future__ import annotations

import base64
import binascii
import struct

from hms_desktop.domain.errors import Invalid

LOGO_BYTES = 300 * 1024
LOGO_PIXELS = 4_000
"""A picture's width or height; more only costs memory, and a small file can claim any size."""
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_JPEG_HEAD = 4


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height (pixels) of a PNG or JPEG picture, or None for anything else."""
    try:
        if data.startswith(_PNG) and data[12:16] == b"IHDR":
            width, height = struct.unpack(">II", data[16:24])
            return width, height
        if data.startswith(_JPEG):
            return _jpeg_size(data)
    except struct.error:
        return None
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + _JPEG_HEAD <= len(data) and data[at] == 0xFF:  # noqa: PLR2004 - begins a marker
        kind = data[at + 1]
        if kind == 0xFF:  # noqa: PLR2004 - filling
            at += 1
        elif kind in _JPEG_ALONE:
            at += 2
        elif kind in _JPEG_SIZES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return None


def logo_text(data: bytes) -> str:
    """Return a picture as the setting holds it; raise Invalid."""
    text = base64.b64encode(data).decode("ascii")
    logo_bytes(text)
    return text


def logo_bytes(text: str) -> bytes:
    """Return the picture that the setting ``logo`` holds as base64; raise Invalid."""
    if not text:
        return b""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("logo", "The logo is no picture. Choose a PNG or JPEG file.") from None
    if len(data) > LOGO_BYTES:
        raise Invalid(
            "logo",
            "The logo has {kib} KiB, and at most {most} fit. Choose a smaller picture.",
            kib=-(-len(data) // 1024),
            most=LOGO_BYTES // 1024,
        )
    size = picture_size(data)
    if size is None:
        raise Invalid("logo", "The logo is no picture. Choose a PNG or JPEG file.")
    if not all(1 <= side <= LOGO_PIXELS for side in size):
        raise Invalid(
            "logo",
            "The logo is {width} × {height} pixels, and at most {most} a side fit. Choose a "
            "smaller picture.",
            width=size[0],
            height=size[1],
            most=LOGO_PIXELS,
        )
    return data
