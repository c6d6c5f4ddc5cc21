"""Stores of drops that keep everything in memory, for many judgements in little time."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from shared.drop.claims import NO_CLAIMS
from shared.drop.drop_stores import DropStores
from shared.drop.drops import ObjectVersion
from shared.drop.ingest import ingest_drop
from shared.drop.store import ObjectReference
from shared.erasure.erasures import NOBODY_ERASED, Erasures
from shared.policy.policies import open_policy
from shared.request.budgets import TimeBudget

LANDED = datetime(2026, 1, 6, tzinfo=UTC)
SMALL = {"max_inflated_bytes": 1 << 20, "max_rows": 5_000}


class _Memory:
    """All stores at once; what is not needed for one file alone stays empty."""

    def __init__(self, version: ObjectVersion, body: bytes | Path) -> None:
        self.version, self.body = version, body
        self.accepted: dict[str, int] = {}  # bytes by key
        self.receipts: list[Any] = []
        self.said: list[Any] = []
        self.records: dict[str, Any] = {}

    def describe(self, reference: ObjectReference) -> ObjectVersion:
        return self.version

    @contextmanager
    def fetched(
        self, version: ObjectVersion, above: Path, budget: TimeBudget | None
    ) -> Iterator[tuple[Path, str]]:
        with tempfile.TemporaryDirectory(dir=above) as folder:
            path = Path(folder) / "drop"
            if isinstance(self.body, Path):
                path.symlink_to(self.body)
            else:
                path.write_bytes(self.body)
            with path.open("rb") as file:
                digest = file_digest(file, "sha256")
            yield path, digest.hexdigest()

    def has(self, drop_id: str, judgement: int) -> bool:
        return any(r.drop_id == drop_id and r.judgement == judgement for r in self.receipts)

    def upload(self, key: str, body: Path) -> None:
        self.accepted[key] = body.stat().st_size

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

    def duplicates_after(self, drop: Any) -> list[Any]:
        """Return none: there is one drop alone."""
        return []

    def send(self, event: Any) -> None:
        self.said.append(event)


class _Receipts(_Memory):
    def put(self, receipt: Any) -> None:
        self.receipts.append(receipt)


class _Records(_Memory):
    def put(self, record: Any) -> None:
        self.records[record.drop_id] = record


class _Erasures:
    def read(self) -> Erasures:
        return NOBODY_ERASED


class Judged:
    """What became of one file that was announced twice."""

    def __init__(
        self,
        dataset: str,
        name: str,
        body: bytes | Path,
        limits: dict[str, int] | None = None,
        budget: TimeBudget | None = None,
    ) -> None:
        key = f"drops/{dataset}/fuzz/2026-01-05/{name}"
        size = body.stat().st_size if isinstance(body, Path) else len(body)
        version = ObjectVersion("drops", key, "v1", LANDED, size)
        memory: Any = _Memory(version, body)
        receipts: Any = _Receipts(version, body)
        records: Any = _Records(version, body)
        erasures: Any = _Erasures()
        policy = open_policy()
        changed = policy.limits.model_copy(update=SMALL if limits is None else limits)
        for _ in range(2):
            ingest_drop(
                ObjectReference("drops", key, "v1"),
                now=LANDED + timedelta(minutes=1),
                policy=policy.model_copy(update={"limits": changed}),
                policy_producer="operations",
                stores=DropStores(memory, memory, memory, receipts, records, erasures),
                events=memory,
                budget=budget,
            )
        self.receipts, self.said = receipts.receipts, memory.said
        self.accepted, self.rejected_rows = memory.accepted, receipts.accepted
