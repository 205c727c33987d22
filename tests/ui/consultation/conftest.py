from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.consultation.desk import Clinic, clinic


@pytest.fixture
def here(qapp: QApplication, sqlite_url: str, tmp_path: Path) -> Iterator[Clinic]:
    """A doctor's form in a small hospital in India, Monday 23 November 2026, 10:58."""
    with clinic(sqlite_url, tmp_path / "drafts") as opened:
        yield opened
