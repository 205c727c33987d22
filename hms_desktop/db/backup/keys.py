"""Keys of backups: one half locks and lies in the database, the other opens and lies on paper.

Whoever makes a backup needs no secret, so every workstation of the hospital can. What opens it is
the recovery key: printed once, and kept in the keyring of the workstation that made it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from hms_desktop.domain.errors import Invalid, Unusable
from hms_desktop.settings import keep_secret, read_secret

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter that is mistaken for a digit."""
GROUP = 4
_BITS = 5
_KEY_BYTES = 32
_CHECK_BYTES = 3
_LETTERS = ((_KEY_BYTES + _CHECK_BYTES) * 8) // _BITS
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_SECRET = "backup-key/"  # noqa: S105 - the name it is kept under
_INFO = b"hms-desktop backup 1"
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, slots=True)
class OpeningKey:
    """The half that opens; ``locking`` is the other half as the database keeps it."""

    secret: bytes

    @classmethod
    def new(cls) -> OpeningKey:
        """Make one from the system's random numbers."""
        return cls(X25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def typed(cls, text: str) -> OpeningKey:
        """Read a recovery key as somebody typed it; raises Invalid when it cannot be one."""
        letters = "".join(char for char in text[:500].upper() if char.isalnum())
        letters = letters.translate(_LOOK_ALIKES)
        if len(letters) != _LETTERS or not set(letters) <= set(ALPHABET):
            raise Invalid(
                "key",
                "This is not a recovery key: it has {wanted} letters and digits in groups of "
                "four, and these are {count}. Type it as it stands on the sheet.",
                wanted=_LETTERS,
                count=len(letters),
            )
        number = 0
        for char in letters:
            number = number << _BITS | ALPHABET.index(char)
        whole = number.to_bytes(_KEY_BYTES + _CHECK_BYTES, "big")
        secret, check = whole[:_KEY_BYTES], whole[_KEY_BYTES:]
        if _check_of(secret) != check:
            raise Invalid(
                "key",
                "A letter of this recovery key is wrong: it does not fit the others. Compare it "
                "with the sheet, group by group.",
            )
        return cls(secret)

    @property
    def text(self) -> str:
        """The recovery key as it is printed: groups of four, with a check at its end."""
        number = int.from_bytes(self.secret + _check_of(self.secret), "big")
        letters = "".join(
            ALPHABET[number >> _BITS * place & len(ALPHABET) - 1]
            for place in reversed(range(_LETTERS))
        )
        return "-".join(letters[at : at + GROUP] for at in range(0, _LETTERS, GROUP))

    @property
    def locking(self) -> str:
        """The half that locks, as text."""
        public = X25519PrivateKey.from_private_bytes(self.secret).public_key()
        return base64.b64encode(public.public_bytes_raw()).decode()

    @property
    def id(self) -> str:
        """The number of the pair, by which sheet, keyring and file find each other."""
        return key_id(self.locking)

    def open(self, wrapped: bytes) -> bytes | None:
        """Return the content key of a file, or None when it was locked for another pair."""
        try:
            private = X25519PrivateKey.from_private_bytes(self.secret)
            return _SUITE.decrypt(wrapped, private, info=_INFO)
        except (InvalidTag, ValueError):
            return None


def key_id(locking: str) -> str:
    """Return the number of a pair by its locking half."""
    return hashlib.sha256(base64.b64decode(locking)).hexdigest()[:8].upper()


def is_locking(text: str) -> bool:
    """Say whether a text is the locking half of a pair."""
    try:
        return len(base64.b64decode(text, validate=True)) == _KEY_BYTES
    except ValueError:
        return False


def lock(content_key: bytes, locking: str) -> bytes:
    """Return the content key as only the opening half can read it."""
    public = X25519PublicKey.from_public_bytes(base64.b64decode(locking))
    return _SUITE.encrypt(content_key, public, info=_INFO)


def keep(key: OpeningKey) -> bool:
    """Put a key into this computer's keyring; False where there is none that can be used."""
    try:
        keep_secret(_SECRET + key.id, key.text)
    except Unusable:
        return False
    return True


def kept(number: str, read: Callable[[str], str] = read_secret) -> OpeningKey | None:
    """Return a key from this computer's keyring, or None."""
    found = read(_SECRET + number) if number else ""
    if not found:
        return None
    try:
        return OpeningKey.typed(found)
    except Invalid:
        return None


def _check_of(secret: bytes) -> bytes:
    return hashlib.sha256(b"check" + secret).digest()[:_CHECK_BYTES]
