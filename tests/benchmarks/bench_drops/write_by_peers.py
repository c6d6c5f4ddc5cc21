"""A side: scores to written items by a peer, one item a score.

`python -m bench_drops.write_by_peers batch_writer|awswrangler|feast SCORES ENDPOINT`. What a peer
is handed is made before the clock runs, and one item is written first.
"""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
from bench_clock import Clock
from bench_drops.inputs import made_scores

Writer = Callable[[int], None]  # writes so many of the first items


def by_batch_writer(table: pa.Table) -> Writer:
    """Return boto3's batch writer over items of its own types."""
    import boto3

    scores = boto3.resource("dynamodb").Table("scores")
    items = _items(table)

    def write(many: int) -> None:
        with scores.batch_writer() as batch:
            for item in items[:many]:
                batch.put_item(Item=item)

    return write


def by_awswrangler(table: pa.Table) -> Writer:
    """Return awswrangler's `put_df` over a data frame of boto3's types."""
    import awswrangler
    import pandas

    frame = pandas.DataFrame(_items(table))
    return lambda many: awswrangler.dynamodb.put_df(frame.head(many), "scores", use_threads=False)


def by_feast(table: pa.Table) -> Writer:
    """Return the write of Feast's online store on DynamoDB over its own messages."""
    from feast import Entity, FeatureView, Field, FileSource, RepoConfig, ValueType
    from feast.infra.online_stores.dynamodb import DynamoDBOnlineStore
    from feast.protos.feast.types.EntityKey_pb2 import EntityKey
    from feast.protos.feast.types.Value_pb2 import Value
    from feast.types import Float64

    as_of = datetime(2026, 1, 5, tzinfo=UTC)
    online_store = {
        "type": "dynamodb",
        "region": os.environ["AWS_DEFAULT_REGION"],
        "endpoint_url": os.environ["AWS_ENDPOINT_URL_DYNAMODB"],
    }
    config = RepoConfig(
        project="bench",
        provider="local",
        registry="registry.db",
        online_store=online_store,
        entity_key_serialization_version=3,
    )
    keys = ["audience_id", "track_id"]
    view = FeatureView(
        name="scores",
        source=FileSource(path="scores.parquet", timestamp_field="as_of"),
        entities=[Entity(name=k, join_keys=[k], value_type=ValueType.STRING) for k in keys],
        schema=[Field(name="score", dtype=Float64)],
    )
    rows: list[Any] = [
        (
            EntityKey(
                join_keys=keys,
                entity_values=[Value(string_val=row[key]) for key in keys],
            ),
            {"score": Value(double_val=row["score"])},
            as_of,
            None,
        )
        for row in table.to_pylist()
    ]
    store = DynamoDBOnlineStore()
    return lambda many: store.online_write_batch(config, view, rows[:many], None)


WRITERS = {"batch_writer": by_batch_writer, "awswrangler": by_awswrangler, "feast": by_feast}


def _items(table: pa.Table) -> list[dict[str, Any]]:
    columns = (table.column(name).to_pylist() for name in ("audience_id", "track_id"))
    scores = (Decimal(str(score)) for score in table.column("score").to_pylist())
    return [
        {"audience_id": audience, "track_id": track, "score": score}
        for audience, track, score in zip(*columns, scores, strict=True)
    ]


def main(peer: str, scores: int) -> None:
    """Write the scores; print what it took."""
    write = WRITERS[peer](made_scores(scores).table())
    write(1)
    clock = Clock()
    write(scores)
    clock.tell()


if __name__ == "__main__":
    os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = sys.argv[3]
    main(sys.argv[1], int(sys.argv[2]))
