"""Small random worlds: catalogue, audiences, supply, scores and campaigns that contend."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from shared.allocation.served import served_exposure_share
from shared.allocation.solution import Solution
from shared.allocation.solver import solve
from shared.campaign.campaigns import Campaign, Pacing, Status
from shared.plan.compose import serving_part
from shared.plan.forecasts import Inputs, Track
from shared.plan.problems import DayProblem, build_problem
from shared.plan.serving import ServingPlan, decode_serving, encode_serving
from shared.policy.policies import Policy
from shared.score.hashes import id_hash
from shared.score.rows import pack_rows
from tests.unit.plan.specimens import Audience, audiences_of, live_scores, supply_of

NOW = datetime(2026, 3, 4, 6, tzinfo=UTC)
MARKETS = ("SE", "DE")
CONTEXTS = ("radio", "autoplay")


@dataclass(frozen=True)
class World:
    """What a solve reads, and the names that stand behind its hashes."""

    inputs: Inputs
    campaigns: list[Campaign]
    policy: Policy
    audiences: dict[str, Audience]
    cohorts: list[str]

    def name_of(self, audience: int) -> str:
        """Return the id of an audience's hash."""
        return {id_hash(name): name for name in (*self.audiences, *self.cohorts)}[audience]


def random_world(seed: int) -> tuple[Inputs, list[Campaign], Policy]:
    """Return inputs, campaigns and policy; the same for the same seed."""
    world = named_world(seed)
    return world.inputs, world.campaigns, world.policy


def named_world(seed: int) -> World:
    """Return a world; the same for the same seed."""
    rng = np.random.default_rng(seed)
    licensors = [f"licensor-{i}" for i in range(int(rng.integers(1, 5)))]
    tracks = {
        f"track-{i}": Track(
            licensor_id=str(rng.choice(licensors)),
            markets=("SE",) if rng.random() < 0.1 else (),
            is_blocked=bool(rng.random() < 0.05),
        )
        for i in range(40)
    }
    cohorts = [f"cohort-{i}" for i in range(int(rng.integers(1, 5)))]
    audiences = {
        f"listener-{i}": Audience(str(rng.choice(cohorts)), str(rng.choice(["", *MARKETS])))
        for i in range(int(rng.integers(0, 25)))
    }
    forecast = [
        (cohort, context, str(rng.choice(["", *MARKETS])), NOW.date() + timedelta(days=d))
        for cohort in cohorts
        for context in CONTEXTS
        for d in range(3)
    ]
    slots = rng.lognormal(5, 1, len(forecast)).tolist()
    supply = supply_of(*((*key, expected) for key, expected in zip(forecast, slots, strict=True)))
    scored = [a for a in (*cohorts, *audiences) if rng.random() < 0.8]
    pairs = [(a, t) for a in scored for t in rng.choice(list(tracks), 20, replace=False)]
    audience_ids, packed = pack_rows(
        [a for a, _ in pairs],
        [str(t) for _, t in pairs],
        rng.random(len(pairs)),
        as_of=NOW,
        max_entries=int(rng.integers(5, 25)),
    )
    campaigns = [_campaign(rng, i, licensors, tracks, cohorts) for i in range(12)]
    policy = Policy(
        licensor_share_cap=0.4 if rng.random() < 0.5 else None,
        holdout_share=0.1 if rng.random() < 0.3 else 0,
    )
    scores = live_scores(audience_ids, packed)
    inputs = Inputs(tracks, audiences_of(audiences), supply, scores, ("scores/x",))
    return World(inputs, campaigns, policy, audiences, cohorts)


@dataclass(frozen=True)
class SolvedWorld:
    """A world with its day, what was solved of it, and the plan that is stored."""

    world: World
    day: DayProblem
    solution: Solution
    share: NDArray[np.float64]  # (edges) x, from the solution's stored numbers
    plan: ServingPlan


def solved_world(seed: int) -> SolvedWorld:
    """Return a solved world; the same for the same seed."""
    world = named_world(seed)
    day = build_problem(world.inputs, world.campaigns, world.policy, NOW)
    found = solve(day.problem, target_gap=0.002)
    share = served_exposure_share(
        day.problem, found.campaign_price, found.licensor_price, found.throttle, found.width
    )
    packed = encode_serving(serving_part(day.terms, found, world.policy, NOW))
    return SolvedWorld(world, day, found, share, decode_serving(packed))


def _campaign(
    rng: np.random.Generator,
    index: int,
    licensors: list[str],
    tracks: dict[str, Track],
    cohorts: list[str],
) -> Campaign:
    licensor = str(rng.choice(licensors))
    own = [t for t, track in tracks.items() if track.licensor_id == licensor] or ["track-0"]
    goal = int(rng.lognormal(4, 1))
    return Campaign(
        campaign_id=f"campaign-{index}",
        version=1,
        licensor_id=licensor,
        name=f"Campaign {index}",
        track_ids=tuple(str(t) for t in rng.choice(own, min(len(own), 5), replace=False)),
        status=Status.ACTIVE,
        starts_at=NOW - timedelta(days=int(rng.integers(1, 5))),
        ends_at=NOW + timedelta(days=int(rng.integers(1, 8))),
        goal_exposures=goal,
        cap_exposures=goal,
        daily_cap=goal // 3 if rng.random() < 0.3 else None,
        pacing=Pacing(str(rng.choice(["even", "asap", "frontloaded"]))),
        weight=float(rng.choice([1.0, 1.0, 2.0])),
        min_relevance=float(rng.choice([0.0, 0.2])),
        contexts=("radio",) if rng.random() < 0.3 else (),
        markets=("SE",) if rng.random() < 0.2 else (),
        audience_ids=(str(rng.choice(cohorts)),) if rng.random() < 0.3 else (),
    )
