"""Texts of messages: jinja2 in a sandbox, placeholders by kind, nothing of patients is markup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, meta
from jinja2.sandbox import SandboxedEnvironment

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.messages import MessageKind
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.domain.text import clean
from hms_desktop.paths import resources_dir

LANGUAGES = ("en", "hi")
SUBJECT_LIMIT = 200
TEXT_LIMIT = 20_000

_HOSPITAL = frozenset({"hospital_name", "hospital_address", "hospital_phone"})
_VISIT = _HOSPITAL | {
    "patient_name",
    "mrn",
    "doctor_name",
    "department",
    "visit_type",
    "room",
    "date",
    "time",
    "end_time",
}
PLACEHOLDERS: dict[MessageKind, frozenset[str]] = {
    MessageKind.BOOKED: _VISIT,
    MessageKind.MOVED: _VISIT | {"old_date", "old_time"},
    MessageKind.CANCELLED: _VISIT | {"reason"},
    MessageKind.REMINDER: _HOSPITAL | {"patient_name", "mrn", "date", "visits"},
    MessageKind.SUMMARY: _VISIT | {"diagnoses", "treatment", "prescription", "follow_up"},
    MessageKind.MONTHLY: _HOSPITAL | {"doctor_name", "month", "visits", "completed", "no_shows"},
    MessageKind.EXPORT_READY: _HOSPITAL | {"user_name", "title", "file_name", "folder"},
    MessageKind.TEST: _HOSPITAL | {"workstation"},
}
"""What each kind of message may say; ``visits`` of a reminder is a list with time, doctor_name,
department, visit_type and room."""

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "hi": "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
}
_DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "hi": "सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार",
}


@dataclass(frozen=True, slots=True)
class Template:
    """The three texts of one kind of message in one language; an empty HTML sends text alone."""

    kind: MessageKind
    language: str
    subject: str
    text: str
    html: str = ""

    def check(self) -> Template:
        """Return the cleaned template; raise Invalid naming ``subject``, ``text`` or ``html``."""
        subject = clean(self.subject, "subject", limit=SUBJECT_LIMIT, required=True)
        text = clean(self.text, "text", limit=TEXT_LIMIT, multiline=True, required=True)
        html = clean(self.html, "html", limit=TEXT_LIMIT, multiline=True)
        for field, source in (("subject", subject), ("text", text), ("html", html)):
            _check(field, source, PLACEHOLDERS[self.kind])
        checked = Template(self.kind, self.language, subject, text, html)
        for field in ("subject", "text", "html"):
            try:
                render(checked, sample(self.kind, self.language))
            except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
                raise Invalid(
                    field,
                    "The text cannot be filled in: {why}. Nothing was saved. Correct it.",
                    why=str(error)[:200],
                ) from error
        return checked


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready to be sent; the subject is one line."""

    subject: str
    text: str
    html: str


def shipped(kind: MessageKind, language: str) -> Template:
    """Return the template that comes with the program; English where a language is missing."""
    if language not in LANGUAGES:
        language = "en"
    subject, text = _read(kind, language, "txt").split("\n", 1)
    return Template(
        kind, language, subject.strip(), text.lstrip("\n"), _read(kind, language, "html")
    )


@lru_cache(maxsize=64)
def _read(kind: MessageKind, language: str, ending: str) -> str:
    path = resources_dir() / "mail" / f"{kind.value}.{language}.{ending}"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def render(template: Template, values: Mapping[str, Any]) -> Rendered:
    """Fill a template; values are only text, in HTML they are escaped. Raises TemplateError."""
    plain, rich = _environment(autoescape=False), _environment(autoescape=True)
    subject = plain.from_string(template.subject).render(values)
    return Rendered(
        # One line, whatever a name holds: a line break would begin another header.
        " ".join(subject.split())[: SUBJECT_LIMIT * 2],
        plain.from_string(template.text).render(values).strip() + "\n",
        rich.from_string(template.html).render(values) if template.html else "",
    )


