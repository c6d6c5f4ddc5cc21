"""Watching: a dashboard for each of intake, plan and lookup; what users feel stands on top."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.constructs.count_delivery import CountDelivery
from infra.constructs.ingest_drop import IngestDrop
from infra.constructs.load_run import LoadRun
from infra.constructs.load_scores import LoadScores
from infra.constructs.lookup_scores import LookupScores
from infra.constructs.plan_run import PlanRun
from infra.constructs.reconcile import Reconcile
from infra.constructs.request_plan import RequestPlan
from infra.constructs.update_campaign import UpdateCampaign
from infra.constructs.work_queue import WorkQueue
from infra.python_function import PythonFunction
from infra.stage import Stage
from infra.watch.board import HEIGHT, PERIOD, WIDTH, Board
from infra.watch.metrics import cold_starts_of


def intake_board(
    scope: Construct,
    *,
    stage: Stage,
    ingest: IngestDrop,
    load: LoadScores,
    load_run: LoadRun,
    reconcile: Reconcile,
    update: UpdateCampaign,
    count: CountDelivery,
    alarms: Sequence[cloudwatch.IAlarm],
) -> Board:
    """Show what came in, what became of it, and what waits."""
    board = Board(scope, "IntakeDashboard", stage=stage, alarms=alarms)
    total = cloudwatch.Stats.SUM
    statuses = tuple(
        f"Drops{status}"
        for status in ("Accepted", "Partial", "Rejected", "Duplicate", "Quarantined", "DryRun")
    )
    outcomes = ("CampaignsApplied", "CampaignsOlder", "CampaignsRejected")
    board.row(
        drops_by_status=board.logged(*statuses, of="ingest_drop", statistic=total),
        rows_judged=board.logged("RowsAccepted", "RowsRejected", of="ingest_drop", statistic=total),
        campaign_changes=board.logged(*outcomes, of="update_campaign", statistic=total),
    )
    works = {
        "drops": ingest.work,
        "scores": load.work,
        "campaigns": update.work,
        "delivery": count.work,
        "reconciling": reconcile.work,
    }
    functions = {
        "ingest_drop": ingest.function,
        "load_scores": load.function,
        "load_part": load_run.part.function,
        "reconcile": reconcile.function,
        "update_campaign": update.function,
        "count_delivery": count.function,
    }
    board.row(
        score_rows_written=[
            metric
            for function in ("load_scores", "load_part")
            for metric in board.logged(
                "RowsWritten", "RowsSuperseded", of=function, statistic=total
            )
        ],
        left_behind_and_asked_for_again=board.logged(
            "DropsLeftBehind", "LoadsLeftBehind", of="reconcile", statistic=total
        ),
        campaigns_at_their_caps=board.logged(
            "CampaignsSilenced", "CampaignsLifted", of="count_delivery", statistic=total
        ),
        oldest_message_waits_in_seconds=_ages(works),
        given_up=_given_up(works),
    )
    board.row(**_of_functions(functions))
    board.add_widgets(
        cloudwatch.LogQueryWidget(
            title="Latest refused drops",
            log_group_names=[ingest.function.log_group.log_group_name],
            query_lines=[
                "fields @timestamp, drop_id, dataset, reason",
                "filter message = 'Drop judged.' and status = 'rejected'",
                "sort @timestamp desc",
                "limit 20",
            ],
            width=WIDTH,
            height=HEIGHT,
        )
    )
    return board


def plan_board(
    scope: Construct,
    *,
    stage: Stage,
    run: PlanRun,
    request: RequestPlan,
    alarms: Sequence[cloudwatch.IAlarm],
) -> Board:
    """Show how old the plan is, how good, and how its runs went."""
    board = Board(scope, "PlanDashboard", stage=stage, alarms=alarms)
    total, largest = cloudwatch.Stats.SUM, cloudwatch.Stats.MAXIMUM
    states = ("PlansActivated", "PlansHeld", "PlansRefused", "PlansSuperseded")
    board.row(
        landed_to_served_in_seconds=board.at_percentiles("DropToServed", of="activate_plan"),
        plans_by_decision=board.logged(*states, of="activate_plan", statistic=total),
        age_of_plan_in_seconds=board.logged("PlanAge", of="request_plan", statistic=largest),
        age_of_scores_in_seconds=board.logged("ScoreAge", of="solve_plan", statistic=largest),
    )
    board.row(
        gap_of_plan=board.logged("PlanGap", of="solve_plan", statistic=largest),
        solve_in_seconds=board.logged("PlanSolveTime", of="solve_plan", statistic=largest),
        campaigns_and_edges=board.logged(
            "PlanCampaigns", "PlanEdges", of="solve_plan", statistic=largest
        ),
        suppressions=board.logged("Suppressions", of="request_plan", statistic=largest),
    )
    machine = run.state_machine
    board.row(
        runs=[
            machine.metric_started(period=PERIOD),
            machine.metric_succeeded(period=PERIOD),
            machine.metric_failed(period=PERIOD),
            machine.metric_timed_out(period=PERIOD),
            *board.logged("PlanRunsStarted", of="request_plan", statistic=total),
        ],
        oldest_request_waits_in_seconds=_ages({"requests": request.work}),
        given_up=_given_up({"requests": request.work}),
    )
    functions = {
        "request_plan": request.function,
        "solve_plan": run.solve.function,
        "evaluate_shard": run.evaluate.function,
        "activate_plan": run.activate.function,
    }
    board.row(**_of_functions(functions))
    return board


def lookup_board(
    scope: Construct, *, stage: Stage, lookup: LookupScores, alarms: Sequence[cloudwatch.IAlarm]
) -> Board:
    """Show what the ranking service feels, then why."""
    board = Board(scope, "LookupDashboard", stage=stage, alarms=alarms)
    total, largest = cloudwatch.Stats.SUM, cloudwatch.Stats.MAXIMUM
    api, function = lookup.api, lookup.function
    percentiles = {"median": 50, "p95": 95, "p99": 99}
    board.row(
        lookups=[
            api.metric_count(period=PERIOD, statistic=total, label="lookups"),
            api.metric_client_error(period=PERIOD, statistic=total, label="refused (4xx)"),
            api.metric_server_error(period=PERIOD, statistic=total, label="failed (5xx)"),
        ],
        latency_at_the_gateway_in_ms=[
            api.metric_latency(period=PERIOD, statistic=cloudwatch.Stats.p(p), label=label)
            for label, p in percentiles.items()
        ],
        duration_of_the_function_in_ms=[
            function.metric_duration(period=PERIOD, statistic=cloudwatch.Stats.p(p), label=label)
            for label, p in percentiles.items()
        ],
    )
    board.row(
        answers_that_are_not_the_usual_one=board.logged(
            "LookupsWithoutRow",
            "LookupsStale",
            "LookupsRefused",
            "LookupsUnavailable",
            of="lookup_scores",
            statistic=total,
        ),
        promoted_positions=board.logged("LookupResults", of="lookup_scores", statistic=total),
        age_of_plan_in_seconds=board.logged("PlanAge", of="lookup_scores", statistic=largest),
    )
    board.row(
        at_the_same_time=[
            function.metric("ConcurrentExecutions", period=PERIOD, statistic=largest)
        ],
        cold_starts=[cold_starts_of(stage, "lookup_scores", function.function_name, PERIOD)],
        **_of_functions({"lookup_scores": function}),
    )
    return board


def _ages(works: Mapping[str, WorkQueue]) -> list[cloudwatch.IMetric]:
    return [
        work.queue.metric_approximate_age_of_oldest_message(
            period=PERIOD, statistic=cloudwatch.Stats.MAXIMUM, label=name
        )
        for name, work in works.items()
    ]


def _given_up(works: Mapping[str, WorkQueue]) -> list[cloudwatch.IMetric]:
    return [
        queue.metric_approximate_number_of_messages_visible(
            period=PERIOD, statistic=cloudwatch.Stats.MAXIMUM, label=f"{name}: {what}"
        )
        for name, work in works.items()
        for what, queue in (("dead letters", work.dead_letters), ("events", work.undelivered))
    ]


def _of_functions(functions: Mapping[str, PythonFunction]) -> dict[str, list[cloudwatch.IMetric]]:
    total = cloudwatch.Stats.SUM
    return {
        "errors_and_throttles": [
            metric(period=PERIOD, statistic=total, label=f"{name}: {what}")
            for name, function in functions.items()
            for what, metric in (
                ("errors", function.metric_errors),
                ("throttles", function.metric_throttles),
            )
        ],
        "invocations": [
            function.metric_invocations(period=PERIOD, statistic=total, label=name)
            for name, function in functions.items()
        ],
    }
