"""What the stub's record says was written: each item once, the last write of its key.

`python -m bench_drops.written RECORD pairs|values` prints the sum of (audience, track, score), or
of the scores alone, which is all that Feast's items show: their keys are hashes.
"""

import json
import struct
import sys
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from bench_drops.sums import PairSum

from shared.score.packed_row import SCORE_SCALE
from shared.score.rows import unpack_rows

Item = dict[str, Any]


def items(record: Path) -> list[Item]:
    """Return the items as they stand in the end.

    Raises:
        ValueError: an item was put without a condition.
    """
    by_key: dict[tuple[str, ...], Item] = {}
    with record.open("rb") as file:
        for line in file:
            operation, _, body = line.partition(b" ")
            for item in _put(operation.decode(), json.loads(body)):
                names = ("audience_id", "track_id", "entity_id")
                by_key[tuple(item[name]["S"] for name in names if name in item)] = item
    return list(by_key.values())


def _put(operation: str, request: dict[str, Any]) -> Iterator[Item]:
    if operation == "PutItem":
        if "ConditionExpression" not in request:
            raise ValueError("An item was put without a condition.")
        yield request["Item"]
    elif operation == "BatchWriteItem":
        for requests in request["RequestItems"].values():
            yield from (each["PutRequest"]["Item"] for each in requests)


def tell_pairs(found: list[Item]) -> None:
    """Print the sum of packed rows, or of items of one score."""
    total = PairSum()
    if "row" in found[0]:
        rows = pa.array([b64decode(item["row"]["B"]) for item in found], pa.binary())
        total.add_packed(pa.array([item["audience_id"]["S"] for item in found]), rows)
    else:
        ids = ([item[name]["S"] for item in found] for name in ("audience_id", "track_id"))
        scores = [float(item["score"]["N"]) for item in found]
        names = ("audience_id", "track_id", "score")
        total.add_table(pa.table(dict(zip(names, (*ids, scores), strict=True))))
    total.tell()


def tell_values(found: list[Item]) -> None:
    """Print the sum of the scores alone."""
    if "row" in found[0]:
        rows = [b64decode(item["row"]["B"]) for item in found]
        quantised = unpack_rows(pa.array(rows, pa.binary())).scores
    else:
        scores = np.array([_score(item) for item in found])
        quantised = np.floor(scores * SCORE_SCALE + 0.5)
    nothing = np.zeros(len(quantised), dtype=np.uint64)
    total = PairSum()
    total.add(nothing, nothing, quantised.astype(np.uint64))
    total.tell()


def _score(item: Item) -> float:
    """Return the score of an item; Feast's value ends in the bytes of its double."""
    if "score" in item:
        return float(item["score"]["N"])
    value: float = struct.unpack("<d", b64decode(item["values"]["M"]["score"]["B"])[-8:])[0]
    return value


if __name__ == "__main__":
    {"pairs": tell_pairs, "values": tell_values}[sys.argv[2]](items(Path(sys.argv[1])))
