"""Noun export: beginning an export: the rows of a plan, divided into parts."""

from datetime import UTC, datetime, timedelta
from math import ceil

import msgspec
import numpy as np

from shared.export.rows import every_row
from shared.export.terms import TERMS, ExportInHand, ExportTerms
from shared.plan.days import day_of, share_of_day_left
from shared.plan.input_store import InputStore
from shared.plan.problem_rows import problem_rows
from shared.plan.record_store import ACTIVATED, ROLLED_BACK, PlanRecords
from shared.plan.rounds import shard_name
from shared.plan.rows import build_rows
from shared.plan.serving import unpack_hashes
from shared.plan.shards import divided
from shared.plan.store import PlanBucket
from shared.plan.work_store import WorkStore
from shared.pointer.pointers import is_suppressing
from shared.pointer.store import PointerStore
from shared.policy.policies import Policy

ROWS_OF_PART = 250_000  # where a plan says little of edges, its rows having no forecast


class NotActivatedError(RuntimeError):
    """The plan was never served."""


def served_state(records: PlanRecords, plan_id: str) -> str:
    """Return the state of a plan that is served, or was.

    Raises:
        NotActivatedError: it is none of those.
    """
    record = records.find(plan_id)
    if record is None or record.state not in (ACTIVATED, ROLLED_BACK):
        state = "unknown" if record is None else record.state
        raise NotActivatedError(
            f"Plan {plan_id} is {state}. Only a plan that was activated can be exported; `oasis "
            "plan list` shows them."
        )
    return record.state


def begin_export(
    export_id: str,
    plan_id: str,
    *,
    part_edges: int,
    inputs: InputStore,
    plans: PlanBucket,
    records: PlanRecords,
    pointer: PointerStore,
    work: WorkStore,
    now: datetime,
) -> ExportInHand:
    """Read once more what a plan was solved from, and divide its rows into parts.

    Safe to run twice: the same plan has the same rows, and nothing is written from them before
    this has ended well.

    Raises:
        NotActivatedError: the plan is none that was ever served.
        DamagedPlanError: the stored bytes are not that plan's.
        AcceptedGoneError: what it was solved from is not all there.
    """
    state = served_state(records, plan_id)
    verified = plans.verified(plan_id)
    report, serving = verified.report, verified.serving
    solved_from = datetime.fromisoformat(report.solved_from)
    policy = Policy.model_validate_json(msgspec.json.encode(report.policy))
    read = inputs.read_rows(
        report.accepted_keys, score_ttl=timedelta(days=policy.score_ttl_days), now=solved_from
    )
    scored = read.scores.audience
    rows = build_rows(read.supply, read.audiences, scored, today=day_of(solved_from))
    of_plan = problem_rows(rows, len(scored), policy, share_of_day_left(solved_from))
    every = every_row(of_plan, read.audiences, scored, policy)
    hashes = np.array(
        unpack_hashes(b"".join(campaign.tracks for campaign in serving.campaigns)), dtype=np.uint64
    )
    named = sorted(inputs.read_track_ids(report.accepted_keys, hashes).items())
    current, today = pointer.read(), now.astimezone(UTC).date()
    is_known = plan_id in (current.plan_id, current.previous_plan_id)
    silent = [c for c, why in current.suppressed.items() if is_suppressing(why, today)]
    terms = ExportTerms(
        state=(state,),
        began_at=(now.astimezone(UTC).isoformat(),),
        track_hash=np.array([hashed for hashed, _ in named], dtype=np.uint64),
        track_ids=tuple(track_id for _, track_id in named),
        knows_suppressed=int(is_known),
        suppressed=tuple(sorted(silent)) if is_known else (),
    )
    work.put(export_id, TERMS, terms)
    known = max(1, int(np.searchsorted(of_plan.score, len(scored))))  # rows that have scores
    to_write = int(np.searchsorted(every.score, len(scored)))
    edges = report.solver.edges / known * to_write
    many = max(1, ceil(edges / part_edges), ceil(to_write / ROWS_OF_PART))
    parts = 0
    for shard in divided(every, read.scores.places, many):
        work.put(export_id, shard_name(parts), shard)
        parts += 1
    return ExportInHand(export_id, plan_id, list(range(parts)))
