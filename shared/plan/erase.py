"""Noun plan: removing plans that hold the hash of one audience."""

from collections.abc import Iterator

from shared.erasure.objects import VersionedBucket
from shared.erasure.removals import Removal
from shared.plan.record_store import HELD, SOLVED, PlanRecords
from shared.plan.serving import (
    PLANS_PREFIX,
    SERVING_NAME,
    decode_serving,
    unpack_hashes,
)
from shared.pointer.pointers import Pointer
from shared.score.hashes import id_hash

PLACE = "plans"


def erase_plans(
    audience_id: str,
    *,
    plans: VersionedBucket,
    records: PlanRecords,
    pointer: Pointer,
    run: str,
    is_dry: bool,
) -> Iterator[Removal]:
    """Remove each plan whose targeted audiences include this one; its record stays.

    A plan is addressed by its content, so nothing can be taken out of it. The plan that is served,
    the one before and those that a person or the run under way may still activate are left, and
    said. Safe to run twice.
    """
    hashed = id_hash(audience_id)
    for key, versions in plans.versions(PLANS_PREFIX):
        if not key.endswith(f"/{SERVING_NAME}"):
            continue
        body = plans.read(key, versions[0].version_id)
        if body is None or not any(
            hashed in unpack_hashes(campaign.audiences)
            for campaign in decode_serving(body).campaigns
        ):
            continue
        plan_id = key.removeprefix(PLANS_PREFIX).removesuffix(f"/{SERVING_NAME}")
        why = _kept(plan_id, records, pointer, run)
        if why:
            yield Removal(PLACE, left=f"Plan {plan_id} targets it and {why}.")
            continue
        if not is_dry:
            for _, parts in list(plans.versions(f"{PLANS_PREFIX}{plan_id}/")):
                for version in parts:
                    plans.remove(version)
        yield Removal(PLACE, objects=1, rows=1)


def _kept(plan_id: str, records: PlanRecords, pointer: Pointer, run: str) -> str:
    if plan_id == pointer.plan_id:
        return "is served until the next plan is"
    if plan_id == pointer.previous_plan_id:
        return "can be rolled back to until two more are activated"
    record = records.find(plan_id)
    if record is not None and record.state == HELD:
        return "is held: activate a later one instead"
    is_awaited = record is not None and record.state == SOLVED and record.run == run != ""
    return "is decided by the run under way" if is_awaited else ""
