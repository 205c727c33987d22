"""Phone numbers and e-mail addresses: their shape, and the keys they are searched by.

Whether a number exists in its country is judged by the services, which know the rules of all
countries; here only what every number and address has in common.
"""

from __future__ import annotations

import re
import unicodedata

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.text import clean

PHONE_LIMIT = 40
EMAIL_LIMIT = 254
SUFFIX_DIGITS = 10
"""How many last digits a number is known by: +91 98765 43210 and 098765 43210 are one."""
_FEWEST_DIGITS = 3
_MOST_DIGITS = 20
_LIKE_A_NUMBER = 7
_EXTENSION = re.compile(r"\s*(?:ext\.?|extn\.?|x|#|;ext=)\s*\d{1,6}$", re.IGNORECASE)
_USUAL_SIGNS = str.maketrans("", "", "+ -().")
_SHAPE = re.compile(r"\+?[\d\s().\-/]+")


def phone_digits(text: str) -> str:
    """Return the digits of a number, without extension, as 0 to 9 whatever their script."""
    number = text[: PHONE_LIMIT * 2]
    # Most numbers are digits and usual signs: bulk imports ask a million times.
    if (bare := number.translate(_USUAL_SIGNS)).isdigit() and bare.isascii():
        return bare
    number = _EXTENSION.sub("", number)
    return "".join(str(unicodedata.decimal(char)) for char in number if char.isdecimal())


def phone_suffix(text: str, digits: int = SUFFIX_DIGITS) -> str:
    """Return the last digits of a number: two spellings of one number share them."""
    return phone_digits(text)[-digits:]


def phone_key(text: str) -> str:
    """Return the number's last digits backwards: typed endings are prefixes of this key."""
    return phone_suffix(text)[::-1]


def looks_like_phone(text: str) -> bool:
    """Say whether a search text is meant as a phone number or the end of one."""
    return bool(_SHAPE.fullmatch(text.strip())) and len(phone_digits(text)) >= _LIKE_A_NUMBER


def check_phone(text: str, field: str = "phone") -> str:
    """Return the cleaned number as typed (``""`` stays empty); raise Invalid for other text."""
    number = clean(text, field, limit=PHONE_LIMIT)
    if not number:
        return ""
    plain = _EXTENSION.sub("", number)
    if (
        not _SHAPE.fullmatch(plain)
        or not _FEWEST_DIGITS <= len(phone_digits(plain)) <= _MOST_DIGITS
    ):
        raise Invalid(
            field,
            "'{number}' is no phone number. Nothing was saved. Type digits, for example "
            "+91 98765 43210.",
            number=number,
        )
    return number


_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LOCAL_LIMIT = 64
_LABEL_LIMIT = 63
_DOMAIN_LIMIT = 253


def check_email(text: str, field: str = "email") -> str:
    """Return one cleaned address, its domain in small letters (``""`` stays empty).

    Raises Invalid for anything that is not exactly one address: a comma would add a recipient.
    """
    address = clean(text, field, limit=EMAIL_LIMIT)
    if not address:
        return ""
    local, _, domain = address.rpartition("@")
    domain = unicodedata.normalize("NFC", domain.lower())
    if len(local) > _LOCAL_LIMIT or not _LOCAL.fullmatch(local) or not _is_domain(domain):
        raise Invalid(
            field,
            "'{address}' is no e-mail address. Nothing was saved. Type exactly one, for example "
            "name@example.org.",
            address=address,
        )
    return f"{local}@{domain}"


def _is_domain(domain: str) -> bool:
    labels = domain.split(".")
    if not labels[1:] or labels[-1].isdecimal():
        return False
    try:
        wires = [_wire(label) for label in labels]
    except UnicodeError:
        return False
    return all(wires) and len(".".join(wires)) <= _DOMAIN_LIMIT


def _wire(label: str) -> str:
    """Return a label as the network writes it; ``""`` for what cannot be one."""
    if len(label) > _LABEL_LIMIT or label.startswith("-") or label.endswith("-"):
        return ""
    wire = label.encode("idna").decode("ascii")
    return wire if re.fullmatch(r"[A-Za-z0-9-]{1,63}", wire) else ""
