"""A side: Feast's online store on DynamoDB: `python -m … FOLDER ENDPOINT TIMES`.

One entity a (listener, track), as Feast keys what is looked up for each candidate: the scores of
the question's candidates are written first, then read as `online_read` reads them.
"""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench_clock import Clock
from feast import Entity, FeatureView, Field, FileSource, RepoConfig, ValueType
from feast.infra.online_stores.dynamodb import DynamoDBOnlineStore
from feast.protos.feast.types.EntityKey_pb2 import EntityKey
from feast.protos.feast.types.Value_pb2 import Value
from feast.types import Float64

KEYS = ["audience_id", "track_id"]


def main(folder: Path, endpoint: str, times: int) -> None:
    """Print what a lookup takes, and the relevance of the candidates that have one."""
    relevance = json.loads((folder / "relevance.json").read_text())
    question = json.loads((folder / "question.json").read_text())
    listener, tracks = question["audience_ids"][0], question["track_ids"]
    config = RepoConfig(
        project="bench",
        provider="local",
        registry="registry.db",
        online_store={
            "type": "dynamodb",
            "region": os.environ["AWS_DEFAULT_REGION"],
            "endpoint_url": endpoint,
        },
        entity_key_serialization_version=3,
    )
    view = FeatureView(
        name="scores",
        source=FileSource(path="scores.parquet", timestamp_field="as_of"),
        entities=[Entity(name=k, join_keys=[k], value_type=ValueType.STRING) for k in KEYS],
        schema=[Field(name="score", dtype=Float64)],
    )
    keys = [
        EntityKey(
            join_keys=KEYS,
            entity_values=[Value(string_val=listener), Value(string_val=each)],
        )
        for each in tracks
    ]
    as_of, store = datetime.now(UTC), DynamoDBOnlineStore()
    rows = [
        (key, {"score": Value(double_val=relevance[each])}, as_of, None)
        for key, each in zip(keys, tracks, strict=True)
        if each in relevance
    ]
    store.online_write_batch(config, view, rows, None)
    for _ in range(2):
        found = store.online_read(config, view, keys, ["score"])
    clock = Clock()
    for _ in range(times):
        found = store.online_read(config, view, keys, ["score"])
    taken = clock.read()
    told = {
        each: round(values["score"].double_val, 9)
        for each, (_, values) in zip(tracks, found, strict=True)
        if values
    }
    assert told == {each: round(relevance[each], 9) for each in tracks if each in relevance}
    print(json.dumps({**taken, "cpu_s": taken["cpu_s"] / times, "read": len(told)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
