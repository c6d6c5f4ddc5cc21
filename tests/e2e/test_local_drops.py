"""What arrives twice, late or damaged changes nothing on a running stack."""

import gzip
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from shared.score.packed_row import SCORE_SCALE, unpack_row
from tests.e2e.live_stack import LiveStack
from tests.e2e.small_world import csv_of

HEADER = ("audience_id", "track_id", "score")
LOUD, QUIET = 0.9, 0.1


def instant(days_ago: float = 0) -> str:
    return f"{datetime.now(UTC) - timedelta(days=days_ago):%Y-%m-%dT%H:%M:%S.%fZ}"


def scores_of(audience_id: str, score: float) -> bytes:
    return csv_of(HEADER, *((audience_id, f"track-{i}", score) for i in range(3)))


def without_receipts(stored: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
    """Return what is left where a receipt and the record of a judgement are new by right."""
    return {name: found for name, found in stored.items() if name not in ("receipts", "drops")}


def served_scores(stack: LiveStack, audience_id: str) -> list[float]:
    row = unpack_row(bytes(stack.items(stack.connection.scores_table)[audience_id]["row"]))
    return [score / SCORE_SCALE for score in row.scores]


def test_every_redelivered_event_of_a_drop_changes_nothing(journey, tap):
    journey.drop("a.csv", scores_of("again", LOUD), dataset="scores", producer="redelivered")
    said = tap.take()
    [dropped] = [e for e in said if e["detail-type"] == "Object Created"]
    [accepted] = [e for e in said if e["detail-type"] == "DropAccepted"]
    before = journey.stored()

    journey.deliver_again("IngestDrop", dropped)
    said_by_ingest = tap.take()
    journey.deliver_again("LoadScores", accepted)

    assert journey.stored() == before
    assert said_by_ingest == []


def test_an_event_of_s3_that_names_no_version_is_the_same_drop(journey, tap):
    journey.drop("a.csv", scores_of("unversioned", LOUD), dataset="scores", producer="unversioned")
    [dropped] = [e for e in tap.take() if e["detail-type"] == "Object Created"]
    before = journey.stored()

    dropped["detail"]["object"].pop("version-id", None)
    journey.deliver_again("IngestDrop", dropped)

    assert journey.stored() == before


def test_the_same_file_twice_with_the_same_as_of_is_a_duplicate_and_changes_nothing(journey):
    drop = {"dataset": "scores", "producer": "twice", "as_of": instant()}
    first = journey.drop("a.csv", scores_of("twice", LOUD), **drop)
    before = journey.stored()

    again = journey.drop("a.csv", scores_of("twice", LOUD), **drop)
    renamed = journey.drop("b.csv", scores_of("twice", LOUD), **drop)

    assert first["status"] == "accepted"
    assert [again["status"], renamed["status"]] == ["duplicate", "duplicate"]
    assert len({first["drop_id"], again["drop_id"], renamed["drop_id"]}) == 3
    after = journey.stored()
    assert without_receipts(after) == without_receipts(before)
    assert after["drops"] == before["drops"]


def test_an_older_file_after_a_newer_one_changes_no_row(journey):
    newer, older = {"as_of": instant()}, {"as_of": instant(days_ago=1)}
    ours = {"dataset": "scores", "producer": "late"}
    journey.drop("newer.csv", scores_of("late", LOUD), **ours, **newer)
    before = journey.stored()

    receipt = journey.drop("older.csv", scores_of("late", QUIET), **ours, **older)

    assert receipt["status"] == "accepted"
    assert journey.stored()["scores"] == before["scores"]
    assert served_scores(journey, "late") == pytest.approx([LOUD] * 3, abs=1e-4)
    record = journey.items(journey.connection.drops_table)[receipt["drop_id"]]
    assert (record["rows_written"], record["rows_superseded"]) == (0, 1)


def test_an_older_file_still_fills_in_whom_the_newer_one_left_out(journey):
    ours = {"dataset": "scores", "producer": "partial"}
    both = scores_of("in-both", QUIET) + scores_of("in-older", QUIET).split(b"\n", 1)[1]
    journey.drop("newer.csv", scores_of("in-both", LOUD), **ours, as_of=instant())

    journey.drop("older.csv", both, **ours, as_of=instant(days_ago=1))

    assert served_scores(journey, "in-both") == pytest.approx([LOUD] * 3, abs=1e-4)
    assert served_scores(journey, "in-older") == pytest.approx([QUIET] * 3, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("percent.csv", scores_of("bad", 87), "score_scale"),
        ("no-score.csv", csv_of(("audience_id", "track_id"), ("bad", "track-1")), "missing_column"),
        ("cut.csv.gz", gzip.compress(scores_of("bad", LOUD) * 50)[:-20], "truncated"),
        ("header.csv", csv_of(HEADER), "no_rows"),
    ],
    ids=["percentages", "a column missing", "gzip cut short", "no rows"],
)
def test_a_bad_file_has_a_receipt_with_its_reason_and_changes_nothing(
    journey, tap, name, content, reason
):
    good = {"dataset": "scores", "producer": "careless", "as_of": instant()}
    journey.drop("good.csv", scores_of("bad", LOUD), **good)
    before = journey.stored()
    tap.take()

    receipt = journey.drop(name, content, dataset="scores", producer="careless")

    assert (receipt["status"], receipt["reason"]) == ("rejected", reason)
    assert reason in receipt["sentence"]
    assert without_receipts(journey.stored()) == without_receipts(before)
    said = Counter(e["detail-type"] for e in tap.take())
    assert said == {"Object Created": 1, "DropRejected": 1}
