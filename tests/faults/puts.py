"""Random files and changes: few rows, few keys, many ties, and no two of equal content."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from tests.aws_world import World, object_created
from tests.faults.kept_states import arrive
from tests.faults.models import Dropped, Row
from tests.integration.messages import campaign_detail, envelope

COLUMNS = {
    "scores": ("audience_id", "track_id", "score"),
    "tracks": ("track_id", "artist_id", "licensor_id"),
    "audiences": ("audience_id", "parent_id"),
    "supply": ("audience_id", "context", "date", "expected_slots"),
    "delivery": ("date", "campaign_id", "context", "exposures"),
}
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

    def drop(self, dataset: str, producer: str, rows: tuple[Row, ...], *, kind: str = "") -> None:
        """Put a file of some rows; ``kind`` is full, partial, refused or nothing of that."""
        as_of = self.now - timedelta(hours=self.random.randrange(3))
        above = f"drops/{dataset}/{producer}/{as_of:%Y-%m-%dT%H:%M:%SZ}"
        columns = COLUMNS[dataset]
        lines = [",".join(str(row[name]) for name in columns) for row in rows]
        if kind == "partial":
            lines.append(",".join("" if name == "track_id" else "0" for name in columns))
        header = ["not", "a", "header"] if kind == "refused" else columns
        body = "\n".join((",".join(header), *lines, "")).encode()
        key = f"{above}/{self.random.choice('ab')}.csv"
        if kind == "full":
            key, body = self._in_parts(above, body, len(rows))
        self._put(key, body, dataset, producer, as_of, rows, kind)

    def campaigns(self, *changes: Row) -> None:
        """Say changes of campaigns, each by an event of its own or all by a drop."""
        self.changes.extend(changes)
        if self.random.random() < 0.75:
            self.events.extend(envelope("CampaignChanged", dict(each)) for each in changes)
            return
        body = "".join(f"{json.dumps(each)}\n" for each in changes).encode()
        key = f"drops/campaigns/label/{self.now:%Y-%m-%d}/{self._id()}.jsonl"
        day = self.now.replace(hour=0, minute=0, second=0)
        self._put(key, body, "campaigns", "label", day, changes, "")

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

    def _put(
        self,
        key: str,
        body: bytes,
        dataset: str,
        producer: str,
        as_of: datetime,
        rows: tuple[Row, ...],
        kind: str,
    ) -> None:
        self.world.drop(key, body)
        modified = self.now - timedelta(seconds=self.random.randrange(2))
        version_id = f"{self.random.randrange(1000):03}-{self._id()}"
        arrive(self.world, key, version_id, at=modified)
        self.dropped.append(
            Dropped(
                dataset=dataset,
                producer=producer,
                as_of=as_of,
                modified=modified,
                version_id=version_id,
                rows=rows,
                is_full=kind == "full",
                is_refused=kind == "refused",
            )
        )
        bucket = self.world.drop_bucket
        self.events.append(object_created(bucket, key, version_id=version_id, size=len(body)))

    def _id(self) -> str:
        self.many += 1
        return f"n{self.many:02}"


def scores(puts: Puts) -> None:
    """Put drops of scores, of one producer or of two that have audiences of their own."""
    for _ in range(puts.random.choice((2, 3, 3, 4))):
        producer = puts.random.choice(("ml", "ml", "analysts"))
        pairs = [(f"{producer}-{a}", t) for a in "ab" for t in TRACKS[:3]]
        rows = tuple(
            {"audience_id": a, "track_id": t, "score": puts.random.randrange(1, 10**6) / 10**6}
            for a, t in puts.random.sample(pairs, puts.random.randint(2, 4))
        )
        kinds = ("", "", "", "", "full", "full", "partial", "refused")
        puts.drop("scores", producer, rows, kind=puts.random.choice(kinds))


def catalogue(puts: Puts) -> None:
    """Put drops of tracks, audiences and supply."""
    for dataset in puts.random.choices(("tracks", "audiences", "supply"), k=4):
        puts.drop(dataset, "ops", tuple(_rows_of(dataset, puts)))


def campaigns(puts: Puts) -> None:
    """Say versions of two campaigns, of which only the versions that come last count."""
    for campaign_id in CAMPAIGNS:
        versions = puts.random.sample(range(1, 5), 2)
        puts.campaigns(*(puts.change(campaign_id, version) for version in versions))


def delivery(puts: Puts) -> None:
    """Put totals of deliveries of campaigns that have caps, which their versions move."""
    for campaign_id in CAMPAIGNS:
        for version in (1, 2):
            cap, daily = puts.random.choice((100, 200)), puts.random.choice((None, 50, 150))
            more = {"goal_exposures": cap, "daily_cap": daily}
            puts.campaigns(puts.change(campaign_id, version, **more))
    for _ in range(3):
        producer = puts.random.choice(("players", "partners"))
        puts.drop("delivery", producer, tuple(_rows_of("delivery", puts)))


def _rows_of(dataset: str, puts: Puts) -> list[Row]:
    today = puts.now.astimezone(UTC).date()
    days = [(today - timedelta(days=d)).isoformat() for d in (0, 1)]
    audiences = [f"listener-{a}" for a in "abc"]
    choice, some = puts.random.choice, puts.random.randint(2, 3)
    if dataset == "tracks":
        return [
            {"track_id": t, "artist_id": "a", "licensor_id": choice(("l1", "l2", "l3"))}
            for t in puts.random.sample(TRACKS, some)
        ]
    if dataset == "audiences":
        return [
            {"audience_id": a, "parent_id": choice(("k1", "k2", "k3"))}
            for a in puts.random.sample(audiences, some)
        ]
    if dataset == "supply":
        return [
            {"audience_id": a, "context": "radio", "date": days[0], "expected_slots": choice(range(1, 999))}
            for a in puts.random.sample(audiences, some)
        ]
    keys = [(day, c, x) for day in days for c in CAMPAIGNS for x in ("radio", "mixes")]
    return [
        {"date": day, "campaign_id": c, "context": x, "exposures": choice(range(5, 90))}
        for day, c, x in puts.random.sample(keys, some)
    ]
