"""Quantities: how much of each meter an arrow uses in a month."""

from dataclasses import dataclass

from oasis.costs.billing import (
    BYTES_PER_GB,
    DAYS_PER_MONTH,
    SECONDS_PER_MONTH,
    gb_seconds,
    sampled_traces,
)
from oasis.costs.workloads import Workload


@dataclass(frozen=True)
class Quantity:
    """What an arrow of the journey uses of one meter in a month, in the meter's single units."""

    meter: str
    arrow: str
    amount: float


@dataclass(frozen=True)
class Invocations:
    """A month's invocations of one function."""

    count: float
    memory_mb: int
    seconds: float
    timeout_s: float
    log_bytes: float
    ready_share: float = 0.0  # of the seconds, in provisioned environments


def used(arrow: str, **amounts: float) -> list[Quantity]:
    """Return the quantities of an arrow by meter."""
    return [Quantity(meter, arrow, amount) for meter, amount in amounts.items()]


def invoked(arrow: str, work: Workload, calls: Invocations) -> list[Quantity]:
    """Return what invocations use of Lambda, CloudWatch Logs and X-Ray, whatever they do."""
    billed_s = min(calls.seconds, calls.timeout_s)
    billed = calls.count * gb_seconds(calls.memory_mb, billed_s)
    rate = calls.count / SECONDS_PER_MONTH
    traces = sampled_traces(rate, work.assumptions.traced_beyond_the_first) * SECONDS_PER_MONTH
    return [
        *used(
            arrow,
            lambda_requests=calls.count,
            gb_seconds=billed * (1 - calls.ready_share),
            ready_run_gb_seconds=billed * calls.ready_share,
            traces=traces,
        ),
        *logged(arrow, work, calls.count * calls.log_bytes),
    ]


def logged(arrow: str, work: Workload, log_bytes: float) -> list[Quantity]:
    """Return what a month's log bytes use: taken in, and kept as long as the stage says."""
    log_gb = log_bytes / BYTES_PER_GB
    kept_months = work.deployment.log_retention_days / DAYS_PER_MONTH
    kept_gb = log_gb * work.assumptions.stored_log_share * kept_months
    return used(arrow, log_gb=log_gb, kept_log_gb=kept_gb)
