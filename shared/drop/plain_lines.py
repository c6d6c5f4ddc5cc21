"""Noun drop: lines of plain shape, parsed together by pyarrow."""

from collections.abc import Callable, Sequence

import pyarrow as pa
import pyarrow.csv as arrow_csv

Parse = Callable[[bytes, str, int, Sequence[int]], pa.Table | None]


def plain_table(data: bytes, delimiter: str, width: int, wanted: Sequence[int]) -> pa.Table | None:
    """Return the wanted columns, named by their positions; None where a line has another width."""
    try:
        return arrow_csv.read_csv(
            pa.BufferReader(data),
            arrow_csv.ReadOptions(
                use_threads=False,
                column_names=[str(i) for i in range(width)],
                block_size=len(data) + 1,
            ),
            arrow_csv.ParseOptions(delimiter=delimiter, quote_char='"' if b'"' in data else False),
            arrow_csv.ConvertOptions(
                check_utf8=False,
                column_types={str(p): pa.string() for p in wanted},
                include_columns=[str(p) for p in wanted],
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
