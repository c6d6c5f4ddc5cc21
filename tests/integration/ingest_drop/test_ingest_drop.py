"""Arrow ingest_drop on moto: a file becomes accepted data, a record, an event and a receipt."""

import gzip
import io
import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from functions.ingest_drop import handler
from shared.score.packed_row import unpack_row

SCORES = "audience_id,track_id,score\na,t1,0.25\na,t2,0.5\nb,t1,1\n"
TABLE_FILES = {
    "tracks": "track_id,artist_id,licensor_id,title,blocked\nt1,a1,l1,Song,false\n",
    "audiences": "audience_id,parent_id,market\nlistener,cohort,SE\n",
    "supply": "audience_id,context,date,expected_slots\na,radio,2026-01-05,12\n",
}
CAMPAIGN = {
    "campaign_id": "c1",
    "version": 1,
    "licensor_id": "l1",
    "name": "Spring",
    "track_ids": ["t1"],
    "status": "active",
    "starts_at": "2026-01-05T00:00:00Z",
    "ends_at": "2026-02-05T00:00:00Z",
    "goal_exposures": 100,
}


def parquet(**columns: Any) -> bytes:
    body = io.BytesIO()
    pq.write_table(pa.table(columns), body)
    return body.getvalue()


SCORE_FILES = {
    "csv": SCORES.encode(),
    "csv.gz": gzip.compress(SCORES.encode()),
    "tsv": SCORES.replace(",", "\t").encode(),
    "jsonl": b"".join(
        json.dumps({"audience_id": a, "track_id": t, "score": s}).encode() + b"\n"
        for a, t, s in (("b", "t1", 1), ("a", "t1", 0.25), ("a", "t2", 0.5))
    ),
    "parquet": parquet(
        audience_id=["a", "a", "b"], track_id=["t1", "t2", "t1"], score=[0.25, 0.5, 1]
    ),
}


@pytest.fixture
def ingest(world: Any, context: Any, make_batch: Callable[..., Any]) -> Callable[..., None]:
    def ingested(*events: dict[str, Any]) -> None:
        for event in events:
            answer = handler.handle(make_batch(event), context)
            assert answer == {"batchItemFailures": []}

    return ingested


@pytest.fixture
def receipts(world: Any) -> Callable[[], list[dict[str, Any]]]:
    def read() -> list[dict[str, Any]]:
        found = world.objects(world.receipt_bucket)
        written = [json.loads(body) for key, body in found.items() if key.startswith("receipts/")]
        return sorted(written, key=lambda r: str(r["key"]))

    return read


def key(name: str, dataset: str = "scores", as_of: str = "2026-01-05", producer: str = "ml") -> str:
    return f"drops/{dataset}/{producer}/{as_of}/{name}"


def state(world: Any) -> dict[str, Any]:
    """Everything stored, without the moments at which it was judged."""
    items = world.items(world.drops_table)
    for item in items:
        item.pop("judged_at", None)
    found = {
        name: json.loads(body)
        for name, body in world.objects(world.receipt_bucket).items()
        if name.startswith("receipts/")
    }
    for receipt in found.values():
        del receipt["judged_at"], receipt["timings"]
    return {
        "accepted": world.objects(world.accepted_bucket),
        "items": sorted(items, key=lambda item: str(item["drop_id"])),
        "receipts": found,
    }


@pytest.mark.parametrize("suffix", SCORE_FILES)
def test_scores_of_every_format_become_the_same_packed_rows(
    world: Any, ingest: Any, receipts: Any, suffix: str
) -> None:
    ingest(world.drop(key(f"a.{suffix}"), SCORE_FILES[suffix]))

    (receipt,) = receipts()
    ((accepted_key, body),) = world.objects(world.accepted_bucket, "scores/").items()
    stored = pq.read_table(io.BytesIO(body))
    packed = [unpack_row(row) for row in stored.column("row").to_pylist()]
    metadata = {k.decode(): v.decode() for k, v in stored.schema.metadata.items()}
    assert receipt["status"] == "accepted"
    assert receipt["rows_accepted"] == 3
    assert accepted_key == f"scores/{receipt['order']}-{receipt['drop_id']}.parquet"
    assert stored.column("audience_id").to_pylist() == ["a", "b"]
    assert [row.scores for row in packed] == [(32768, 16384), (65535,)]
    assert metadata["drop_id"] == receipt["drop_id"]
    assert metadata["order"] == receipt["order"]
    assert metadata["producer"] == "ml"
    assert world.events() == [
        (
            "DropAccepted",
            {
                "drop_id": receipt["drop_id"],
                "dataset": "scores",
                "producer": "ml",
                "order": receipt["order"],
                "accepted_key": accepted_key,
            },
        )
    ]


