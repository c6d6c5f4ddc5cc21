"""How much of everything there is: the workload that a bill is for."""

from dataclasses import dataclass, fields


class SizeError(ValueError):
    """A size cannot be: it is negative, or a share is more than 1."""


@dataclass(frozen=True)
class Sizes:
    """One workload.

    Lookups a second are those of the peak, ``average_share`` their mean over the month as a share
    of it. ``promoted_share`` is the share of a row's scored tracks, and of a lookup's candidates,
    that are in a campaign. ``contexts`` counts those with a forecast for each audience.
    ``suppressed`` campaigns stand silenced on the pointer at a time. ``catalogue_share_per_day`` of
    tracks and audiences are dropped anew each day, supply counted among them. A drop of delivery
    has a row for each campaign and context, and as many stand of a day. ``kept_days`` is for how
    long nothing has been deleted: no bucket ends anything by itself. ``callers_outside`` is
    the share of answers that leave the region.
    """

    name: str
    tracks: int
    campaigns: int
    audiences: int
    scores: int  # a row
    lookups_per_second: float
    candidates: int
    campaign_changes_per_day: float
    suppressed: int
    plan_runs_per_day: float
    catalogue_share_per_day: float = 0.1
    catalogue_drops_per_day: float = 4
    delivery_drops_per_day: float = 24
    score_refreshes_per_day: float = 1.0  # each audience's row, that many times
    score_rows_per_drop: int = 1_000_000
    score_ttl_days: float = 14.0
    average_share: float = 0.4
    audiences_per_lookup: int = 2
    promoted_share: float = 0.1
    contexts: int = 2
    tracks_per_campaign: int = 3
    kept_days: float = 365.0
    callers_outside: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what cannot be.

        Raises:
            SizeError: a number is negative, or a share is more than 1.
        """
        for name in NUMBERS:
            if not 0 <= getattr(self, name) < float("inf"):
                raise SizeError(f"{name} is {getattr(self, name)}; it must be 0 or more.")
        for name in SHARES:
            if getattr(self, name) > 1:
                raise SizeError(f"{name} is {getattr(self, name)}; it is a share, at most 1.")
        if not self.score_rows_per_drop:
            raise SizeError("score_rows_per_drop is 0; a drop has one row at least.")


SHARES = ("average_share", "promoted_share", "callers_outside", "catalogue_share_per_day")
NUMBERS = tuple(each.name for each in fields(Sizes) if each.name != "name")

SMALL = Sizes(
    name="small",
    tracks=700,
    campaigns=40,
    audiences=2_000,
    scores=40,
    lookups_per_second=20,
    candidates=100,
    campaign_changes_per_day=10,
    suppressed=2,
    plan_runs_per_day=30,
    score_rows_per_drop=80_000,
)
REFERENCE = Sizes(
    name="reference",
    tracks=500_000,
    campaigns=20_000,
    audiences=1_000_000,
    scores=100,
    lookups_per_second=2_000,
    candidates=200,
    campaign_changes_per_day=2_000,
    suppressed=50,
    plan_runs_per_day=60,
    score_rows_per_drop=5_000_000,
)
STRETCH = Sizes(
    name="stretch",
    tracks=5_000_000,
    campaigns=100_000,
    audiences=10_000_000,
    scores=200,
    lookups_per_second=10_000,
    candidates=500,
    campaign_changes_per_day=10_000,
    suppressed=300,
    plan_runs_per_day=60,
    catalogue_drops_per_day=20,
    score_rows_per_drop=5_000_000,
)
SIZES = {sizes.name: sizes for sizes in (SMALL, REFERENCE, STRETCH)}
