"""A drop of several parts: its manifest is judged, full drops take away what they leave out."""

import gzip
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError

from functions.ingest_drop import handler as ingest_handler
from functions.load_scores import handler as load_handler
from shared.drop.accepted_store import AcceptedBucket
from shared.drop.ingest import ingest_drop
from shared.drop.store import ObjectReference
from shared.policy.policies import open_policy

HEADER = "audience_id,track_id,score\n"
FIRST = b"audience_id,track_id,score\na,t1,0.5\nb,t1,0.25\n"
SECOND = b"audience_id,track_id,score\na,t2,0.75\nc,t1,1\n"
FOLDER = "drops/scores/ml/2026-01-05/night.parts"


class Producer:
    """Puts parts and manifests, and hands on what follows."""

    def __init__(self, world: Any, context: Any, make_batch: Callable[..., Any]) -> None:
        self._world, self._context, self._make_batch = world, context, make_batch

    def put(self, folder: str, name: str, body: bytes) -> dict[str, Any]:
        """Put a file, let its notification come, and return that."""
        event: dict[str, Any] = self._world.drop(f"{folder}/{name}", body)
        self.deliver(event)
        return event

    def deliver(self, event: dict[str, Any]) -> None:
        """Let a notification come."""
        answer = ingest_handler.handle(self._make_batch(event), self._context)
        assert answer == {"batchItemFailures": []}

    def drop(self, *parts: bytes, folder: str = FOLDER, form: str = "csv", **told: Any) -> Any:
        """Drop parts and their manifest, write what is accepted, and return the receipt."""
        named = {f"part-{i}.{form}": body for i, body in enumerate(parts)}
        for name, body in named.items():
            self.put(folder, name, body)
        event = self.put(folder, "_manifest.json", manifest_of(named, **told))
        self.load()
        return self.receipt_of(event)

    def load(self) -> None:
        """Write the rows of what was accepted."""
        for name, detail in self._world.events("DropAccepted"):
            said = {"id": "1", "detail-type": name, "source": "oasis", "account": "1"}
            batch = self._make_batch({**said, "detail": detail})
            assert load_handler.handle(batch, self._context) == {"batchItemFailures": []}

    def receipt_of(self, event: dict[str, Any]) -> Any:
        """Return the one receipt of the version that an event names."""
        version = event["detail"]["object"]["version-id"]
        (found,) = (each for each in self.receipts() if each["version_id"] == version)
        return found

    def receipts(self) -> list[Any]:
        """Return all receipts."""
        found = self._world.objects(self._world.receipt_bucket)
        return [json.loads(body) for key, body in found.items() if key.startswith("receipts/")]

    def live(self) -> set[str]:
        """Return the audiences that have a row."""
        return {
            item["audience_id"] for item in self._world.items(self._world.scores_table)
            if "row" in item
        }  # fmt: skip


def rows_of(body: bytes) -> int:
    """Return how many lines behind the header a plain or packed file has."""
    text = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
    return text.count(b"\n") - 1


def manifest_of(named: dict[str, bytes], rows: int | None = None, **told: Any) -> bytes:
    parts = [
        {
            "name": name,
            "sha256": sha256(body).hexdigest(),
            "rows": rows_of(body) if rows is None else rows,
        }
        for name, body in named.items()
    ]
    return json.dumps({"parts": parts, **told}).encode()


@pytest.fixture
def producer(world: Any, context: Any, make_batch: Callable[..., Any]) -> Producer:
    return Producer(world, context, make_batch)


def test_parts_are_one_drop_with_one_receipt(producer: Producer) -> None:
    receipt = producer.drop(FIRST, SECOND, model="two-tower 7")

    assert receipt["sentence"] == "Accepted all 4 rows."
    assert (receipt["mode"], receipt["model"]) == ("delta", "two-tower 7")
    assert producer.live() == {"a", "b", "c"}
    assert len(producer.receipts()) == 1


def test_packed_parts_are_read_as_plain_ones(producer: Producer) -> None:
    receipt = producer.drop(gzip.compress(FIRST), gzip.compress(SECOND), form="csv.gz")

    assert receipt["rows_accepted"] == 4


def test_parts_in_parquet_are_one_drop_too(producer: Producer) -> None:
    def part(*audiences: str) -> bytes:
        body, many = io.BytesIO(), len(audiences)
        columns = {"audience_id": audiences, "track_id": ["t1"] * many, "score": [0.5] * many}
        pq.write_table(pa.table(columns), body)
        return body.getvalue()

    receipt = producer.drop(part("a", "b"), part("c", "a"), form="parquet", rows=2)

    assert receipt["rejected_by_reason"] == {"duplicate_key": 1}
    assert [(e["part"], e["line"]) for e in receipt["first_errors"]] == [("part-1.parquet", 2)]
    assert producer.live() == {"a", "b", "c"}


