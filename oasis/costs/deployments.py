"""What is deployed: memory, limits and retention of a stage, as `infra/stage.py` says them."""

import os
from dataclasses import dataclass

RETENTION_DAYS = {
    "ONE_DAY": 1,
    "THREE_DAYS": 3,
    "ONE_WEEK": 7,
    "TWO_WEEKS": 14,
    "ONE_MONTH": 30,
    "TWO_MONTHS": 60,
    "THREE_MONTHS": 90,
    "SIX_MONTHS": 180,
    "ONE_YEAR": 365,
}


@dataclass(frozen=True)
class Deployment:
    """What of a stage costs or limits. The constructs' own numbers, equal in every stage, are the
    defaults here; a test holds them against the template.
    """

    stage: str
    ingest_memory_mb: int
    load_memory_mb: int
    load_part_rows: int
    solve_memory_mb: int
    most_edges: int
    shard_memory_mb: int
    shard_edges: int
    lookup_memory_mb: int
    log_retention_days: int
    clock_rate_minutes: int
    lookups_per_second: int
    lookup_concurrency: int | None
    lookup_provisioned: int
    lookup_snapshot: bool
    platform_lines: bool  # Lambda's own line at the start and end of each invocation
    update_memory_mb: int = 512
    request_memory_mb: int = 512
    reconcile_memory_mb: int = 1024
    activate_memory_mb: int = 1024
    ingest_scratch_gb: float = 8.0
    work_timeout_s: int = 120
    part_timeout_s: int = 900
    solve_timeout_s: int = 900
    work_queues: int = 6


def deployment_of(stage_name: str) -> Deployment:
    """Return what a stage deploys. Loads CDK, which takes a second.

    Raises:
        ValueError: there is no such stage, or its retention is none that stands here.
    """
    os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20,22")
    from infra.stage import stage_named

    stage = stage_named(stage_name)
    retention = stage.log_retention.name
    if retention not in RETENTION_DAYS:
        raise ValueError(f"How many days {retention} is stands nowhere: add it to RETENTION_DAYS.")
    return Deployment(
        stage=stage.name,
        ingest_memory_mb=stage.ingest_memory_mb,
        load_memory_mb=stage.load_memory_mb,
        load_part_rows=stage.load_part_rows,
        solve_memory_mb=stage.solve_memory_mb,
        most_edges=stage.most_edges,
        shard_memory_mb=stage.shard_memory_mb,
        shard_edges=stage.shard_edges,
        lookup_memory_mb=stage.lookup_memory_mb,
        log_retention_days=RETENTION_DAYS[retention],
        clock_rate_minutes=stage.clock_rate_minutes,
        lookups_per_second=stage.lookups_per_second,
        lookup_concurrency=stage.lookup_reserved_concurrency,
        lookup_provisioned=stage.lookup_provisioned_concurrency or 0,
        lookup_snapshot=stage.lookup_snap_start,
        platform_lines=stage.system_log_level != "WARN",
    )
