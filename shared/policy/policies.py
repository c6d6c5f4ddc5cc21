"""Noun policy: the document that sets limits, shares and who may send what."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Context = Literal["radio", "autoplay", "mixes"]
Share = Annotated[float, Field(ge=0, le=1)]
ANYBODY = "*"
ANYTHING = "*"


class _Document(BaseModel):
    # JSON has no infinity, so a policy that held one could not be read again.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class ContextPolicy(_Document):
    """How much of a context may be promoted: s over all tracks of a slot, u for each track."""

    promoted_share: Share = 0.2
    frequency_cap: Share = 0.1

    @model_validator(mode="after")
    def _cap_within_share(self) -> "ContextPolicy":
        if self.frequency_cap > self.promoted_share:
            raise ValueError("frequency_cap must not exceed promoted_share")
        return self


class Limits(_Document):
    """What a drop may cost at most; beyond it the drop is refused."""

    max_rows: int = Field(default=50_000_000, gt=0)
    max_rejected_rows: int = Field(default=10_000_000, gt=0)
    max_bytes: int = Field(default=5 << 30, gt=0)
    max_inflated_bytes: int = Field(default=2 << 30, gt=0)
    max_gzip_ratio: int = Field(default=100, gt=0)
    max_zstd_ratio: int = Field(default=1000, gt=0)
    max_line_bytes: int = Field(default=64 << 10, gt=0)
    max_document_line_bytes: int = Field(default=1 << 20, gt=0)  # campaigns and policy


class Gates(_Document):
    """How far a drop may depart from its producer's drop before it; beyond it waits for a person.

    Volumes are ratios of rows; a drop that replaces everything (full) may not shrink much either.
    Drift is the population stability index; it and missing values are judged from ``min_rows`` on.
    """

    max_volume_ratio: float = Field(default=10, gt=0)
    min_full_volume_ratio: Share = 0.5
    max_null_rise: Share = 0.1
    max_drift: float = Field(default=0.25, gt=0)
    min_rows: int = Field(default=1000, gt=0)


def _default_contexts() -> dict[Context, ContextPolicy]:
    return {"radio": ContextPolicy(), "autoplay": ContextPolicy(), "mixes": ContextPolicy()}


class Policy(_Document):
    """The policy in force (DESIGN.md, section 3.6).

    An audience belongs to the producer whose scores for it were accepted first;
    ``moved_audiences`` maps a prefix of audience ids to the producer that has them instead.
    ``producers`` maps a producer to the datasets it may drop, ``publishers`` an AWS account to
    the licensors it may speak for; ``*`` stands for all, on either side, and for nobody unnamed.
    """

    contexts: dict[Context, ContextPolicy] = Field(default_factory=_default_contexts)
    max_scores_per_audience: int = Field(default=100, ge=1, le=1000)
    score_ttl_days: float = Field(default=14, gt=0, le=36_500)
    licensor_share_cap: Share | None = None
    shortfall_penalty: float = Field(default=3, ge=0)  # times the highest value of the plan
    max_gap: float = Field(default=0.01, gt=0)
    max_drift: float = Field(default=0.5, gt=0)
    limits: Limits = Limits()
    gates: Gates = Gates()
    unknown_tracks: Literal["accept", "reject"] = "accept"
    producers: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    publishers: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    moved_audiences: dict[str, str] = Field(default_factory=dict)
    holdout_share: Share = 0
    holdout_salt: str = "oasis"

    def admits_producer(self, producer: str, dataset: str) -> bool:
        """Say whether ``producer`` may drop ``dataset``."""
        return _is_granted(self.producers, producer, dataset)

    def admits_publisher(self, account: str, licensor_id: str) -> bool:
        """Say whether the AWS account may speak for the licensor."""
        return _is_granted(self.publishers, account, licensor_id)


def open_policy() -> Policy:
    """Return what holds before the first policy where everybody is let in."""
    return Policy(producers={ANYBODY: (ANYTHING,)}, publishers={ANYBODY: (ANYTHING,)})


def closed_policy(policy_producer: str) -> Policy:
    """Return what holds before the first policy where nobody is but its producer."""
    return Policy(producers={policy_producer: ("policy",)})


def first_policy(admission: str, policy_producer: str) -> Policy:
    """Return what holds before the first policy; ``admission`` is ``everybody`` or ``nobody``.

    Raises:
        ValueError: the admission is neither.
    """
    if admission == "everybody":
        return open_policy()
    if admission == "nobody":
        return closed_policy(policy_producer)
    raise ValueError(f"admission is {admission!r}; it must be 'everybody' or 'nobody'")


def _is_granted(grants: dict[str, tuple[str, ...]], who: str, what: str) -> bool:
    if not who:  # whom `*` does not stand for
        return False
    granted = (*grants.get(who, ()), *grants.get(ANYBODY, ()))
    return what in granted or ANYTHING in granted