def test_a_rejected_row_is_named_by_its_part_and_its_line_there(
    world: Any, producer: Producer
) -> None:
    receipt = producer.drop(FIRST, SECOND + b"c,t9,1.5\n")

    assert receipt["sentence"] == (
        "Accepted 4 of 5 rows; 1 rejected: 1 × score_out_of_range "  # noqa: RUF001
        "(first: part-1.csv line 4, column score, value 1.5)."
    )
    (error,) = receipt["first_errors"]
    assert (error["part"], error["line"], error["character"]) == ("part-1.csv", 4, 6)
    rejected = world.objects(world.receipt_bucket)[receipt["rejected_rows_key"]].decode()
    assert rejected.splitlines() == [
        "oasis_reason,audience_id,track_id,score",
        ",c,t1,1",
        "score_out_of_range,c,t9,1.5",
    ]


def test_rows_of_one_key_are_duplicates_whatever_part_they_stand_in(producer: Producer) -> None:
    receipt = producer.drop(FIRST, HEADER.encode() + b"b,t1,0.25\nb,t2,1\n")

    assert receipt["rejected_by_reason"] == {"duplicate_key": 1}
    assert [(e["part"], e["line"]) for e in receipt["first_errors"]] == [("part-1.csv", 2)]


def test_a_full_drop_takes_away_the_audiences_it_does_not_mention(producer: Producer) -> None:
    producer.drop(FIRST, SECOND)
    producer.drop(b"audience_id,track_id,score\nz,t1,1\n", folder=FOLDER.replace("/ml/", "/other/"))

    receipt = producer.drop(
        HEADER.encode() + b"b,t3,0.5\nd,t3,1\nc,t1,7\n",
        folder=FOLDER.replace("01-05", "01-06"),
        mode="full",
    )

    assert receipt["status"] == "partial"
    assert producer.live() == {"b", "c", "d", "z"}


def test_a_full_drop_takes_away_what_came_since_the_full_drop_before_it(
    producer: Producer,
) -> None:
    days = [FOLDER.replace("01-05", f"01-{day:02}") for day in range(5, 8)]
    producer.drop(FIRST, folder=days[0], mode="full")
    producer.drop(SECOND, folder=days[1])

    producer.drop(HEADER.encode() + b"b,t1,1\n", folder=days[2], mode="full")

    assert producer.live() == {"b"}


@pytest.mark.parametrize("late", [FIRST, SECOND, FIRST + b"d,t1,1\n"])
def test_a_drop_from_before_a_full_one_brings_nothing_back_though_it_comes_late(
    producer: Producer, late: bytes
) -> None:
    days = [FOLDER.replace("01-05", f"01-{day:02}") for day in range(5, 8)]
    producer.drop(FIRST, folder=days[0])
    producer.drop(HEADER.encode() + b"b,t1,1\nc,t1,1\n", folder=days[2], mode="full")

    receipt = producer.drop(late, folder=days[1])

    assert receipt["rows_rejected"] == 0
    assert producer.live() == {"b", "c"}


