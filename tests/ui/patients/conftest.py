from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.patients.desk import Place, place


@pytest.fixture
def here(qapp: QApplication, sqlite_url: str, tmp_path: Path) -> Iterator[Place]:
    """A receptionist's desk in a small hospital in India, Monday 10:58."""
    with place(sqlite_url, tmp_path / "drafts") as opened:
        yield opened
