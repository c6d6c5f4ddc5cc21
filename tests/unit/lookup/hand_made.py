"""Plans, rows and questions made by hand, small enough to compute in one's head.

One row: track-1 0.8, track-2 0.6, track-3 0.4, track-4 0.2. In radio s/u = 2 tracks fit.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec

from shared.lookup.answer import compose_answer
from shared.lookup.answers import Answer, Result
from shared.lookup.live_plan import LivePlan
from shared.lookup.questions import Question
from shared.lookup.store import LiveRow, Reading
from shared.plan.serving import (
    FORMAT,
    ServingCampaign,
    ServingContext,
    ServingLicensor,
    ServingPlan,
    ordered_by_track,
    pack_hashes,
)
from shared.pointer.pointers import Suppression
from shared.score.hashes import id_hash
from shared.score.packed_row import unpack_row
from shared.score.rows import pack_rows

NOW = datetime(2026, 1, 12, 12, tzinfo=UTC)
NOW_S = int(NOW.timestamp())
HOUR_S = 3_600
TRACKS = ("track-1", "track-2", "track-3", "track-4")
RELEVANCE = dict(zip(TRACKS, (0.8, 0.6, 0.4, 0.2), strict=True))


def campaign_on(
    *tracks: str, campaign_id: str = "c1", audience_ids: tuple[str, ...] = (), **changes: Any
) -> ServingCampaign:
    """Return a campaign of price 0 and throttle 1 on these tracks, unless told."""
    campaign = ServingCampaign(
        campaign_id=campaign_id,
        version=1,
        licensor=0,
        price=0.0,
        throttle=1.0,
        weight=1.0,
        lowest_score=0,
        starts_at_s=NOW_S - 24 * HOUR_S,
        ends_at_s=NOW_S + 24 * HOUR_S,
        holdout_share=0.0,
        contexts=(),
        markets=(),
        tracks=pack_hashes(sorted(map(id_hash, tracks))),
        track_markets=(),
        audiences=pack_hashes(sorted(map(id_hash, audience_ids))),
    )
    return msgspec.structs.replace(campaign, **changes)


def plan_of(*campaigns: ServingCampaign, licensor_price: float = 0.0, **changes: Any) -> LivePlan:
    """Return a plan solved now with width 0.2: radio shows 2 tracks of a row, mixes 1."""
    serving = ServingPlan(
        format=FORMAT,
        solved_from_s=NOW_S,
        width=0.2,
        holdout_share=0.0,
        holdout_salt="oasis",
        contexts=(ServingContext("mixes", 0.1, 0.1), ServingContext("radio", 0.2, 0.1)),
        licensors=(ServingLicensor("licensor-1", licensor_price),),
        campaigns=campaigns,
        by_track=ordered_by_track(campaigns),
    )
    return LivePlan("plan-a", msgspec.structs.replace(serving, **changes))


def row_of(
    audience_id: str = "listener-1",
    scores: dict[str, float] = RELEVANCE,
    *,
    as_of: datetime = NOW,
    expires_at: int = NOW_S + HOUR_S,
) -> LiveRow:
    """Return the row of an audience."""
    _, packed = pack_rows(
        [audience_id] * len(scores), list(scores), list(scores.values()), as_of=as_of, max_entries=9
    )
    return LiveRow(audience_id, unpack_row(packed[0]), expires_at)


def question_of(*tracks: str, **changes: Any) -> Question:
    """Return a question for these tracks, or for all four."""
    question = Question(["listener-1", "cohort-1"], "radio", list(tracks or TRACKS))
    return msgspec.structs.replace(question, **changes)


def answer_of(
    plan: LivePlan | None,
    *rows: LiveRow,
    question: Question | None = None,
    suppressed: dict[str, Suppression] | None = None,
    now: datetime = NOW,
) -> Answer:
    """Return the answer of a plan and rows, or of the listener's row, to a question."""
    live = {row.audience_id: row for row in rows or (row_of(),)}
    reading = Reading(live, "" if plan is None else plan.plan_id, suppressed or {})
    return compose_answer(question or question_of(), reading, plan, now)


def by_track(answer: Answer, question: Question | None = None) -> dict[str, Result]:
    """Return the results by track."""
    tracks = (question or question_of()).track_ids
    return {tracks[result.i]: result for result in answer.results}
