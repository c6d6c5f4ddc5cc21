"""Noun lookup: the answer."""

from enum import StrEnum
from hashlib import blake2b

import msgspec


class ResultStatus(StrEnum):
    """Why a score is what it is; the first that holds, in this order, is given."""

    INELIGIBLE = "ineligible"
    SUPPRESSED = "suppressed"
    HOLDOUT = "holdout"
    STALE = "stale"
    THROTTLED = "throttled"
    PROMOTED = "promoted"


class Binding(StrEnum):
    """What keeps a score where it is; the first that holds, in this order, is given."""

    INELIGIBLE = "ineligible"  # dates, market, context, targeting or floor
    FREQUENCY_CAP = "frequency_cap"  # the track has all that one track may have
    PROMOTED_SHARE = "promoted_share"  # others are worth more in the row's room
    CAMPAIGN_PRICE = "campaign_price"  # the campaign's cap, spread over all rows
    LICENSOR_PRICE = "licensor_price"  # its licensor's share, spread over all campaigns
    VALUE = "value"  # it is worth too little by itself


class Explanation(msgspec.Struct, frozen=True):
    """Where a score comes from: t = clip((value - prices - threshold) / width, 0, 1).

    Below ``enters_at`` the campaign's price lets the track in; ``producer`` and ``order`` name the
    drop that the relevance came from.
    """

    relevance: float
    weight: float
    campaign_price: float
    licensor_price: float
    threshold: float
    net_value: float
    width: float
    throttle: float
    binding: Binding
    enters_at: float
    producer: str
    order: str


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


def tag_of(answer: Answer) -> str:
    """Return the weak ETag of an answer: equal but for its age, the same."""
    ageless = msgspec.structs.replace(answer, plan_age_s=None)
    digest = blake2b(msgspec.json.encode(ageless), digest_size=12).hexdigest()
    return f'W/"{digest}"'


def encode_answer(answer: Answer) -> str:
    """Return the answer as JSON."""
    return msgspec.json.encode(answer).decode()
