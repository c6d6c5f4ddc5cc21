"""The threshold of a row is exact, whatever finds it."""

import numpy as np
import pytest

from shared.allocation.row_edges import row_edges
from shared.allocation.thresholds import row_thresholds
from tests.unit.allocation.instances import odd_instance

pytestmark = pytest.mark.filterwarnings("error")


def row_of(seed):
    """The edges of an odd instance, and reduced values of every sign."""
    problem = odd_instance(seed)
    open_edges = np.repeat(problem.track_cap > 0, np.diff(problem.row_start))
    rows = row_edges(problem, np.flatnonzero(open_edges))
    price = np.random.default_rng(seed).normal(0.1, 0.2, rows.campaign.max(initial=0) + 1)
    return rows, rows.value - price[rows.campaign]


def filled_by_enumeration(reduced, room, width):
    """Shares of one row, by trying every pair of breakpoints between which tau may lie."""
    points = np.unique(np.concatenate((reduced, reduced - width, [0.0])))
    points = points[points >= 0]
    totals = np.array([np.clip((reduced - tau) / width, 0, 1).sum() for tau in points])
    if totals[0] <= room:
        return np.clip(reduced / width, 0, 1)
    after = int(np.argmax(totals <= room))
    low, high = points[after - 1], points[after]
    part = (totals[after - 1] - room) / (totals[after - 1] - totals[after])
    return np.clip((reduced - (low + part * (high - low))) / width, 0, 1)


@pytest.mark.parametrize("width", [1.0, 0.1, 0.01, 1e-4])
@pytest.mark.parametrize("seed", range(8))
def test_shares_are_those_of_enumeration(seed, width):
    rows, reduced = row_of(seed)

    tau = row_thresholds(rows, reduced, width)

    shares = np.clip((reduced - tau[rows.row]) / width, 0, 1)
    ends = np.append(rows.start[1:], reduced.size)
    for i in range(rows.start.size):
        edges = slice(rows.start[i], ends[i])
        expected = filled_by_enumeration(reduced[edges], rows.room[i], width)
        assert shares[edges] == pytest.approx(expected, abs=1e-8)
        assert shares[edges].sum() <= rows.room[i]


@pytest.mark.parametrize("width", [0.3, 0.01, 1e-5])
@pytest.mark.parametrize("seed", range(8))
def test_sorted_breakpoints_and_newton_agree(seed, width):
    rows, reduced = row_of(seed)

    by_newton = row_thresholds(rows, reduced, width)
    by_sorting = row_thresholds(rows, reduced, width, newton_steps=0)

    first, second = (
        np.clip((reduced - tau[rows.row]) / width, 0, 1) for tau in (by_newton, by_sorting)
    )
    assert first == pytest.approx(second, abs=1e-8)


@pytest.mark.parametrize("seed", range(4))
def test_a_guess_changes_nothing_but_the_steps(seed):
    rows, reduced = row_of(seed)
    guess = np.random.default_rng(seed).exponential(0.5, rows.start.size)

    plain = row_thresholds(rows, reduced, 0.05)
    guessed = row_thresholds(rows, reduced, 0.05, guess)

    first, second = (np.clip((reduced - tau[rows.row]) / 0.05, 0, 1) for tau in (plain, guessed))
    assert first == pytest.approx(second, abs=1e-10)


def test_a_row_within_its_room_has_threshold_0():
    rows, _ = row_of(0)

    tau = row_thresholds(rows, np.full(rows.row.size, -1.0), 0.1)

    assert np.all(tau == 0)
