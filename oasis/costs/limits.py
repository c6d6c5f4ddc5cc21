"""What a workload would need that the stage as built does not give: a bill is no promise."""

from collections.abc import Iterator

from oasis.costs.billing import MB_PER_GB, strong_read_units
from oasis.costs.item_sizes import pointer_bytes
from oasis.costs.solves import Solve
from oasis.costs.workloads import Workload
from shared.policy.policies import Policy

POINTER_READS_PER_SECOND = 3_000  # strongly consistent units of one partition, one item
SECONDS_PER_DAY = 86_400


def exceeded(work: Workload) -> list[str]:
    """Return a sentence for each limit that the workload exceeds on its stage."""
    return [*_of_lookups(work), *_of_drops(work), *_of_plans(work)]


def _of_lookups(work: Workload) -> Iterator[str]:
    peak, stage = work.sizes.lookups_per_second, work.deployment
    if peak > stage.lookups_per_second:
        yield (
            f"The peak is {peak:,.0f} lookups a second; the stage {stage.stage} lets "
            f"{stage.lookups_per_second:,} in."
        )
    busy = work.busy_environments
    if stage.lookup_concurrency is not None and busy > stage.lookup_concurrency:
        yield (
            f"The peak keeps {busy:,.0f} lookups in flight; the stage {stage.stage} reserves "
            f"{stage.lookup_concurrency:,}."
        )
    reads = peak * strong_read_units(pointer_bytes(work.sizes.suppressed))
    if reads > POINTER_READS_PER_SECOND:
        yield (
            f"The peak reads {reads:,.0f} units a second of the one pointer item; a partition "
            f"gives {POINTER_READS_PER_SECOND:,}."
        )


def _of_drops(work: Workload) -> Iterator[str]:
    policy, stage = Policy(), work.deployment
    if work.sizes.scores > policy.max_scores_per_audience:
        yield (
            f"A row has {work.sizes.scores:,} scores; rows are cut to "
            f"{policy.max_scores_per_audience:,} until policy says more."
        )
    if work.score_rows_per_drop > policy.limits.max_rows:
        yield (
            f"A drop has {work.score_rows_per_drop:,.0f} rows of scores; policy lets "
            f"{policy.limits.max_rows:,} in."
        )
    rows = work.rows_per_delivery_drop * work.reported_days
    needed_mb = rows * work.assumptions.standing_memory_bytes_per_row / MB_PER_GB**2
    if needed_mb > stage.ingest_memory_mb:
        yield (
            f"Counting a drop of delivery holds {needed_mb:,.0f} MB and more; its function has "
            f"{stage.ingest_memory_mb:,} MB."
        )
    load_timeout_s = stage.part_timeout_s if work.parts_per_drop else stage.work_timeout_s
    for what, seconds, timeout_s in (
        ("Judging a drop of scores", work.ingest_s, stage.work_timeout_s),
        ("Judging a drop of the catalogue", work.catalogue_ingest_s, stage.work_timeout_s),
        ("Counting a drop of delivery", work.count_s, stage.work_timeout_s),
        ("Writing the rows of a drop", work.load_s, load_timeout_s),
    ):
        if seconds > timeout_s:
            yield f"{what} takes {seconds:,.0f} s; its function is stopped after {timeout_s} s."


def _of_plans(work: Workload) -> Iterator[str]:
    stage, a, solve = work.deployment, work.assumptions, Solve(work)
    longest = max(solve.begin_s, solve.rounds and solve.join_s)
    if longest > stage.solve_timeout_s:
        yield (
            f"A solve takes {longest:,.0f} s; its function is stopped after "
            f"{stage.solve_timeout_s} s."
        )
    if solve.held_mb > stage.solve_memory_mb:
        yield (
            f"A solve holds {solve.held_mb:,.0f} MB and more; its function has "
            f"{stage.solve_memory_mb:,} MB."
        )
    shard_mb = stage.shard_edges * a.solve_bytes_per_edge / MB_PER_GB**2
    if solve.shards and shard_mb > stage.shard_memory_mb:
        yield (
            f"A shard holds {shard_mb:,.0f} MB and more; its function has "
            f"{stage.shard_memory_mb:,} MB."
        )
    run_s = solve.run_s + a.activate_s
    if work.sizes.plan_runs_per_day * run_s > SECONDS_PER_DAY:
        yield (
            f"{work.sizes.plan_runs_per_day:,.0f} runs a day of {run_s:,.0f} s do not fit one "
            "after another."
        )
