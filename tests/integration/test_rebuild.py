"""`oasis rebuild` on moto: all tables lost, and written again from buckets and events (R15)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from functions.ingest_drop.handler import handle as ingest_drop
from functions.load_scores import handler as load_scores
from functions.request_plan.handler import handle as request_plan
from oasis import plan, rebuild
from oasis.command import app
from shared.drop.accepted_store import AcceptedBucket
from shared.drop.record_store import DropTable
from shared.drop.release import release_drop
from shared.drop.revert import revert_drop
from shared.event.store import EventBus
from tests.integration.journeys import TODAY, Journey, scores, supplied_journey
from tests.integration.messages import campaign_detail, envelope
from tests.rebuilt_drops import Items, comparable

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


@pytest.fixture
def town(world: Any, context: Any, make_batch: Any, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr(load_scores, "part_rows", 1_000)
    for command in (rebuild, plan):
        monkeypatch.setattr(command, "connect", lambda _: world)
    made = Town(world, supplied_journey(world, context, make_batch))
    made.fill()
    return made


def runs_of(town: Town) -> set[str]:
    machine = town.world.plan_state_machine_arn
    found = town.world.states.list_executions(stateMachineArn=machine)["executions"]
    return {each["name"] for each in found}


def test_lost_tables_are_what_they_were_after_a_rebuild_in_the_order_of_the_runbook(
    town: Town,
) -> None:
    before = town.tables()
    _, answer_before = town.journey.ask()

    town.lose("drops", "scores", "campaigns", "plans")
    town.run("rebuild", "drops", "scores", "campaigns")
    town.replay_archive()
    town.run("rebuild", "plans")
    town.run("plan", "activate", town.decision["plan_id"])
    town.run("rebuild", "delivery")
    after = town.tables()
    _, answer_after = town.journey.ask()

    assert after["scores"] == before["scores"]
    assert after["campaigns"] == before["campaigns"]
    assert comparable(after["drops"]) == comparable(before["drops"])
    pointers = [tables["plans"]["pointer"] for tables in (before, after)]
    assert [(p["plan_id"], p["suppressed"]) for p in pointers] == [
        (town.decision["plan_id"], {"paused": 2, "over": 1})
    ] * 2
    assert scores(answer_after) == scores(answer_before)
    assert scores(answer_after)["track-3"] == (0, "suppressed")


def test_a_rebuild_of_tables_that_are_there_changes_nothing(town: Town) -> None:
    before = town.tables()

    for _ in range(2):
        town.run("rebuild", "drops", "plans", "campaigns", "delivery")
    after = town.tables()

    assert after["drops"] == before["drops"]
    assert after["campaigns"] == before["campaigns"]
    assert after["plans"]["pointer"] == before["plans"]["pointer"]
    plan_item = f"plan#{town.decision['plan_id']}"
    assert after["plans"][plan_item] == before["plans"][plan_item]


def test_a_lost_table_of_plans_alone_comes_back_with_who_is_silent(town: Town) -> None:
    before = town.tables()

    town.lose("plans")
    town.run("rebuild", "plans")
    town.run("plan", "activate", town.decision["plan_id"])
    town.run("rebuild", "delivery")
    after = town.tables()

    assert after["plans"]["pointer"]["suppressed"] == before["plans"]["pointer"]["suppressed"]
    assert after["plans"]["pointer"]["plan_id"] == town.decision["plan_id"]


def test_after_a_rebuild_the_next_run_has_a_name_that_was_never_used(town: Town) -> None:
    machine = town.world.plan_state_machine_arn
    begun = {
        r["name"] for r in town.world.states.list_executions(stateMachineArn=machine)["executions"]
    }
    for name in begun:
        arn = machine.replace(":stateMachine:", ":execution:") + f":{name}"
        town.world.states.stop_execution(executionArn=arn)

    town.lose("plans")
    town.run("rebuild", "plans")
    tick = town.journey.make_batch(envelope("Scheduled Event", {}))
    request_plan(tick, town.journey.context)
    now = {
        r["name"] for r in town.world.states.list_executions(stateMachineArn=machine)["executions"]
    }

    (fresh,) = now - begun
    assert int(fresh.removeprefix("plan-")) > datetime(2026, 1, 1, tzinfo=UTC).timestamp()


def test_claims_on_audiences_stand_again(town: Town) -> None:
    town.lose("drops")
    town.run("rebuild", "drops")

    receipt = town.drop_scores(f"{HEADER}listener-1,track-1,0.2\n", "thief", TODAY.isoformat())

    assert receipt["rejected_by_reason"] == {"audience_of_other_producer": 1}


def test_campaigns_without_records_of_their_drops_are_refused_in_a_sentence(town: Town) -> None:
    town.lose("drops")

    result = CliRunner().invoke(app, ["rebuild", "campaigns"])

    assert result.exit_code == 1
    assert "rebuild the table of drops first" in result.stderr


def test_an_older_count_of_requests_is_raised_and_a_newer_one_stays(town: Town) -> None:
    town.run("rebuild", "plans")
    raised = town.tables()["plans"]["request"]["requested"]
    town.change(campaign_id="later", track_ids=["track-4"])
    town.run("rebuild", "plans")

    assert town.tables()["plans"]["request"]["requested"] >= raised + 1
