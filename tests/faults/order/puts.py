"""Random files and changes: few rows, few keys, many ties, and no two of equal content."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import product
from random import Random
from typing import Any

from functions.update_campaign import handler as update_campaign
from tests.aws_world import LambdaContext, World, object_created, queue_batch
from tests.faults.kept_states import arrive
from tests.faults.order.models import Dropped, Row
from tests.integration.messages import campaign_detail, envelope

COLUMNS = {
    "scores": ("audience_id", "track_id", "score"),
    "tracks": ("track_id", "artist_id", "licensor_id"),
    "audiences": ("audience_id", "parent_id"),
    "supply": ("audience_id", "context", "date", "expected_slots"),
    "delivery": ("date", "campaign_id", "context", "exposures"),
}
CONTEXT = LambdaContext()
TRACKS = ("t1", "t2", "t3", "t4")
CAMPAIGNS = ("c1", "c2")
Event = dict[str, Any]


@dataclass
class Puts:
    """Puts files and says changes at random; ``now`` is when all of it happens.

    Orders tie often: instants are of few hours, arrivals of two seconds, and keys are overwritten.
    """

    world: World
    random: Random
    now: datetime
    dropped: list[Dropped] = field(default_factory=list)
    changes: list[Row] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    many: int = 0

    def drop(
        self,
        dataset: str,
        producer: str,
        rows: tuple[Row, ...],
        *,
        kind: str = "",
        hours: int | None = None,
    ) -> None:
        """Put a file of some rows; ``kind`` is full, partial, refused or nothing of that.

        A file has two to four lines of rows: a full one of fewer than half the lines of the one
        before would be held, and gates are not what is tried here.
        """
        old = self.random.randrange(3) if hours is None else hours
        as_of = self.now - timedelta(hours=old)
        above = f"drops/{dataset}/{producer}/{as_of:%Y-%m-%dT%H:%M:%SZ}"
        columns = COLUMNS[dataset]
        lines = [",".join(str(row[name]) for name in columns) for row in rows]
        if kind == "partial":
            rows, lines = rows[:3], lines[:3]
            lines.append(",".join("" if name == "track_id" else "0" for name in columns))
        header = ["not", "a", "header"] if kind == "refused" else columns
        body = "\n".join((",".join(header), *lines, "")).encode()
        key = f"{above}/{self.random.choice('ab')}.csv"
        if kind == "full":
            key, body = self._in_parts(above, body, len(rows))
        is_full, is_refused = kind == "full", kind == "refused"
        self._put(key, Dropped(dataset, producer, as_of, rows, is_full, is_refused, body=body))

    def again(self, dataset: str) -> None:
        """Put the bytes of a drop once more, under another key of the same instant."""
        twin = self.random.choice([d for d in self.dropped if d.dataset == dataset])
        self._put(f"{twin.key.rpartition('/')[0]}/{self._id()}.csv", twin)

    def campaigns(self, *changes: Row) -> None:
        """Say changes of campaigns, each by an event of its own or all by a drop."""
        self.changes.extend(changes)
        if self.random.random() < 0.75:
            self.events.extend(envelope("CampaignChanged", dict(each)) for each in changes)
            return
        body = "".join(f"{json.dumps(each)}\n" for each in changes).encode()
        key = f"drops/campaigns/label/{self.now:%Y-%m-%d}/{self._id()}.jsonl"
        day = self.now.replace(hour=0, minute=0, second=0)
        self._put(key, Dropped("campaigns", "label", day, changes, body=body))

    def change(self, campaign_id: str, version: int, **more: Any) -> Row:
        """Return a change of a campaign, whose content its version alone decides."""
        status = self.random.choice(("active", "active", "paused", "cancelled"))
        starts_at, ends_at = self.now - timedelta(days=9), self.now + timedelta(days=9)
        told = {
            "status": status,
            "name": f"version {version}",
            "starts_at": starts_at.isoformat(),
            "ends_at": ends_at.isoformat(),
        }
        return campaign_detail(campaign_id=campaign_id, version=version, **{**told, **more})

    def _in_parts(self, above: str, body: bytes, rows: int) -> tuple[str, bytes]:
        folder, part = f"{above}/{self._id()}.parts", "part.csv"
        self.events.append(self.world.drop(f"{folder}/{part}", body))
        told = {"name": part, "sha256": sha256(body).hexdigest(), "rows": rows}
        return f"{folder}/_manifest.json", json.dumps({"mode": "full", "parts": [told]}).encode()

    def _put(self, key: str, drop: Dropped) -> None:
        self.world.drop(key, drop.body)
        modified = self.now - timedelta(seconds=self.random.randrange(2))
        version_id = f"{self.random.randrange(1000):03}-{self._id()}"
        arrive(self.world, key, version_id, at=modified)
        put = replace(drop, key=key, modified=modified, version_id=version_id)
        self.dropped.append(put)
        bucket, size = self.world.drop_bucket, len(drop.body)
        self.events.append(object_created(bucket, key, version_id=version_id, size=size))

    def _id(self) -> str:
        self.many += 1
        return f"n{self.many:02}"


def scores(puts: Puts) -> None:
    """Put drops of scores, of one producer or of two that have audiences of their own."""
    for _ in range(puts.random.choice((2, 3, 3))):
        producer = puts.random.choice(("ml", "ml", "analysts"))
        kinds = ("", "", "", "", "full", "full", "partial", "refused")
        rows = _rows_of("scores", puts, producer)
        puts.drop("scores", producer, rows, kind=puts.random.choice(kinds))


def twins(puts: Puts) -> None:
    """Put drops of scores of which some have the bytes and the instant of others: A, B, A."""
    for _ in range(2):
        puts.drop("scores", "ml", _rows_of("scores", puts), hours=1)
    for _ in range(2):
        puts.again("scores")


def catalogue(puts: Puts) -> None:
    """Put drops of tracks, audiences and supply."""
    for dataset in puts.random.choices(("tracks", "audiences", "supply"), k=3):
        puts.drop(dataset, "ops", _rows_of(dataset, puts))


def campaigns(puts: Puts) -> None:
    """Say versions of two campaigns, of which only the versions that come last count."""
    for campaign_id in CAMPAIGNS:
        versions = puts.random.sample(range(1, 5), 2)
        puts.campaigns(*(puts.change(campaign_id, version) for version in versions))


def delivery(puts: Puts) -> None:
    """Put totals of deliveries of campaigns that have caps, which their versions move."""
    for campaign_id in CAMPAIGNS:
        for version in range(1, puts.random.randint(2, 3)):
            cap, daily = puts.random.choice((100, 200)), puts.random.choice((None, 50, 150))
            more = {"goal_exposures": cap, "daily_cap": daily}
            puts.campaigns(puts.change(campaign_id, version, **more))
    for _ in range(puts.random.randint(2, 3)):
        producer = puts.random.choice(("players", "partners"))
        puts.drop("delivery", producer, _rows_of("delivery", puts))


def plans(puts: Puts) -> None:
    """Put all that a plan needs, in two versions each of scores and of campaigns."""
    for dataset in ("tracks", "supply", "scores", "scores"):
        puts.drop(dataset, "ml", _rows_of(dataset, puts))
    for campaign_id in CAMPAIGNS:
        for version in (1, 2):
            puts.campaigns(puts.change(campaign_id, version, status="active", track_ids=TRACKS))


def report(puts: Puts) -> None:
    """Put one drop of deliveries that reach the caps of campaigns which are known before."""
    for campaign_id in CAMPAIGNS:
        change = puts.change(campaign_id, 1, status="active", goal_exposures=1)
        puts.changes.append(change)
        update_campaign.handle(queue_batch(envelope("CampaignChanged", dict(change))), CONTEXT)
    puts.drop("delivery", "players", _rows_of("delivery", puts))


def _rows_of(dataset: str, puts: Puts, producer: str = "ml") -> tuple[Row, ...]:
    """Return two or three rows; a dozen keys are all that there are of them."""
    today = puts.now.astimezone(UTC).date()
    days = [(today - timedelta(days=d)).isoformat() for d in (0, 1)]
    number, choice = puts.random.randrange, puts.random.choice
    keys, values = {
        "scores": (
            product((f"{producer}-{a}" for a in "abc"), TRACKS[:2]),
            lambda: number(1, 10**6) / 10**6,
        ),
        "tracks": (product(TRACKS, ("artist",)), lambda: choice(("l1", "l2", "l3"))),
        "audiences": (product(("a", "b", "c")), lambda: choice(("k1", "k2", "k3"))),
        "supply": (product(("k1", "k2", "k3"), ("radio",), days[:1]), lambda: number(1, 999)),
        "delivery": (product(days, CAMPAIGNS, ("radio", "mixes")), lambda: number(5, 90)),
    }[dataset]
    chosen = puts.random.sample(list(keys), puts.random.randint(2, 4 if dataset == "scores" else 3))
    return tuple(dict(zip(COLUMNS[dataset], (*key, values()), strict=True)) for key in chosen)
