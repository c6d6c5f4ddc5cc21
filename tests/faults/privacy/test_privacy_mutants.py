"""Promise R13 is proven only by what finds a fault: each one seeded shows a canary somewhere."""

import pytest

from tests.faults.privacy.canary_paths import PATHS
from tests.faults.privacy.heard import hearing
from tests.faults.privacy.privacy_mutants import PRIVACY_MUTANTS, Install
from tests.integration.journeys import Journey

pytestmark = [pytest.mark.promise("R13"), pytest.mark.usefixtures("mutant")]


@pytest.mark.parametrize(
    ("name", "install"),
    PRIVACY_MUTANTS,
    ids=[install.__name__ for _, install in PRIVACY_MUTANTS],
)
def test_a_seeded_fault_shows_a_listener(
    journey: Journey, monkeypatch: pytest.MonkeyPatch, name: str, install: Install
) -> None:
    install(monkeypatch)

    with hearing(journey.world) as heard:
        PATHS[name](journey, heard)

    assert next(heard.hits(), None) is not None
