"""A solve that one function does not hold goes round shards on a running stack."""

from dataclasses import replace

import pytest

from tests.e2e.live_stack import LiveStack
from tests.e2e.small_world import TRACKS, campaign, csv_of
from tests.e2e.told_functions import told

TOLERANCE = 0.01
"""By how much of what is served the plans of shards and of one place may differ here."""

ALONE = [f"alone-{i}" for i in range(9)]


@pytest.fixture
def spread(journey: LiveStack) -> LiveStack:
    """Return the stack with scores in several files, and a campaign for those that follow."""
    for number in range(3):
        own = ALONE[number::3]
        rows = [(a, t, round(0.95 - 0.03 * i, 3)) for a in own for i, t in enumerate(TRACKS)]
        file = csv_of(("audience_id", "track_id", "score"), *rows)
        journey.drop("a.csv", file, dataset="scores", producer=f"shard-{number}")
    members = csv_of(
        ("audience_id", "parent_id", "market"), *((a, "cohort-se", "SE") for a in ALONE)
    )
    journey.drop("a.csv", members, dataset="audiences", producer="shards")
    return journey


def test_shards_make_the_plan_that_one_function_makes(spread):
    changed = campaign("sharded", "track-6", "track-7", goal_exposures=400, cap_exposures=400)
    spread.change(changed)
    spread.settle()
    together = spread.plans.report(spread.pointer.read().plan_id)

    with told("solve_plan", MOST_EDGES="1", SHARD_EDGES="40"):
        spread.change(replace(changed, version=2))
        spread.settle()
    apart = spread.plans.report(spread.pointer.read().plan_id)

    assert together.solver.shards == 1
    assert apart.solver.shards >= 3
    assert apart.campaign_versions["sharded"] == 2
    assert apart.solver.edges == together.solver.edges
    assert apart.certificate.largest_violation == 0
    assert apart.certificate.gap <= together.certificate.gap + TOLERANCE
    planned = {c.campaign_id: c.planned_exposures for c in together.campaigns}
    total = sum(planned.values())
    for found in apart.campaigns:
        assert abs(found.planned_exposures - planned[found.campaign_id]) <= TOLERANCE * total
