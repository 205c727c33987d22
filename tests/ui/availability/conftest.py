from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from hms_desktop.domain.permissions import DOCTOR
from tests.ui.availability.desk import Room, room


@pytest.fixture
def admin(qapp: QApplication, sqlite_url: str, tmp_path: Path) -> Iterator[Room]:
    """An administrator's page."""
    with room(sqlite_url, tmp_path / "drafts") as opened:
        yield opened


@pytest.fixture
def own(qapp: QApplication, sqlite_url: str, tmp_path: Path) -> Iterator[Room]:
    """The first doctor's own page."""
    with room(sqlite_url, tmp_path / "drafts", permissions=DOCTOR, own=True) as opened:
        yield opened
