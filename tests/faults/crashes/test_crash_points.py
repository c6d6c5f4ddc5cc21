"""Promise R2: killed before or after any API call, a retry ends as if nobody had been killed."""

import pytest

from tests.faults.crashes.campaign_steps import CAMPAIGN_STEPS
from tests.faults.crashes.crash_points import differences
from tests.faults.crashes.drop_steps import DROP_STEPS
from tests.faults.crashes.export_steps import EXPORT_STEPS
from tests.faults.crashes.plan_steps import PLAN_STEPS
from tests.faults.crashes.request_steps import REQUEST_STEPS
from tests.integration.journeys import Journey
from tests.promises import Count

pytestmark = pytest.mark.promise("R2")
STEPS = {**DROP_STEPS, **CAMPAIGN_STEPS, **REQUEST_STEPS, **PLAN_STEPS, **EXPORT_STEPS}


@pytest.mark.parametrize("name", STEPS)
def test_a_retry_after_a_kill_at_any_call_ends_the_same(
    journey: Journey, monkeypatch: pytest.MonkeyPatch, name: str, runs: Count
) -> None:
    step = STEPS[name](journey, monkeypatch)

    found = list(differences(journey.world, step, on_point=runs.add))

    assert found == []
