"""A world that holds a canary in every place that ids may stand, and a search for it in all."""

import gzip
import io
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from functions.ingest_drop.handler import handle as ingest_drop
from oasis.connection import Connection
from oasis.erase import removals_of
from shared.drop.accepted_store import AcceptedBucket
from shared.drop.record_store import DropTable
from shared.drop.revert import revert_drop
from shared.erasure.store import ErasureStore
from shared.event.store import EventBus
from shared.score.hashes import id_hash
from tests.integration.journeys import AUDIENCES, TODAY, TRACKS, scores_of
from tests.integration.messages import envelope

CANARY = "canary-7f3a"
NEAR = "canary-7f3ab"  # whom nobody erases
OTHERS = [*AUDIENCES, NEAR]
SCORES = ("audience_id", "track_id", "score")
PASSING = "work/"  # of the bucket of plans: gone within two days by itself


def connection_to(world) -> Connection:
    """Return what the command knows of a world."""
    return Connection(
        region=world.region,
        drop_bucket=world.drop_bucket,
        receipt_bucket=world.receipt_bucket,
        accepted_bucket=world.accepted_bucket,
        plan_bucket=world.plan_bucket,
        export_bucket=world.export_bucket,
        erasure_key=world.erasure_key,
        event_bus=world.event_bus,
        lookup_url="",
        drops_table=world.drops_table,
        scores_table=world.scores_table,
        campaigns_table=world.campaigns_table,
        plans_table=world.plans_table,
        export_state_machine="",
        work_queues="",
    )


def keep_versions(world) -> None:
    """Keep every version in every bucket, as the template has it."""
    for bucket in buckets(world):
        world.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def buckets(world) -> list[str]:
    """Return the names of all buckets."""
    return [
        world.drop_bucket,
        world.receipt_bucket,
        world.accepted_bucket,
        world.plan_bucket,
        world.export_bucket,
    ]


def erase(world, audience_id: str = CANARY, *, is_dry: bool = False):
    """Erase an audience as the command does; return what was removed and what was left."""
    if not is_dry:
        ErasureStore(world.accepted_bucket, world.erasure_key).add(audience_id)
    removals = removals_of(connection_to(world), audience_id, is_dry=is_dry)
    removed: dict[str, int] = defaultdict(int)
    for each in removals:
        removed[each.place] += each.objects
    return {place: n for place, n in removed.items() if n}, [r.left for r in removals if r.left]


def places_of(world, audience_id: str = CANARY, *, but: frozenset[str] = frozenset()) -> set[str]:
    """Return every place that holds an id or its plain hash; ``but`` are versions to look past."""
    found = set()
    for bucket in buckets(world):
        pages = world.s3.get_paginator("list_object_versions").paginate(Bucket=bucket)
        for version in (v for page in pages for v in page.get("Versions", [])):
            key, version_id = version["Key"], version["VersionId"]
            if version_id in but or (bucket == world.plan_bucket and key.startswith(PASSING)):
                continue
            body = world.s3.get_object(Bucket=bucket, Key=key, VersionId=version_id)["Body"].read()
            if any(holds(each, audience_id) for each in (key.encode(), body, *contents(body))):
                found.add(f"{bucket}/{key}")
    for table in (world.drops_table, world.scores_table, world.campaigns_table, world.plans_table):
        if any(holds(repr(item).encode(), audience_id) for item in world.items(table)):
            found.add(table)
    return found


def contents(body: bytes) -> Iterator[bytes]:
    """Yield what is packed in an object: values of a table, inflated text."""
    if body.startswith(b"PAR1"):
        table = pq.read_table(io.BytesIO(body))
        yield "\n".join(repr(row) for row in table.to_pylist()).encode()
        yield repr(pq.read_metadata(io.BytesIO(body)).metadata).encode()
    if body.startswith(b"\x1f\x8b"):
        yield gzip.decompress(body)


def holds(data: bytes, audience_id: str) -> bool:
    """Say whether bytes hold an id, as no part of a longer one, or its hash in any form."""
    encodings = ("utf-8", "utf-16-le", "utf-16-be")
    for own, longer in ((audience_id.encode(e), f"{audience_id}b".encode(e)) for e in encodings):
        if data.count(own) > data.count(longer):
            return True
    hashed = id_hash(audience_id)
    hashes = (str(hashed).encode(), hashed.to_bytes(8, "big"), hashed.to_bytes(8, "little"))
    return any(each in data for each in hashes)


