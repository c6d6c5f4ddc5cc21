"""What the arrow lookup_scores uses in a month."""

from oasis.costs.billing import (
    BYTES_PER_GB,
    SECONDS_PER_MONTH,
    eventual_read_units,
    gb_seconds,
    http_chunks,
    strong_read_units,
)
from oasis.costs.item_sizes import pointer_bytes, score_item_bytes
from oasis.costs.quantities import Invocations, Quantity, invoked, logged, used
from oasis.costs.workloads import Workload

LOOKUP_TIMEOUT_S = 5
ANSWER_BYTES = 300  # beside its results


def read_units_of_a_lookup(scores: int, audiences: int, suppressed: int) -> float:
    """Return the units of the one BatchGetItem: each row by halves, the pointer strongly.

    Items of a batch are rounded up one by one; a row that is missing counts like a small one.
    """
    rows = audiences * eventual_read_units(score_item_bytes(scores))
    return rows + strong_read_units(pointer_bytes(suppressed))


def lookup_scores(work: Workload) -> list[Quantity]:
    """Return what a month's lookups use.

    A lookup: an HTTP request, an invocation, one BatchGetItem, a line in the access log. A plan:
    fetched and indexed once in every environment; a cold start fetches it too, and starts an
    environment where no snapshot does. Provisioned environments answer first, and are billed
    whether they do or not.
    """
    here, lookups, sizes, a = "lookup_scores", work.lookups, work.sizes, work.assumptions
    stage = work.deployment
    answer_bytes = ANSWER_BYTES + sizes.candidates * sizes.promoted_share * a.result_bytes
    exchange = answer_bytes + sizes.candidates * a.candidate_bytes
    units = read_units_of_a_lookup(sizes.scores, sizes.audiences_per_lookup, sizes.suppressed)
    index_s = sizes.campaigns * a.index_plan_us_per_campaign / 1e6
    start_s = 0.0 if stage.lookup_snapshot else a.cold_start_s
    loads = work.environments * work.plan_runs + work.cold_starts
    memory_gb = gb_seconds(stage.lookup_memory_mb, 1)
    calls = Invocations(
        count=lookups,
        memory_mb=stage.lookup_memory_mb,
        seconds=work.lookup_s,
        timeout_s=LOOKUP_TIMEOUT_S,
        log_bytes=a.lookup_log_bytes + stage.platform_lines * a.platform_log_bytes,
        ready_share=work.ready_share,
    )
    return [
        *used(
            here,
            http_requests=lookups * http_chunks(exchange),
            read_units=lookups * units,
            get_requests=loads,
            gb_seconds=memory_gb * (loads * index_s + work.cold_starts * start_s),
            ready_gb_seconds=stage.lookup_provisioned * memory_gb * SECONDS_PER_MONTH,
            snapshot_gb_seconds=stage.lookup_snapshot * memory_gb * SECONDS_PER_MONTH,
            restored_gb=stage.lookup_snapshot * memory_gb * work.cold_starts,
            out_gb=lookups * sizes.callers_outside * answer_bytes / BYTES_PER_GB,
        ),
        *invoked(here, work, calls),
        *logged(here, work, lookups * a.access_log_bytes),
    ]
