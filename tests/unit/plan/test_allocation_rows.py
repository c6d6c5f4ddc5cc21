"""The rows of the allocation: whose slots they are, and in which market."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.plan.forecasts import Supply
from shared.plan.rows import AllocationRows, build_rows
from shared.score.hashes import id_hash
from tests.unit.plan.specimens import TODAY, Audience, audiences_of, hashes_of, supply_of

COHORT = supply_of(("cohort", "radio", "SE", TODAY, 100.0))


NAMES = ["cohort", "x", "y", "z", *(f"listener-{i}" for i in range(6))]


def rows_of(supply: Supply, audiences: dict[str, Audience], *scored: str) -> AllocationRows:
    """Return the rows of today."""
    return build_rows(supply, audiences_of(audiences), hashes_of(scored), today=TODAY)


def slots_of(
    supply: Supply, audiences: dict[str, Audience], *scored: str
) -> dict[tuple[str, str, str], float]:
    """Return {(audience, context, market): slots of today} of the rows."""
    rows = rows_of(supply, audiences, *scored)
    names = {id_hash(name): name for name in NAMES}
    ids = [names[audience] for audience in rows.audience.tolist()]
    keys = zip(ids, rows.context.texts(), rows.market.texts(), strict=True)
    return dict(zip(keys, rows.slots_today.tolist(), strict=True))


def test_a_forecast_for_an_audience_without_members_is_one_row() -> None:
    assert slots_of(COHORT, {}) == {("cohort", "radio", "SE"): 100}


def test_a_cohorts_slots_are_divided_evenly_over_all_members_and_go_to_those_with_scores() -> None:
    audiences = {f"listener-{i}": Audience("cohort") for i in range(4)}

    found = slots_of(COHORT, audiences, "listener-0", "listener-2", "cohort")

    assert found == {
        ("listener-0", "radio", "SE"): 25,
        ("listener-2", "radio", "SE"): 25,
        ("cohort", "radio", "SE"): 50,
    }


def test_a_member_with_a_share_has_that_part_of_its_cohorts_slots() -> None:
    audiences = {
        "listener-0": Audience("cohort", share=0.7),
        "listener-1": Audience("cohort"),
        "listener-2": Audience("cohort", share=0.0),
        "listener-3": Audience("cohort", share=0.1),
    }

    found = slots_of(COHORT, audiences, "listener-0", "listener-1", "listener-2")

    assert found == pytest.approx(
        {
            ("listener-0", "radio", "SE"): 70,
            ("listener-1", "radio", "SE"): 25,
            ("listener-2", "radio", "SE"): 0,
            ("cohort", "radio", "SE"): 5,
        }
    )


def test_shares_of_more_than_all_give_no_slots_that_are_not_there() -> None:
    audiences = {f"listener-{i}": Audience("cohort", share=0.8) for i in range(3)}

    found = slots_of(COHORT, audiences, *audiences)

    assert sum(found.values()) == pytest.approx(100)
    assert min(found.values()) >= 0


def test_a_forecast_of_the_listener_itself_stays_with_it() -> None:
    supply = supply_of(("listener-0", "radio", "", TODAY, 10.0))

    found = slots_of(supply, {"listener-0": Audience("cohort")}, "listener-0")

    assert found == {("listener-0", "radio", ""): 10}


def test_the_market_of_a_row_is_the_forecasts_else_the_audiences_own() -> None:
    supply = supply_of(
        ("cohort", "radio", "SE", TODAY, 10.0), ("cohort", "autoplay", "", TODAY, 10.0)
    )
    audiences = {
        "listener-0": Audience("cohort", market="DE"),
        "listener-1": Audience("cohort"),
        "cohort": Audience("world", market="NO"),
    }

    found = slots_of(supply, audiences, "listener-0", "listener-1")

    assert sorted(found) == [
        ("cohort", "autoplay", "NO"),
        ("cohort", "radio", "SE"),
        ("listener-0", "autoplay", "DE"),
        ("listener-0", "radio", "SE"),
        ("listener-1", "autoplay", ""),
        ("listener-1", "radio", "SE"),
    ]


def test_live_scores_that_no_forecast_of_today_reaches_are_counted() -> None:
    supply = supply_of(
        ("cohort", "radio", "SE", TODAY, 10.0),
        ("tomorrow", "radio", "SE", TODAY + timedelta(days=1), 10.0),
        ("nothing", "radio", "SE", TODAY, 0.0),
    )
    audiences = {"listener-0": Audience("cohort"), "listener-1": Audience("other")}
    scored = ["cohort", "listener-0", "listener-1", "tomorrow", "nothing", "stranger"]

    assert rows_of(supply, audiences, *scored).unforecast == 4


def test_days_are_counted_from_today_and_days_gone_are_left_out() -> None:
    supply = supply_of(
        ("a", "radio", "", TODAY - timedelta(days=1), 1.0),
        ("a", "radio", "", TODAY + timedelta(days=2), 3.0),
        ("a", "radio", "", TODAY, 2.0),
        ("gone", "radio", "", TODAY - timedelta(days=1), 9.0),
    )

    rows = rows_of(supply, {})

    assert rows.audience.tolist() == [id_hash("a")]
    assert rows.first_day == TODAY
    assert rows.slots_by_day.tolist() == [[2, 0, 3]]


def test_no_forecast_gives_no_rows() -> None:
    rows = rows_of(supply_of(), {}, "a")

    assert len(rows.audience) == 0
    assert rows.slots_today.tolist() == []
    assert rows.unforecast == 1


LISTENERS = NAMES[-6:]
AUDIENCES = st.dictionaries(
    st.sampled_from(LISTENERS),
    st.builds(
        Audience,
        parent_id=st.sampled_from(["", "x", "y"]),
        market=st.sampled_from(["", "SE"]),
        share=st.none() | st.floats(0, 1),
    ),
)
SLOTS = st.dictionaries(
    st.tuples(
        st.sampled_from(["x", "y", "z", *LISTENERS]),
        st.sampled_from(["radio", "mixes"]),
        st.sampled_from(["", "DE"]),
        st.integers(-1, 2).map(lambda days: TODAY + timedelta(days=days)),
    ),
    st.floats(0, 1e9),
)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(AUDIENCES, SLOTS, st.sets(st.sampled_from(["x", *LISTENERS])))
def test_rows_divide_the_forecast_and_neither_lose_nor_make_slots(
    audiences: dict[str, Audience],
    slots: dict[tuple[str, str, str, date], float],
    scored: set[str],
) -> None:
    supply = supply_of(*((*key, expected) for key, expected in slots.items()))

    rows = rows_of(supply, audiences, *scored)

    expected_today = sum(expected for key, expected in slots.items() if key[3] == TODAY)
    assert rows.slots_today.sum() == pytest.approx(expected_today)
    assert ((rows.part >= 0) & (rows.part <= 1)).all()
    assert (np.diff(rows.score) >= 0).all()
    of_cell = np.bincount(rows.cell, rows.part, len(rows.slots_by_day))
    assert of_cell[rows.slots_by_day[:, 0] > 0] == pytest.approx(1)
    names = {id_hash(name): name for name in NAMES}
    forecast = {key[0] for key in slots}
    for audience, parent in zip(rows.audience.tolist(), rows.parent.tolist(), strict=True):
        name = names[audience]
        assert parent == id_hash(audiences.get(name, Audience()).parent_id)
        assert name in forecast or (name in scored and names[parent] in forecast)
