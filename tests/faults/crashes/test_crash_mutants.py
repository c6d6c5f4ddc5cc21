"""Promise R2 is proven only by what finds a fault: each one seeded is found at some call."""

import pytest

from tests.faults.crashes.crash_points import differences
from tests.faults.crashes.drop_mutants import DROP_MUTANTS, Install
from tests.faults.crashes.plan_mutants import PLAN_MUTANTS
from tests.faults.crashes.test_crash_points import STEPS
from tests.integration.journeys import Journey

pytestmark = [pytest.mark.promise("R2"), pytest.mark.usefixtures("mutant")]
MUTANTS = (*DROP_MUTANTS, *PLAN_MUTANTS)


@pytest.mark.parametrize(
    ("name", "install"), MUTANTS, ids=[install.__name__ for _, install in MUTANTS]
)
def test_a_seeded_fault_is_found_at_some_call(
    journey: Journey, monkeypatch: pytest.MonkeyPatch, name: str, install: Install
) -> None:
    step = STEPS[name](journey, monkeypatch)
    install(monkeypatch)

    found = next(differences(journey.world, step), None)

    assert found is not None
