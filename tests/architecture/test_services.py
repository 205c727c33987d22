"""Every public call of a service takes the actor first and says what permission it needs."""

import importlib
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import hms_desktop
from hms_desktop.domain.permissions import PERMISSIONS

SERVICES = Path(hms_desktop.__file__).parent / "services"


SOURCES = sorted(
    path for path in SERVICES.rglob("*.py") if path.name not in {"__init__.py", "gate.py"}
)


def calls(source: Path) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the public methods of the classes of one file whose names end in Service."""
    inner = source.relative_to(SERVICES).with_suffix("").parts
    module = importlib.import_module(".".join(("hms_desktop.services", *inner)))
    for name, kind in inspect.getmembers(module, inspect.isclass):
        if not name.endswith("Service") or kind.__module__ != module.__name__:
            continue
        for method, function in inspect.getmembers(kind, inspect.isfunction):
            # What the base class offers its heirs touches no data.
            if not method.startswith("_") and not function.__qualname__.startswith("Service."):
                yield f"{name}.{method}", function


@pytest.mark.feature("ACC-6")
@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_public_calls_have_an_actor_and_a_permission(source: Path) -> None:
    for name, call in calls(source):
        needed = getattr(call, "__permission__", None)
        assert needed is not None, f"{name}: decorate it with @permitted, or @open_to_all"
        if needed:
            parameters = list(inspect.signature(call).parameters)
            assert parameters[:2] == ["self", "actor"], name
            assert set(needed) <= set(PERMISSIONS), name
