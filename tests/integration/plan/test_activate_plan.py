"""Arrow activate_plan on moto: compare-and-swap, refusals, holds."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from functions.activate_plan import handler
from functions.activate_plan.handler import handle, plans, pointer, records, requests
from shared.plan.reports import Certificate, PlannedCampaign, PlanReport, SolverFigures
from shared.plan.serving import FORMAT, ServingPlan
from shared.plan.store import compose_plan, report_key

CERTIFICATE = Certificate(99.9, 100.0, 100.0, 0.001, 0.0)
CAMPAIGN = PlannedCampaign(
    "campaign-1", "licensor-1", "A", 1, 10, 11, 10, 0, "pacing", 0.1, 0, 1, 3
)
REPORT = PlanReport(
    format=FORMAT,
    solved_from="2026-03-04T06:00:00+00:00",
    parent="",
    policy={},
    accepted_keys=(),
    campaign_versions={"campaign-1": 1},
    campaigns=(CAMPAIGN,),
    excluded_campaigns={},
    excluded_tracks={},
    certificate=CERTIFICATE,
    drift=0.0,
    solver=SolverFigures(1, 3, 5, 0.1, 0),
)
SERVING = ServingPlan(FORMAT, 1_772_600_400, 0.1, 0, "oasis", (), (), (), b"")


@pytest.fixture
def solved(world):
    """Return a function that stores a solved plan and returns its id."""

    def store(request, **changes):
        plan = compose_plan(SERVING, replace(REPORT, parent=f"request-{request}", **changes))
        plans.put(plan)
        records.note_solved(
            plan.plan_id, run="plan-1", request=request, gap=0.001, solve_s=1, now=datetime.now(UTC)
        )
        return plan.plan_id

    return store


@pytest.fixture
def activate(world, context):
    """Return a function that hands a solved plan to the handler."""

    def decide(plan_id, request):
        return handle({"plan_id": plan_id, "request": request, "run": "plan-1"}, context)

    return decide


def state_of(world, plan_id):
    [found] = [i for i in world.items(world.plans_table) if i["item"] == f"plan#{plan_id}"]
    return found["state"]


def test_sound_plan_becomes_current(world, solved, activate):
    plan_id = solved(1)

    answer = activate(plan_id, 1)

    assert (answer["state"], answer["epoch"]) == ("activated", 1)
    assert (pointer.read().plan_id, pointer.read().request) == (plan_id, 1)
    assert state_of(world, plan_id) == "activated"
    assert [t for t, _ in world.events()] == ["PlanActivated"]


def test_a_plan_that_lookups_have_no_memory_for_is_refused(world, solved, activate, monkeypatch):
    good, large = solved(1), solved(2)
    activate(good, 1)
    monkeypatch.setattr(handler, "most_serving_bytes", plans.verified(large).serving_bytes - 1)

    answer = activate(large, 2)

    assert answer["state"] == "refused"
    assert "more memory" in answer["reason"]
    assert pointer.read().plan_id == good


def test_activated_twice_it_stays_at_its_epoch(world, solved, activate):
    plan_id = solved(1)
    activate(plan_id, 1)
    before = world.items(world.plans_table)

    answer = activate(plan_id, 1)

    assert answer["state"] == "activated"
    assert world.items(world.plans_table) == before


def test_plan_of_an_older_request_never_replaces_a_newer_one(world, solved, activate):
    older, newer = solved(1), solved(2)
    activate(newer, 2)

    answer = activate(older, 1)

    assert answer["state"] == "superseded"
    assert pointer.read().plan_id == newer


@pytest.mark.parametrize(
    "changes",
    [
        {"certificate": replace(CERTIFICATE, largest_violation=1e-9)},
        {"certificate": replace(CERTIFICATE, gap=0.0101)},
        {"campaigns": ()},
    ],
)
def test_unsound_plan_is_refused_and_the_last_good_one_stays(world, solved, activate, changes):
    good = solved(1)
    activate(good, 1)
    world.events()
    bad = solved(2, **changes)

    answer = activate(bad, 2)

    assert answer["state"] == "refused"
    assert pointer.read().plan_id == good
    [(detail_type, detail)] = world.events()
    assert (detail_type, detail["reason"]) == ("PlanHeld", "refused")


def test_plan_that_drifts_beyond_policy_is_held(world, solved, activate):
    good = solved(1)
    activate(good, 1)

    answer = activate(solved(2, drift=0.6), 2)

    assert answer["state"] == "held"
    assert pointer.read().plan_id == good


def test_frozen_pointer_holds_every_plan(world, solved, activate):
    good = solved(1)
    activate(good, 1)
    pointer.model("pointer").update(actions=[pointer.model.frozen.set(True)])

    answer = activate(solved(2), 2)

    assert answer["state"] == "held"
    assert pointer.read().plan_id == good


def test_activation_leaves_suppressions_as_they_are(world, solved, activate):
    activate(solved(1), 1)
    pointer.model("pointer").update(actions=pointer.changes_of({"campaign-1": 2}))

    activate(solved(2), 2)

    assert pointer.read().suppressed == {"campaign-1": 2}


def test_suppressions_of_campaigns_in_no_plan_that_may_be_served_are_forgotten(
    world, solved, activate
):
    held = replace(CAMPAIGN, campaign_id="held")
    gone = replace(CAMPAIGN, campaign_id="gone")
    activate(solved(1, campaigns=(CAMPAIGN, gone)), 1)
    activate(solved(2), 2)
    activate(solved(3, campaigns=(CAMPAIGN, held), drift=0.9), 3)
    for campaign_id, entry in (
        ("campaign-1", 4),
        ("held", 4),
        ("gone", 4),
        ("unknown", "operator"),
        ("capped-before", "2020-01-01"),
        ("capped-later", "2999-01-01"),
    ):
        pointer.model("pointer").update(actions=pointer.changes_of({campaign_id: entry}))

    activate(solved(4), 4)

    assert set(pointer.read().suppressed) == {"campaign-1", "held", "unknown", "capped-later"}


def test_nothing_is_forgotten_while_another_run_is_in_flight(world, solved, activate):
    activate(solved(1), 1)
    pointer.model("pointer").update(actions=pointer.changes_of({"elsewhere": 4}))
    requests.raise_requested()
    requests.raise_requested()
    requests.claim(requests.read(), datetime.now(UTC))

    activate(solved(2), 2)

    assert pointer.read().suppressed == {"elsewhere": 4}


def test_suppression_of_a_campaign_in_the_plan_before_is_kept(world, solved, activate):
    gone = replace(CAMPAIGN, campaign_id="gone")
    activate(solved(1, campaigns=(CAMPAIGN, gone)), 1)
    pointer.model("pointer").update(actions=pointer.changes_of({"gone": 4}))

    activate(solved(2), 2)

    assert pointer.read().suppressed == {"gone": 4}


def test_damaged_plan_is_not_activated(world, solved, activate):
    plan_id = solved(1)
    report = json.loads(world.objects(world.plan_bucket)[report_key(plan_id)])
    world.s3.put_object(
        Bucket=world.plan_bucket,
        Key=report_key(plan_id),
        Body=json.dumps({**report, "drift": 0.2}),
    )

    with pytest.raises(RuntimeError, match="give the id"):
        activate(plan_id, 1)

    assert pointer.read().plan_id == ""
