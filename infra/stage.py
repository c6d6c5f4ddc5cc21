"""Stages: every value that differs between a development and the production deployment."""

from dataclasses import dataclass
from typing import Literal

from aws_cdk.aws_logs import RetentionDays

HOUR_S = 3600


@dataclass(frozen=True)
class Stage:
    """Values of one deployment.

    ``admission`` says who may send before the first policy: `everybody`, or `nobody` but
    ``policy_producer``, the one producer whose `policy` drops are taken then. Memory in MB, times
    in the unit of the name. A solve of up to ``most_edges`` runs in one function, a larger one in
    shards of about ``shard_edges``; measured, one takes 18 to 45 bytes an edge. A reserved
    concurrency of None takes from the account's pool; that of the plan holds for its solve and its
    activation, each. Shares ``in_time`` and ``availability`` are the objectives that alarms guard,
    ages with ``limit`` what an alarm bears. The lookup starts cold, from provisioned concurrency,
    or from a snapshot. At the system log level WARN, Lambda leaves out its own line at the start
    and end of each invocation.

    Raises:
        ValueError: AWS takes no function that has both provisioned concurrency and a snapshot.
    """

    name: str
    admission: Literal["everybody", "nobody"]
    policy_producer: str
    log_level: Literal["DEBUG", "INFO"]
    system_log_level: Literal["DEBUG", "INFO", "WARN"]
    log_retention: RetentionDays
    clock_rate_minutes: int
    settled_after_s: int
    queue_concurrency: int
    ingest_memory_mb: int
    load_memory_mb: int
    load_concurrency: int
    load_part_rows: int
    solve_memory_mb: int
    most_edges: int
    shard_memory_mb: int
    shard_edges: int
    shard_concurrency: int
    lookup_memory_mb: int
    lookup_reserved_concurrency: int | None
    lookup_provisioned_concurrency: int | None
    lookup_snap_start: bool
    plan_reserved_concurrency: int | None
    lookups_per_second: int
    lookup_burst: int
    lookup_latency_ms: int
    lookups_in_time: float
    lookup_availability: float
    drop_to_served_s: int
    drops_in_time: float
    queue_age_limit_s: int
    plan_age_limit_s: int
    score_age_limit_s: int
    monthly_budget_usd: int

    @property
    def most_serving_bytes(self) -> int:
        """How long a plan's serving part may be: two of them take 16 times that of a lookup."""
        return (self.lookup_memory_mb << 20) // 32

    def __post_init__(self) -> None:
        """Refuse what AWS would refuse at deployment."""
        if self.lookup_snap_start and self.lookup_provisioned_concurrency:
            raise ValueError("choose provisioned concurrency or SnapStart for the lookup, not both")


DEV = Stage(
    name="dev",
    admission="everybody",
    policy_producer="operations",
    log_level="INFO",
    system_log_level="INFO",
    log_retention=RetentionDays.ONE_WEEK,
    clock_rate_minutes=60,
    settled_after_s=60,
    queue_concurrency=2,
    ingest_memory_mb=1769,
    load_memory_mb=1769,
    load_concurrency=4,
    load_part_rows=2_000,
    solve_memory_mb=1769,
    most_edges=20_000_000,
    shard_memory_mb=1769,
    shard_edges=10_000_000,
    shard_concurrency=4,
    lookup_memory_mb=512,
    lookup_reserved_concurrency=None,
    lookup_provisioned_concurrency=None,
    lookup_snap_start=False,
    plan_reserved_concurrency=None,
    lookups_per_second=100,
    lookup_burst=200,
    lookup_latency_ms=250,
    lookups_in_time=0.95,
    lookup_availability=0.99,
    drop_to_served_s=600,
    drops_in_time=0.95,
    queue_age_limit_s=1800,
    plan_age_limit_s=3 * HOUR_S,
    score_age_limit_s=72 * HOUR_S,
    monthly_budget_usd=100,
)

PROD = Stage(
    name="prod",
    admission="nobody",
    policy_producer="operations",
    log_level="INFO",
    system_log_level="WARN",
    log_retention=RetentionDays.THREE_MONTHS,
    clock_rate_minutes=60,
    settled_after_s=900,
    queue_concurrency=10,
    ingest_memory_mb=3008,
    load_memory_mb=3008,
    load_concurrency=20,
    load_part_rows=10_000,
    solve_memory_mb=8846,
    most_edges=150_000_000,
    shard_memory_mb=3008,
    shard_edges=25_000_000,
    shard_concurrency=40,
    lookup_memory_mb=1024,
    lookup_reserved_concurrency=400,
    lookup_provisioned_concurrency=20,
    lookup_snap_start=False,
    plan_reserved_concurrency=2,
    lookups_per_second=2500,
    lookup_burst=5000,
    lookup_latency_ms=50,
    lookups_in_time=0.99,
    lookup_availability=0.999,
    drop_to_served_s=300,
    drops_in_time=0.95,
    queue_age_limit_s=300,
    plan_age_limit_s=3 * HOUR_S,
    score_age_limit_s=48 * HOUR_S,
    monthly_budget_usd=15_000,
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
