"""The threshold of one row: the sum fits the budget, and is the budget where it binds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.lookup.thresholds import threshold

NETS = st.lists(
    st.floats(-2, 2) | st.sampled_from([0.0, 0.25, 0.5, 1.0]),  # some of them equal
    max_size=60,
)
WIDTHS = st.floats(1e-4, 3)
BUDGETS = st.floats(0, 20) | st.integers(0, 20).map(float)


def filled(nets: list[float], tau: float, width: float) -> float:
    """Return how many whole tracks a row shows at a threshold."""
    return sum(min(1.0, max(0.0, (net - tau) / width)) for net in nets)


def bisected(nets: list[float], width: float, budget: float) -> float:
    """Return the threshold by halving an interval that holds it."""
    low, high = 0.0, max([*nets, 0.0])
    if filled(nets, low, width) <= budget:
        return low
    for _ in range(200):
        middle = (low + high) / 2
        if filled(nets, middle, width) <= budget:
            high = middle
        else:
            low = middle
    return high


@settings(max_examples=150, deadline=None, derandomize=True)
@given(NETS, WIDTHS, BUDGETS)
def test_the_threshold_is_the_one_that_bisection_finds(
    nets: list[float], width: float, budget: float
) -> None:
    tau = threshold(nets, width, budget)

    assert tau == pytest.approx(bisected(nets, width, budget), abs=1e-9)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(NETS, WIDTHS, BUDGETS)
def test_the_sum_fits_the_budget_and_fills_it_where_the_threshold_is_above_zero(
    nets: list[float], width: float, budget: float
) -> None:
    tau = threshold(nets, width, budget)

    total = filled(nets, tau, width)
    rounding = 1e-12 * len(nets) / width
    assert tau >= 0
    assert total <= budget + rounding
    if tau > 0:
        assert total == pytest.approx(budget, abs=rounding)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(NETS, WIDTHS)
def test_a_budget_of_nothing_leaves_nothing(nets: list[float], width: float) -> None:
    assert filled(nets, threshold(nets, width, 0.0), width) == 0


@settings(max_examples=50, deadline=None, derandomize=True)
@given(WIDTHS, BUDGETS)
def test_without_values_the_threshold_is_zero(width: float, budget: float) -> None:
    assert threshold([], width, budget) == 0
    assert threshold([-0.5, 0.0], width, budget) == 0


def test_equal_values_share_the_budget_equally() -> None:
    tau = threshold([0.5, 0.5, 0.5, 0.5], 0.1, 2.0)

    assert [(0.5 - tau) / 0.1] == pytest.approx([0.5])


def test_the_threshold_does_not_depend_on_the_order_of_values() -> None:
    nets = [0.3, 0.9, 0.1, 0.3, 0.7]

    assert threshold(nets, 0.2, 1.5) == threshold(nets[::-1], 0.2, 1.5)
