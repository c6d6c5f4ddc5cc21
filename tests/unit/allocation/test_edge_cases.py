"""Programs with something missing: no rows, no slots, no caps, no edges, one row."""

import numpy as np
import pytest

from shared.allocation.problem import AllocationProblemError
from shared.allocation.served import served_exposure_share
from shared.allocation.solver import solve
from tests.unit.allocation.edge_lists import allocation
from tests.unit.allocation.instances import odd_instance

pytestmark = pytest.mark.filterwarnings("error")
INF = np.inf


def served(problem, solution):
    return served_exposure_share(
        problem,
        solution.campaign_price,
        solution.licensor_price,
        solution.throttle,
        solution.width,
    )


def test_nothing_at_all_is_worth_nothing_with_gap_0():
    problem = allocation([], [])

    solution = solve(problem, target_gap=1e-3)

    assert (solution.primal, solution.served_primal, solution.dual_bound) == (0, 0, 0)
    assert (solution.gap, solution.primal_gap, solution.max_violation) == (0, 0, 0)
    assert solution.exposures.shape == solution.campaign_price.shape == (0,)
    assert served(problem, solution).shape == (0,)


def test_rows_without_campaigns_are_worth_nothing():
    problem = allocation([(10, 0.2, 0.1, []), (5, 0.2, 0.1, [])], [])

    solution = solve(problem, target_gap=1e-3)

    assert solution.gap == solution.dual_bound == 0


def test_campaigns_without_edges_fall_short_by_their_whole_minimum():
    problem = allocation([(10, 0.2, 0.1, [])], [5, INF], minimum=[2.0, 3.0])

    solution = solve(problem, target_gap=1e-3)

    assert solution.shortfall == pytest.approx([2, 3])
    assert solution.dual_bound == pytest.approx(-15)
    assert solution.served_primal == pytest.approx(-15)
    assert solution.gap == 0


def test_one_row_without_caps_shows_its_best_edges():
    problem = allocation([(100, 0.25, 0.1, [(0, 0.2), (1, 0.9), (2, 0.5), (3, 0.7)])], [INF] * 4)

    solution = solve(problem, target_gap=1e-6)

    assert solution.dual_bound == pytest.approx(100 * (0.1 * 0.9 + 0.1 * 0.7 + 0.05 * 0.5))
    assert served(problem, solution) == pytest.approx([0, 0.1, 0.05, 0.1], abs=1e-4)
    assert np.all(solution.campaign_price == 0)


def test_one_edge_under_a_tight_cap_is_shown_up_to_the_cap():
    problem = allocation([(100, 0.2, 0.1, [(0, 0.5)])], [3])

    solution = solve(problem, target_gap=1e-4)

    assert solution.gap <= 1e-4
    assert 3 * (1 - 1e-4) <= solution.exposures[0] <= 3


def test_rows_that_want_the_same_fraction_share_it():
    rows = [(100, 0.2, 0.1, [(0, 0.5), (1, 0.5)])] * 50
    problem = allocation(rows, [100, 200])

    solution = solve(problem, target_gap=1e-3)

    shares = served(problem, solution).reshape(50, 2)
    assert solution.gap <= 1e-3
    assert solution.exposures == pytest.approx([100, 200], rel=1e-3)
    assert np.ptp(shares, axis=0) == pytest.approx(0, abs=1e-12)


def test_a_campaign_stands_several_times_in_a_row():
    problem = allocation([(100, 0.3, 0.1, [(0, 0.9), (0, 0.6), (0, 0.3)])], [15])

    solution = solve(problem, target_gap=1e-4)

    assert solution.dual_bound == pytest.approx(9 + 3, rel=1e-4)
    assert served(problem, solution) == pytest.approx([0.1, 0.05, 0], abs=1e-3)


def test_rows_without_slots_count_for_nothing_but_are_served():
    problem = allocation([(0, 0.2, 0.1, [(0, 0.5)]), (10, 0.2, 0.1, [(0, 0.5)])], [INF])

    solution = solve(problem, target_gap=1e-3)

    assert solution.exposures == pytest.approx([1.0])
    assert served(problem, solution) == pytest.approx([0.1, 0.1])


def test_rows_without_any_slot_are_still_answered():
    problem = allocation([(0, 0.2, 0.1, [(0, 0.5)])], [7])

    solution = solve(problem, target_gap=1e-3)

    assert solution.gap == 0
    assert np.all(np.isfinite(served(problem, solution)))


def test_rows_with_track_cap_0_show_nothing():
    problem = allocation([(10, 0.2, 0.0, [(0, 0.5)]), (10, 0.0, 0.0, [(0, 0.5)])], [INF])

    solution = solve(problem, target_gap=1e-3)

    assert np.array_equal(served(problem, solution), [0, 0])
    assert solution.gap == 0


def test_a_campaign_with_cap_0_takes_no_room_from_others():
    problem = allocation([(100, 0.1, 0.1, [(0, 0.9), (1, 0.5)])], [0, INF])

    solution = solve(problem, target_gap=1e-4)

    assert np.array_equal(solution.exposures, [0, 10])
    assert solution.gap <= 1e-9


def test_a_licensor_with_cap_0_takes_no_room_and_pays_its_shortfall():
    rows = [(100, 0.1, 0.1, [(0, 0.9), (1, 0.5)])]
    problem = allocation(
        rows, [50, INF], minimum=[4.0, 0.0], licensor=[0, 1], licensor_cap=[0.0, INF]
    )

    solution = solve(problem, target_gap=1e-4)

    assert np.array_equal(solution.exposures, [0, 10])
    assert solution.served_primal == pytest.approx(5 - 12)
    assert solution.dual_bound == pytest.approx(5 - 12)


