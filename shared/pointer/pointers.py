"""Noun pointer: its values and the rules by which suppressions come and go."""

from dataclasses import dataclass, field
from datetime import date

from shared.pointer.schema import OPERATOR

Suppression = int | str
"""Why a campaign is silent: the version that paused it or whose cap was reached, ``operator``, or
the UTC date (ISO) on which its daily cap was reached."""


@dataclass(frozen=True)
class Pointer:
    """What every lookup reads first. ``plan_id`` is empty before the first activation.

    ``epoch`` rises with each activation and rollback, ``revision`` with each change of any kind.
    ``request`` is the number of the request that the current plan answers.
    """

    plan_id: str = ""
    previous_plan_id: str = ""
    request: int = 0
    epoch: int = 0
    revision: int = 0
    suppressed: dict[str, Suppression] = field(default_factory=dict)
    frozen: bool = False
    activated_at: str = ""


def is_suppressing(suppression: Suppression | None, today: date) -> bool:
    """Say whether an entry silences its campaign today; a daily cap's entry ends with its date."""
    if suppression is None:
        return False
    if isinstance(suppression, int) or suppression == OPERATOR:
        return True
    return suppression == today.isoformat()


def suppression_after(
    before: Suppression | None, *, version: int, is_active: bool, is_cap_reached: bool = False
) -> Suppression | None:
    """Return the entry of a campaign after its ``version`` is applied.

    A pause or cancellation silences it with its version, and so does a cap that was reached under
    the version before and is not raised. Else a resume lifts the entry of an older version only.
    An operator's entry outlasts every version, and a resume leaves a reached daily cap as it is.
    """
    if before == OPERATOR:
        return before
    if not is_active or is_cap_reached:
        return version
    if isinstance(before, int) and before < version:
        return None
    return before


def suppression_after_delivery(
    before: Suppression | None,
    *,
    version: int,
    is_cap_reached: bool,
    is_daily_cap_reached: bool,
    today: date,
) -> Suppression | None:
    """Return the entry of an active campaign of ``version`` after its deliveries were counted.

    A reached cap silences it with its version until a newer one raises the cap, a reached daily
    cap with the date. Entries that said so and are refuted by newer totals are lifted; an
    operator's stays.
    """
    if before == OPERATOR:
        return before
    if is_cap_reached:
        return version
    if is_daily_cap_reached:
        return today.isoformat()
    return None


def forgettable(
    suppressed: dict[str, Suppression], planned: frozenset[str], today: date
) -> list[str]:
    """Return the campaigns whose entries may go: no plan that may be served holds them.

    A paused campaign that is in no such plan stays out of later ones by its own status. An
    operator's entry is kept whatever the plans hold, and so is a daily cap's of today.
    """
    return sorted(
        campaign_id
        for campaign_id, entry in suppressed.items()
        if campaign_id not in planned
        and (isinstance(entry, int) or (entry != OPERATOR and entry < today.isoformat()))
    )