def test_of_a_full_drop_and_one_before_it_at_the_same_time_one_sees_the_other(
    world: Any, producer: Producer, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [FOLDER.replace("01-05", f"01-{day:02}") for day in range(5, 8)]
    producer.drop(HEADER.encode() + b"b,t1,1\n", folder=days[0])
    listed = AcceptedBucket.keys
    unlisted = [True]

    def keys(bucket: AcceptedBucket, *args: Any, **kwargs: Any) -> list[str]:
        found = listed(bucket, *args, **kwargs)
        if unlisted.pop() if unlisted else False:
            producer.drop(FIRST, folder=days[1])
        return found

    body = HEADER.encode() + b"b,t1,1\n"
    world.drop(f"{days[2]}/part-0.csv", body)
    manifest = world.drop(
        f"{days[2]}/_manifest.json", manifest_of({"part-0.csv": body}, mode="full")
    )
    monkeypatch.setattr(AcceptedBucket, "keys", keys)
    with pytest.raises(BatchProcessingError):
        producer.deliver(manifest)

    producer.deliver(manifest)
    producer.load()

    assert producer.live() == {"b"}


def test_a_full_drop_that_shrinks_is_held(producer: Producer) -> None:
    producer.drop(FIRST, SECOND)

    receipt = producer.drop(
        HEADER.encode() + b"b,t3,0.5\n", folder=FOLDER.replace("01-05", "01-06"), mode="full"
    )

    assert receipt["status"] == "quarantined"
    assert producer.live() == {"a", "b", "c"}


def test_a_dry_run_says_what_would_be_and_stores_nothing(world: Any, producer: Producer) -> None:
    receipt = producer.drop(FIRST, dry_run=True)

    assert receipt["status"] == "dry_run"
    assert receipt["sentence"] == "Dry run, nothing was stored. Accepted all 2 rows."
    assert world.objects(world.accepted_bucket) == {}
    assert world.events("DropAccepted", "DropRejected") == []


def test_a_dry_run_of_a_bad_drop_says_why(producer: Producer) -> None:
    receipt = producer.drop(HEADER.encode(), dry_run=True)

    assert (receipt["status"], receipt["reason"]) == ("dry_run", "no_rows")
    assert receipt["sentence"].startswith("Dry run, nothing was stored. Refused whole, no_rows")


WRONG = {
    "part_differs": {"part-0.csv": FIRST + b"x,t1,1\n"},
    "part_missing": {"part-9.csv": FIRST},
}


@pytest.mark.parametrize("reason", WRONG)
def test_what_is_not_as_the_manifest_tells_is_refused(producer: Producer, reason: str) -> None:
    producer.put(FOLDER, "part-0.csv", FIRST)

    event = producer.put(FOLDER, "_manifest.json", manifest_of(WRONG[reason]))

    assert producer.receipt_of(event)["reason"] == reason


def test_a_part_with_other_rows_than_told_is_refused(producer: Producer) -> None:
    receipt = producer.drop(FIRST, rows=3)

    assert receipt["reason"] == "part_rows_differ"
    assert "Part part-0.csv has 2 rows, the manifest says 3." in receipt["sentence"]


def test_parts_with_different_headers_are_refused(producer: Producer) -> None:
    receipt = producer.drop(FIRST, b"track_id,audience_id,score\nt1,d,1\n")

    assert receipt["reason"] == "part_header_differs"


def test_damage_names_the_part(producer: Producer) -> None:
    receipt = producer.drop(FIRST, HEADER.encode() + b"d,\xff,1\n")

    assert (receipt["reason"], receipt["reason_line"]) == ("bad_encoding", 2)
    assert "Part part-1.csv: Line 2 is not UTF-8" in receipt["sentence"]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"{", "the document"),
        (b'{"parts": []}', "parts"),
        (b'{"parts": [{"name": "../a.csv", "sha256": "", "rows": 1}]}', "parts.0.name"),
        (b'{"parts": [{"name": "a.xml", "sha256": "%s", "rows": 1}]}' % (b"0" * 64), "All parts"),
    ],
)
def test_a_wrong_manifest_is_refused_with_the_place(
    producer: Producer, body: bytes, place: str
) -> None:
    event = producer.put(FOLDER, "_manifest.json", body)

    receipt = producer.receipt_of(event)
    assert receipt["reason"] == "bad_manifest"
    assert place in receipt["sentence"]


def test_a_full_drop_is_for_scores_alone(producer: Producer) -> None:
    tracks = b"track_id,artist_id,licensor_id\nt1,a1,l1\n"

    receipt = producer.drop(tracks, folder=FOLDER.replace("scores", "tracks"), mode="full")

    assert receipt["reason"] == "bad_manifest"


def test_a_newer_version_of_a_part_does_not_change_a_judgement(producer: Producer) -> None:
    producer.put(FOLDER, "part-0.csv", FIRST)
    producer.put(FOLDER, "part-0.csv", SECOND)

    event = producer.put(FOLDER, "_manifest.json", manifest_of({"part-0.csv": FIRST}))
    producer.load()

    assert producer.receipt_of(event)["status"] == "accepted"
    assert producer.live() == {"a", "b"}


@pytest.mark.parametrize(("hours", "reasons"), [(23, []), (25, ["manifest_missing"])])
def test_a_part_is_refused_once_its_manifest_is_a_day_late(
    producer: Producer, hours: int, reasons: list[str]
) -> None:
    event = producer.put(FOLDER, "part-0.csv", FIRST)
    named = event["detail"]["object"]

    for _ in range(2):
        ingest_drop(
            ObjectReference(ingest_handler.stores.drops.name, named["key"], named["version-id"]),
            now=datetime.now(UTC) + timedelta(hours=hours),
            policy=open_policy(),
            policy_producer="operations",
            stores=ingest_handler.stores,
            events=ingest_handler.events,
        )

    assert [receipt["reason"] for receipt in producer.receipts()] == reasons
