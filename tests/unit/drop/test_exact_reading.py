"""A bulk reader that hides rows, or finds more, is not believed: the block is read exactly."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

from shared.drop.datasets import SCORES
from shared.drop.delimited import DelimitedFile
from shared.drop.json_lines import JsonLines, decoded_lines
from shared.drop.line_shapes import every_line
from shared.drop.plain_lines import plain_table
from shared.drop.text_blocks import TextBlock

CSV = (
    b"audience_id,track_id,score\n"
    b"a,t1,0.5\n\nb,t2\nc,t3,1\n"
    b'"d ""q""",t4,0.5\n"e",t5,0.25\naudience_id,track_id,score\nf,t6,1,2\ng,t7,0\n'
)
JSON = b"".join(b'{"audience_id":"a","track_id":"t%d","score":0.5}\n' % i for i in range(6))


def forgetful_table(*arguments: Any) -> pa.Table | None:
    found = plain_table(*arguments)
    return found if found is None else found.slice(1)


def inventive_table(*arguments: Any) -> pa.Table | None:
    found = plain_table(*arguments)
    return found if found is None else pa.concat_tables([found, found.slice(0, 1)])


def hopeless_table(*_: Any) -> None:
    return None


def rows_of(file: DelimitedFile) -> dict[int, tuple[Any, ...]]:
    rows: dict[int, tuple[Any, ...]] = {}
    for part in file.rows():
        columns = [c.to_pylist() for c in part.columns if c is not None]
        rows |= dict(zip(part.lines.tolist(), zip(*columns, strict=True), strict=True))
        rows |= {r.line: r.values[:3] or (r.fault,) for r in part.records}
        rows |= {int(line): (code,) for code, lines in part.faults for line in lines}
        assert [record.line for record in part.records] == sorted(r.line for r in part.records)
    return rows


def blocks(size: int = 1 << 20) -> Iterator[TextBlock]:
    lines = CSV.splitlines(keepends=True)
    return (TextBlock(i + 1, b"".join(lines[i : i + size])) for i in range(0, len(lines), size))


@pytest.mark.parametrize("parse", [forgetful_table, inventive_table, hopeless_table])
@pytest.mark.parametrize("size", [3, 99])
def test_lines_of_csv_are_read_one_by_one_where_rows_do_not_add_up(parse: Any, size: int) -> None:
    expected = rows_of(DelimitedFile(blocks(), SCORES, every_line))

    found = rows_of(DelimitedFile(blocks(size), SCORES, parse=parse))

    assert found == expected
    assert len(found) == 8


@pytest.mark.parametrize("change", [lambda rows: rows[1:], lambda rows: [*rows, rows[0]]])
def test_lines_of_json_are_read_one_by_one_where_rows_do_not_add_up(change: Any) -> None:
    def decode(decoder: Any, data: bytes) -> list[Any]:
        return list(change(decoded_lines(decoder, data)))

    (rows,) = JsonLines(SCORES, decode=decode).rows(iter([TextBlock(1, JSON)]))

    assert rows.lines.tolist() == [1, 2, 3, 4, 5, 6]
    assert rows.columns[1] is not None
    assert rows.columns[1].to_pylist() == [f"t{i}" for i in range(6)]
