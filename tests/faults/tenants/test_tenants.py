"""Promise R12: everybody reaches only what is theirs, and nobody without a name anything."""

from collections.abc import Callable, Iterator

import pytest

from tests.faults.tenants import producer_crossings, publisher_crossings
from tests.integration.journeys import Journey
from tests.promises import Count

pytestmark = pytest.mark.promise("R12")
Attempts = Callable[[Journey, Count], Iterator[str]]
ALL: dict[str, Attempts] = {
    name: attempts
    for module in (producer_crossings, publisher_crossings)
    for name, attempts in vars(module).items()
    if name.startswith("crossings_")
}


@pytest.mark.parametrize("name", ALL)
def test_no_tenant_reaches_what_is_anothers(journey: Journey, runs: Count, name: str) -> None:
    found = list(ALL[name](journey, runs))

    assert found == []
