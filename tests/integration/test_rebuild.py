"""`oasis rebuild` on moto: all tables lost, and written again from buckets and events (R15)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from functions.load_scores import handler as load_scores
from functions.request_plan.handler import handle as request_plan
from oasis import plan, rebuild
from oasis.command import app
from shared.drop import rebuild as rebuild_of_drops
from shared.drop.claim_store import ClaimStore
from shared.drop.record_store import DropTable
from tests.integration.journeys import TODAY, scores, supplied_journey
from tests.integration.messages import envelope
from tests.integration.rebuilt_town import HEADER, Town
from tests.rebuilt_drops import Items, comparable

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


def rebuild_all(town: Town) -> None:
    """Lose all tables, and write them again in the order of the runbook."""
    town.lose("drops", "scores", "campaigns", "plans")
    town.run("rebuild", "drops", "scores", "campaigns")
    town.replay_archive()
    town.run("rebuild", "plans")
    town.run("plan", "activate", town.decision["plan_id"])
    town.run("rebuild", "delivery")


def what_differs(before: dict[str, Items], after: dict[str, Items]) -> set[str]:
    """Return the tables that are not what they were, as far as a rebuild can know."""
    pairs = {name: (before[name], after[name]) for name in ("scores", "campaigns")}
    pairs["drops"] = (comparable(before["drops"]), comparable(after["drops"]))
    was, now = (tables["plans"]["pointer"] for tables in (before, after))
    for name in ("plan_id", "suppressed"):
        pairs[f"pointer's {name}"] = (was[name], now[name])
    return {name for name, (was, now) in pairs.items() if was != now}


def test_lost_tables_are_what_they_were_after_a_rebuild_in_the_order_of_the_runbook(
    town: Town,
) -> None:
    before = town.tables()
    _, answer_before = town.journey.ask()

    rebuild_all(town)
    after = town.tables()
    _, answer_after = town.journey.ask()

    assert what_differs(before, after) == set()
    assert after["plans"]["pointer"]["plan_id"] == town.decision["plan_id"]
    assert after["plans"]["pointer"]["suppressed"] == {"paused": 2, "over": 1}
    assert scores(answer_after) == scores(answer_before)
    assert scores(answer_after)["track-3"] == (0, "suppressed")


def claims_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClaimStore, "point_to_largest", lambda _: 0)


def what_was_undone_counts_as_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild_of_drops, "undone_drops", lambda _: frozenset())


def releases_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DropTable, "note_released", lambda *_: None)


def the_archive_is_not_replayed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Town, "replay_archive", lambda _: None)


def deliveries_are_not_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    announce = rebuild.announce_again
    monkeypatch.setattr(
        rebuild,
        "announce_again",
        lambda dataset, **named: 0 if dataset == "delivery" else announce(dataset, **named),
    )


@pytest.mark.usefixtures("mutant")
@pytest.mark.parametrize(
    ("install", "found"),
    [
        (claims_are_left_out, "drops"),
        (what_was_undone_counts_as_newest, "drops"),
        (releases_are_forgotten, "drops"),
        (the_archive_is_not_replayed, "campaigns"),
        (deliveries_are_not_announced, "pointer's suppressed"),
    ],
)
def test_a_rebuild_that_leaves_something_out_is_found(
    town: Town,
    monkeypatch: pytest.MonkeyPatch,
    install: Callable[[pytest.MonkeyPatch], None],
    found: str,
) -> None:
    before = town.tables()
    install(monkeypatch)

    rebuild_all(town)

    assert found in what_differs(before, town.tables())


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
    begun = runs_of(town)
    for name in begun:
        machine = town.world.plan_state_machine_arn.replace(":stateMachine:", ":execution:")
        town.world.states.stop_execution(executionArn=f"{machine}:{name}")

    town.lose("plans")
    town.run("rebuild", "plans")
    tick = town.journey.make_batch(envelope("Scheduled Event", {}))
    request_plan(tick, town.journey.context)
    now = runs_of(town)

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
