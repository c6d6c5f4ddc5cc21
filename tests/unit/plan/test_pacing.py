"""How much of a goal belongs to today."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.campaign.campaigns import Pacing
from shared.plan.pacing import FRONTLOAD, HEADROOM, Target, target_of
from tests.unit.plan.specimens import campaign_with

AMOUNTS = st.floats(0, 1e12)


def target(
    pacing: Pacing = Pacing.EVEN,
    *,
    goal: int = 1_000,
    cap: int = 100_000,
    daily_cap: int | None = None,
    delivered: float = 0.0,
    delivered_today: float = 0.0,
    period_left: float = 1.0,
    slots: tuple[float, float] = (10.0, 100.0),
) -> Target:
    """Return the target of a campaign that reaches a tenth of its slots today, unless told."""
    campaign = campaign_with(
        goal_exposures=goal, cap_exposures=cap, daily_cap=daily_cap, pacing=pacing
    )
    return target_of(
        campaign,
        delivered=delivered,
        delivered_today=delivered_today,
        slots_today=slots[0],
        slots_to_end=slots[1],
        period_left=period_left,
    )


def test_even_pacing_wants_todays_share_of_the_slots_and_allows_a_little_more() -> None:
    found = target(Pacing.EVEN)

    assert found.minimum == pytest.approx(100)
    assert found.cap == pytest.approx(100 * HEADROOM)
    assert found.cap_reason == "pacing"


def test_even_pacing_divides_what_is_left_of_the_goal() -> None:
    assert target(Pacing.EVEN, delivered=400).minimum == pytest.approx(60)


def test_asap_wants_its_even_share_and_allows_all_that_is_left_of_the_goal() -> None:
    found = target(Pacing.ASAP, delivered=400)

    assert found.minimum == pytest.approx(60)
    assert (found.cap, found.cap_reason) == (600, "goal")


def test_frontloaded_starts_ahead_of_even_and_ends_on_it() -> None:
    first, halfway, last = (
        target(Pacing.FRONTLOADED, period_left=left).minimum for left in (1.0, 0.5, 0.0)
    )

    assert first == pytest.approx(100 * FRONTLOAD)
    assert halfway == pytest.approx((first + last) / 2)
    assert last == pytest.approx(100)


def test_frontloaded_never_wants_more_than_is_left_of_the_goal() -> None:
    assert target(Pacing.FRONTLOADED, slots=(10, 10)).minimum == 1_000


@pytest.mark.parametrize("pacing", Pacing)
def test_a_daily_cap_counts_what_was_delivered_today(pacing: Pacing) -> None:
    found = target(pacing, daily_cap=50, delivered=200, delivered_today=20)

    assert found == Target(minimum=30, cap=30, cap_reason="daily_cap")


@pytest.mark.parametrize("pacing", Pacing)
def test_a_cap_counts_all_that_was_delivered(pacing: Pacing) -> None:
    found = target(pacing, goal=1_000, cap=1_000, delivered=999, slots=(100, 100))

    assert (found.minimum, found.cap) == (1, 1)


@pytest.mark.parametrize("pacing", Pacing)
@pytest.mark.parametrize("delivered", [1_000.0, 5_000.0])
def test_a_goal_that_is_reached_wants_nothing_more(pacing: Pacing, delivered: float) -> None:
    assert target(pacing, cap=10_000, delivered=delivered).minimum == 0


@pytest.mark.parametrize("pacing", [Pacing.EVEN, Pacing.FRONTLOADED])
def test_a_campaign_that_reaches_no_slots_has_no_target(pacing: Pacing) -> None:
    assert target(pacing, slots=(0, 0)) == Target(minimum=0, cap=0, cap_reason="pacing")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.sampled_from(Pacing),
    st.tuples(st.integers(0, 10**12), st.integers(0, 10**12)),
    st.none() | st.integers(0, 10**12),
    st.tuples(AMOUNTS, AMOUNTS),
    st.tuples(AMOUNTS, AMOUNTS),
    st.floats(0, 1),
)
def test_the_minimum_never_exceeds_the_cap_and_neither_what_the_campaign_allows(
    pacing: Pacing,
    goal_and_more: tuple[int, int],
    daily_cap: int | None,
    delivered: tuple[float, float],
    slots: tuple[float, float],
    period_left: float,
) -> None:
    goal, cap = goal_and_more[0], sum(goal_and_more)
    delivered_today, delivered_in_all = delivered[0], sum(delivered)

    found = target(
        pacing,
        goal=goal,
        cap=cap,
        daily_cap=daily_cap,
        delivered=delivered_in_all,
        delivered_today=delivered_today,
        period_left=period_left,
        slots=(slots[0], sum(slots)),
    )

    assert 0 <= found.minimum <= found.cap <= max(0.0, cap - delivered_in_all)
    assert found.minimum <= max(0.0, goal - delivered_in_all)
    if daily_cap is not None:
        assert found.cap <= max(0.0, daily_cap - delivered_today)


@pytest.mark.parametrize("pacing", list(Pacing))
def test_a_goal_that_was_delivered_is_what_leaves_nothing_for_today(pacing: Pacing) -> None:
    found = target(pacing, goal=1_000, cap=2_000, delivered=1_000)

    assert found == Target(minimum=0, cap=0, cap_reason="goal")
