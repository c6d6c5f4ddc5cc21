"""A moto world in which everything has happened to drops, campaigns and plans, to be lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

from typer.testing import CliRunner

from functions.ingest_drop.handler import handle as ingest_drop
from oasis.command import app
from shared.drop.accepted_store import AcceptedBucket
from shared.drop.record_store import DropTable
from shared.drop.release import release_drop
from shared.drop.revert import revert_drop
from shared.event.store import EventBus
from tests.integration.journeys import TODAY, Journey
from tests.integration.messages import campaign_detail, envelope
from tests.rebuilt_drops import Items

DAYS = [(TODAY - timedelta(days=back)).isoformat() for back in (3, 2, 1)]
ROWS = {DAYS[0]: 3, DAYS[1]: 60}  # so many more that a gate holds the second
HEADER = "audience_id,track_id,score\n"
POLICY = """{"max_drift": 0.9, "producers": {"*": ["*"]}, "publishers": {"*": ["*"]}}"""


def some_scores(many: int, audience: str) -> str:
    lines = (f"{audience}{i},track-{i % 6},0.{i % 9 + 1}\n" for i in range(many))
    return HEADER + "".join(lines)


class Town:
    """A world with everything in it that a drop, a campaign or a plan can become."""

    def __init__(self, world: Any, journey: Journey) -> None:
        self.world, self.journey = world, journey
        self.records = DropTable(world.drops_table)
        self.events = EventBus(world.event_bus)
        self.sent: list[dict[str, Any]] = []  # as the archive has them

    def change(self, **changes: Any) -> None:
        self.sent.append(campaign_detail(**changes))
        self.journey.change(**self.sent[-1])

    def fill(self) -> None:
        """Let drops of every status come, campaigns of every kind, and a plan of them."""
        drop = self.journey.drop
        held = [
            self.drop_scores(some_scores(many, producer), producer, as_of=day)
            for producer in ("held", "freed")
            for day, many in ROWS.items()
        ]
        assert [receipt["status"] for receipt in held] == ["accepted", "quarantined"] * 2
        self.release(held[3]["drop_id"])
        self.revert(self.drop_scores(some_scores(3, "u"), "undone")["drop_id"])
        self.drop_scores(f"{HEADER}u1,t1,7\n", "wrong")
        self.drop_scores(f"{HEADER}listener-1,track-1,0.1\n", "thief")
        self.drop_scores(f"{HEADER}z,t1,0.5\nz,t1,x\ny,t1,0.5\n", "part")
        for _ in range(2):
            self.drop_scores(f"{HEADER}z9,t1,0.5\n", "twice")
        batch = self.journey.make_batch(self.world.drop("drops/odd/key", b"x"))
        ingest_drop(batch, self.journey.context)
        drop("policy", POLICY, producer="operations", name="p.json")
        line = '{"campaign_id": "bulk", "version": 2, "licensor_id": "licensor-1", "name": "Bulk", '
        line += '"track_ids": ["track-5"], "status": "active", "starts_at": "2026-01-05T00:00:00Z",'
        line += ' "ends_at": "2099-01-05T00:00:00Z", "goal_exposures": 100}'
        drop("campaigns", line, name="c.jsonl")
        self.change(campaign_id="steady", track_ids=["track-1"], goal_exposures=9_000)
        self.change(campaign_id="over", track_ids=["track-2"], goal_exposures=900)
        self.change(campaign_id="paused", track_ids=["track-3"], goal_exposures=9_000)
        self.decision = self.journey.plan()
        assert self.decision["state"] == "activated", self.decision
        self.change(campaign_id="paused", track_ids=["track-3"], goal_exposures=9_000, version=2,
                    status="paused")  # fmt: skip
        header = ("date", "campaign_id", "context", "exposures")
        drop("delivery", [header, (TODAY.isoformat(), "over", "radio", 900)])

    def drop_scores(self, text: str, producer: str, as_of: str = DAYS[2]) -> dict[str, Any]:
        receipt: dict[str, Any] = self.journey.drop("scores", text, producer=producer, as_of=as_of)
        return receipt

    def release(self, drop_id: str) -> None:
        now = datetime.now(UTC)
        release_drop(drop_id, 1, records=self.records, events=self.events, now=now)
        for name, detail in self.world.events("ReplayRequested"):
            self.journey.deliver(envelope(name, detail, source="oasis"))

    def revert(self, drop_id: str) -> None:
        accepted, now = AcceptedBucket(self.world.accepted_bucket), datetime.now(UTC)
        revert_drop(drop_id, accepted=accepted, records=self.records, events=self.events, now=now)
        self.journey.carry()

    def tables(self) -> dict[str, Items]:
        """Return all items of all tables by key."""
        names = ("drops", "scores", "campaigns", "plans")
        keys = dict(zip(names, ("drop_id", "audience_id", "campaign_id", "item"), strict=True))
        return {
            name: {
                item[keys[name]]: item
                for item in self.world.items(getattr(self.world, f"{name}_table"))
            }
            for name in names
        }

    def lose(self, *names: str) -> None:
        """Empty tables; runs that were started are known for ever."""
        for name, items in self.tables().items():
            table = self.world.tables.Table(getattr(self.world, f"{name}_table"))
            (key,) = (each["AttributeName"] for each in table.key_schema)
            for item in items if name in names else ():
                table.delete_item(Key={key: item})

    def replay_archive(self) -> None:
        for detail in self.sent:
            self.journey.change(**detail)

    def run(self, *command: str) -> str:
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 0, result.output
        self.journey.carry()
        return result.output
