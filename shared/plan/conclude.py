"""Noun plan: from a solution to the plan that is stored and handed on."""

from dataclasses import dataclass
from datetime import datetime

from shared.drop.accepted_keys import read_accepted_key
from shared.plan.compose import Outcome, report_part, serving_part
from shared.plan.record_store import PlanRecords
from shared.plan.store import PlanBucket, compose_plan
from shared.plan.work_store import RunInHand
from shared.policy.policies import Policy


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
    shards: int
    solve_s: float
    score_age_s: float | None  # of the newest drop of scores, None where there is none


def conclude_solve(
    run: RunInHand,
    outcome: Outcome,
    *,
    plans: PlanBucket,
    records: PlanRecords,
    now: datetime,
) -> SolvedPlan:
    """Compose the plan of a solution, store it and note that it was solved.

    Safe to run twice: the same solution gives the same plan, which is stored once.
    """
    policy = Policy.model_validate_json(run.policy)
    solved_from = datetime.fromisoformat(run.solved_from)
    report = report_part(
        run.terms,
        outcome,
        policy,
        parent=run.parent,
        before=plans.report(run.parent) if run.parent else None,
        now=solved_from,
    )
    plan = compose_plan(serving_part(run.terms, outcome.solution, policy, solved_from), report)
    plans.put(plan)
    took = (now - datetime.fromisoformat(run.began_at)).total_seconds()
    records.note_solved(
        plan.plan_id,
        run=run.run,
        request=run.request,
        gap=report.certificate.gap,
        solve_s=took,
        now=solved_from,
    )
    return SolvedPlan(
        plan_id=plan.plan_id,
        run=run.run,
        request=run.request,
        gap=report.certificate.gap,
        rows=report.solver.rows,
        edges=report.solver.edges,
        campaigns=len(report.campaigns),
        shards=outcome.shards,
        solve_s=round(took, 3),
        score_age_s=_score_age_s(report.accepted_keys, solved_from),
    )


def _score_age_s(accepted_keys: tuple[str, ...], now: datetime) -> float | None:
    drops = (read_accepted_key(key) for key in accepted_keys)
    ages = [(now - drop.as_of).total_seconds() for drop in drops if drop.dataset == "scores"]
    return min(ages, default=None)
