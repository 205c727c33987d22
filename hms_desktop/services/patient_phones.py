"""Phone numbers as their country knows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.phones import check_phone


class Phone(NamedTuple):
    """A number as it is dialled from anywhere (``""``: unproven) and as it is shown."""

    e164: str
    shown: str


def known_phone(text: str, country: str, field: str = "phones") -> Phone:
    """Return a number that exists in its country; raise Invalid for one that only looks so.

    A number without ``+`` is read as one of ``country`` (two letters) and shown as written there.
    """
    # Loaded at the first number: the rules of all countries take 48 MB.
    import phonenumbers  # noqa: PLC0415

    typed = check_phone(text, field)
    home = country.upper()
    try:
        number = phonenumbers.parse(typed, home)
    except phonenumbers.NumberParseException:
        raise _refused(typed, field) from None
    if not phonenumbers.is_valid_number(number):
        raise _refused(typed, field)
    formats = phonenumbers.PhoneNumberFormat
    at_home = phonenumbers.region_code_for_number(number) == home
    return Phone(
        phonenumbers.format_number(number, formats.E164),
        phonenumbers.format_number(number, formats.NATIONAL if at_home else formats.INTERNATIONAL),
    )


def known_phones(
    typed: Iterable[str], country: str, before: Iterable[Phone] = (), field: str = "phones"
) -> tuple[Phone, ...]:
    """Return proven numbers without repeated ones; those of ``before`` stay as they are.

    So a chart with an unproven number from an import can be edited without touching the number.
    """
    kept = {phone.shown: phone for phone in before}
    found: dict[str, Phone] = {}
    for text in typed:
        phone = kept.get(text) or known_phone(text, country, field)
        found.setdefault(phone.e164 or phone.shown, phone)
    return tuple(found.values())


def _refused(typed: str, field: str) -> Invalid:
    return Invalid(
        field,
        "There is no phone number {number} in its country. Nothing was saved. Look for a missing "
        "or doubled digit, and begin with + and the country for a number from abroad.",
        number=typed,
    )
