"""Statements that a keystroke or a repaint runs: compiled once, then handed to the driver as text.

To find the compiled form again and to wrap what comes back costs SQLAlchemy more than such a
statement takes. What runs less often stays with SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
import sqlalchemy.exc

_Lengths = tuple[tuple[str, int], ...]
_Change = Callable[[Any], Any]
_Query = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class _Text:
    """A statement as one driver takes it, and what values go through on their way in and out."""

    text: str
    order: Sequence[str] | None
    """The names by place, where the driver counts places."""
    fixed: Mapping[str, Any]
    lists: Mapping[str, Sequence[str]]
    """The names of the single values of each list."""
    given: tuple[tuple[str, _Change], ...]
    read: tuple[tuple[int, _Change], ...]


class Prepared:
    """A query that is run often; with lists (``IN``) it is compiled for each length of them."""

    def __init__(self, query: _Query) -> None:
        """Keep the query; it is compiled when it is first run."""
        self._query = query
        self._texts: dict[tuple[str, _Lengths], _Text] = {}

    def rows(
        self, connection: sa.Connection, values: Mapping[str, Any]
    ) -> Iterable[tuple[Any, ...]]:
        """Run the query and return its rows as plain tuples; lists are given as tuples.

        Raises DBAPIError as SQLAlchemy does.
        """
        dialect = connection.dialect
        lengths = tuple(
            (name, len(value)) for name, value in values.items() if type(value) is tuple
        )
        made = self._texts.get((dialect.name, lengths))
        if made is None:
            made = _compiled(self._query, dialect, values)
            self._texts[dialect.name, lengths] = made
        bound = {**made.fixed, **values}
        for name, change in made.given:
            bound[name] = change(bound[name])
        for name, _length in lengths:
            bound.update(zip(made.lists[name], bound.pop(name), strict=True))
        order = made.order
        found = _run(connection, made.text, bound if order is None else [bound[n] for n in order])
        if not made.read or not found:
            return found
        columns: list[Iterable[Any]] = list(zip(*found, strict=True))
        for place, change in made.read:
            columns[place] = map(change, columns[place])
        return zip(*columns, strict=True)


def _run(connection: sa.Connection, text: str, bound: Any) -> Sequence[tuple[Any, ...]]:  # noqa: ANN401
    driver, dialect = connection.connection, connection.dialect
    cursor = driver.cursor()
    try:
        cursor.execute(text, bound)
        return cursor.fetchall()
    except dialect.loaded_dbapi.Error as error:
        if dialect.is_disconnect(error, driver, cursor):
            # So that SQLAlchemy finds out, and gives up the pool's other connections as well.
            connection.exec_driver_sql("SELECT 1")
        raise sqlalchemy.exc.DBAPIError.instance(
            text, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
        ) from error
    finally:
        cursor.close()


def _compiled(query: _Query, dialect: sa.Dialect, values: Mapping[str, Any]) -> _Text:
    compiled = query.compile(dialect=dialect)
    expanded = compiled.construct_expanded_state(values)
    lists = expanded.parameter_expansion
    fixed = {name: value for name, value in expanded.parameters.items() if name not in values}
    for listed in (lists[name] for name in values if name in lists):
        for name in listed:
            del fixed[name]
    given: dict[str, _Change] = {}
    # By name: one that stands twice in the query is there twice.
    for name, parameter in {name: one for one, name in compiled.bind_names.items()}.items():
        change = parameter.type.dialect_impl(dialect).bind_processor(dialect)
        if change is None:
            continue
        if name in values:
            given[name] = _each(change) if name in lists else change
            continue
        for single in lists.get(name, (name,)):
            fixed[single] = change(fixed[single])
    read = []
    for place, column in enumerate(query.selected_columns):
        change = column.type.dialect_impl(dialect).result_processor(dialect, None)
        if change is not None:
            read.append((place, change))
    return _Text(
        expanded.statement, expanded.positiontup, fixed, lists, tuple(given.items()), tuple(read)
    )


def _each(change: _Change) -> _Change:
    return lambda values: tuple(map(change, values))
