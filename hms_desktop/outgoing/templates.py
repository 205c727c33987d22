"""Texts of messages: jinja2 in a sandbox, placeholders by kind, nothing of patients is markup."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.messages import LANGUAGES, Channel, MessageKind
from hms_desktop.domain.settings import HospitalSettings
from hms_desktop.domain.text import clean
from hms_desktop.paths import resources_dir

if TYPE_CHECKING:
    import jinja2
    from jinja2.sandbox import SandboxedEnvironment

SUBJECT_LIMIT = 200
TEXT_LIMIT = 20_000
SHORT_LIMIT = 480
"""A short text: three parts of an SMS as it is written, before it is filled in."""

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
    MessageKind.AUDIT_HEAD: _HOSPITAL | {"taken_on", "entries", "anchor", "seal", "workstation"},
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
    """The texts of one kind of message in one language.

    An empty HTML sends text alone; a short text has neither HTML nor subject.
    """

    kind: MessageKind
    language: str
    subject: str
    text: str
    html: str = ""
    channel: Channel = Channel.EMAIL

    def check(self) -> Template:
        """Return the cleaned template; raise Invalid naming ``subject``, ``text`` or ``html``.

        Its value ``line`` is the line of that text (from 1) that cannot be.
        """
        short = self.channel is Channel.SMS
        limit = SHORT_LIMIT if short else TEXT_LIMIT
        sources = {"text": clean(self.text, "text", limit=limit, multiline=True, required=True)}
        if not short:
            sources |= {
                "subject": clean(self.subject, "subject", limit=SUBJECT_LIMIT, required=True),
                "html": clean(self.html, "html", limit=TEXT_LIMIT, multiline=True),
            }
        values = sample(self.kind, self.language)
        for field in sorted(sources, key=("subject", "html", "text").index):
            _check(field, sources[field], PLACEHOLDERS[self.kind])
            try:
                _environment(autoescape=False).from_string(sources[field]).render(values)
            except Exception as error:  # a template is a small program: whatever it raises is its
                raise Invalid(
                    field,
                    "Line {line} cannot be filled in: {why}. Nothing was saved. Correct it.",
                    line=_line_of(error),
                    why=str(error)[:200] or type(error).__name__,
                ) from error
        return replace(
            self,
            subject=sources.get("subject", ""),
            text=sources["text"],
            html=sources.get("html", ""),
        )


class UnfitTemplateError(ValueError):
    """A template that cannot be filled with the values of a message."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready to be sent; the subject is one line."""

    subject: str
    text: str
    html: str


def shipped(kind: MessageKind, language: str, channel: Channel = Channel.EMAIL) -> Template:
    """Return the template that comes with the program; English where a language is missing.

    A kind without short words of its own is texted in those of its mail.
    """
    if language not in LANGUAGES:
        language = "en"
    if channel is Channel.SMS and (short := _read(kind, language, "sms.txt")):
        return Template(kind, language, "", short, channel=channel)
    subject, text = _read(kind, language, "txt").split("\n", 1)
    return Template(
        kind, language, subject.strip(), text.lstrip("\n"), _read(kind, language, "html")
    )


@lru_cache(maxsize=64)
def _read(kind: MessageKind, language: str, ending: str) -> str:
    path = resources_dir() / "mail" / f"{kind.value}.{language}.{ending}"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def render(template: Template, values: Mapping[str, Any]) -> Rendered:
    """Fill a template; values are only text, in HTML they are escaped.

    Raises UnfitTemplateError.
    """
    from jinja2 import TemplateError  # noqa: PLC0415 - as in _environment

    try:
        subject = _compiled(template.subject, autoescape=False).render(values)
        return Rendered(
            # One line, whatever a name holds: a line break would begin another header.
            " ".join(subject.split())[: SUBJECT_LIMIT * 2],
            _compiled(template.text, autoescape=False).render(values).strip() + "\n",
            _compiled(template.html, autoescape=True).render(values) if template.html else "",
        )
    except TemplateError as error:
        raise UnfitTemplateError(str(error) or type(error).__name__) from error


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
            values[clock] = settings.clock(local)
    values["visits"] = [values_of(one, settings, language) for one in data.get("visit_list", ())]
    if not values["visits"]:
        values["visits"] = data.get("visits", [])
    return values


def long_date(local: date, language: str) -> str:
    """Return a local date in words: Monday, 23 November 2026."""
    language = language if language in _MONTHS else "en"
    day, month = _DAYS[language].split()[local.weekday()], _MONTHS[language].split()
    return f"{day}, {local.day} {month[local.month - 1]} {local.year}"


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
        "taken_on": "2026-11-23 00:05",
        "entries": "12,345",
        "anchor": "12345:" + "0f1e2d3c" * 8,
        "seal": "4b5a6978" * 8,
    }
    if kind is MessageKind.MONTHLY:
        values["visits"] = 240
    return {name: values[name] for name in PLACEHOLDERS[kind]}


@lru_cache(maxsize=128)
def _compiled(source: str, *, autoescape: bool) -> jinja2.Template:
    """Return a template ready to be filled: one text serves many patients."""
    return _environment(autoescape=autoescape).from_string(source)


@lru_cache(maxsize=2)
def _environment(*, autoescape: bool) -> SandboxedEnvironment:
    # With the first message: it would cost every start of the program a tenth of a second.
    from jinja2 import StrictUndefined  # noqa: PLC0415
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415

    return SandboxedEnvironment(
        autoescape=autoescape, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _check(field: str, source: str, known: frozenset[str]) -> None:
    from jinja2 import TemplateSyntaxError, meta, nodes  # noqa: PLC0415 - as above

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
        lines = [one.lineno for one in tree.find_all(nodes.Name) if one.name in unknown]
        raise Invalid(
            field,
            "Line {line}: there is no placeholder {names} here. Nothing was saved. There are: "
            "{known}.",
            line=min(lines, default=1),
            names=", ".join(unknown),
            known=", ".join(sorted(known)),
        )


def _line_of(error: Exception) -> int:
    """Return the line of the template that an error arose in; the first where none is known."""
    frames = traceback.extract_tb(error.__traceback__)
    found = [frame.lineno for frame in frames if frame.filename == "<template>"]
    return found[-1] or 1 if found else 1
