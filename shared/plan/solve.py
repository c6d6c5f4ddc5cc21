"""Noun plan: solving the allocation of today, in one function or over shards."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from shared.allocation.solution import Level
from shared.allocation.solver import solve
from shared.campaign.store import CampaignStore
from shared.plan.compose import Outcome
from shared.plan.conclude import SolvedPlan, conclude_solve
from shared.plan.edges import TooManyEdgesError
from shared.plan.forecasts import Inputs
from shared.plan.input_store import InputStore
from shared.plan.problems import DayOutline, DayProblem, outline_day, whole_problem
from shared.plan.record_store import PlanRecords
from shared.plan.request_store import RequestStore
from shared.plan.rounds import (
    LIMITS,
    RULES,
    SAMPLE,
    join_deliveries,
    join_samples,
    shard_name,
)
from shared.plan.score_places import ScorePlaces
from shared.plan.shards import divided, shards_needed
from shared.plan.store import PlanBucket
from shared.plan.tallies import tally_of
from shared.plan.warm_starts import warm_start
from shared.plan.work_store import RunInHand, WorkStore
from shared.pointer.store import PointerStore
from shared.policy.policies import Policy

GAP_MARGIN = 0.25  # the solver aims at this part of the gap that activation allows


@dataclass(frozen=True)
class Capacity:
    """How many edges functions hold."""

    most_edges: int  # that one function solves by itself
    shard_edges: int  # of one shard, about, where there are more


@dataclass(frozen=True)
class ShardedRun:
    """A run whose shards are to be evaluated in the round named."""

    run: str
    work_id: str
    round: int
    shards: list[int]


def solve_plan(
    run: str,
    *,
    solved_from: datetime,
    policy: Policy,
    capacity: Capacity,
    inputs: InputStore,
    campaigns: CampaignStore,
    requests: RequestStore,
    pointer: PointerStore,
    plans: PlanBucket,
    records: PlanRecords,
    work: WorkStore,
    clock: Callable[[], datetime],
    on_progress: Callable[[Level], None],
) -> SolvedPlan | ShardedRun:
    """Solve from the accepted data and campaigns as they stand, and store the plan.

    The solve starts from the prices of the plan before, and sees to it that what each changed
    campaign delivers is right. Where there are more edges than one function holds, the rows are
    divided into shards instead, and left in the run's work to be solved in rounds.

    Requests are noted before anything is read. Safe to run twice: the same data solved from the
    same instant, after the same plan, give the same plan, which is stored once.
    """
    began_at = clock()
    request = requests.note(run)
    parent = pointer.read().plan_id
    known = list(campaigns.all())
    read = inputs.read(
        {track_id for campaign in known for track_id in campaign.track_ids},
        score_ttl=timedelta(days=policy.score_ttl_days),
        now=solved_from,
    )
    day = outline_day(read, known, policy, solved_from)
    in_hand = RunInHand(
        run=run,
        request=request,
        parent=parent,
        solved_from=solved_from.astimezone(UTC).isoformat(),
        began_at=began_at.isoformat(),
        target_gap=policy.max_gap * GAP_MARGIN,
        policy=policy.model_dump_json(),
        terms=day.terms,
        rows=len(day.rows.score),
        shards=1,
    )
    whole, expected = _built(day, read, capacity)
    if whole is None:
        many = shards_needed(expected, capacity.shard_edges)
        return _divide(replace(in_hand, shards=many), day, read.scores.places, work)
    before = plans.report(parent) if parent else None
    start = warm_start(day.terms, before)
    solution = solve(
        whole.problem,
        target_gap=in_hand.target_gap,
        warm_start=start,
        watched=start.changed if start else None,
        on_progress=on_progress,
    )
    tally, steps = tally_of(whole.problem), solution.iterations
    outcome = Outcome(solution, tally, iterations=steps, shards=1)
    return conclude_solve(in_hand, outcome, plans=plans, records=records, now=clock())


def join_shards(
    sharded: ShardedRun,
    *,
    work: WorkStore,
    plans: PlanBucket,
    records: PlanRecords,
    now: datetime,
) -> SolvedPlan | ShardedRun:
    """Join what all shards found in a round: prices for the next, or at last the plan.

    Safe to run twice: the same work gives the same prices and the same plan.
    """
    work_id, many = sharded.work_id, len(sharded.shards)
    in_hand = work.run(work_id)
    after = replace(sharded, round=sharded.round + 1)
    if sharded.round == SAMPLE:
        join_samples(work_id, many, work)
        return after
    found = join_deliveries(work_id, sharded.round, many, work, target_gap=in_hand.target_gap)
    if found is None:
        return after
    tally = replace(found.tally, rows=in_hand.rows)
    outcome = Outcome(found.solution, tally, iterations=found.steps, shards=many)
    return conclude_solve(in_hand, outcome, plans=plans, records=records, now=now)


def _built(day: DayOutline, read: Inputs, capacity: Capacity) -> tuple[DayProblem | None, int]:
    """Return the problem of a day, or none and how many edges are expected, where they are many."""
    try:
        return whole_problem(day, read, most_edges=capacity.most_edges), 0
    except TooManyEdgesError as too_many:
        return None, too_many.expected


def _divide(
    in_hand: RunInHand, day: DayOutline, places: ScorePlaces, work: WorkStore
) -> ShardedRun:
    work_id = in_hand.work_id
    work.put_run(in_hand)
    work.put(work_id, RULES, day.rules)
    work.put(work_id, LIMITS, day.limits)
    shards = 0
    for shard in divided(day.rows, places, in_hand.shards):
        work.put(work_id, shard_name(shards), shard)
        shards += 1
    return ShardedRun(in_hand.run, work_id, SAMPLE, list(range(shards)))
