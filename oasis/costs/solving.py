"""What solving a month's plans uses, in one function or over shards."""

from oasis.costs.billing import list_requests, scan_read_units, strong_read_units, write_units
from oasis.costs.item_sizes import (
    campaign_item_bytes,
    plan_item_bytes,
    pointer_bytes,
    request_item_bytes,
)
from oasis.costs.quantities import Invocations, Quantity, invoked, logged, used
from oasis.costs.solves import Solve
from oasis.costs.workloads import Workload

TRANSITIONS_PER_RUN = 4  # start, Solve, IsSolved, Activate
TRANSITIONS_PER_ROUND = 3  # Shards, Join, IsSolved


def solve_plan(work: Workload) -> list[Quantity]:
    """Return what a month's solves use.

    A run: four state transitions, and three more a round over shards; LIST of policies and of every
    kept key of four datasets and of scores, GET of the policy, of the parent's report and of each
    input, of scores by row group; request, pointer and all campaigns read; two objects and a record
    put, the request item changed. Over shards: one object put for each, what each found read in
    every round, four objects put and some ten read beside that.
    """
    here, runs, a, stage = "solve_plan", work.plan_runs, work.assumptions, work.deployment
    solve = Solve(work)
    sizes, kept = work.sizes, work.kept_months
    campaigns_bytes = sizes.campaigns * campaign_item_bytes(sizes.tracks_per_campaign)
    lists = 1 + list_requests(work.score_drops * kept)
    lists += 3 * list_requests(work.catalogue_drops * kept / 3)
    lists += list_requests(work.delivery_drops * kept)
    reads = (
        strong_read_units(request_item_bytes())
        + strong_read_units(pointer_bytes(sizes.suppressed))
        + scan_read_units(campaigns_bytes)
    )
    writes = write_units(plan_item_bytes()) + write_units(request_item_bytes())
    calls = Invocations(
        runs, stage.solve_memory_mb, solve.begin_s, stage.solve_timeout_s, a.work_log_bytes
    )
    joins = Invocations(
        runs * solve.rounds,
        stage.solve_memory_mb,
        solve.join_s,
        stage.solve_timeout_s,
        a.work_log_bytes,
    )
    return [
        *used(
            here,
            transitions=runs * (TRANSITIONS_PER_RUN + TRANSITIONS_PER_ROUND * solve.rounds),
            put_requests=runs * (2 + lists + solve.shards + 4 * solve.rounds),
            get_requests=runs * (2 + solve.requests + (solve.shards + 10) * solve.rounds),
            read_units=runs * reads,
            write_units=runs * writes,
        ),
        *invoked(here, work, calls),
        *invoked(here, work, joins),
        *logged(here, work, runs * a.run_log_bytes),
    ]


def evaluate_shard(work: Workload) -> list[Quantity]:
    """Return what evaluating a month's shards uses.

    A shard and round: two state transitions of the map's child; the first reads three objects and
    its row groups and puts two, each other reads three and puts one.
    """
    here, a, stage = "evaluate_shard", work.assumptions, work.deployment
    solve = Solve(work)
    evaluations = work.plan_runs * solve.rounds * solve.shards
    calls = Invocations(
        evaluations, stage.shard_memory_mb, solve.shard_s, stage.solve_timeout_s, a.work_log_bytes
    )
    built = work.plan_runs * solve.shards
    return [
        *used(
            here,
            transitions=2 * evaluations,
            put_requests=evaluations + built,
            get_requests=3 * evaluations + work.plan_runs * bool(built) * solve.groups_used,
        ),
        *invoked(here, work, calls),
        *logged(here, work, evaluations * a.run_log_bytes),
    ]
