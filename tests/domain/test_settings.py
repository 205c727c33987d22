import pytest

from hms_desktop.domain.appointments import CancelAppointment
from hms_desktop.domain.errors import Invalid
from hms_desktop.domain.settings import check_setting

pytestmark = pytest.mark.feature("OPS-1")


def test_a_country_and_a_currency_are_of_their_lists() -> None:
    assert check_setting("country", " br ") == "BR"
    assert check_setting("currency", "inr") == "INR"
    for name, wrong in (
        *(("country", one) for one in ("Brazil", "B1", "", "ÄÖ", "XX", "EU")),
        *(("currency", one) for one in ("Rupee", "XXX", "", "IN")),
    ):
        with pytest.raises(Invalid) as caught:
            check_setting(name, wrong)
        assert caught.value.field == name


@pytest.mark.feature("APT-5")
def test_a_reason_for_cancelling_that_is_none_is_refused() -> None:
    with pytest.raises(Invalid):
        CancelAppointment(1, 1, "because").check()  # type: ignore[arg-type]
