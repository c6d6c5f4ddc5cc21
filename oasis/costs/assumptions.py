"""What one piece of work takes: measured where it could be, assumed and said so where not."""

from dataclasses import dataclass, field, fields


@dataclass(frozen=True)
class Assumption:
    """One number of `Assumptions`, for people: where it comes from."""

    name: str
    value: float
    origin: str


def _number(value: float, origin: str) -> float:
    number: float = field(default=value, metadata={"origin": origin})
    return number


@dataclass(frozen=True)
class Assumptions:
    """Times, bytes and counts of one piece of work, each with where it comes from."""

    lookup_base_ms: float = _number(
        5.0, "assumed: DynamoDB's round trip 4 ms; measured locally 0.6 ms, Lambda is slower"
    )
    lookup_us_per_candidate: float = _number(
        0.3, "measured locally 2026-11-27, 1 to 1,000 candidates"
    )
    cold_start_share: float = _number(0.001, "assumed")
    cold_start_s: float = _number(
        0.3, "measured locally 2026-11-27 at 1,769 MB: 0.15 s; twice that, for slower cores"
    )
    environments_per_busy_one: float = _number(
        2.0, "assumed: environments that stand for each that is busy at peak"
    )
    index_plan_us_per_campaign: float = _number(
        5.8, "measured locally 2026-11-27: 0.116 s for 20,000 campaigns of 25 tracks"
    )
    ingest_base_s: float = _number(0.5, "assumed")
    ingest_rows_per_s: float = _number(
        1_000_000.0,
        "measured locally 2026-11-24: 10M rows of CSV judged and packed in 4 s of CPU where rows "
        "of an audience stand together, 7 s where they do not; Lambda's share of a CPU is slower",
    )
    reconcile_base_s: float = _number(1.0, "assumed")
    list_request_s: float = _number(0.15, "assumed: one page of 1,000 keys")
    load_base_s: float = _number(0.5, "assumed")
    load_writes_per_s: float = _number(
        900.0, "measured locally 2026-11-24: what boto3's CPU time leaves, 16 threads"
    )
    update_s: float = _number(0.1, "assumed")
    request_s: float = _number(0.05, "assumed")
    activate_s: float = _number(2.0, "assumed")
    solve_base_s: float = _number(3.0, "assumed")
    solve_read_mb_per_s: float = _number(80.0, "assumed: S3, one object after another")
    score_read_mb_per_s: float = _number(300.0, "assumed: S3, six row groups side by side")
    score_id_bytes: float = _number(
        18.0, "measured: Parquet without compression, ids of 14 characters and their length"
    )
    score_rows_of_a_group: float = _number(
        65_000.0, "as built: a part of a Parquet file; one of a CSV file holds more"
    )
    build_us_per_edge: float = _number(
        0.27, "measured locally 2026-11-27: 20M edges from Parquet in 3.6 to 5.5 s of CPU"
    )
    solve_us_per_edge: float = _number(
        0.16, "measured locally 2026-11-27: 20M edges in 3.1 s of CPU"
    )
    solve_bytes_per_edge: float = _number(
        45.0, "measured locally 2026-11-27: 20M edges, building and solving; 8 are kept"
    )
    shard_rounds: float = _number(
        4.0, "measured locally 2026-11-27: a sample and two to four evaluations"
    )
    shard_base_s: float = _number(1.0, "assumed: a cold start, three objects read")
    shard_us_per_edge: float = _number(
        0.2, "assumed: 8 bytes read at 80 MB/s, two passes and the shortlist written"
    )
    join_base_s: float = _number(1.0, "assumed")
    join_us_per_listed_edge: float = _number(
        0.35, "measured locally 2026-11-27: 0.22 us of CPU; assumed: 9 bytes read at 80 MB/s"
    )
    join_bytes_per_listed_edge: float = _number(
        110.0, "measured locally 2026-11-27: 61 to 109 at the peak of a step, 200,000 rows"
    )
    listed_edges_per_row: float = _number(
        28.0, "measured locally 2026-11-27: wide prices, 105 edges a row; narrow ones 8"
    )
    score_row_file_bytes: float = _number(40.0, "measured: a line of CSV with ids of 14 characters")
    catalogue_row_bytes: float = _number(60.0, "assumed")
    delivery_row_file_bytes: float = _number(35.0, "assumed: a line of CSV")
    accepted_delivery_row_bytes: float = _number(
        2.3, "measured 2026-11-24: Parquet, zstd, two contexts of each campaign"
    )
    standing_row_bytes: float = _number(
        3.5, "measured 2026-11-24: 51 MB for 14.6M rows, a year of 20,000 campaigns"
    )
    standing_memory_bytes_per_row: float = _number(
        105.0, "measured 2026-11-24: 1.65 GB at the peak of counting beside those 14.6M rows"
    )
    count_base_s: float = _number(1.0, "assumed")
    count_rows_per_s: float = _number(
        1_000_000.0, "measured locally 2026-11-24: 25 ms of CPU for 40,000 rows read and folded"
    )
    accepted_overhead_bytes: float = _number(
        8.0, "measured: Parquet, zstd, a row beside its packed bytes"
    )
    receipt_bytes: float = _number(2_000.0, "assumed")
    object_log_bytes: float = _number(600.0, "assumed: a line of S3's access log")
    event_bytes: float = _number(1_500.0, "assumed: largest of ours on the bus, with its envelope")
    serving_bytes_per_campaign: float = _number(
        98.0, "measured: 89 with 2 tracks a campaign, and 4 bytes a track"
    )
    report_bytes_per_campaign: float = _number(400.0, "measured: 393")
    lookup_log_bytes: float = _number(470.0, "measured 2026-11-24: the one line with the metrics")
    platform_log_bytes: float = _number(
        730.0, "assumed: Lambda's own lines platform.start and platform.report with their tracing"
    )
    access_log_bytes: float = _number(450.0, "assumed from the fields of the access log")
    work_log_bytes: float = _number(2_500.0, "assumed: lines of any other invocation")
    run_log_bytes: float = _number(
        8_000.0, "assumed: Step Functions' history of one run, level ALL, without data"
    )
    stored_log_share: float = _number(0.15, "assumed: CloudWatch stores logs compressed")
    result_bytes: float = _number(80.0, "measured: JSON of one result without explanation")
    candidate_bytes: float = _number(25.0, "assumed: JSON of one candidate in a question")
    traced_beyond_the_first: float = _number(
        0.05, "X-Ray's default rule: one trace a second and 5 % of the rest"
    )
    idle_polls_per_minute: float = _number(15.0, "assumed: five pollers a queue, 20 s each")
    custom_metrics: float = _number(40.0, "names that the functions put, a test counts them")
    alarm_metrics: float = _number(100.0, "metrics that alarms watch, a test counts them")
    composite_alarms: float = _number(6.0, "the stack's, a test counts them")
    dashboards: float = _number(3.0, "the stack's, a test counts them")


def listed(assumptions: Assumptions) -> list[Assumption]:
    """Return every assumption with its origin, in order."""
    return [
        Assumption(each.name, getattr(assumptions, each.name), each.metadata["origin"])
        for each in fields(Assumptions)
    ]
