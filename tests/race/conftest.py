from __future__ import annotations

import multiprocessing
from multiprocessing.context import ForkServerContext

import pytest

from tests.race.programs import Field, make_field

PROGRAMS = 16


@pytest.fixture(scope="session")
def processes() -> ForkServerContext:
    """Real processes, forked from a clean server that has imported the program already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.race.programs"])
    return context


@pytest.fixture
def field(database_url: str) -> Field:
    return make_field(database_url, PROGRAMS)
