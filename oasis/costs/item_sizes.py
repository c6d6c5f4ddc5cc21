"""Bytes of the items that stand in the tables: made by their own models and the real packer."""

from datetime import UTC, datetime
from functools import lru_cache

from oasis.costs.billing import item_bytes
from shared.campaign.campaigns import Campaign, Status
from shared.campaign.events import to_event
from shared.campaign.store import CampaignItem
from shared.drop.drop_items import DropItem
from shared.drop.load_store import LoadItem
from shared.plan.record_store import PlanItem
from shared.plan.request_store import RequestItem
from shared.pointer.store import PointerItem
from shared.score.rows import pack_rows
from shared.score.schema import AUDIENCE_ID, EXPIRES_AT, ORDER, PRODUCER, ROW

MOMENT = datetime(2026, 11, 24, 12, 30, 15, 123456, tzinfo=UTC)
INSTANT = MOMENT.isoformat()
DROP_ID = "0" * 20
PLAN_ID = "0" * 32
VERSION_ID = "v" * 32
ORDER_TEXT = f"{MOMENT:%Y%m%dT%H%M%S.%fZ}-{MOMENT:%Y%m%dT%H%M%SZ}-{VERSION_ID}"
AUDIENCE = "listener-123456789"
TRACK = "track-1234567"
CAMPAIGN = "campaign-123456"
PRODUCER_NAME = "relevance-model"


@lru_cache
def packed_row_bytes(scores: int) -> int:
    """Return the bytes of a packed row of that many scores, as the packer writes it."""
    if not scores:
        return 0
    _, (packed,) = pack_rows(
        [AUDIENCE] * scores,
        [f"track-{index}" for index in range(scores)],
        [0.5] * scores,
        as_of=MOMENT,
        max_entries=scores,
    )
    return len(packed)


def score_item_bytes(scores: int) -> int:
    """Return the bytes of the item of one audience in the table `scores`."""
    other = item_bytes(
        {
            AUDIENCE_ID: {"S": AUDIENCE},
            ROW: {"B": b""},
            ORDER: {"S": ORDER_TEXT},
            PRODUCER: {"S": PRODUCER_NAME},
            EXPIRES_AT: {"N": "1795000000"},
        }
    )
    return other + packed_row_bytes(scores)


@lru_cache
def pointer_bytes(suppressed: int) -> int:
    """Return the bytes of the pointer with that many suppressed campaigns."""
    pointer = PointerItem(
        plan_id=PLAN_ID,
        previous_plan_id=PLAN_ID,
        request=12345,
        epoch=12345,
        revision=1234567,
        suppressed={f"{CAMPAIGN}{index:05d}"[-len(CAMPAIGN) :]: 12 for index in range(suppressed)},
        activated_at=INSTANT,
    )
    return item_bytes(pointer.serialize())


@lru_cache
def campaign_document_bytes(tracks: int) -> int:
    """Return the bytes of a campaign of that many tracks as JSON: in its event and its item."""
    return len(_campaign_document(tracks).encode())


@lru_cache
def campaign_item_bytes(tracks: int) -> int:
    """Return the bytes of the item of a campaign of that many tracks."""
    item = CampaignItem(
        CAMPAIGN,
        version=12,
        status=Status.ACTIVE.value,
        document=_campaign_document(tracks),
        digest="0" * 32,
        publisher="123456789012",
    )
    return item_bytes(item.serialize())


@lru_cache
def drop_item_bytes() -> int:
    """Return the bytes of the record of one drop of scores after it was loaded."""
    key = f"drops/scores/{PRODUCER_NAME}/{INSTANT}/scores-of-listeners.csv.gz"
    item = DropItem(
        DROP_ID,
        dataset="scores",
        order=ORDER_TEXT,
        producer=PRODUCER_NAME,
        as_of=INSTANT,
        key=key,
        version_id=VERSION_ID,
        sha256="0" * 64,
        status="partial",
        sentence="Accepted 4,999,999 of 5,000,000 rows; " + "1 x a_code (first: line 4). " * 3,
        accepted_key=f"scores/{ORDER_TEXT}.parquet",
        judged_at=INSTANT,
        departure='{"compared_with":"0123456789abcdef0123","volume":1.0,"drift":{"score":0.012}}',
        profile='{"rows":5000000,"null_share":{},"histograms":{"score":[' + "250000," * 20 + "]}}",
        rows_written=1_000_000,
        rows_superseded=0,
        loaded_at=INSTANT,
    )
    return item_bytes(item.serialize())


@lru_cache
def load_item_bytes(parts: int) -> int:
    """Return the bytes of the progress of one drop of scores that was written in parts."""
    item = LoadItem(
        f"load#scores/{ORDER_TEXT}-{DROP_ID}.parquet",
        parts=max(1, parts),
        done={str(part): [10_000, 0] for part in range(max(1, parts))},
    )
    return item_bytes(item.serialize())


@lru_cache
def plan_item_bytes() -> int:
    """Return the bytes of the record of one plan after it was decided on."""
    item = PlanItem(
        f"plan#{PLAN_ID}",
        state="activated",
        run="plan-12345",
        request=12345,
        gap=0.001234567890123,
        solve_s=123.456789,
        solved_at=INSTANT,
        decided_at=INSTANT,
    )
    return item_bytes(item.serialize())


@lru_cache
def request_item_bytes() -> int:
    """Return the bytes of the item that counts requests for plans."""
    item = RequestItem(
        "request",
        requested=12345,
        noted=12345,
        noted_by="plan-12345",
        run="plan-12345",
        claimed_at=INSTANT,
    )
    return item_bytes(item.serialize())


def _campaign_document(tracks: int) -> str:
    campaign = Campaign(
        campaign_id=CAMPAIGN,
        version=12,
        licensor_id="licensor-123",
        name="A campaign of a length",
        track_ids=tuple(f"{TRACK}{index}" for index in range(max(1, tracks))),
        status=Status.ACTIVE,
        starts_at=MOMENT,
        ends_at=MOMENT.replace(year=2027),
        goal_exposures=1_000_000,
        cap_exposures=2_000_000,
        contexts=("radio", "autoplay"),
        markets=("SE", "NO"),
    )
    return to_event(campaign).model_dump_json()
