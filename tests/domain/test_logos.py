import base64
import struct
import zlib

import pytest

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.logos import LOGO_BYTES, LOGO_PIXELS, logo_bytes, logo_text, picture_size
from hms_desktop.domain.settings import check_setting

pytestmark = pytest.mark.feature("OPS-1")


def png(width: int = 2, height: int = 3, extra: bytes = b"") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        end = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + end

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * min(width, 9) for _ in range(min(height, 9))))
    parts = (chunk(b"IHDR", head), chunk(b"tEXt", extra), chunk(b"IDAT", rows), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x11\x08\x00\x40\x00\x60\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"
)


def test_the_size_of_a_picture_is_read_from_its_head() -> None:
    assert picture_size(png(40, 30)) == (40, 30)
    assert picture_size(JPEG) == (96, 64)


@pytest.mark.parametrize(
    "data",
    [b"GIF89a" + b"\0" * 50, b"<svg/>", b"\x89PNG\r\n\x1a\n", JPEG[:22], b"\xff\xd8\xff\xe0\0\0"],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    assert picture_size(data) is None
    with pytest.raises(Invalid) as refused:
        check_setting("logo", base64.b64encode(data).decode())
    assert refused.value.field == "logo"


def test_a_logo_goes_into_the_setting_and_comes_back() -> None:
    data = png()
    assert logo_bytes(check_setting("logo", logo_text(data))) == data
    assert logo_bytes(check_setting("logo", "")) == b""


@pytest.mark.parametrize(
    "data",
    [
        png(extra=b"\0" * LOGO_BYTES),
        png(LOGO_PIXELS + 1, 1),
        png(1, LOGO_PIXELS + 1),
        png(0, 5),
    ],
)
def test_a_logo_too_large_or_empty_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        logo_text(data)


@pytest.mark.parametrize("text", ["äöü", "no base64!", "AAA", 17, None])
def test_what_is_no_base64_is_refused(text: object) -> None:
    with pytest.raises(Invalid):
        check_setting("logo", text)


def test_the_head_of_papers_has_limits() -> None:
    assert check_setting("address", " 1 Lake Road\r\nBengaluru ") == "1 Lake Road\nBengaluru"
    assert check_setting("phone", "") == ""
    assert check_setting("email", "desk@example.org\n") == "desk@example.org"
    for name, length in (("address", 401), ("phone", 61), ("email", 201)):
        with pytest.raises(Invalid) as refused:
            check_setting(name, "x" * length)
        assert refused.value.field == name