def values_of(data: Mapping[str, Any], settings: HospitalSettings, language: str) -> dict[str, Any]:
    """Return the placeholders of a message from what the outbox keeps.

    Moments (UTC, ISO form) become dates and times as the hospital writes them.
    """
    values = {name: value for name, value in data.items() if not name.endswith("_at")}
    values.setdefault("hospital_name", settings.hospital_name)
    values.setdefault("hospital_address", settings.address)
    values.setdefault("hospital_phone", settings.phone)
    zone = settings.zone_info
    for name, (day, clock) in {
        "starts_at": ("date", "time"),
        "ends_at": ("", "end_time"),
        "old_starts_at": ("old_date", "old_time"),
    }.items():
        if name in data:
            local = datetime.fromisoformat(data[name]).astimezone(zone)
            if day:
                values[day] = long_date(local, language)
            values[clock] = clock_text(local, settings)
    values["visits"] = [values_of(one, settings, language) for one in data.get("visit_list", ())]
    if not values["visits"]:
        values["visits"] = data.get("visits", [])
    return values


def long_date(local: date, language: str) -> str:
    """Return a local date in words: Monday, 23 November 2026."""
    language = language if language in _MONTHS else "en"
    day, month = _DAYS[language].split()[local.weekday()], _MONTHS[language].split()
    return f"{day}, {local.day} {month[local.month - 1]} {local.year}"


def clock_text(local: datetime, settings: HospitalSettings) -> str:
    """Return a local time as the hospital writes it: 15:05 or 3:05 pm."""
    if settings.clock_24h:
        return f"{local:%H:%M}"
    return f"{local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'}"  # noqa: PLR2004


def sample(kind: MessageKind, language: str) -> dict[str, Any]:
    """Return believable values of every placeholder, for previews and checks."""
    hindi = language == "hi"
    visit = {
        "time": "15:00",
        "doctor_name": "Dr Meera Rao",
        "department": "Cardiology",
        "visit_type": "Follow-up",
        "room": "Room 2",
    }
    values: dict[str, Any] = {
        **visit,
        "hospital_name": "City Care Hospital",
        "hospital_address": "12 Lake Road, Pune",
        "hospital_phone": "020 555 0100",
        "patient_name": "आशा कुमार" if hindi else "Asha Kumar",
        "mrn": "H-000123",
        "date": "सोमवार, 23 नवंबर 2026" if hindi else "Monday, 23 November 2026",
        "end_time": "15:30",
        "old_date": "रविवार, 22 नवंबर 2026" if hindi else "Sunday, 22 November 2026",
        "old_time": "10:00",
        "reason": "Dr Rao is ill",
        "visits": [visit, {**visit, "time": "16:00", "visit_type": "ECG"}],
        "diagnoses": "I10 Essential (primary) hypertension",
        "treatment": "Less salt, walk daily.",
        "prescription": "Amlodipine 5 mg tablet, once daily",
        "follow_up": "21 December 2026",
        "month": "October 2026",
        "completed": 212,
        "no_shows": 9,
        "user_name": "Sheela Joseph",
        "title": "Appointments of Dr Rao",
        "file_name": "appointments.csv",
        "folder": "/exports",
        "workstation": "Front desk 2",
    }
    if kind is MessageKind.MONTHLY:
        values["visits"] = 240
    return {name: values[name] for name in PLACEHOLDERS[kind]}


@lru_cache(maxsize=2)
def _environment(*, autoescape: bool) -> SandboxedEnvironment:
    return SandboxedEnvironment(
        autoescape=autoescape, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _check(field: str, source: str, known: frozenset[str]) -> None:
    try:
        tree = _environment(autoescape=False).parse(source)
    except TemplateSyntaxError as error:
        raise Invalid(
            field,
            "Line {line} cannot be read: {why}. Nothing was saved. Correct it.",
            line=error.lineno,
            why=error.message or "",
        ) from error
    unknown = sorted(meta.find_undeclared_variables(tree) - known)
    if unknown:
        raise Invalid(
            field,
            "There is no placeholder {names} here. Nothing was saved. There are: {known}.",
            names=", ".join(unknown),
            known=", ".join(sorted(known)),
        )
