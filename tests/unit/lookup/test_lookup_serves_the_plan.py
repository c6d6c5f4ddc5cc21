"""The lookup's score is the plan's own x/u, for every edge of solved instances.

Both hold values v as float32 and everything else as float64; the thresholds of two exact methods
differ by some 1e-13 of a row's room.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.allocation.solver import solve
from shared.lookup.allotments import Occasion, allot
from shared.lookup.live_plan import LivePlan
from shared.plan.problems import build_problem
from shared.score.packed_row import unpack_row
from tests.unit.plan.specimens import packed_rows
from tests.unit.plan.worlds import NOW, random_world, solved_world


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_score_of_every_edge_is_the_plans_share_over_the_track_cap(seed: int) -> None:
    solved = solved_world(seed)
    world, day, problem, share = solved.world, solved.day, solved.day.problem, solved.share
    plan = LivePlan("plan", solved.plan)
    rows = packed_rows(world.inputs.scores)

    compared = 0
    for i, audience in enumerate(day.rows.audience.tolist()):
        if audience not in rows:
            continue
        hashes = frozenset(h for h in (audience, int(day.rows.parent[i])) if h)
        occasion = Occasion.at(NOW, day.rows.context.texts()[i], day.rows.market.texts()[i], hashes)
        allotments = allot(plan, unpack_row(rows[audience]), world.name_of(audience), occasion)
        served = sorted(
            (a.offer.campaign.serving.campaign_id, a.relevance, a.share)
            for a in map(allotments.__getitem__, allotments.place.values())
            if a.is_eligible
        )
        edges = range(problem.row_start[i], problem.row_start[i + 1])
        planned = sorted(
            (
                day.terms.campaigns[problem.campaign[edge]].campaign_id,
                float(problem.value[edge]),
                share[edge] / problem.track_cap[i],
            )
            for edge in edges
        )
        assert len(served) == len(planned)
        for offered, edge in zip(served, planned, strict=True):
            assert offered[0] == edge[0]
            assert abs(offered[2] - edge[2]) <= 1e-11
            compared += 1

    assert compared == len(problem.campaign)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_solved_worlds_break_no_cap_and_are_certified(seed: int) -> None:
    inputs, campaigns, policy = random_world(seed)
    problem = build_problem(inputs, campaigns, policy, NOW).problem

    solution = solve(problem, target_gap=0.0025)

    assert solution.max_violation == 0
    assert solution.gap <= policy.max_gap
    assert (solution.exposures <= problem.cap).all()
    assert solution.served_primal <= solution.dual_bound + 1e-9 * abs(solution.dual_bound)
