"""What an export rebuilds of a stored plan is what the solve served, edge by edge.

Both evaluate v, prices and thresholds in float64; a score is rounded to float32 in the end.
"""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.export.plan_edges import PlanEdges
from shared.score.rows import unpack_rows
from tests.unit.plan.worlds import solved_world

FLOAT32 = 6e-8  # half a unit of the last place of a number below 1


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_edges_are_rebuilt_from_the_serving_part_alone(seed: int) -> None:
    solved = solved_world(seed)
    day, plan, problem = solved.day, solved.plan, solved.day.problem
    edges = PlanEdges(plan, day.rows.context.names, day.rows.market.names)

    served = np.zeros((len(day.rows.score), len(plan.campaigns)))
    exposures = np.zeros(len(plan.campaigns))
    first = 0
    for block in solved.world.inputs.scores.blocks():
        found = edges.shown(day.rows.of_scores(first, first + len(block)), unpack_rows(block))
        begin = int(np.searchsorted(day.rows.score, first))
        np.add.at(served, (found.row + begin, found.campaign), found.score.astype(np.float64))
        exposures += found.exposures
        first += len(block)

    planned = np.zeros_like(served)
    row = np.repeat(np.arange(len(day.rows.score)), np.diff(problem.row_start))
    with np.errstate(invalid="ignore"):
        score = np.nan_to_num(solved.share / problem.track_cap[row])
    np.add.at(planned, (row, problem.campaign), score)
    many = np.zeros_like(served)
    np.add.at(many, (row, problem.campaign), 1.0)
    assert (np.abs(served - planned) <= FLOAT32 * np.maximum(many, 1) + 1e-10).all()
    np.testing.assert_allclose(
        exposures * solved.solution.throttle, solved.solution.exposures, rtol=1e-9
    )
