"""Noun lookup: answering one question."""

from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter

from shared.lookup.allotments import Occasion, allot
from shared.lookup.answers import Answer, Result, ResultStatus
from shared.lookup.explanations import explanation_of
from shared.lookup.holdouts import is_held_out
from shared.lookup.live_plan import LivePlan
from shared.lookup.questions import Question
from shared.lookup.store import (
    LiveRow,
    LookupTables,
    PlanMemory,
    Reading,
    StoreUnavailableError,
)
from shared.plan.serving import ServingCampaign
from shared.pointer.pointers import is_suppressing
from shared.request.budgets import TimeBudget
from shared.score.hashes import id_hash, narrow_id_hash


@dataclass(frozen=True)
class Answered:
    """An answer, how long its parts took, and what was out of reach."""

    answer: Answer
    outage: StoreUnavailableError | None
    spans: dict[str, float]  # seconds of reading, of loading a new plan, of scoring

    @property
    def timings(self) -> str:
        """Return the spans as a Server-Timing header has them, in milliseconds."""
        return ", ".join(f"{name};dur={1000 * span:.2f}" for name, span in self.spans.items())


WARM_READ_S = 0.6  # of DynamoDB where a plan in memory can answer: a call that hangs, and another
NOTHING_READ = Reading(rows={}, plan_id="", suppressed={})


def answer_question(
    question: Question,
    *,
    tables: LookupTables,
    plans: PlanMemory,
    budget: TimeBudget,
    now: datetime,
) -> Answered:
    """Answer a question from one reading of rows and pointer and one plan.

    No plan yet, and no live row of any audience, are answers without results. Where DynamoDB does
    not answer, one that was asked before answers without results, and where S3 does not give a new
    plan, from the plan before; both say that they are stale.

    Raises:
        StoreUnavailableError: DynamoDB or S3 did not answer, and no plan is in memory.
    """
    reading, plan, outage = NOTHING_READ, plans.warm, None
    begun = perf_counter()
    read = begun
    try:
        reading = tables.read(
            question.audience_ids, budget if plan is None else budget.at_most(WARM_READ_S)
        )
        read = perf_counter()
        plan = plans.get(reading.plan_id, budget) if reading.plan_id else None
    except StoreUnavailableError as error:
        if plan is None:
            raise
        outage = error
    loaded = perf_counter()
    answer = compose_answer(question, reading, plan, now, is_cut_off=outage is not None)
    spans = {"read": read - begun, "plan": loaded - read, "score": perf_counter() - loaded}
    return Answered(answer, outage, spans)


def compose_answer(
    question: Question,
    reading: Reading,
    plan: LivePlan | None,
    now: datetime,
    *,
    is_cut_off: bool = False,
) -> Answer:
    """Return the answer that a reading and one plan give, without any I/O.

    ``is_cut_off`` says that newer data may be out of reach: all is stale then, whatever its age.
    """
    found = (reading.rows.get(audience_id) for audience_id in question.audience_ids)
    row = next((r for r in found if r is not None and r.expires_at > now.timestamp()), None)
    plan_age_s = None if plan is None else max(0.0, now.timestamp() - plan.serving.solved_from_s)
    row_age_s = None if row is None else max(0.0, now.timestamp() - row.row.as_of_ms / 1000)
    age_s = max(plan_age_s or 0.0, row_age_s or 0.0)
    is_old = age_s > question.max_age_s
    decay = max(0.0, 2.0 - age_s / question.max_age_s) if is_old else 1.0
    is_stale = is_old or is_cut_off
    context = None if plan is None else plan.contexts.get(question.context)
    in_holdout = plan is not None and is_held_out(
        plan.serving.holdout_share, plan.serving.holdout_salt, question.audience_ids[0]
    )
    return Answer(
        plan_id=None if plan is None else plan.plan_id,
        plan_age_s=None if plan_age_s is None else int(plan_age_s),
        scores_as_of=None if row is None else _instant(row.row.as_of_ms),
        audience_id=None if row is None else row.audience_id,
        arm="holdout" if in_holdout else "treatment",
        stale=is_stale,
        frequency_cap=0.0 if context is None else context.frequency_cap,
        promoted_share=0.0 if context is None else context.promoted_share,
        results=[]
        if plan is None or row is None
        else _results(question, reading, plan, row, now, in_holdout, decay, is_stale),
    )


def _results(
    question: Question,
    reading: Reading,
    plan: LivePlan,
    row: LiveRow,
    now: datetime,
    in_holdout: bool,
    decay: float,
    is_stale: bool,
) -> list[Result]:
    hashes = map(id_hash, question.audience_ids)
    occasion = Occasion.at(now, question.context, question.market, hashes)
    allotments = allot(plan, row.row, row.audience_id, occasion)
    tracks = map(id_hash if row.row.is_wide else narrow_id_hash, question.track_ids)
    today = now.astimezone(UTC).date()
    results = []
    for position, place in enumerate(map(allotments.place.get, tracks)):
        if place is None:
            continue
        held = allotments[place]
        campaign = held.offer.campaign.serving
        score = 0.0
        if not held.is_eligible:
            status = ResultStatus.INELIGIBLE
        elif is_suppressing(reading.suppressed.get(campaign.campaign_id), today):
            status = ResultStatus.SUPPRESSED
        elif in_holdout or _holds_out(campaign, plan, question):
            status = ResultStatus.HOLDOUT
        else:
            score, status = held.share * decay, _shown_status(campaign, is_stale)
        why = explanation_of(held, plan, row) if question.explain else None
        results.append(Result(position, score, campaign.campaign_id, status, why))
    return results


def _holds_out(campaign: ServingCampaign, plan: LivePlan, question: Question) -> bool:
    """Say whether a campaign holds out the one who is asked for."""
    return campaign.holdout_share > 0 and is_held_out(
        campaign.holdout_share,
        plan.serving.holdout_salt,
        question.audience_ids[0],
        campaign.campaign_id,
    )


def _shown_status(campaign: ServingCampaign, is_stale: bool) -> ResultStatus:
    if is_stale:
        return ResultStatus.STALE
    return ResultStatus.THROTTLED if campaign.throttle < 1.0 else ResultStatus.PROMOTED


def _instant(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC).isoformat()
