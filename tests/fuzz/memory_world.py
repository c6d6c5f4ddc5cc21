"""Stores of drops that keep everything in memory, for many judgements in little time."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from shared.drop.claims import NO_CLAIMS
from shared.drop.drops import ObjectVersion
from shared.drop.ingest import ingest_drop
from shared.drop.judge_drop import DropStores
from shared.drop.store import ObjectReference
from shared.policy.policies import open_policy

LANDED = datetime(2026, 1, 6, tzinfo=UTC)
SMALL = {"max_inflated_bytes": 1 << 20, "max_rows": 5_000}


class _Memory:
    """All stores at once; what is not needed for one file alone stays empty."""

    def __init__(self, version: ObjectVersion, body: bytes) -> None:
        self.version, self.body = version, body
        self.accepted: dict[str, bytes] = {}
        self.receipts: list[Any] = []
        self.said: list[Any] = []
        self.records: dict[str, Any] = {}

    def describe(self, reference: ObjectReference) -> ObjectVersion:
        return self.version

    @contextmanager
    def fetched(self, version: ObjectVersion) -> Iterator[tuple[Path, str]]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "drop"
            path.write_bytes(self.body)
            yield path, sha256(self.body).hexdigest()

    def has(self, drop_id: str, judgement: int) -> bool:
        return any(r.drop_id == drop_id and r.judgement == judgement for r in self.receipts)

    def upload(self, key: str, body: Path) -> None:
        self.accepted[key] = body.read_bytes()

    def keys(self, dataset: str) -> list[str]:
        return sorted(key for key in self.accepted if key.startswith(f"{dataset}/"))

    def open(self, key: str) -> pq.ParquetFile:
        raise AssertionError(f"{key} is opened, and there is one drop alone")

    def read(self, shard: int) -> Any:
        return NO_CLAIMS, ""

    def replace(self, shard: int, before: str, claims: Any) -> bool:
        """Forget the claims."""
        return True

    def find(self, record_id: str) -> Any:
        return self.records.get(record_id)

    def newest(self, dataset: str, producer: str) -> None:
        return None

    def note_newest(self, record: Any) -> None:
        """Forget which is the newest."""

    def send(self, event: Any) -> None:
        self.said.append(event)


class _Receipts(_Memory):
    def put(self, receipt: Any) -> None:
        self.receipts.append(receipt)


class _Records(_Memory):
    def put(self, record: Any) -> None:
        self.records[record.drop_id] = record


class Judged:
    """What became of one file that was announced twice."""

    def __init__(self, dataset: str, name: str, body: bytes) -> None:
        key = f"drops/{dataset}/fuzz/2026-01-05/{name}"
        version = ObjectVersion("drops", key, "v1", LANDED, len(body))
        memory: Any = _Memory(version, body)
        receipts: Any = _Receipts(version, body)
        records: Any = _Records(version, body)
        policy = open_policy()
        limits = policy.limits.model_copy(update=SMALL)
        for _ in range(2):
            ingest_drop(
                ObjectReference("drops", key, "v1"),
                now=LANDED + timedelta(minutes=1),
                policy=policy.model_copy(update={"limits": limits}),
                policy_producer="operations",
                stores=DropStores(memory, memory, memory, receipts, records),
                events=memory,
            )
        self.receipts, self.said = receipts.receipts, memory.said
        self.accepted, self.rejected_rows = memory.accepted, receipts.accepted
