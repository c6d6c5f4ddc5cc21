"""Stages: every value that differs between a development and the production deployment."""

from dataclasses import dataclass
from typing import Literal

from aws_cdk.aws_logs import RetentionDays


@dataclass(frozen=True)
class Stage:
    """Values of one deployment.

    ``admission`` says who may send before the first policy: `everybody`, or `nobody` but
    ``policy_producer``, the one producer whose `policy` drops are taken then. Memory in MB, times
    in the unit of the name. A reserved concurrency of None takes from the account's pool; that of
    the plan holds for its solve and its activation, each.
    """

    name: str
    admission: Literal["everybody", "nobody"]
    policy_producer: str
    log_level: Literal["DEBUG", "INFO"]
    log_retention: RetentionDays
    clock_rate_minutes: int
    queue_concurrency: int
    ingest_memory_mb: int
    load_memory_mb: int
    solve_memory_mb: int
    lookup_memory_mb: int
    lookup_reserved_concurrency: int | None
    plan_reserved_concurrency: int | None
    lookups_per_second: int
    lookup_burst: int


DEV = Stage(
    name="dev",
    admission="everybody",
    policy_producer="operations",
    log_level="INFO",
    log_retention=RetentionDays.ONE_WEEK,
    clock_rate_minutes=60,
    queue_concurrency=2,
    ingest_memory_mb=1769,
    load_memory_mb=1769,
    solve_memory_mb=1769,
    lookup_memory_mb=512,
    lookup_reserved_concurrency=None,
    plan_reserved_concurrency=None,
    lookups_per_second=100,
    lookup_burst=200,
)

PROD = Stage(
    name="prod",
    admission="nobody",
    policy_producer="operations",
    log_level="INFO",
    log_retention=RetentionDays.THREE_MONTHS,
    clock_rate_minutes=60,
    queue_concurrency=10,
    ingest_memory_mb=3008,
    load_memory_mb=3008,
    solve_memory_mb=8846,
    lookup_memory_mb=1769,
    lookup_reserved_concurrency=400,
    plan_reserved_concurrency=2,
    lookups_per_second=2500,
    lookup_burst=5000,
)

STAGES = {stage.name: stage for stage in (DEV, PROD)}


def stage_named(name: str) -> Stage:
    """Return the stage of that name.

    Raises:
        ValueError: there is no such stage.
    """
    if name not in STAGES:
        raise ValueError(f"stage is one of {', '.join(STAGES)}, not {name!r}")
    return STAGES[name]