def test_a_licensor_cap_couples_its_campaigns():
    rows = [(100, 0.2, 0.1, [(0, 0.9), (1, 0.6), (2, 0.1)])]
    problem = allocation(rows, [INF] * 3, licensor=[0, 0, 1], licensor_cap=[12.0, INF])

    solution = solve(problem, target_gap=1e-4)

    assert solution.dual_bound == pytest.approx(9 + 1.2 + 0.8, rel=1e-4)
    assert solution.licensor_price[0] == pytest.approx(0.5, abs=1e-2)
    assert solution.gap <= 1e-4


def test_a_minimum_pays_to_show_what_is_worth_less():
    rows = [(100, 0.1, 0.1, [(0, 0.9), (1, 0.2)])]
    problem = allocation(rows, [INF, 20], minimum=[0.0, 4.0])

    solution = solve(problem, target_gap=1e-4)

    assert solution.exposures == pytest.approx([6, 4], rel=1e-3)
    assert solution.campaign_price[1] == pytest.approx(-0.7, abs=1e-2)
    assert solution.gap <= 1e-4


def test_a_minimum_is_not_met_where_it_pays_less_than_it_costs():
    rows = [(100, 0.1, 0.1, [(0, 0.9), (1, 0.2)])]
    problem = allocation(rows, [INF, 20], minimum=[0.0, 4.0], shortfall_penalty=[0.5, 0.5])

    solution = solve(problem, target_gap=1e-4)

    assert solution.exposures == pytest.approx([10, 0], abs=1e-3)
    assert solution.shortfall[1] == pytest.approx(4, abs=1e-3)
    assert solution.campaign_price[1] == pytest.approx(-0.5)


def test_edges_without_value_are_shown_only_for_a_minimum():
    rows = [(100, 0.2, 0.1, [(0, 0.0), (1, 0.0)])]
    problem = allocation(rows, [8, 8], minimum=[5.0, 0.0])

    solution = solve(problem, target_gap=1e-4)

    assert solution.exposures[0] == pytest.approx(5, rel=1e-3)
    assert solution.served_primal == pytest.approx(0, abs=2e-2)


def test_progress_is_told_of_every_width():
    seen = []

    solution = solve(odd_instance(3), target_gap=1e-3, on_progress=seen.append)

    assert tuple(seen) == solution.levels
    assert sum(level.steps for level in seen) == solution.iterations
    widths = [level.width for level in seen]
    assert widths == sorted(widths, reverse=True)


def test_a_warm_start_of_other_campaigns_is_refused():
    other = solve(allocation([(1, 0.2, 0.1, [(0, 0.5)])], [INF]), target_gap=1e-3)
    problem = allocation([(1, 0.2, 0.1, [(0, 0.5)])], [INF, INF])

    with pytest.raises(AllocationProblemError, match="warm start"):
        solve(problem, target_gap=1e-3, warm_start=other)


def test_a_width_that_is_not_positive_is_refused():
    problem = allocation([(1, 0.2, 0.1, [(0, 0.5)])], [INF])
    nothing = np.zeros(1)

    with pytest.raises(ValueError, match="width"):
        served_exposure_share(problem, nothing, nothing, nothing, 0.0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"row_start": [0, 1, 1]}, "row_start has shape"),
        ({"row_start": [0, 1]}, "number of edges"),
        ({"row_start": [1, 2]}, "run from 0"),
        ({"campaign": np.array([0, 2], dtype=np.int32)}, r"campaign\[1\] is 2"),
        ({"campaign": np.array([0, -1], dtype=np.int32)}, r"campaign\[1\] is -1"),
        ({"campaign": np.array([0.0, 1.0])}, "integers"),
        ({"licensor": np.array([0, 1], dtype=np.int32)}, r"licensor\[1\] is 1"),
        ({"value": np.array([0.5], dtype=np.float32)}, "value has shape"),
        ({"value": np.array([0.5, -0.5], dtype=np.float32)}, r"value\[1\]"),
        ({"value": np.array([np.nan, 0.5], dtype=np.float32)}, r"value\[0\]"),
        ({"slots": [INF]}, r"slots\[0\]"),
        ({"slots": [-1.0]}, r"slots\[0\]"),
        ({"promoted_share": [0.05]}, "track_cap exceeds promoted_share in row 0"),
        ({"cap": [-1.0, 3.0]}, r"cap\[0\]"),
        ({"cap": [np.nan, 3.0]}, r"cap\[0\]"),
        ({"minimum": [0.0, 4.0]}, "minimum exceeds cap of campaign 1"),
        ({"minimum": [INF, 0.0]}, r"minimum\[0\]"),
        ({"shortfall_penalty": [INF, 3.0]}, r"shortfall_penalty\[0\]"),
        ({"licensor_cap": [-2.0]}, r"licensor_cap\[0\]"),
    ],
)
def test_arrays_that_describe_no_allocation_are_refused_by_name(changes, message):
    with pytest.raises(AllocationProblemError, match=message):
        allocation([(10, 0.2, 0.1, [(0, 0.5), (1, 0.7)])], [INF, 3.0], **changes)


def test_row_start_must_not_fall():
    rows = [(10, 0.2, 0.1, [(0, 0.5)]), (10, 0.2, 0.1, [(0, 0.7)])]

    with pytest.raises(AllocationProblemError, match="fall"):
        allocation(rows, [INF], row_start=[0, 3, 2])
