"""Sixteen programs want the same thing at the same moment: one gets it."""

from __future__ import annotations

from collections import Counter
from multiprocessing.context import ForkServerContext

import pytest

from hms_desktop.db.engine import Database
from tests.race.conftest import PROGRAMS
from tests.race.programs import Field, race, run_together
from tests.support import invariants

ROUNDS = 6
SCENARIOS = {
    "same slot": "conflict doctor",
    "overlapping starts": "conflict doctor",
    "same patient": "conflict patient",
    "same room": "conflict room",
}


@pytest.mark.feature("APT-3")
@pytest.mark.slow
@pytest.mark.timeout(240)
def test_of_sixteen_programs_one_wins_and_the_losers_hear_what_is_there(
    database_url: str, field: Field, processes: ForkServerContext
) -> None:
    rounds = [
        (scenario, number)
        for index, scenario in enumerate(SCENARIOS)
        for number in range(index * 100, index * 100 + 2 * ROUNDS, 2)
    ]
    attempts = run_together(race, database_url, field, rounds, processes, PROGRAMS)
    for scenario, number in rounds:
        tries = [one for one in attempts if (one.scenario, one.round) == (scenario, number)]
        outcomes = Counter(one.outcome for one in tries)
        assert outcomes == {"won": 1, SCENARIOS[scenario]: PROGRAMS - 1}, (scenario, number)
        assert all(one.named for one in tries), "a loser was not told what is there"
    database = Database(database_url)
    invariants.check(database)
    database.close()
