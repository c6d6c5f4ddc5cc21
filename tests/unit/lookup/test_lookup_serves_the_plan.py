"""The lookup's score is the plan's own x/u, for every edge of solved instances.

Both hold values v as float32 and everything else as float64; the thresholds of two exact methods
differ by some 1e-13 of a row's room.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.allocation.served import served_exposure_share
from shared.allocation.solver import solve
from shared.lookup.allotments import Occasion, allot
from shared.lookup.live_plan import index_plan
from shared.plan.compose import serving_part
from shared.plan.forecasts import Audience
from shared.plan.problems import build_problem
from shared.plan.serving import decode_serving, encode_serving
from shared.score.hashes import id_hash, narrow
from shared.score.packed_row import unpack_row
from tests.unit.plan.worlds import NOW, random_world


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_score_of_every_edge_is_the_plans_share_over_the_track_cap(seed: int) -> None:
    inputs, campaigns, policy = random_world(seed)
    day = build_problem(inputs, campaigns, policy, NOW)
    problem = day.problem
    solution = solve(problem, target_gap=0.002)
    share = served_exposure_share(
        problem,
        solution.campaign_price,
        solution.licensor_price,
        solution.throttle,
        solution.width,
    )
    packed = encode_serving(serving_part(day, solution, inputs, policy, NOW))
    plan = index_plan("plan", decode_serving(packed))
    rows = dict(zip(inputs.scores.audience_id, inputs.scores.packed, strict=True))

    compared = 0
    for i, audience_id in enumerate(day.rows.audience_id):
        if audience_id not in rows:
            continue
        parent = inputs.audiences.get(audience_id, Audience()).parent_id
        hashes = frozenset(id_hash(a) for a in (audience_id, parent) if a)
        occasion = Occasion(day.rows.context[i], day.rows.market[i], hashes, NOW)
        row = unpack_row(rows[audience_id])
        allotments = allot(plan, row, audience_id, occasion)
        served = {h: a for h, a in allotments.items() if a.is_eligible}
        edges = range(problem.row_start[i], problem.row_start[i + 1])
        assert len(served) == len(edges)
        for edge in edges:
            track_hash = int(day.edges.track_hash[edge])
            allotment = served[track_hash if row.is_wide else narrow(track_hash)]
            campaign = day.campaigns[problem.campaign[edge]].campaign_id
            assert allotment.offer.campaign.serving.campaign_id == campaign
            assert abs(allotment.share - share[edge] / problem.track_cap[i]) <= 1e-11
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
