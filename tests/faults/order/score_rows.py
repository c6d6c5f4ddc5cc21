"""Rows of scores: as the model says they are to be written, and as they stand in a table."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.score.hashes import narrow_id_hash
from shared.score.packed_row import SCORE_SCALE, unpack_row
from tests.faults.order.models import LiveRow

Written = dict[str, tuple[int, str, list[tuple[int, int]]]]


def written(rows: dict[str, LiveRow]) -> Written:
    """Return rows of the model as the table is to hold them: instant, producer, best first."""
    return {
        audience: (
            int(row.as_of.timestamp() * 1000),
            row.producer,
            sorted(
                ((narrow_id_hash(t), int(s * SCORE_SCALE + 0.5)) for t, s in row.scores.items()),
                key=lambda entry: (-entry[1], entry[0]),
            ),
        )
        for audience, row in rows.items()
    }


def live(items: Iterable[Mapping[str, Any]]) -> Written:
    """Return the live rows among the items of a table of scores."""
    found: Written = {}
    for item in items:
        if "row" in item:
            row = unpack_row(bytes(item["row"]))
            entries = list(zip(row.hashes, row.scores, strict=True))
            found[item["audience_id"]] = (row.as_of_ms, item["producer"], entries)
    return found
