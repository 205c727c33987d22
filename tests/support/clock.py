"""A clock that stands still until it is told to go on."""

from datetime import datetime, timedelta

from tests.support.seed import NOON


class FakeClock:
    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **span: float) -> datetime:
        self.moment += timedelta(**span)
        return self.moment
