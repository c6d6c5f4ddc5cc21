"""What a ranking service asks and is told: questions in batches, answers put together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

MOST_TRACKS = 1000  # of one request

Outcome = Literal["answered", "refused", "unavailable", "timed_out", "broken"]


@dataclass(frozen=True)
class Attempt:
    """One request, for metrics: how it ended and what it took."""

    outcome: Outcome
    seconds: float
    is_hedge: bool
    status: int  # 0 where nobody answered
    told: str = ""  # why, where it was not answered


OnAttempt = Callable[[Attempt], None]


@dataclass(frozen=True)
class Scores:
    """Promotion scores of the candidates of one question; 0 where there is none.

    A neutral answer has no scores at all: nothing was told in time, and ``why`` says how that came.
    Rank as if nothing were promoted, then.
    """

    score: dict[str, float] = field(default_factory=dict)  # by track, of those promoted
    campaign: dict[str, str] = field(default_factory=dict)  # by track
    frequency_cap: float = 0.0
    promoted_share: float = 0.0
    plan_id: str | None = None
    audience_id: str | None = None
    arm: str = "treatment"
    is_stale: bool = False
    is_neutral: bool = False
    why: str = ""

    def probability(self, track_id: str) -> float:
        """Return the probability with which to show a candidate in a slot."""
        return self.frequency_cap * self.score.get(track_id, 0.0)


def neutral(why: str) -> Scores:
    """Return the scores with which nothing is promoted."""
    return Scores(is_neutral=True, why=why)


@dataclass(frozen=True)
class Question:
    """What one request asks."""

    audience_ids: tuple[str, ...]
    context: str
    track_ids: tuple[str, ...]
    market: str
    max_age_s: float

    def document(self) -> dict[str, Any]:
        """Return the body of the request."""
        return {
            "audience_ids": self.audience_ids,
            "context": self.context,
            "track_ids": self.track_ids,
            "market": self.market,
            "max_age_s": self.max_age_s,
        }


def batches(
    audience_ids: Sequence[str],
    context: str,
    track_ids: Sequence[str],
    market: str,
    max_age_s: float,
) -> list[Question]:
    """Return the questions that ask for all candidates, each for as many as a request takes."""
    tracks = tuple(dict.fromkeys(track_ids))
    return [
        Question(
            tuple(audience_ids), context, tracks[first : first + MOST_TRACKS], market, max_age_s
        )
        for first in range(0, max(1, len(tracks)), MOST_TRACKS)
    ]


def scores_of(question: Question, answer: dict[str, Any]) -> Scores:
    """Return what an answer says of a question's candidates.

    Raises:
        ValueError: it is no answer to this question.
    """
    try:
        results = answer["results"]
        tracks = [question.track_ids[result["i"]] for result in results]
        return Scores(
            score={t: float(r["score"]) for t, r in zip(tracks, results, strict=True)},
            campaign={t: str(r["campaign_id"]) for t, r in zip(tracks, results, strict=True)},
            frequency_cap=float(answer["frequency_cap"]),
            promoted_share=float(answer["promoted_share"]),
            plan_id=answer["plan_id"],
            audience_id=answer["audience_id"],
            arm=str(answer["arm"]),
            is_stale=bool(answer["stale"]),
        )
    except (KeyError, IndexError, TypeError) as error:
        raise ValueError(f"the answer is none: {error!r}") from error


def joined(parts: Sequence[Scores]) -> Scores:
    """Return the scores of all batches; neutral where one is, or where they are of two plans."""
    for part in parts:
        if part.is_neutral:
            return part
    first = parts[0]
    if any((p.plan_id, p.audience_id) != (first.plan_id, first.audience_id) for p in parts):
        return neutral("the batches were answered from two plans")
    return Scores(
        score={t: s for part in parts for t, s in part.score.items()},
        campaign={t: c for part in parts for t, c in part.campaign.items()},
        frequency_cap=first.frequency_cap,
        promoted_share=first.promoted_share,
        plan_id=first.plan_id,
        audience_id=first.audience_id,
        arm=first.arm,
        is_stale=any(part.is_stale for part in parts),
    )
