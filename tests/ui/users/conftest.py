from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from hms_desktop.services.assembly import Services
from tests.support import invariants
from tests.ui.shell_desk import PASSWORD, Place, begin, place


@pytest.fixture
def services(sqlite_url: str) -> Iterator[Services]:
    """A hospital with an administrator (asha) and a receptionist (sheela)."""
    one = begin(sqlite_url)
    yield one
    invariants.check(one.context.database)
    one.close()


@pytest.fixture
def admin(qapp: QApplication, services: Services, tmp_path: Path) -> Iterator[Place]:
    with place(services, tmp_path / "drafts", "asha", PASSWORD) as one:
        yield one
