"""Noun plan: what a person decides about plans: activate a held one, go back to the one before."""

from datetime import datetime

from shared.event.events import PlanActivated
from shared.event.store import EventBus
from shared.plan.activate import refusal_of
from shared.plan.record_store import ACTIVATED, HELD, ROLLED_BACK, PlanRecords
from shared.plan.store import PlanBucket
from shared.pointer.store import PointerStore
from shared.policy.policies import Policy


class OverruleError(RuntimeError):
    """What a person asked for cannot be done; the message says why."""


def activate_held_plan(
    plan_id: str,
    *,
    policy: Policy,
    plans: PlanBucket,
    records: PlanRecords,
    pointer: PointerStore,
    events: EventBus,
    now: datetime,
) -> int:
    """Make a held plan current, however far it drifts, and return the epoch.

    A frozen pointer stays frozen. Safe to run twice: a plan that is current stays so. Pointer and
    record change in one transaction, so that a rollback that comes next is not overwritten.

    Raises:
        OverruleError: the plan is not held, or unsound, which no person can change.
        DamagedPlanError: the stored bytes are not that plan's.
        PointerMovedError: somebody moved the pointer first; look again.
    """
    current = pointer.read()
    record = records.find(plan_id)
    if record is None:
        raise OverruleError(f"There is no plan {plan_id}.")
    if current.plan_id != plan_id and record.state != HELD:
        raise OverruleError(f"Plan {plan_id} is {record.state}, not held.")
    report = plans.verified(plan_id).report
    epoch = current.epoch
    if current.plan_id != plan_id:
        before = plans.report(current.plan_id) if current.plan_id else None
        refusal = refusal_of(report, before, policy)
        if refusal:
            raise OverruleError(f"Plan {plan_id} is unsound: {refusal}")
        request = max(current.request, record.request)
        move = pointer.activation(current, plan_id=plan_id, request=request, now=now)
        why = "A person activated it."
        records.overrule(plan_id, ACTIVATED, why, now, pointer=pointer, move=move)
        epoch = move.epoch
    gap, drift = report.certificate.gap, report.drift
    events.send(PlanActivated(plan_id, epoch, gap, drift, len(report.campaigns)))
    return epoch


def roll_back_plan(
    *,
    plans: PlanBucket,
    records: PlanRecords,
    pointer: PointerStore,
    events: EventBus,
    now: datetime,
) -> str:
    """Make the plan before the current one, freeze the pointer, and return that plan's id.

    Suppressions stay as they are. The machine never activates the plan rolled back again: its
    request is answered. Safe to run twice: it is marked in the transaction that moves the pointer,
    and two plans back is no way.

    Raises:
        OverruleError: there is no plan before, or it was rolled back itself.
        PointerMovedError: somebody moved the pointer first; look again.
    """
    current = pointer.read()
    target = current.previous_plan_id
    record = records.find(target) if target else None
    if record is None:
        raise OverruleError("There is no plan before the current one.")
    if record.state == ROLLED_BACK:
        raise OverruleError(f"The plan before, {target}, was rolled back itself.")
    move, why = pointer.rollback(current, now), "A person rolled it back."
    records.overrule(current.plan_id, ROLLED_BACK, why, now, pointer=pointer, move=move)
    report = plans.report(target)
    gap, drift = report.certificate.gap, report.drift
    events.send(PlanActivated(target, move.epoch, gap, drift, len(report.campaigns)))
    return target
