"""Promise R12 is proven only by what finds a fault: by each one seeded somebody crosses over."""

import pytest

from tests.faults.tenants.tenant_mutants import TENANT_MUTANTS, Install
from tests.faults.tenants.test_tenants import ALL
from tests.integration.journeys import Journey
from tests.promises import Count

pytestmark = [pytest.mark.promise("R12"), pytest.mark.usefixtures("mutant")]


@pytest.mark.parametrize(
    ("name", "install"),
    TENANT_MUTANTS,
    ids=[f"{name}-{install.__name__}" for name, install in TENANT_MUTANTS],
)
def test_a_seeded_fault_lets_somebody_cross(
    journey: Journey, monkeypatch: pytest.MonkeyPatch, name: str, install: Install
) -> None:
    install(monkeypatch)

    found = next(ALL[name](journey, Count()), None)

    assert found is not None