@pytest.mark.parametrize("dataset", TABLE_FILES)
def test_tables_keep_their_columns(world: Any, ingest: Any, dataset: str) -> None:
    ingest(world.drop(key("a.csv", dataset), TABLE_FILES[dataset].encode()))

    ((accepted_key, body),) = world.objects(world.accepted_bucket).items()
    (row,) = pq.read_table(io.BytesIO(body)).to_pylist()
    assert accepted_key.startswith(f"{dataset}/20260105T000000.000000Z-")
    assert set(TABLE_FILES[dataset].split("\n")[0].split(",")) <= set(row)
    assert [name for name, _ in world.events()] == ["DropAccepted"]


def test_campaigns_and_policies_are_kept_as_documents(world: Any, ingest: Any) -> None:
    ingest(
        world.drop(key("a.jsonl", "campaigns"), json.dumps(CAMPAIGN).encode()),
        world.drop(key("a.json", "policy", producer="operations"), b'{"max_gap": 0.02}'),
    )

    found = world.objects(world.accepted_bucket)
    by_dataset = {name.split("/")[0]: (name, json.loads(body)) for name, body in found.items()}
    assert by_dataset["campaigns"][0].endswith(".jsonl")
    assert by_dataset["campaigns"][1]["campaign_id"] == "c1"
    assert by_dataset["policy"][0].endswith(".json")
    assert by_dataset["policy"][1]["max_gap"] == 0.02


def test_the_record_stands_in_the_index_and_the_newest_does_not(world: Any, ingest: Any) -> None:
    ingest(world.drop(key("a.csv"), SCORES.encode()))

    answer = world.tables.Table(world.drops_table).query(
        IndexName="by_dataset",
        KeyConditionExpression="dataset = :d",
        ExpressionAttributeValues={":d": "scores"},
    )
    (record,) = answer["Items"]
    newest = {item["drop_id"]: item for item in world.items(world.drops_table)}["newest#scores#ml"]
    assert record["status"] == "accepted"
    assert record["sentence"] == "Accepted all 3 rows."
    assert newest["newest_drop_id"] == record["drop_id"]
    assert newest["order"] == record["order"]


def test_a_redelivered_event_writes_nothing(world: Any, ingest: Any) -> None:
    event = world.drop(key("a.csv"), SCORES.encode())
    ingest(event)
    before = (world.objects(world.receipt_bucket), world.items(world.drops_table))
    world.events()
    world.calls.start()

    ingest(event)

    assert not [c for c in world.calls.calls if "Put" in c or "Update" in c]
    assert (world.objects(world.receipt_bucket), world.items(world.drops_table)) == before
    assert world.events() == []


def test_an_event_without_a_version_reads_the_version_that_s3_answers(
    world: Any, ingest: Any, receipts: Any, make_object_created: Any
) -> None:
    version_id = world.drop(key("a.csv"), SCORES.encode())["detail"]["object"]["version-id"]
    event = make_object_created(world.drop_bucket, key("a.csv"))

    ingest(event)

    assert [receipt["version_id"] for receipt in receipts()] == [version_id]


def test_an_object_without_versions_is_read_as_it_is(
    world: Any, ingest: Any, receipts: Any, make_object_created: Any
) -> None:
    world.s3.put_bucket_versioning(
        Bucket=world.drop_bucket, VersioningConfiguration={"Status": "Suspended"}
    )
    world.s3.put_object(Bucket=world.drop_bucket, Key=key("a.csv"), Body=SCORES.encode())

    ingest(make_object_created(world.drop_bucket, key("a.csv")))

    (receipt,) = receipts()
    assert (receipt["version_id"], receipt["status"]) == ("null", "accepted")


def test_a_version_is_judged_by_its_own_bytes_after_it_was_overwritten(
    world: Any, ingest: Any, receipts: Any
) -> None:
    first = world.drop(key("a.csv"), SCORES.encode())
    world.drop(key("a.csv"), b"overwritten")

    ingest(first)

    assert [receipt["status"] for receipt in receipts()] == ["accepted"]


def test_a_key_is_taken_as_it_stands(world: Any, ingest: Any, receipts: Any) -> None:
    ingest(world.drop(key("a b+c%20d.csv"), SCORES.encode()))

    assert [receipt["key"] for receipt in receipts()] == [key("a b+c%20d.csv")]


