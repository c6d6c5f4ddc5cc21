"""What the arrows of campaigns and plans use in a month."""

from oasis.costs.billing import (
    BYTES_PER_GB,
    DAYS_PER_MONTH,
    HOURS_PER_MONTH,
    event_chunks,
    list_requests,
    message_requests,
    scan_read_units,
    strong_read_units,
    transaction_write_units,
    write_units,
)
from oasis.costs.item_sizes import (
    campaign_document_bytes,
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


def update_campaign(work: Workload) -> list[Quantity]:
    """Return what applying a month's campaign changes uses.

    A change: CampaignChanged, kept in the archive, and CampaignApplied; a message, LIST and GET of
    the policy, pointer and campaign read, and one transaction over both.
    """
    here, changes, a, stage = "update_campaign", work.changes, work.assumptions, work.deployment
    tracks = work.sizes.tracks_per_campaign
    item, pointer = campaign_item_bytes(tracks), pointer_bytes(work.sizes.suppressed)
    message = a.event_bytes + campaign_document_bytes(tracks)
    transaction = transaction_write_units(item) + transaction_write_units(pointer)
    calls = Invocations(
        changes, stage.update_memory_mb, a.update_s, stage.work_timeout_s, a.work_log_bytes
    )
    return [
        *used(
            here,
            events=changes * (event_chunks(message) + event_chunks(a.event_bytes)),
            archived_gb=changes * message / BYTES_PER_GB,
            archive_gb=changes * message * work.kept_months / BYTES_PER_GB,
            queue_requests=changes * message_requests(message),
            put_requests=changes,
            get_requests=changes,
            read_units=changes * (strong_read_units(pointer) + strong_read_units(item)),
            write_units=changes * transaction,
        ),
        *invoked(here, work, calls),
    ]


def count_delivery(work: Workload) -> list[Quantity]:
    """Return what counting a month's drops of delivery uses.

    A drop: a message, LIST of every kept key, GET of the summary and twice of the drop, the
    summary put, the pointer and each campaign read. A campaign that falls silent, as many a day as
    stand silenced: a transaction over it and the pointer.
    """
    here, drops, a, stage = "count_delivery", work.delivery_drops, work.assumptions, work.deployment
    sizes, silenced = work.sizes, work.sizes.suppressed * DAYS_PER_MONTH * (drops > 0)
    item, pointer = campaign_item_bytes(sizes.tracks_per_campaign), pointer_bytes(sizes.suppressed)
    reads = strong_read_units(pointer) + sizes.campaigns * strong_read_units(item)
    transaction = transaction_write_units(item) + transaction_write_units(pointer)
    calls = Invocations(
        drops, stage.ingest_memory_mb, work.count_s, stage.work_timeout_s, a.work_log_bytes
    )
    return [
        *used(
            here,
            queue_requests=drops * message_requests(a.event_bytes),
            put_requests=drops * (1 + list_requests(drops * work.kept_months)),
            get_requests=3 * drops,
            read_units=drops * reads,
            write_units=silenced * transaction,
        ),
        *invoked(here, work, calls),
    ]


def request_plan(work: Workload) -> list[Quantity]:
    """Return what a month's triggers use: inputs, changes, ended runs and the clock.

    A trigger: a message, the item changed and read. A run: claimed and released, the item read
    three times more.
    """
    here, runs, a, stage = "request_plan", work.plan_runs, work.assumptions, work.deployment
    clock = HOURS_PER_MONTH * 60 / stage.clock_rate_minutes
    triggers = work.drops + work.changes + clock + runs
    read, write = strong_read_units(request_item_bytes()), write_units(request_item_bytes())
    calls = Invocations(
        triggers, stage.request_memory_mb, a.request_s, stage.work_timeout_s, a.work_log_bytes
    )
    return [
        *used(
            here,
            queue_requests=triggers * message_requests(a.event_bytes),
            read_units=(triggers + 3 * runs) * read,
            write_units=(triggers + runs) * write,
        ),
        *invoked(here, work, calls),
    ]


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


def activate_plan(work: Workload) -> list[Quantity]:
    """Return what a month's activations use.

    A run: LIST and GET of the policy, GET of both parts and of two earlier reports; pointer twice,
    request item and, in a scan, all records of plans read; pointer moved and cleared, the record
    changed; PlanActivated.
    """
    here, runs, a, stage = "activate_plan", work.plan_runs, work.assumptions, work.deployment
    pointer = pointer_bytes(work.sizes.suppressed)
    records_bytes = runs * work.kept_months * plan_item_bytes()
    reads = (
        2 * strong_read_units(pointer)
        + strong_read_units(request_item_bytes())
        + scan_read_units(records_bytes)
    )
    calls = Invocations(
        runs, stage.activate_memory_mb, a.activate_s, stage.work_timeout_s, a.work_log_bytes
    )
    return [
        *used(
            here,
            put_requests=runs,
            get_requests=5 * runs,
            events=runs * event_chunks(a.event_bytes),
            read_units=runs * reads,
            write_units=runs * (2 * write_units(pointer) + write_units(plan_item_bytes())),
        ),
        *invoked(here, work, calls),
    ]
