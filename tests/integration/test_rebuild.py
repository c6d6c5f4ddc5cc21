"""`oasis rebuild` on moto: all tables lost, and written again from buckets and events (R15)."""

from datetime import UTC, datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from functions.load_scores import handler as load_scores
from functions.request_plan.handler import handle as request_plan
from oasis import plan, rebuild
from oasis.command import app
from tests.integration.journeys import TODAY, scores, supplied_journey
from tests.integration.messages import envelope
from tests.integration.rebuilt_town import HEADER, Town
from tests.rebuilt_drops import comparable

pytestmark = pytest.mark.promise("R15")


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
