"""What the arrows ingest_drop, load_scores and reconcile use in a month."""

from oasis.costs.billing import (
    HOURS_PER_MONTH,
    event_chunks,
    list_requests,
    message_requests,
    scratch_gb_seconds,
    strong_read_units,
    write_units,
)
from oasis.costs.item_sizes import drop_item_bytes, load_item_bytes, score_item_bytes
from oasis.costs.quantities import Invocations, Quantity, invoked, used
from oasis.costs.workloads import Workload

INDEXED = 2  # a record of a drop is written to the table and, whole, to its index


def ingest_drop(work: Workload) -> list[Quantity]:
    """Return what judging a month's drops uses.

    A drop: PUT by its producer, PUT of accepted data and receipt, LIST of policies; HEAD of the
    drop and of its receipt, GET of drop and policy; S3's event and DropAccepted; a message; the
    newest drop read; the record put, changed when it is first served, and the newest drop put.
    """
    here, drops, a, stage = "ingest_drop", work.drops, work.assumptions, work.deployment
    record = write_units(drop_item_bytes())
    quantities = used(
        here,
        put_requests=4 * drops,
        get_requests=4 * drops,
        events=2 * drops * event_chunks(a.event_bytes),
        queue_requests=drops * message_requests(a.event_bytes),
        read_units=drops * strong_read_units(drop_item_bytes()),
        write_units=drops * (2 * INDEXED * record + record),
    )
    for count, seconds in (
        (work.score_drops, work.ingest_s),
        (work.catalogue_drops, work.catalogue_ingest_s),
        (work.delivery_drops, work.delivery_ingest_s),
    ):
        calls = Invocations(
            count, stage.ingest_memory_mb, seconds, stage.work_timeout_s, a.work_log_bytes
        )
        billed_s = min(seconds, stage.work_timeout_s)
        scratch = count * scratch_gb_seconds(stage.ingest_scratch_gb, billed_s)
        quantities += invoked(here, work, calls) + used(here, scratch_gb_seconds=scratch)
    return quantities


def load_scores(work: Workload) -> list[Quantity]:
    """Return what writing a month's score rows uses, by itself or in the parts of a run.

    An audience: one conditional put. A drop: LIST and GET of the policy, HEAD and four GET of
    accepted data, a message, ScoresLoaded, its progress put and changed, and its record changed.
    A part of a run: the same reading, a change of the progress, two state transitions; the run has
    two of its own.
    """
    here, drops, a, stage = "load_scores", work.score_drops, work.assumptions, work.deployment
    row = write_units(score_item_bytes(work.sizes.scores))
    record = INDEXED * write_units(drop_item_bytes())
    parts = drops * work.parts_per_drop
    seconds = a.load_base_s if parts else work.load_s
    calls = Invocations(
        drops, stage.load_memory_mb, seconds, stage.work_timeout_s, a.work_log_bytes
    )
    in_parts = Invocations(
        parts, stage.load_memory_mb, work.load_s, stage.part_timeout_s, a.work_log_bytes
    )
    return [
        *used(
            here,
            put_requests=drops + parts,
            get_requests=6 * (drops + parts),
            events=drops * event_chunks(a.event_bytes),
            queue_requests=drops * message_requests(a.event_bytes),
            write_units=work.score_items_written * row + drops * (record + 2) + parts,
            transitions=2 * parts + 2 * drops * (parts > 0),
        ),
        *invoked(here, work, calls),
        *invoked(here, work, in_parts),
    ]


def reconcile(work: Workload) -> list[Quantity]:
    """Return what a month's looks for lost notifications use; a look: one of the clock's messages.

    A look: LIST of all kept drops, of all receipts and of accepted scores, LIST and GET of the
    policy; of each drop of scores that lives, its progress read.
    """
    here, a, stage = "reconcile", work.assumptions, work.deployment
    looks = HOURS_PER_MONTH * 60 / stage.clock_rate_minutes
    kept, live = work.drops * work.kept_months, work.live_score_drops
    lists = 2 * list_requests(kept) + list_requests(work.score_drops * work.kept_months) + 1
    progress = strong_read_units(load_item_bytes(work.parts_per_drop))
    seconds = a.reconcile_base_s + lists * a.list_request_s
    calls = Invocations(
        looks, stage.reconcile_memory_mb, seconds, stage.work_timeout_s, a.work_log_bytes
    )
    return [
        *used(
            here,
            queue_requests=looks * message_requests(a.event_bytes),
            put_requests=looks * lists,
            get_requests=looks,
            read_units=looks * live * progress,
        ),
        *invoked(here, work, calls),
    ]
