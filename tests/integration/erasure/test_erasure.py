"""An erased audience is nowhere, and nothing that happens later brings it back."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.drop.accepted_store import AcceptedBucket
from shared.drop.claim_pointers import ClaimPointers
from shared.drop.claim_store import ClaimStore
from shared.drop.claims import SHARDS
from shared.drop.load_store import LoadTable
from shared.drop.reconcile import rebuild_scores
from shared.drop.record_store import DropTable
from shared.drop.release import release_drop
from shared.erasure.erasures import NOBODY
from shared.erasure.store import ErasureStore
from shared.event.store import EventBus
from shared.score.hashes import id_hash
from tests.integration.erasure.erased_world import (
    CANARY,
    OTHERS,
    csv_of,
    drop_id_of,
    erase,
    fill,
    keep_versions,
    places_of,
    receipts,
    replay,
    revert,
)
from tests.integration.export.exporting import exported, stored
from tests.integration.journeys import TODAY, TRACKS, scores_of, supplied_journey

pytestmark = pytest.mark.promise("R13")
PARTED = "_manifest.json"


@pytest.fixture
def journey(world, context, make_batch):
    """Return a journey in whose world the canary stands everywhere, with a plan and an export."""
    keep_versions(world)
    journey = supplied_journey(world, context, make_batch)
    fill(journey)
    decision = journey.plan()
    assert decision["state"] == "activated", decision
    exported(journey, decision["plan_id"])
    return journey


@pytest.fixture
def erased(journey):
    """Return the journey after the erasure, two more plans and what the first run had left."""
    erase(journey.world)
    journey.carry()
    for version in (2, 3):
        journey.change(campaign_id="c-all", track_ids=TRACKS, version=version)
        assert journey.plan()["state"] == "activated"
    erase(journey.world)
    return journey


def rows_of_others(world):
    return {
        item["audience_id"]: bytes(item["row"])
        for item in world.items(world.scores_table)
        if "row" in item and item["audience_id"] != CANARY
    }


def test_the_canary_stands_in_every_place_before(journey):
    world = journey.world

    found = places_of(world)

    for place in (
        world.drop_bucket,
        world.receipt_bucket,
        world.plan_bucket,
        world.export_bucket,
        *(f"{world.accepted_bucket}/{d}" for d in ("scores", "supply", "audiences", "delivery")),
        f"{world.accepted_bucket}/campaigns",
        f"{world.accepted_bucket}/claims",
        world.scores_table,
        world.campaigns_table,
    ):
        assert any(each.startswith(place) for each in found), place


def test_an_erased_audience_stands_nowhere(erased):
    assert places_of(erased.world) == set()


def test_what_cannot_go_yet_is_said_and_all_else_is_gone(journey):
    before = places_of(journey.world)

    removed, left = erase(journey.world)

    assert len(left) == 1
    assert "is served until the next plan is" in left[0]
    plan = left[0].split()[1]
    assert places_of(journey.world) == {f"{journey.world.plan_bucket}/plans/{plan}/serving.msgpack"}
    assert sum(removed.values()) >= len(before) - 1


def test_a_dry_run_finds_the_same_and_removes_nothing(journey):
    before = places_of(journey.world)

    would, _ = erase(journey.world, is_dry=True)

    assert places_of(journey.world) == before
    assert erase(journey.world)[0] == would


def test_a_second_run_finds_nothing(erased):
    assert erase(erased.world) == ({}, [])


def test_scores_of_all_others_are_what_they_were(journey):
    before = rows_of_others(journey.world)

    erase(journey.world)

    assert set(OTHERS) < before.keys()
    assert rows_of_others(journey.world) == before
    assert CANARY not in {i["audience_id"] for i in journey.world.items(journey.world.scores_table)}


def test_a_lookup_for_the_erased_answers_with_the_cohort(erased):
    status, own = erased.ask(audience_ids=[CANARY, "cohort-1"])
    _, of_cohort = erased.ask(audience_ids=["cohort-1"])
    _, alone = erased.ask(audience_ids=[CANARY])

    assert status == 200
    assert own["audience_id"] == "cohort-1"
    assert {r["i"] for r in own["results"]} == {r["i"] for r in of_cohort["results"]} != set()
    assert alone["results"] == []


def test_a_campaign_for_the_erased_alone_is_for_nobody(erased):
    for audience in ("listener-1", "cohort-1", CANARY):
        _, body = erased.ask(audience_ids=[audience])

        assert not {r["score"] for r in body["results"] if r["campaign_id"] == "c-only"} - {0}


def test_an_export_loses_its_rows_and_its_manifest_tells_so(journey):
    before = stored(journey)

    erase(journey.world)

    after = stored(journey)
    assert after.rows == [row for row in before.rows if row["audience_id"] != CANARY]
    assert after.manifest["rows"] == len(after.rows) < before.manifest["rows"]
    sizes = {file["key"]: file["bytes"] for file in after.manifest["files"]}
    assert sizes == {key: len(body) for key, body in after.files.items()}


def test_the_same_file_again_brings_nothing_back(erased):
    world = erased.world
    rows = csv_of(*scores_of([*OTHERS, CANARY], 0.6))

    erased.deliver(world.drop(f"drops/scores/models/{TODAY}T06:00:00Z/again.csv", rows))

    (receipt,) = (r for r in receipts(world) if r["key"].endswith("again.csv"))
    assert receipt["rejected_by_reason"] == {"audience_erased": len(TRACKS)}
    assert receipt["rows_parsed"] == receipt["rows_accepted"] + receipt["rows_rejected"]
    assert receipt["rejected_rows_key"] == ""
    assert places_of(world, but=frozenset({receipt["version_id"]})) == set()
    assert erase(world) == ({"dropped files": 1}, [])
    assert places_of(world) == set()


def test_a_replay_judges_what_is_left_of_a_file_in_its_own_order(erased):
    world = erased.world
    names = ("scores.csv", "scores.csv.gz", "utf16.csv", "scores.parquet", "partly.csv", PARTED)
    for name in names:
        drop_id = drop_id_of(world, name)
        (first,) = (r for r in receipts(world) if r["drop_id"] == drop_id)

        again = replay(erased, drop_id)

        assert again["status"] in ("accepted", "partial"), again["sentence"]
        assert again["order"].startswith(first["order"])
        assert again["sha256"] == first["sha256"]
        assert 0 < again["rows_parsed"] < first["rows_parsed"]
        assert "audience_erased" not in again["rejected_by_reason"]
    assert places_of(world) == set()


def test_a_quarantined_drop_is_released_without_it(erased):
    world = erased.world
    drop_id = drop_id_of(world, "quarantined.csv")
    release_drop(
        drop_id,
        1,
        records=DropTable(world.drops_table),
        events=EventBus(world.event_bus),
        now=datetime.now(UTC),
    )

    receipt = replay(erased, drop_id)

    assert (receipt["status"], receipt["rows_accepted"]) == ("accepted", 1200)
    assert places_of(world) == set()


def test_an_undone_drop_and_a_rebuilt_table_bring_nothing_back(erased):
    world = erased.world
    before = rows_of_others(world)
    for name in ("scores.parquet", "utf16.csv"):
        revert(world, drop_id_of(world, name))
    erased.carry()
    for item in world.items(world.scores_table):
        world.tables.Table(world.scores_table).delete_item(Key={"audience_id": item["audience_id"]})
    rebuild_scores(
        accepted=AcceptedBucket(world.accepted_bucket),
        loads=LoadTable(world.drops_table),
        events=EventBus(world.event_bus),
        now=datetime.now(UTC),
        score_ttl=timedelta(days=30),
    )
    erased.carry()

    found = rows_of_others(world)

    assert found.keys() == before.keys()
    assert NOBODY not in {i["audience_id"] for i in world.items(world.scores_table)}
    assert places_of(world) == set()


def test_its_campaign_event_again_changes_nothing_and_a_new_one_loses_it(erased):
    world = erased.world
    targets = {"audience_ids": [CANARY, "listener-1"], "track_ids": TRACKS[:3]}
    for version in (1, 2):
        erased.change(campaign_id="c-new", version=version, **targets)

    events = world.events("CampaignRejected")

    assert events == []
    assert places_of(world) == set()


def test_a_plan_after_the_erasure_is_one_as_if_the_audience_never_was(erased):
    erased.change(campaign_id="c-all", track_ids=TRACKS, version=4)

    decision = erased.plan()

    assert decision["state"] == "activated"
    assert places_of(erased.world) == set()
    assert exported(erased, decision["plan_id"], export_id="later").rows


def test_an_erasure_that_is_killed_is_finished_by_the_next(journey, killed):
    world = journey.world
    ErasureStore(world.accepted_bucket, world.erasure_key).add(CANARY)
    before = rows_of_others(world)
    kill_at, kills = 3, 0
    while True:
        world.calls.start(kill_at, "after")
        try:
            erase(world)
        except killed:
            kills, kill_at = kills + 1, kill_at + 7
        else:
            break
    world.calls.start()

    left = places_of(world)

    assert kills > 10
    assert {each.rpartition("/")[2] for each in left} <= {"serving.msgpack"}
    assert rows_of_others(world) == before


def test_rows_of_others_stand_in_their_places_of_accepted_scores(journey):
    before = places_in_accepted(journey.world)

    erase(journey.world)

    after = places_in_accepted(journey.world)
    assert sum(name == CANARY for names in before.values() for name in names) > 5
    assert after == {
        key: [NOBODY if name == CANARY else name for name in names] for key, names in before.items()
    }


def places_in_accepted(world):
    accepted = AcceptedBucket(world.accepted_bucket)
    return {
        key: accepted.table(key).column("audience_id").to_pylist()
        for key in accepted.keys("scores")
    }


def test_a_drop_that_is_not_judged_yet_is_left_and_said(journey):
    world = journey.world
    event = world.drop("drops/scores/late/2026-01-02/late.csv", b"audience_id,track_id,score\n")

    _, left = erase(world)

    assert f"{event['detail']['object']['key']} is not judged yet." in left


def test_what_is_still_being_written_to_the_table_is_said(journey):
    world = journey.world
    key = max(AcceptedBucket(world.accepted_bucket).keys("scores"))
    loads = LoadTable(world.drops_table)
    loads.forget(key)
    loads.begin(key, 2)

    _, left = erase(world)

    assert f"{key} is still being written to the table." in left


def test_who_else_belongs_to_whom_is_still_known(erased):
    world = erased.world
    claims = ClaimStore(world.accepted_bucket, ClaimPointers(world.drops_table))

    hashes = [hashed for shard in range(SHARDS) for hashed in claims.read(shard)[0].hashes.tolist()]

    assert {id_hash(each) for each in OTHERS} < set(hashes)
    assert id_hash(CANARY) not in hashes
