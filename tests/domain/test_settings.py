import pytest

from hms_desktop.domain.appointments import CancelAppointment
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.settings import check_setting

pytestmark = pytest.mark.feature("OPS-1")


def test_a_country_is_two_letters() -> None:
    assert check_setting("country", " br ") == "BR"
    for wrong in ("Brazil", "B1", "", "ÄÖ"):
        with pytest.raises(Invalid):
            check_setting("country", wrong)


@pytest.mark.feature("APT-5")
def test_a_reason_for_cancelling_that_is_none_is_refused() -> None:
    with pytest.raises(Invalid):
        CancelAppointment(1, 1, "because").check()  # type: ignore[arg-type]
