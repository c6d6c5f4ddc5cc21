"""What campaigns were given already: totals so far are replaced, producers summed."""

from datetime import date, timedelta
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.plan.caps import Delivered
from shared.plan.deliveries import (
    NO_REPORTS,
    delivered_by_campaign,
    reports_of,
    standing,
)
from tests.unit.plan.specimens import TODAY

YESTERDAY = TODAY - timedelta(days=1)

Row = tuple[date, str, str, str | None, float]
ROWS = st.tuples(
    st.sampled_from([TODAY, YESTERDAY]),
    st.sampled_from(["c1", "c2"]),
    st.sampled_from(["radio", "mixes"]),
    st.sampled_from([None, "a", ""]),
    st.integers(0, 1_000).map(float),
)
DROPS = st.lists(st.tuples(st.sampled_from(["p", "q"]), st.lists(ROWS, max_size=6)), max_size=6)


def report(producer: str, *rows: Row, drop: int = 0) -> pa.Table:
    """Return the reports of one drop; drops are numbered by order."""
    columns = list(zip(*rows, strict=True)) or [()] * 5
    names = ("date", "campaign_id", "context", "audience_id", "exposures")
    types = (pa.date32(), pa.string(), pa.string(), pa.string(), pa.float64())
    arrays = [pa.array(values, kind) for values, kind in zip(columns, types, strict=True)]
    return reports_of(f"delivery/{drop:03}", producer, pa.table(arrays, names=names))


def numbered(drops: list[tuple[str, list[Row]]]) -> list[pa.Table]:
    """Return the reports of drops in the order given; of equal keys in one drop the last stays."""
    unique = ((producer, {row[:4]: row for row in rows}.values()) for producer, rows in drops)
    return [report(producer, *rows, drop=i) for i, (producer, rows) in enumerate(unique)]


def delivered(*reports: pa.Table) -> dict[str, Delivered]:
    """Return what stands of reports by campaign."""
    return delivered_by_campaign(standing(NO_REPORTS, reports), TODAY)


def test_a_later_total_replaces_the_earlier_one_even_if_it_is_lower() -> None:
    found = delivered(
        report("p", (TODAY, "c1", "radio", None, 100.0)),
        report("p", (TODAY, "c1", "radio", None, 30.0), drop=1),
    )

    assert found == {"c1": Delivered(30, 30)}


def test_an_older_drop_that_comes_later_replaces_nothing() -> None:
    newer = report("p", (TODAY, "c1", "radio", None, 100.0), drop=1)
    older = report("p", (TODAY, "c1", "radio", None, 30.0), (TODAY, "c2", "radio", None, 1.0))

    found = delivered_by_campaign(standing(standing(NO_REPORTS, [newer]), [older]), TODAY)

    assert found == {"c1": Delivered(100, 100), "c2": Delivered(1, 1)}


@pytest.mark.parametrize(
    "other",
    [
        ("q", (TODAY, "c1", "radio", None, 5.0)),
        ("p", (TODAY, "c1", "mixes", None, 5.0)),
        ("p", (TODAY, "c1", "radio", "a", 5.0)),
    ],
)
def test_producers_contexts_and_audiences_are_summed(other: tuple[str, Row]) -> None:
    found = delivered(report("p", (TODAY, "c1", "radio", None, 100.0)), report(other[0], other[1]))

    assert found == {"c1": Delivered(105, 105)}


def test_only_rows_of_today_count_as_todays() -> None:
    found = delivered(
        report(
            "p",
            (YESTERDAY, "c1", "radio", None, 40.0),
            (TODAY, "c1", "radio", None, 2.0),
            (YESTERDAY, "c2", "radio", None, 7.0),
        )
    )

    assert found == {"c1": Delivered(42, 2), "c2": Delivered(7, 0)}


def test_a_file_without_audiences_reports_for_no_audience_in_particular() -> None:
    bare = pa.table(
        {
            "campaign_id": ["c1"],
            "date": pa.array([TODAY], pa.date32()),
            "context": ["radio"],
            "exposures": [3.0],
            "saves": [1.0],
        }
    )

    found = delivered(
        report("p", (TODAY, "c1", "radio", None, 9.0)), reports_of("delivery/001", "p", bare)
    )

    assert found == {"c1": Delivered(3, 3)}


def test_without_reports_nothing_was_delivered() -> None:
    assert delivered() == {}
    assert delivered(NO_REPORTS, report("p")) == {}


@settings(max_examples=100, deadline=None, derandomize=True)
@given(DROPS)
def test_delivered_is_the_sum_of_the_last_row_of_each_key(
    drops: list[tuple[str, list[Row]]],
) -> None:
    last = {(producer, *row[:4]): row[4] for producer, rows in drops for row in rows}

    found = delivered(*numbered(drops))

    wanted = {
        campaign: Delivered(
            sum(exposures for key, exposures in last.items() if key[2] == campaign),
            sum(e for key, e in last.items() if key[1:3] == (TODAY, campaign)),
        )
        for campaign in sorted({key[2] for key in last})
    }
    assert found == wanted


@settings(max_examples=100, deadline=None, derandomize=True)
@given(DROPS, st.randoms(use_true_random=False), st.integers(1, 3))
def test_the_same_stands_in_whatever_order_and_portions_drops_are_read(
    drops: list[tuple[str, list[Row]]], random: Random, portion: int
) -> None:
    reports = numbered(drops)
    shuffled = random.sample(reports, len(reports))

    stands = NO_REPORTS
    for first in range(0, len(shuffled), portion):
        stands = standing(stands, shuffled[first : first + portion])

    wanted = standing(NO_REPORTS, reports)
    assert sorted(map(repr, stands.to_pylist())) == sorted(map(repr, wanted.to_pylist()))
    assert delivered_by_campaign(stands, TODAY) == delivered_by_campaign(wanted, TODAY)
