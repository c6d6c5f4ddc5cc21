"""Tables without one audience: rows known by their places keep them."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shared.erasure.erasures import NOBODY
from shared.erasure.tables import rows_of, write_without

COLUMNS = ("audience_id", "parent_id")


@pytest.fixture
def file(tmp_path):
    """Return a file of two row groups that names "gone" three times, once as a parent."""
    path = tmp_path / "rows"
    rows = {
        "audience_id": ["a", "gone", "b", "gone", "c", "d"],
        "parent_id": ["p", "p", "gone", None, "p", None],
        "row": [b"1", b"2", b"3", b"4", b"5", None],
    }
    table = pa.table(rows).replace_schema_metadata({"order": "7"})
    pq.write_table(table, path, row_group_size=3, compression="none")
    return path


@pytest.fixture
def written(file, tmp_path):
    def write(*, keeps_places):
        into = tmp_path / "left"
        write_without(file, into, COLUMNS, "gone", keeps_places=keeps_places)
        return pq.ParquetFile(into)

    return write


def test_rows_that_name_an_audience_in_any_column_are_counted(file):
    assert rows_of(file, COLUMNS, "gone") == 3
    assert rows_of(file, ("audience_id", "no_such_column"), "gone") == 2
    assert rows_of(file, COLUMNS, "gon") == 0


def test_rows_are_left_out_and_all_else_stays(written):
    left = written(keeps_places=False)

    assert left.read(["audience_id"]).to_pydict() == {"audience_id": ["a", "c", "d"]}
    assert left.schema_arrow.metadata == {b"order": b"7"}


def test_nobody_stands_in_the_places_of_rows_that_keep_them(written):
    left = written(keeps_places=True)

    assert left.read().to_pydict() == {
        "audience_id": ["a", NOBODY, NOBODY, NOBODY, "c", "d"],
        "parent_id": ["p", NOBODY, NOBODY, NOBODY, "p", None],
        "row": [b"1", None, None, None, b"5", None],
    }
    assert [left.metadata.row_group(g).num_rows for g in range(2)] == [3, 3]


def test_a_file_of_nobody_else_has_no_rows_and_can_be_read(tmp_path):
    path, into = tmp_path / "rows", tmp_path / "left"
    pq.write_table(pa.table({"audience_id": ["gone"]}), path)

    write_without(path, into, COLUMNS, "gone", keeps_places=False)

    assert pq.read_table(into).num_rows == 0
