"""A side: Feast's online store on DynamoDB: `python -m … FOLDER ENDPOINT LAYOUT TIMES`.

LAYOUT `score` is one entity a (listener, track), as Feast keys what is looked up for each
candidate; `row` is one entity a listener, whose feature is our packed row, unpacked after reading.
What the question's candidates need is written first, then read as `online_read` reads it.
"""

import json
import os
import sys
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench_clock import Clock
from feast import Entity, FeatureView, Field, FileSource, RepoConfig, ValueType
from feast.infra.online_stores.dynamodb import DynamoDBOnlineStore
from feast.protos.feast.types.EntityKey_pb2 import EntityKey
from feast.protos.feast.types.Value_pb2 import Value
from feast.types import Bytes, Float64, PrimitiveFeastType

from shared.score.hashes import narrow_id_hash
from shared.score.packed_row import SCORE_SCALE, unpack_row

Found = list[Any]  # of each key, what `online_read` gives


@dataclass
class Layout:
    """How relevance is kept in Feast, and how that of each candidate is found in what is read."""

    entities: list[str]
    kind: PrimitiveFeastType
    keys: list[EntityKey]
    values: list[Value | None]  # of each key
    relevance: Callable[[Found], dict[str, float]]


def by_score(folder: Path) -> Layout:
    """Keep an entity a (listener, track)."""
    relevance, question = _read(folder, "relevance"), _read(folder, "question")
    listener, tracks = question["audience_ids"][0], question["track_ids"]

    def found_in(found: Found) -> dict[str, float]:
        answers = zip(tracks, found, strict=True)
        return {t: values["score"].double_val for t, (_, values) in answers if values}

    names = ["audience_id", "track_id"]
    return Layout(
        entities=names,
        kind=Float64,
        keys=[_key(names, [listener, track]) for track in tracks],
        values=[Value(double_val=relevance[t]) if t in relevance else None for t in tracks],
        relevance=found_in,
    )


def by_row(folder: Path) -> Layout:
    """Keep an entity a listener, with the packed row of all its scores."""
    items, question = _read(folder, "items"), _read(folder, "question")

    def found_in(found: Found) -> dict[str, float]:
        row = unpack_row(found[0][1]["score"].bytes_val)
        scores = dict(zip(row.hashes, row.scores, strict=True))
        at = {track: scores.get(narrow_id_hash(track)) for track in question["track_ids"]}
        return {t: score / SCORE_SCALE for t, score in at.items() if score is not None}

    return Layout(
        entities=["audience_id"],
        kind=Bytes,
        keys=[_key(["audience_id"], question["audience_ids"][:1])],
        values=[Value(bytes_val=b64decode(items["scores"]["row"]["B"]))],
        relevance=found_in,
    )


LAYOUTS = {"score": by_score, "row": by_row}


def main(folder: Path, endpoint: str, layout_name: str, times: int) -> None:
    """Print what a lookup takes, and the relevance of the candidates that have one."""
    layout = LAYOUTS[layout_name](folder)
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
        name=f"{layout_name}s",
        source=FileSource(path="scores.parquet", timestamp_field="as_of"),
        entities=[
            Entity(name=name, join_keys=[name], value_type=ValueType.STRING)
            for name in layout.entities
        ],
        schema=[Field(name="score", dtype=layout.kind)],
    )
    as_of, store = datetime.now(UTC), DynamoDBOnlineStore()
    rows = [
        (key, {"score": value}, as_of, None)
        for key, value in zip(layout.keys, layout.values, strict=True)
        if value is not None
    ]
    store.online_write_batch(config, view, rows, None)
    for _ in range(2):
        told = layout.relevance(store.online_read(config, view, layout.keys, ["score"]))
    clock = Clock()
    for _ in range(times):
        told = layout.relevance(store.online_read(config, view, layout.keys, ["score"]))
    taken = clock.read()
    known = _read(folder, "relevance")
    wanted = {t: known[t] for t in _read(folder, "question")["track_ids"] if t in known}
    assert told.keys() == wanted.keys()
    assert all(abs(told[track] - wanted[track]) <= 1 / SCORE_SCALE for track in wanted)
    print(json.dumps({**taken, "cpu_s": taken["cpu_s"] / times, "read": len(told)}))


def _key(names: list[str], values: list[str]) -> EntityKey:
    return EntityKey(join_keys=names, entity_values=[Value(string_val=value) for value in values])


def _read(folder: Path, name: str) -> Any:
    return json.loads((folder / f"{name}.json").read_text())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
