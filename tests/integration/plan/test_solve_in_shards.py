"""A solve over shards on moto: the same arrows, rows in several places, the plan of one place."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from functions.evaluate_shard.handler import handle as evaluate_shard
from functions.solve_plan.handler import (
    campaigns,
    inputs,
    plans,
    pointer,
    policies,
    records,
    requests,
    work,
)
from shared.plan.conclude import SolvedPlan
from shared.plan.solve import Capacity, ShardedRun, solve_plan
from shared.plan.store import report_key, serving_key
from shared.policy.policies import open_policy
from tests.integration.journeys import Journey

NOW = datetime.now(UTC).replace(hour=6, minute=0, second=0, microsecond=0)
TOLERANCE = 3e-3
"""How much more the gap of shards may be than that of one place."""

TRACKS = [f"track-{i}" for i in range(40)]
DROPS = 6
LISTENERS = [f"listener-{i}" for i in range(240)]


@pytest.fixture
def supplied(world, context, make_batch):
    """Return a journey with six drops of scores, and campaigns that contend for slots."""
    rng = np.random.default_rng(5)
    journey = Journey(world, context, make_batch)
    licensor = {t: f"licensor-{i % 4}" for i, t in enumerate(TRACKS)}
    journey.drop(
        "tracks",
        [("track_id", "artist_id", "licensor_id"), *((t, "artist", licensor[t]) for t in TRACKS)],
    )
    journey.drop(
        "audiences",
        [
            ("audience_id", "parent_id", "market"),
            *((a, f"cohort-{i % 8}", "SE") for i, a in enumerate(LISTENERS)),
        ],
    )
    journey.drop(
        "supply",
        [
            ("audience_id", "context", "date", "expected_slots"),
            *(
                (f"cohort-{i}", context, NOW.date().isoformat(), 3000 + 900 * i)
                for i in range(8)
                for context in ("radio", "mixes")
            ),
        ],
    )
    for number in range(DROPS):
        rows = [
            (a, t, round(float(rng.random()), 4))
            for a in LISTENERS[number::DROPS]
            for t in rng.choice(TRACKS, 30, replace=False)
        ]
        header = ("audience_id", "track_id", "score")
        as_of = NOW.date().isoformat()
        journey.drop("scores", [header, *rows], producer=f"models-{number}", as_of=as_of)
    for i in range(20):
        journey.change(
            campaign_id=f"campaign-{i}",
            licensor_id=f"licensor-{i % 4}",
            track_ids=[t for t in TRACKS if licensor[t] == f"licensor-{i % 4}"][i // 4 :: 3],
            goal_exposures=int(rng.integers(100, 1500)),
            starts_at=(NOW - timedelta(days=1)).isoformat(),
            ends_at=(NOW + timedelta(days=1)).isoformat(),
            pacing="asap",
            contexts=["radio"] if i % 5 == 0 else [],
        )
    return journey


def begun(run, *, most_edges, shard_edges=1):
    return solve_plan(
        run,
        solved_from=NOW,
        policy=policies.current(open_policy()),
        capacity=Capacity(most_edges, shard_edges),
        inputs=inputs,
        campaigns=campaigns,
        requests=requests,
        pointer=pointer,
        plans=plans,
        records=records,
        work=work,
        clock=lambda: datetime.now(UTC),
        on_progress=lambda level: None,
    )


def test_shards_give_nearly_the_plan_of_one_place(supplied, context):
    whole = begun("plan-1", most_edges=10**9)
    assert isinstance(whole, SolvedPlan)

    divided = begun("plan-2", most_edges=1000, shard_edges=4000)
    assert isinstance(divided, ShardedRun)
    assert len(divided.shards) >= 3
    found = supplied.carry_on(asdict(divided))

    one, many = plans.report(whole.plan_id), plans.report(found["plan_id"])
    assert many.solver.shards == len(divided.shards)
    assert many.solver.edges == one.solver.edges
    assert many.accepted_keys == one.accepted_keys
    assert many.certificate.largest_violation == 0
    assert many.certificate.gap <= one.certificate.gap + TOLERANCE
    assert many.certificate.served_primal == pytest.approx(
        one.certificate.served_primal, rel=TOLERANCE
    )
    assert many.certificate.dual_bound >= one.certificate.served_primal
    planned = {c.campaign_id: c for c in one.campaigns}
    for campaign in many.campaigns:
        before = planned[campaign.campaign_id]
        assert (campaign.edges, campaign.cap_today) == (before.edges, before.cap_today)
        assert campaign.planned_exposures <= campaign.cap_today * (1 + 1e-9)
    assert supplied.activate(found)["state"] == "activated"


def test_a_step_that_is_repeated_gives_the_same_plan(supplied, context, world):
    once = supplied.carry_on(asdict(begun("plan-1", most_edges=1000, shard_edges=6000)))

    twice = supplied.carry_on(
        asdict(begun("plan-1", most_edges=1000, shard_edges=6000)), each_twice=True
    )

    assert once["plan_id"] == twice["plan_id"]
    stored = world.objects(world.plan_bucket)
    plan_id = once["plan_id"]
    kept = [key for key in stored if key.startswith("plans/")]
    assert sorted(kept) == sorted([report_key(plan_id), serving_key(plan_id)])


def test_what_is_dropped_during_a_run_is_no_part_of_it(supplied, context):
    divided = begun("plan-1", most_edges=1000, shard_edges=6000)
    evaluated = supplied.carry_on(asdict(divided))

    supplied.drop(
        "scores",
        [("audience_id", "track_id", "score"), *((a, TRACKS[0], 0.01) for a in LISTENERS[::DROPS])],
        producer="models-0",
        as_of=NOW.isoformat().replace("+00:00", "Z"),
        name="b.csv",
    )
    again = supplied.carry_on(asdict(divided))

    assert again["plan_id"] == evaluated["plan_id"]


def test_a_run_tried_again_over_newer_data_does_not_mix_the_two(supplied, context):
    first = begun("plan-1", most_edges=1000, shard_edges=6000)
    evaluate_shard({**asdict(first), "shard": 0}, context)
    supplied.drop(
        "scores",
        [("audience_id", "track_id", "score"), *((a, TRACKS[1], 0.5) for a in LISTENERS[::DROPS])],
        producer="models-0",
        as_of=NOW.isoformat().replace("+00:00", "Z"),
        name="c.csv",
    )

    second = begun("plan-1", most_edges=1000, shard_edges=6000)
    again = begun("plan-1", most_edges=1000, shard_edges=6000)
    found = supplied.carry_on(asdict(second))

    assert first.work_id != second.work_id == again.work_id
    assert plans.report(found["plan_id"]).solver.rows == 2 * len(LISTENERS) + 16


def test_no_listener_is_named_in_what_steps_hand_on(supplied, context, world):
    supplied.change(
        campaign_id="targeted",
        licensor_id="licensor-0",
        track_ids=TRACKS[::4],
        goal_exposures=100,
        starts_at=(NOW - timedelta(days=1)).isoformat(),
        ends_at=(NOW + timedelta(days=1)).isoformat(),
        audience_ids=["listener-7", "listener-11"],
    )
    found = supplied.carry_on(asdict(begun("plan-1", most_edges=1000, shard_edges=4000)))

    handed_on = [
        body for key, body in world.objects(world.plan_bucket).items() if key.startswith("work/")
    ]
    assert handed_on
    assert not any(b"listener-" in body for body in handed_on)
    planned = {c.campaign_id: c for c in plans.report(found["plan_id"]).campaigns}
    assert planned["targeted"].edges > 0
