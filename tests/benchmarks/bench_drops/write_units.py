"""Write units that the handlers take for a drop, and for the same drop again, under moto.

`python -m bench_drops.write_units FILE`, with the world of the tests of handlers to import from.
A unit is 1 KB of an item, as DynamoDB bills it, whether its condition holds or fails.
"""

import json
import os
import sys
from base64 import b64decode
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from bench_drops.inputs import SCORES_PER_AUDIENCE
from botocore.handlers import BUILTIN_HANDLERS

UNIT_BYTES = 1024
KEY = "drops/scores/bench/2026-01-05/scores.parquet"


class WriteUnits:
    """Counts the units of all writes to DynamoDB, by table; a write of unknown size counts as 1."""

    def __init__(self) -> None:
        """Start without any."""
        self.by_table: Counter[str] = Counter()

    def __call__(self, request: Any, **_: Any) -> None:
        """Note one request before it is sent."""
        operation = request.headers.get("X-Amz-Target", b"").decode().rpartition(".")[2]
        if operation not in ("PutItem", "UpdateItem", "DeleteItem"):
            assert "Write" not in operation, operation
            return
        told = json.loads(request.body)
        size = sum(len(name) + _size(value) for name, value in told.get("Item", {}).items())
        self.by_table[told["TableName"]] += max(1, -(-size // UNIT_BYTES))


def _size(value: dict[str, Any]) -> int:
    """Return the bytes of an attribute as DynamoDB counts them."""
    (kind, content), *_ = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "B":
        return len(b64decode(content))
    if kind == "N":
        return len(content) // 2 + 1
    if kind == "M":
        return 3 + sum(1 + len(name) + _size(each) for name, each in content.items())
    if kind == "L":
        return 3 + sum(1 + _size(each) for each in content)
    return 1


UNITS = WriteUnits()
BUILTIN_HANDLERS.insert(0, ("before-send.dynamodb", UNITS))

from tests.aws_world import LambdaContext, one_world, queue_batch  # noqa: E402
from tests.integration.messages import envelope  # noqa: E402


def main(path: Path) -> None:
    """Drop and load the file; print the units of its scores, and of all that came again."""
    os.environ["LOAD_PART_ROWS"] = "10000"  # as production has it
    from functions.ingest_drop import handler as ingest_drop
    from functions.load_scores import handler as load_scores

    data, context = path.read_bytes(), LambdaContext()
    audiences = pq.read_metadata(path).num_rows // SCORES_PER_AUDIENCE
    with one_world() as world:
        dropped = world.drop(KEY, data)
        UNITS.by_table.clear()
        ingest_drop.handle(queue_batch(dropped), context)
        for detail_type, detail in world.events("DropAccepted"):
            load_scores.handle(queue_batch(envelope(detail_type, detail)), context)
        first = UNITS.by_table[world.scores_table]
        records = UNITS.by_table.total() - first
        assert world.tables.Table(world.scores_table).item_count == audiences
        UNITS.by_table.clear()
        ingest_drop.handle(queue_batch(dropped, world.drop(KEY, data)), context)
        assert not world.events("DropAccepted")
        print(json.dumps({"first": first, "records": records, "again": UNITS.by_table.total()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
