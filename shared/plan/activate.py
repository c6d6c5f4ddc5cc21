"""Noun plan: making a solved plan the current one, or saying why not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.drop.record_store import DropTable
from shared.event.events import PlanActivated, PlanHeld
from shared.event.store import EventBus
from shared.plan.days import day_of
from shared.plan.record_store import ACTIVATED, HELD, REFUSED, SUPERSEDED, PlanRecords
from shared.plan.reports import PlanReport, changed_campaigns, first_used
from shared.plan.request_store import RequestStore
from shared.plan.store import PlanBucket
from shared.pointer.pointers import Pointer, forgettable
from shared.pointer.store import PointerMovedError, PointerStore
from shared.policy.policies import Policy

ATTEMPTS = 10


@dataclass(frozen=True)
class Decision:
    """What became of a plan: activated, held, refused or superseded, and why."""

    plan_id: str
    state: str
    reason: str
    epoch: int


@dataclass(frozen=True)
class FirstUse:
    """A drop that is served from now on, and the seconds since it landed."""

    drop_id: str
    dataset: str
    waited_s: float


@dataclass(frozen=True)
class Activation:
    """A decision and, where the plan is served from now on, what it is the first to hold.

    ``drops`` are those not known to be served before, so that a repetition counts none twice;
    ``campaigns`` are the versions that the plan before did not know.
    """

    decision: Decision
    drops: tuple[FirstUse, ...] = ()
    campaigns: dict[str, int] = field(default_factory=dict)


def refusal_of(report: PlanReport, before: PlanReport | None, policy: Policy) -> str:
    """Return why a plan must never be served, or an empty string."""
    certificate = report.certificate
    if not certificate.largest_violation <= 0:
        return f"A cap is exceeded by {certificate.largest_violation:.6g} exposures."
    if not certificate.gap <= policy.max_gap:
        return f"The gap is {certificate.gap:.4%}; policy allows {policy.max_gap:.4%}."
    if before is not None and before.campaigns and not report.campaigns:
        return "The plan has no live campaign, and the current one has."
    return ""


def activate_plan(
    plan_id: str,
    *,
    run: str,
    request: int,
    policy: Policy,
    most_serving_bytes: int,
    plans: PlanBucket,
    records: PlanRecords,
    requests: RequestStore,
    pointer: PointerStore,
    drops: DropTable,
    events: EventBus,
    now: datetime,
) -> Activation:
    """Verify a plan and flip the pointer to it by compare-and-swap.

    Safe to run twice and late: a plan that is current already is only announced again, and a plan
    of an older request than the current one's is superseded. A plan that lookups have no memory for
    is refused: it would silence all campaigns.

    Raises:
        DamagedPlanError: the stored bytes are not that plan's.
        PointerMovedError: others kept moving the pointer.
    """
    verified = plans.verified(plan_id)
    report, served = verified.report, verified.serving_bytes
    unfit = "" if served <= most_serving_bytes else _too_large(served, most_serving_bytes)
    for attempt in range(ATTEMPTS):
        current = pointer.read()
        decision = _decide(plan_id, request, report, current, policy, plans, unfit)
        if decision.state != ACTIVATED or current.plan_id == plan_id:
            break
        try:
            epoch = pointer.activate(current, plan_id=plan_id, request=request, now=now)
        except PointerMovedError:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            decision = Decision(plan_id, ACTIVATED, "", epoch)
            break
    records.decide(plan_id, decision.state, decision.reason, now)
    activation = Activation(decision)
    if decision.state == ACTIVATED:
        is_repetition = current.plan_id == plan_id
        replaced = current.previous_plan_id if is_repetition else current.plan_id
        before = plans.report(replaced) if replaced else None
        first_uses = _note_first_uses(plan_id, report, before, drops, now)
        activation = Activation(decision, first_uses, changed_campaigns(report, before))
        known = {plan_id: report, **({replaced: before} if before else {})}
        _forget_suppressions(run, known, requests, pointer, plans, records, now)
        gap, drift = report.certificate.gap, report.drift
        events.send(PlanActivated(plan_id, decision.epoch, gap, drift, len(report.campaigns)))
    elif decision.state in (HELD, REFUSED):
        sentence = f"Plan {plan_id} was {decision.state}: {decision.reason}"
        events.send(PlanHeld(plan_id, decision.state, sentence))
    return activation


def _note_first_uses(
    plan_id: str, report: PlanReport, before: PlanReport | None, drops: DropTable, now: datetime
) -> tuple[FirstUse, ...]:
    return tuple(
        FirstUse(drop.drop_id, drop.dataset, (now - drop.landed_at).total_seconds())
        for drop in first_used(report, before)
        if drops.note_served(drop.drop_id, plan_id=plan_id, now=now)
    )


def _forget_suppressions(
    run: str,
    known: Mapping[str, PlanReport],
    requests: RequestStore,
    pointer: PointerStore,
    plans: PlanBucket,
    records: PlanRecords,
    now: datetime,
) -> None:
    """Remove entries of campaigns in neither the current plan, the one before, nor a held one.

    None is removed while another run than ``run`` is in flight: it may have read a campaign before
    it was paused. This is asked after the pointer was read, so that a run that begins later reads
    all that the entries say. ``known`` are reports that need not be read again.
    """
    current = pointer.read()
    today = day_of(now)
    if not forgettable(current.suppressed, frozenset(), today):
        return
    if requests.read().run not in ("", run):
        return
    served = {current.plan_id, current.previous_plan_id, *records.held()} - {""}
    reports = (known[p] if p in known else plans.report(p) for p in served)
    planned = frozenset(c.campaign_id for each in reports for c in each.campaigns)
    unneeded = forgettable(current.suppressed, planned, today)
    if unneeded:
        pointer.forget(current, unneeded)


def _decide(
    plan_id: str,
    request: int,
    report: PlanReport,
    current: Pointer,
    policy: Policy,
    plans: PlanBucket,
    unfit: str,
) -> Decision:
    if current.plan_id == plan_id:
        return Decision(plan_id, ACTIVATED, "", current.epoch)
    if request <= current.request:
        reason = f"The current plan answers request {current.request}, this one {request}."
        return Decision(plan_id, SUPERSEDED, reason, current.epoch)
    before = plans.report(current.plan_id) if current.plan_id else None
    refusal = refusal_of(report, before, policy) or unfit
    if refusal:
        return Decision(plan_id, REFUSED, refusal, current.epoch)
    if current.frozen:
        reason = "The pointer is frozen after a rollback; a person releases it."
        return Decision(plan_id, HELD, reason, current.epoch)
    if report.drift > policy.max_drift:
        reason = f"It moves {report.drift:.1%} of exposures; policy allows {policy.max_drift:.1%}."
        return Decision(plan_id, HELD, reason, current.epoch)
    return Decision(plan_id, ACTIVATED, "", current.epoch)


def _too_large(served: int, most: int) -> str:
    return (
        f"Its serving part has {served / 1e6:.1f} MB, and lookups have memory for {most / 1e6:.1f} "
        "MB. Give the lookup's function more memory, or let campaigns name fewer tracks."
    )