def test_a_file_that_is_gone_leaves_nothing(
    world: Any, ingest: Any, make_object_created: Any
) -> None:
    ingest(make_object_created(world.drop_bucket, key("gone.csv")))

    assert state(world) == {"accepted": {}, "items": [], "receipts": {}}


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        (key("a.csv"), b"", "empty_file"),
        (key("a.csv"), b"audience_id,track_id,score\n", "no_rows"),
        (key("a.csv"), b"<html>sign in</html>", "format_mismatch"),
        (key("a.csv"), b"a,t,0.5\n", "missing_column"),
        (key("a.csv"), b"audience_id,track_id,score\na,t,55\n", "score_scale"),
        (key("a.xlsx"), b"PK", "format_mismatch"),
        (key("a.csv", as_of="2999-01-01"), SCORES.encode(), "as_of_in_future"),
        (key("a.csv", dataset="horoscopes"), SCORES.encode(), "unknown_dataset"),
        ("drops/a.csv", SCORES.encode(), "bad_key"),
    ],
)
def test_a_bad_file_gets_one_receipt_and_changes_no_data(
    world: Any, ingest: Any, receipts: Any, name: str, data: bytes, reason: str
) -> None:
    ingest(world.drop(name, data))

    (receipt,) = receipts()
    ((event, detail),) = world.events()
    assert (receipt["status"], receipt["reason"]) == ("rejected", reason)
    assert receipt["sentence"]
    assert world.objects(world.accepted_bucket) == {}
    assert event == "DropRejected"
    assert (detail["drop_id"], detail["reason"]) == (receipt["drop_id"], reason)
    assert not [i for i in world.items(world.drops_table) if i["drop_id"].startswith("newest#")]


def test_bad_rows_are_rejected_and_the_rest_stands(world: Any, ingest: Any, receipts: Any) -> None:
    ingest(world.drop(key("a.csv"), SCORES.encode() + b"c,t1,1.2\n"))

    (receipt,) = receipts()
    assert receipt["status"] == "partial"
    assert (receipt["rows_parsed"], receipt["rows_accepted"], receipt["rows_rejected"]) == (4, 3, 1)
    assert receipt["first_errors"] == [
        {
            "line": 5,
            "code": "score_out_of_range",
            "column": "score",
            "character": 6,
            "value": "1.2",
            "part": "",
        }
    ]
    rejected = world.objects(world.receipt_bucket)[receipt["rejected_rows_key"]].decode()
    assert rejected == ("oasis_reason,audience_id,track_id,score\nscore_out_of_range,c,t1,1.2\n")


def test_the_same_bytes_and_instant_again_write_only_a_receipt(
    world: Any, ingest: Any, receipts: Any
) -> None:
    ingest(world.drop(key("a.csv"), SCORES.encode()))
    before = state(world)
    world.events()

    ingest(world.drop(key("b.csv"), SCORES.encode()))

    after = state(world)
    assert [receipt["status"] for receipt in receipts()] == ["accepted", "duplicate"]
    assert (after["accepted"], after["items"]) == (before["accepted"], before["items"])
    assert world.events() == []


def test_the_same_bytes_of_another_instant_or_producer_are_no_duplicate(
    world: Any, ingest: Any, receipts: Any
) -> None:
    ingest(
        world.drop(key("a.csv"), SCORES.encode()),
        world.drop(key("a.csv", as_of="2026-01-06"), SCORES.encode()),
        world.drop(key("t.csv", "tracks"), TABLE_FILES["tracks"].encode()),
        world.drop(key("t.csv", "tracks", producer="other"), TABLE_FILES["tracks"].encode()),
    )

    assert [receipt["status"] for receipt in receipts()] == ["accepted"] * 4


def test_of_a_b_a_the_last_a_wins(world: Any, ingest: Any, receipts: Any) -> None:
    other = SCORES.replace("0.25", "0.75").encode()
    for data in (SCORES.encode(), other, SCORES.encode()):
        ingest(world.drop(key("a.csv"), data))
        time.sleep(1.1)  # LastModified counts seconds

    found = receipts()
    newest = max(world.objects(world.accepted_bucket))
    last = world.objects(world.accepted_bucket)[newest]
    first_row = pq.read_table(io.BytesIO(last)).column("row").to_pylist()[0]
    assert [receipt["status"] for receipt in found] == ["accepted"] * 3
    assert unpack_row(first_row).scores == (32768, 16384)


