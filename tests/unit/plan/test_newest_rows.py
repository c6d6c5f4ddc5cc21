"""Which rows of accepted files are live: the last of each key."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.plan.newest_rows import newest_rows

VALUES = st.none() | st.sampled_from(["", "a", "b", "SE"])


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.tuples(VALUES, st.none() | st.integers(0, 3), VALUES), max_size=25))
def test_the_last_row_of_each_key_stays_and_null_is_a_value(
    rows: list[tuple[str | None, int | None, str | None]],
) -> None:
    table = pa.table(
        {
            "market": pa.array([row[0] for row in rows], pa.string()),
            "day": pa.array([row[1] for row in rows], pa.date32()),
            "note": pa.array([row[2] for row in rows], pa.string()),
        }
    )

    kept = newest_rows(table, ("market", "day")).tolist()

    last = {row[:2]: position for position, row in enumerate(rows)}
    assert kept == sorted(last.values())


def test_a_row_of_a_later_file_replaces_that_of_an_earlier_one() -> None:
    files = [
        pa.table({"audience_id": ["a", "b"], "row": [b"1", b"1"]}),
        pa.table({"audience_id": ["c", "a"], "row": [b"2", b"2"]}),
        pa.table({"audience_id": ["a"], "row": [b"3"]}),
    ]

    kept = newest_rows(pa.concat_tables(files), ("audience_id",)).tolist()

    assert kept == [1, 2, 4]