def fill(journey) -> dict[str, str]:
    """Drop, quarantine, refuse, revert, target and export the canary; return drops by name."""
    world = journey.world
    everybody = [*AUDIENCES, CANARY, NEAR]
    drops = {}

    def put(name, dataset, body, *, as_of=f"{TODAY}T01:00:00Z", producer="models"):
        event = world.drop(f"drops/{dataset}/{producer}/{as_of}/{name}", body)
        journey.deliver(event)
        drops[name] = event
        return event

    put("members.jsonl", "audiences", json_lines(
        {"audience_id": a, "parent_id": "cohort-1", "market": "SE"} for a in (CANARY, NEAR)
    ))  # fmt: skip
    put("supply.csv", "supply", csv_of(
        ("audience_id", "context", "date", "expected_slots"),
        *((a, "radio", TODAY, 50) for a in (CANARY, NEAR)),
    ))  # fmt: skip
    put("scores.csv", "scores", csv_of(*scores_of(everybody)))
    put("scores.csv.gz", "scores", gzip.compress(csv_of(*scores_of(everybody, 0.9))),
        as_of=f"{TODAY}T02:00:00Z")  # fmt: skip
    put("utf16.csv", "scores", csv_of(*scores_of(everybody, 0.8)).decode().encode("utf-16"),
        as_of=f"{TODAY}T03:00:00Z")  # fmt: skip
    put("scores.parquet", "scores", parquet_of(scores_of(everybody, 0.7)),
        as_of=f"{TODAY}T04:00:00Z")  # fmt: skip
    put("wrong.csv", "scores", csv_of(*scores_of([*everybody, "late"], 0.1)),
        as_of=f"{TODAY}T05:00:00Z")  # fmt: skip
    put("partly.csv", "scores", csv_of(
        SCORES, (CANARY, "t", "much"), (NEAR, "t", "much"), ("partly-1", "track-1", 0.5)
    ), producer="partly")  # fmt: skip
    put("refused.csv", "scores", csv_of(("audience", "what"), (CANARY, "t")))
    put("mistaken.txt", "scores", CANARY.encode())
    many = [(f"a{i}", "track-1", 0.1) for i in range(1200)]
    far = [*((f"a{i}", "track-1", 0.9) for i in range(1200)), (CANARY, "track-1", 0.9)]
    put("before.csv", "scores", csv_of(SCORES, *many), producer="crowd")
    put("quarantined.csv", "scores", csv_of(SCORES, *far),
        producer="crowd", as_of=f"{TODAY}T02:00:00Z")  # fmt: skip
    campaigns = [campaign("c-drop", [CANARY, "listener-1"])]
    put("campaigns.jsonl", "campaigns", json_lines(campaigns))
    put("delivery.csv", "delivery", csv_of(
        ("date", "campaign_id", "context", "exposures", "audience_id"),
        *((TODAY, "c-many", "radio", 2, a) for a in (CANARY, NEAR)),
    ))  # fmt: skip
    folder = "night.parts"
    parts = {f"part-{i}.csv": csv_of(SCORES, *rows) for i, rows in enumerate(
        ([(CANARY, "t1", 0.5), ("night-1", "t1", 0.5)], [("night-2", "t1", 0.5)])
    )}  # fmt: skip
    for name, body in parts.items():
        put(f"{folder}/{name}", "scores", body, producer="models", as_of=f"{TODAY}T00:30:00Z")
    put(f"{folder}/_manifest.json", "scores", manifest_of(parts), as_of=f"{TODAY}T00:30:00Z")
    journey.change(campaign_id="c-many", track_ids=TRACKS[:3], audience_ids=[CANARY, "listener-1"])
    journey.change(campaign_id="c-only", track_ids=TRACKS[3:5], audience_ids=[CANARY])
    journey.change(campaign_id="c-all", track_ids=TRACKS)
    revert(world, drop_id_of(world, "wrong.csv"))
    journey.carry()
    return drops


def campaign(campaign_id: str, audience_ids: list[str]) -> dict[str, object]:
    """Return the event of a campaign that is live now."""
    from tests.integration.messages import campaign_detail

    return campaign_detail(campaign_id=campaign_id, audience_ids=audience_ids)


def revert(world, drop_id: str) -> None:
    """Undo a drop of scores."""
    revert_drop(
        drop_id,
        accepted=AcceptedBucket(world.accepted_bucket),
        records=DropTable(world.drops_table),
        events=EventBus(world.event_bus),
        now=datetime.now(UTC),
    )


def replay(journey, drop_id: str, judgement: int = 1) -> dict[str, object]:
    """Judge a drop again, carry on, and return its receipt."""
    record = DropTable(journey.world.drops_table).find(drop_id)
    detail = {
        "drop_id": drop_id,
        "key": record.key,
        "version_id": record.version_id,
        "judgement": judgement,
    }
    batch = journey.make_batch(envelope("ReplayRequested", detail, source="oasis"))
    assert ingest_drop(batch, journey.context) == {"batchItemFailures": []}
    journey.carry()
    key = f"receipts/{drop_id}-{judgement}.json"
    return json.loads(journey.world.objects(journey.world.receipt_bucket)[key])


def receipts(world) -> list[dict]:
    """Return all receipts."""
    found = world.objects(world.receipt_bucket, "receipts/")
    return [json.loads(body) for body in found.values()]


def drop_id_of(world, name: str) -> str:
    """Return the id of the drop of a file."""
    (found,) = {r["drop_id"] for r in receipts(world) if r["key"].endswith(f"/{name}")}
    return found


def csv_of(*rows) -> bytes:
    """Return rows as a CSV file; the first is the header."""
    return "".join(",".join(map(str, row)) + "\n" for row in rows).encode()


def json_lines(values) -> bytes:
    """Return values as a file of JSON lines."""
    return b"".join(msgspec.json.encode(value) + b"\n" for value in values)


def parquet_of(rows) -> bytes:
    """Return scores as a Parquet file; the first row is the header."""
    header, *values = rows
    columns = dict(zip(header, map(pa.array, zip(*values, strict=True)), strict=True))
    body = io.BytesIO()
    pq.write_table(pa.table(columns), body)
    return body.getvalue()


def manifest_of(parts: dict[str, bytes]) -> bytes:
    """Return the manifest of parts, each with a header."""
    named = [
        {"name": n, "sha256": sha256(b).hexdigest(), "rows": b.count(b"\n") - 1}
        for n, b in parts.items()
    ]
    return json.dumps({"parts": named}).encode()
