"""What is there whether anything happens or not: stored data, pollers, alarms, dashboards."""

from oasis.costs.billing import BYTES_PER_GB, HOURS_PER_MONTH
from oasis.costs.item_sizes import (
    campaign_item_bytes,
    drop_item_bytes,
    plan_item_bytes,
    score_item_bytes,
)
from oasis.costs.quantities import Quantity, used
from oasis.costs.workloads import Workload

ACCESS_LOG_MONTHS = 12
ITEM_OVERHEAD_BYTES = 100  # what DynamoDB adds to an item in storage


def storage(work: Workload) -> list[Quantity]:
    """Return what a month's storage of tables and buckets uses.

    Every version of every object is kept, and records of drops (twice, with their index) and of
    plans; rows of scores are one an audience.
    """
    sizes, kept = work.sizes, work.kept_months
    audiences = sizes.audiences if sizes.scores else 0
    items = (
        (audiences, score_item_bytes(sizes.scores)),
        (sizes.campaigns, campaign_item_bytes(sizes.tracks_per_campaign)),
        (work.drops * kept * 2, drop_item_bytes()),
        (work.plan_runs * kept, plan_item_bytes()),
    )
    table_gb = sum(count * (size + ITEM_OVERHEAD_BYTES) for count, size in items) / BYTES_PER_GB
    a_month = (
        work.dropped_bytes
        + work.accepted_score_bytes
        + work.catalogue_bytes
        + work.accepted_delivery_bytes
        + work.drops * work.assumptions.receipt_bytes
        + work.plan_runs * work.plan_bytes
    )
    object_gb = a_month * kept / BYTES_PER_GB
    return used("storage", table_gb=table_gb, recovery_gb=table_gb, object_gb=object_gb)


def access_logs(work: Workload, requests: float) -> list[Quantity]:
    """Return what the log of who read and wrote the buckets uses, kept for a year."""
    kept_months = min(work.kept_months, ACCESS_LOG_MONTHS)
    log_gb = requests * work.assumptions.object_log_bytes * kept_months / BYTES_PER_GB
    return used("storage", object_gb=log_gb)


def standing(work: Workload) -> list[Quantity]:
    """Return what costs the same for every workload: idle polls, metrics, alarms, dashboards."""
    a = work.assumptions
    polls = work.deployment.work_queues * a.idle_polls_per_minute * 60 * HOURS_PER_MONTH
    return used(
        "standing",
        queue_requests=polls,
        metrics=a.custom_metrics,
        alarms=a.alarm_metrics,
        composite_alarms=a.composite_alarms,
        dashboards=a.dashboards,
    )