def test_of_a_b_a_the_last_a_wins_though_b_comes_last(
    world: Any, ingest: Any, receipts: Any
) -> None:
    events = []
    for data in (SCORES, SCORES.replace("0.25", "0.75"), SCORES):
        events.append(world.drop(key("a.csv"), data.encode()))
        time.sleep(1.1)  # LastModified counts seconds
    first, between, last = events

    for event in (first, last, between):
        ingest(event)

    accepted = world.objects(world.accepted_bucket, "scores/")
    first_row = pq.read_table(io.BytesIO(accepted[max(accepted)])).column("row").to_pylist()[0]
    found = {(r["version_id"], r["judgement"]): r["status"] for r in receipts()}
    versions = [e["detail"]["object"]["version-id"] for e in (first, between, last)]
    wanted = {(versions[0], 0): "accepted", (versions[1], 0): "accepted"}
    assert found == {**wanted, (versions[2], 0): "duplicate", (versions[2], 1): "accepted"}
    assert unpack_row(first_row).scores == (32768, 16384)


def test_an_older_drop_after_a_newer_one_does_not_become_the_newest(
    world: Any, ingest: Any, receipts: Any
) -> None:
    ingest(world.drop(key("new.csv", as_of="2026-01-06"), SCORES.encode()))
    before = [i for i in world.items(world.drops_table) if i["drop_id"].startswith("newest#")]

    ingest(world.drop(key("old.csv"), SCORES.replace("0.25", "0.75").encode()))

    after = [i for i in world.items(world.drops_table) if i["drop_id"].startswith("newest#")]
    assert {receipt["status"] for receipt in receipts()} == {"accepted"}
    assert before == after
    assert max(world.objects(world.accepted_bucket)).startswith("scores/20260106")


def test_who_is_not_named_by_policy_is_refused(world: Any, ingest: Any, receipts: Any) -> None:
    policy = b'{"producers": {"ml": ["scores"]}}'
    ingest(
        world.drop(key("a.json", "policy", producer="operations"), policy),
        world.drop(key("b.csv", producer="ml"), SCORES.encode()),
        world.drop(key("c.csv", producer="stranger"), SCORES.encode()),
        world.drop(key("d.csv", "tracks", producer="ml"), TABLE_FILES["tracks"].encode()),
        world.drop(key("e.json", "policy", producer="ml"), b"{}"),
    )

    reasons = {receipt["key"].split("/")[-1]: receipt["reason"] for receipt in receipts()}
    assert reasons == {
        "a.json": "",
        "b.csv": "",
        "c.csv": "producer_not_allowed",
        "d.csv": "producer_not_allowed",
        "e.json": "producer_not_allowed",
    }


def test_the_policys_own_producer_can_undo_a_policy_that_forgot_it(
    world: Any, ingest: Any, receipts: Any
) -> None:
    ingest(
        world.drop(key("a.json", "policy", producer="operations"), b'{"producers": {}}'),
        world.drop(
            key("b.json", "policy", as_of="2026-01-06", producer="operations"),
            b'{"producers": {"*": ["*"]}}',
        ),
        world.drop(key("c.csv", as_of="2026-01-07"), SCORES.encode()),
    )

    assert [receipt["status"] for receipt in receipts()] == ["accepted"] * 3


def test_ids_of_audiences_stand_in_no_log_receipt_event_or_record(
    world: Any, ingest: Any, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    canary = "listener-canary-77"
    sound = f"audience_id,track_id,score\n{canary},t1,0.5\n{canary},t3,0.5\n"

    ingest(
        world.drop(key("a.csv"), f"{sound}{canary},t2,7\nx,t1,{canary}\n".encode()),
        world.drop(key("b.csv"), f"{canary},t1,0.5\n".encode()),
    )

    stored = state(world)
    logged = [vars(record) for record in caplog.records]
    metrics = capsys.readouterr()
    seen = json.dumps(
        [world.events(), stored["items"], stored["receipts"], logged, metrics], default=str
    )
    assert {r["status"] for r in stored["receipts"].values()} == {"partial", "rejected"}
    assert "Drop judged." in seen
    assert "RowsRejected" in metrics.out
    assert canary not in seen


def test_a_drop_for_which_the_function_has_no_time_is_refused_once(
    world: Any, receipts: Any, make_batch: Callable[..., Any], context: Any
) -> None:
    event = world.drop(key("a.csv"), SCORES.encode())

    for remaining_ms in (19_000, 900_000):
        answer = handler.handle(make_batch(event), replace(context, remaining_ms=remaining_ms))
        assert answer == {"batchItemFailures": []}

    (receipt,) = receipts()
    assert (receipt["status"], receipt["reason"]) == ("rejected", "time_limit")
    assert not world.objects(world.accepted_bucket)
    assert [name for name, _ in world.events()] == ["DropRejected"]
