"""Noun plan: solving the allocation of today and storing the plan."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.allocation.solver import solve
from shared.campaign.store import CampaignStore
from shared.drop.accepted_keys import read_accepted_key
from shared.plan.compose import report_part, serving_part
from shared.plan.input_store import InputStore
from shared.plan.problems import build_problem
from shared.plan.record_store import PlanRecords
from shared.plan.request_store import RequestStore
from shared.plan.store import PlanBucket, compose_plan
from shared.plan.tallies import tally_of
from shared.plan.warm_starts import warm_start
from shared.pointer.store import PointerStore
from shared.policy.policies import Policy

GAP_MARGIN = 0.25  # the solver aims at this part of the gap that activation allows


@dataclass(frozen=True)
class SolvedPlan:
    """What a solve hands on to activation, with figures for the log."""

    plan_id: str
    run: str
    request: int
    gap: float
    rows: int
    edges: int
    campaigns: int
    solve_s: float
    score_age_s: float | None  # of the newest drop of scores, None where there is none


def solve_plan(
    run: str,
    *,
    solved_from: datetime,
    policy: Policy,
    inputs: InputStore,
    campaigns: CampaignStore,
    requests: RequestStore,
    pointer: PointerStore,
    plans: PlanBucket,
    records: PlanRecords,
) -> SolvedPlan:
    """Solve from the accepted data and campaigns as they stand, and store the plan.

    The solve starts from the prices of the plan before, and sees to it that what each changed
    campaign delivers is right. Requests are noted before anything is read. Safe to run twice: the
    same data solved from the same instant, after the same plan, give the same plan, which is
    stored once.
    """
    began = time.monotonic()
    request = requests.note()
    parent = pointer.read().plan_id
    before = plans.report(parent) if parent else None
    known = list(campaigns.all())
    read = inputs.read(
        {track_id for campaign in known for track_id in campaign.track_ids},
        score_ttl=timedelta(days=policy.score_ttl_days),
        now=solved_from,
    )
    day = build_problem(read, known, policy, solved_from)
    start = warm_start(day.terms, before)
    solution = solve(
        day.problem,
        target_gap=policy.max_gap * GAP_MARGIN,
        warm_start=start,
        watched=start.changed if start else None,
    )
    report = report_part(
        day.terms,
        solution,
        tally_of(day.problem),
        policy,
        parent=parent,
        before=before,
        now=solved_from,
    )
    plan = compose_plan(serving_part(day.terms, solution, policy, solved_from), report)
    plans.put(plan)
    took = time.monotonic() - began
    records.note_solved(
        plan.plan_id,
        run=run,
        request=request,
        gap=report.certificate.gap,
        solve_s=took,
        now=solved_from,
    )
    return SolvedPlan(
        plan_id=plan.plan_id,
        run=run,
        request=request,
        gap=report.certificate.gap,
        rows=report.solver.rows,
        edges=report.solver.edges,
        campaigns=len(report.campaigns),
        solve_s=round(took, 3),
        score_age_s=_score_age_s(read.accepted_keys, solved_from),
    )


def _score_age_s(accepted_keys: tuple[str, ...], now: datetime) -> float | None:
    drops = (read_accepted_key(key) for key in accepted_keys)
    ages = [(now - drop.as_of).total_seconds() for drop in drops if drop.dataset == "scores"]
    return min(ages, default=None)
