"""The form as a whole: what is typed is the record; everything typed survives."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from hms_desktop.domain.errors import Invalid
from tests.ui.consultation.desk import Clinic


@pytest.mark.feature("CLN-1")
def test_impossible_signs_are_refused_at_once_and_kept(here: Clinic) -> None:
    vitals = here.form.vitals
    pulse = vitals.signs["pulse"].edit
    pulse.setFocus()
    QTest.keyClicks(pulse, "780")
    assert "780 cannot be right" in vitals.error
    QTest.keyClick(pulse, Qt.Key.Key_Backspace)
    assert not vitals.error
    pulse.setText("7")
    pulse.editingFinished.emit()
    assert "7 cannot be right" in vitals.error
    with pytest.raises(Invalid) as refusal:
        here.form.vitals.value()
    assert refusal.value.field == "vitals.pulse"
    here.through_json()
    assert "7 cannot be right" in vitals.error
