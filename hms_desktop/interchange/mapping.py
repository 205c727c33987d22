"""Mapping files (TOML): which column of a foreign file feeds which field of ours, and how."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hms_desktop.domain.errors import Invalid, Unusable
from hms_desktop.interchange.csv_in import read_csv

_KEYS = frozenset(
    {"column", "value", "template", "map", "default", "format", "pattern", "strip_digits",
     "title_case", "on", "lookup", "required"}
)  # fmt: skip
MADE = frozenset({"group", "number"})
"""Names a template may use that are no columns: a group of doctors, and which of them."""
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Source:
    """Where one value comes from: a column, a constant, or a template over columns."""

    name: str
    column: str = ""
    value: str = ""
    template: str = ""
    map: Mapping[str, str] | None = None
    default: str = ""
    format: str = ""
    pattern: re.Pattern[str] | None = None
    strip_digits: bool = False
    title_case: bool = False
    on: str = ""
    lookup: Mapping[str, tuple[str, ...]] | None = None
    required: bool = False

    def raw(self, cells: Mapping[str, str]) -> str:
        """Return the text as the file has it."""
        if self.column:
            return cells.get(self.column, "").strip()
        if self.template:
            return self.template.format_map({name: cell.strip() for name, cell in cells.items()})
        return self.value

    def all(self, cells: Mapping[str, str]) -> tuple[str, ...]:
        """Return every value the looked-up text stands for; raises Invalid."""
        text = self._checked(self.raw(cells))
        if self.lookup is not None and text:
            found = self.lookup.get(text)
            if found is None:
                raise self.refuse("'{value}' is not in the file it is looked up in.", text)
            return found
        return (text,) if text else ()

    def get(self, cells: Mapping[str, str]) -> str:
        """Return the value, cleaned and translated as the mapping says; raises Invalid."""
        if self.lookup is not None:
            text = next(iter(self.all(cells)), "")
        else:
            text = self._checked(self.raw(cells))
        if self.map is not None and text:
            if text not in self.map:
                raise self.refuse("The mapping does not say what '{value}' means.", text)
            text = self.map[text]
        if self.strip_digits:
            text = _DIGITS.sub("", text).strip()
        if self.title_case:
            text = text.title()
        return text

    def refuse(self, template: str, value: str) -> Invalid:
        """Return the refusal of a value, naming the column."""
        return Invalid(self.column or self.name, template, value=value[:100])

    def _checked(self, text: str) -> str:
        text = text or self.default
        if self.required and not text:
            raise self.refuse("This cell is empty.", "")
        if self.pattern is not None and text and not self.pattern.fullmatch(text):
            raise self.refuse("'{value}' does not have the shape the mapping asks for.", text)
        return text

    def columns(self) -> set[str]:
        """Return the columns this value is made of."""
        named = {name for _, name, _, _ in string.Formatter().parse(self.template) if name}
        return named | {name for name in (self.column, self.on) if name}


@dataclass(frozen=True, slots=True)
class FileMapping:
    """A mapping file, read: how the file is written, and its sections."""

    kind: str
    encoding: str | None
    delimiter: str | None
    sections: Mapping[str, Mapping[str, Any]]
    base: Path
    sources: dict[str, Source] = field(default_factory=dict)

    def section(self, name: str) -> Mapping[str, Any]:
        """Return a section, empty where it is left out."""
        return self.sections.get(name, {})

    def source(self, section: str, name: str, *, required: bool = False) -> Source | None:
        """Return where a value of a section comes from; raises Unusable for a wrong one."""
        entry: Any = self.section(section).get(name)
        full = f"{section}.{name}"
        if entry is None:
            if required:
                raise Unusable("The mapping lacks {name}. Nothing was imported. Add it.", name=full)
            return None
        if full not in self.sources:
            self.sources[full] = _source(full, entry, self.base)
        return self.sources[full]

    def fields(self, section: str) -> dict[str, Source]:
        """Return all values of a section by name."""
        return {
            name: source
            for name in self.section(section)
            if (source := self.source(section, name)) is not None
        }

    def check_columns(self, titles: tuple[str, ...]) -> None:
        """Raise Unusable when a column is asked for that the file does not have."""
        wanted = set().union(*(source.columns() for source in self.sources.values()))
        missing = sorted(wanted - set(titles) - MADE)
        if missing:
            raise Unusable(
                "The file has no column {columns}. Nothing was imported. Compare the mapping "
                "with the first line of the file.",
                columns=", ".join(missing),
            )


def read_mapping(path: Path, kind: str, beside: Path) -> FileMapping:
    """Read a mapping file; ``beside`` is the folder looked-up files lie in.

    Raises OSError, and Unusable with a sentence for a mapping that cannot be followed.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeError) as error:
        raise Unusable(
            "The mapping {path} is no TOML file ({error}). Nothing was imported.",
            path=str(path),
            error=str(error),
        ) from error
    if data.get("kind") != kind:
        raise Unusable(
            'The mapping {path} is not for {kind}: it must say kind = "{kind}". Nothing was '
            "imported.",
            path=str(path),
            kind=kind,
        )
    sections = {name: value for name, value in data.items() if isinstance(value, dict)}
    how = sections.get("file", {})
    return FileMapping(kind, how.get("encoding"), how.get("delimiter"), sections, beside)


def _source(name: str, entry: Any, base: Path) -> Source:  # noqa: ANN401 - whatever TOML holds
    if isinstance(entry, str):
        return Source(name, column=entry)
    given = {"column", "value", "template"}.intersection(entry) if isinstance(entry, dict) else ()
    if not isinstance(entry, dict) or len(given) != 1 or set(entry) - _KEYS:
        raise Unusable(
            "The mapping's {name} must be a column's name, or a table with one of column, value "
            "or template. Nothing was imported.",
            name=name,
        )
    values = dict(entry)
    try:
        if "pattern" in values:
            values["pattern"] = re.compile(values["pattern"])
        if "map" in values:
            values["map"] = {str(key): str(value) for key, value in values["map"].items()}
        if "lookup" in values:
            values["lookup"] = _lookup(base, values["lookup"])
        for key in ("value", "default"):
            values[key] = str(values.get(key, ""))
    except (re.error, KeyError, TypeError, AttributeError) as error:
        raise Unusable(
            "The mapping's {name} cannot be followed ({error}). Nothing was imported.",
            name=name,
            error=str(error),
        ) from error
    return Source(name, **values)


def _lookup(base: Path, how: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    with read_csv(base / how["file"]) as table:
        for row in table.rows:
            key, value = row.cells.get(how["key"], ""), row.cells.get(how["value"], "")
            if key and value:
                found[key] = (*found.get(key, ()), value)
    return found
