"""Noun lookup: the answer."""

from enum import StrEnum

import msgspec


class ResultStatus(StrEnum):
    """Why a score is what it is; the first that holds, in this order, is given."""

    INELIGIBLE = "ineligible"
    SUPPRESSED = "suppressed"
    HOLDOUT = "holdout"
    STALE = "stale"
    THROTTLED = "throttled"
    PROMOTED = "promoted"


class Explanation(msgspec.Struct, frozen=True):
    """Where a score comes from: t = clip((value - prices - threshold) / width, 0, 1)."""

    relevance: float
    weight: float
    campaign_price: float
    licensor_price: float
    threshold: float
    net_value: float
    width: float
    throttle: float


class Result(msgspec.Struct, frozen=True, omit_defaults=True):
    """The promotion score of the candidate at position ``i`` of the question."""

    i: int
    score: float
    campaign_id: str
    status: ResultStatus
    explanation: Explanation | None = None


class Answer(msgspec.Struct, frozen=True):
    """Scores by position, sparse: tracks that are in a campaign of the plan and in the row.

    Show candidate i in a slot with probability ``frequency_cap * score``; over the row these sum
    to at most ``promoted_share``.
    """

    plan_id: str | None
    plan_age_s: int | None
    scores_as_of: str | None
    audience_id: str | None
    arm: str
    stale: bool
    frequency_cap: float
    promoted_share: float
    results: list[Result]


def encode_answer(answer: Answer) -> str:
    """Return the answer as JSON."""
    return msgspec.json.encode(answer).decode()
