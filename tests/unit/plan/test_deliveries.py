"""What campaigns were given already: totals so far are replaced, producers summed."""

from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.plan.caps import Delivered
from shared.plan.deliveries import (
    NOTHING_REPORTED,
    delivered_by_campaign,
    reported_by,
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


def report(producer: str, *rows: Row) -> pa.Table:
    """Return the reports of one drop."""
    columns = list(zip(*rows, strict=True)) or [()] * 5
    names = ("date", "campaign_id", "context", "audience_id", "exposures")
    types = (pa.date32(), pa.string(), pa.string(), pa.string(), pa.float64())
    arrays = [pa.array(values, kind) for values, kind in zip(columns, types, strict=True)]
    return reported_by(producer, pa.table(arrays, names=names))


def delivered(*reports: pa.Table) -> dict[str, Delivered]:
    """Return what stands of reports, oldest first, by campaign."""
    return delivered_by_campaign(standing(reports), TODAY)


def test_a_later_total_replaces_the_earlier_one_even_if_it_is_lower() -> None:
    found = delivered(
        report("p", (TODAY, "c1", "radio", None, 100.0)),
        report("p", (TODAY, "c1", "radio", None, 30.0)),
    )

    assert found == {"c1": Delivered(30, 30)}


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

    found = delivered(report("p", (TODAY, "c1", "radio", None, 9.0)), reported_by("p", bare))

    assert found == {"c1": Delivered(3, 3)}


def test_without_reports_nothing_was_delivered() -> None:
    assert delivered() == {}
    assert delivered(NOTHING_REPORTED, report("p")) == {}


@settings(max_examples=100, deadline=None, derandomize=True)
@given(DROPS)
def test_delivered_is_the_sum_of_the_last_row_of_each_key(
    drops: list[tuple[str, list[Row]]],
) -> None:
    last = {(producer, *row[:4]): row[4] for producer, rows in drops for row in rows}

    found = delivered(*(report(producer, *rows) for producer, rows in drops))

    wanted = {
        campaign: Delivered(
            sum(exposures for key, exposures in last.items() if key[2] == campaign),
            sum(e for key, e in last.items() if key[1:3] == (TODAY, campaign)),
        )
        for campaign in sorted({key[2] for key in last})
    }
    assert found == wanted


@settings(max_examples=50, deadline=None, derandomize=True)
@given(DROPS, st.integers(0, 6))
def test_what_stands_of_some_drops_may_stand_for_them(
    drops: list[tuple[str, list[Row]]], cut: int
) -> None:
    reports = [report(producer, *rows) for producer, rows in drops]

    in_two = standing([standing(reports[:cut]), *reports[cut:]])

    assert in_two.equals(standing(reports))
