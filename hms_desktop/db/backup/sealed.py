r"""The sealed file: a head that anybody may read, then frames that only the key opens.

    HMSBACKUP1\n · length of the head · head (JSON) · SHA-256 of the head · frames

Each frame is AES-256-GCM over at most 1 MiB, bound to the head, to its number and to whether it is
the last: a changed, moved, left-out or doubled frame does not open, and a file without its last
frame is cut off. Reading and writing take a frame's memory, however large the database is.

Where the hospital has no key yet (a copy before an upgrade), the content key stands in the head:
such a file is as safe from damage as any, and as readable as the database beside it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hms_desktop.db.backup import keys
from hms_desktop.domain import backup_flaws as flaws
from hms_desktop.domain.backups import BackupHead

FAMILY = b"HMSBACKUP"
MAGIC = FAMILY + b"1\n"
FRAME = 1024 * 1024
MOST_FRAME = 16 * FRAME
TAG = 16
KEY_BYTES = 32
MOST_HEAD = 1024 * 1024
_LENGTH = struct.Struct(">I")
_FRAME_HEAD = struct.Struct(">BI")
_NONCE = struct.Struct(">IQ")
_DIGEST = hashlib.sha256().digest_size

Opener = Callable[[str], keys.OpeningKey | None]
"""Finds the opening half by its number: the keyring, or what somebody typed."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What a file is locked with: the head as bytes, and the key of its content."""

    head: bytes
    content_key: bytes


def new_seal(head: BackupHead, locking: str) -> Seal:
    """Make a content key of this one file; without a locking half it stands in the head."""
    content_key = os.urandom(KEY_BYTES)
    if locking:
        lock = {"key": keys.key_id(locking), "wrapped": _text(keys.lock(content_key, locking))}
    else:
        lock = {"key": "", "open": _text(content_key)}
    lock["frame"] = str(FRAME)
    whole = {"backup": head.plain(), "lock": lock}
    return Seal(json.dumps(whole, ensure_ascii=False, sort_keys=True).encode(), content_key)


class SealedWriter:
    """Writes one sealed file; ``close`` puts the last frame, without which it counts for nothing.

    ``sha256`` and ``bytes`` tell what was written.
    """

    def __init__(self, stream: BinaryIO, seal: Seal) -> None:
        """Write the head."""
        self._stream = stream
        self._cipher = AESGCM(seal.content_key)
        self._bound = hashlib.sha256(seal.head).digest()
        self._number = 0
        self._waiting = bytearray()
        self._hash = hashlib.sha256()
        self.bytes = 0
        for part in (MAGIC, _LENGTH.pack(len(seal.head)), seal.head, self._bound):
            self._put(part)

    @property
    def sha256(self) -> str:
        """The SHA-256 of everything written."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> None:
        """Take content of any length; raises OSError."""
        self._waiting += data
        # One frame always waits: which one is the last is known only at the end.
        while len(self._waiting) > FRAME:
            self._frame(bytes(self._waiting[:FRAME]), last=False)
            del self._waiting[:FRAME]

    def close(self) -> None:
        """Write the last frame; the stream stays open."""
        self._frame(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _frame(self, data: bytes, *, last: bool) -> None:
        head = _FRAME_HEAD.pack(last, len(data) + TAG)
        nonce = _NONCE.pack(0, self._number)
        self._put(head + self._cipher.encrypt(nonce, data, self._bound + nonce + head))
        self._number += 1

    def _put(self, data: bytes) -> None:
        self._stream.write(data)
        self._hash.update(data)
        self.bytes += len(data)


class SealedReader:
    """Reads one sealed file; raises Unfit with what is wrong, each wrong in its own way."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        """Read the head, which needs no key."""
        self._stream = stream
        self._name = name
        self._hash = hashlib.sha256()
        self.bytes = 0
        self._whole = self._read_head()
        try:
            self.head = BackupHead.of(self._whole["backup"])
            self.key_id = str(self._whole["lock"]["key"])
            self._frame = int(self._whole["lock"]["frame"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise flaws.damaged(name) from error
        if not 0 < self._frame <= MOST_FRAME:
            raise flaws.damaged(name)

    @property
    def sha256(self) -> str:
        """The SHA-256 of everything read so far."""
        return self._hash.hexdigest()

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def content_key(self, opener: Opener) -> bytes:
        """Return the key of the content; raises Unfit (no key, wrong key)."""
        lock: dict[str, Any] = self._whole["lock"]
        try:
            if "open" in lock:
                return base64.b64decode(lock["open"], validate=True)
            wrapped = base64.b64decode(lock["wrapped"], validate=True)
        except (KeyError, TypeError, ValueError) as error:
            raise flaws.damaged(self._name) from error
        key = opener(self.key_id)
        if key is None:
            raise flaws.no_key(self._name, self.key_id)
        found = key.open(wrapped) if key.id == self.key_id else None
        if found is None:
            raise flaws.wrong_key(self._name)
        return found

    def frames(self, content_key: bytes) -> Iterator[bytes]:
        """Give the content piece by piece; what was given is proved, the end only at the end."""
        try:
            cipher = AESGCM(content_key)
        except ValueError as error:
            raise flaws.damaged(self._name) from error
        number, last, full = 0, False, self._frame + TAG
        while not last:
            head = self._exactly(_FRAME_HEAD.size)
            mark, length = _FRAME_HEAD.unpack(head)
            last = mark == 1
            # Only the last frame may be a short one.
            if mark > 1 or not (TAG if last else full) <= length <= full:
                raise flaws.damaged(self._name)
            nonce = _NONCE.pack(0, number)
            try:
                data = cipher.decrypt(nonce, self._exactly(length), self._bound + nonce + head)
            except InvalidTag as error:
                raise flaws.damaged(self._name) from error
            number += 1
            yield data
        if self._stream.read(1):
            raise flaws.damaged(self._name)

    def _read_head(self) -> dict[str, Any]:
        magic = self._take(len(MAGIC))
        if magic != MAGIC:
            if MAGIC.startswith(magic) and magic:
                raise flaws.truncated(self._name)
            if magic.startswith(FAMILY) and magic[len(FAMILY) : -1].isdigit():
                raise flaws.newer_format(self._name)
            raise flaws.foreign(self._name)
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        if length > MOST_HEAD:
            raise flaws.damaged(self._name)
        head = self._exactly(length)
        self._bound = hashlib.sha256(head).digest()
        if self._exactly(_DIGEST) != self._bound:
            raise flaws.damaged(self._name)
        try:
            found = json.loads(head)
        except ValueError as error:
            raise flaws.damaged(self._name) from error
        if not isinstance(found, dict):
            raise flaws.damaged(self._name)
        return found

    def _exactly(self, count: int) -> bytes:
        data = self._take(count)
        if len(data) != count:
            raise flaws.truncated(self._name)
        return data

    def _take(self, count: int) -> bytes:
        data = self._stream.read(count)
        self._hash.update(data)
        self.bytes += len(data)
        return data


def open_sealed(path: Path) -> SealedReader:
    """Open a file for reading and read its head; the caller closes it. Raises Unfit."""
    stream = path.open("rb")
    try:
        return SealedReader(stream, path.name)
    except BaseException:
        stream.close()
        raise


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
