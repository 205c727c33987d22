"""The key that seals heads of the audit: in the keyring of this computer, by hospital.

The database never knows it: whoever can change the database must not be able to seal. Each
computer that is to seal, or to prove seals, is given it once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable

from hms_desktop.db.types import to_text
from hms_desktop.domain.audit import Anchor, AuditHead
from hms_desktop.domain.errors import Invalid
from hms_desktop.settings import keep_secret, read_secret

_HEX_KEY = re.compile(r"[0-9a-f]{64}")
_NAME = 16
"""So many hexadecimal digits tell hospitals, and keys, apart."""


class AuditKeys:
    """One computer's view of the key of each hospital."""

    def __init__(
        self,
        secret: Callable[[str], str] = read_secret,
        keep: Callable[[str, str], None] = keep_secret,
    ) -> None:
        """Keep the keyring's two sides."""
        self._secret = secret
        self._keep = keep

    def key(self, chain: bytes) -> bytes:
        """Return the key of the hospital whose chain began so; empty when it is not here."""
        found = self._secret(_name("key", chain))
        return bytes.fromhex(found) if _HEX_KEY.fullmatch(found) else b""

    def make(self, chain: bytes) -> bytes:
        """Make a key and keep it; raises Unusable where there is no keyring."""
        return self.enter(chain, secrets.token_hex(32))

    def enter(self, chain: bytes, text: str) -> bytes:
        """Keep a key that another computer showed; raises Invalid or Unusable."""
        text = "".join(text.split()).lower()
        if not _HEX_KEY.fullmatch(text):
            raise Invalid("key", "The key is 64 hexadecimal digits. Nothing was kept.")
        self._keep(_name("key", chain), text)
        return bytes.fromhex(text)

    def anchor(self, chain: bytes) -> Anchor | None:
        """Return the newest head that this computer sealed, if it remembers one."""
        number, _, digits = self._secret(_name("head", chain)).partition(":")
        return Anchor(int(number), digits) if number.isdigit() and digits else None

    def remember(self, chain: bytes, anchor: Anchor) -> None:
        """Remember the newest sealed head; raises Unusable where there is no keyring."""
        self._keep(_name("head", chain), str(anchor))


def _name(what: str, chain: bytes) -> str:
    return f"audit {what} {chain.hex()[:_NAME]}"


def key_id(key: bytes) -> str:
    """Return what tells a key apart without telling it."""
    return hmac.new(key, b"hms-desktop audit key", hashlib.sha256).hexdigest()[:_NAME]


def seal(key: bytes, chain: bytes, head: AuditHead) -> str:
    """Return the HMAC-SHA-256 over a head, hexadecimal; id and seal of the head do not count."""
    told = [chain.hex(), to_text(head.taken_at), head.seq, head.hash, head.user_name,
            head.workstation]  # fmt: skip
    return hmac.new(key, json.dumps(told).encode(), hashlib.sha256).hexdigest()


def is_sealed(key: bytes, chain: bytes, head: AuditHead) -> bool:
    """Say whether the seal of a head was made with this key."""
    return hmac.compare_digest(seal(key, chain, head), head.seal)
