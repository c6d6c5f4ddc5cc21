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
from oasis.costs.quantities import Invocations, Quantity, invoked, used
from oasis.costs.workloads import Workload


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
