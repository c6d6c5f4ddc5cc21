"""Noun plan: which constraint keeps a campaign where the plan has it."""

TOLERANCE = 1e-3  # part of a cap or goal that counts as reached


def binding_constraint(
    *,
    planned: float,
    goal: float,
    cap: float,
    cap_reason: str,
    reach: float,
    licensor_price: float,
    edges: int,
) -> str:
    """Return what binds a campaign, all in exposures of what is left of the day.

    ``no_scored_track``: none of its tracks is in a row that it may be shown to. A cap's reason
    (``cap``, ``daily_cap``, ``goal``, ``pacing``): it gets all that it may. ``reach``: it gets
    every slot it can reach under the frequency cap. ``licensor_cap``: its licensor's share is
    used up. ``contention``: others are worth more in the slots that it lacks.
    """
    if edges == 0:
        return "no_scored_track"
    if planned >= cap * (1 - TOLERANCE):
        return cap_reason
    if planned >= reach * (1 - TOLERANCE):
        return "reach"
    if licensor_price > 0:
        return "licensor_cap"
    if planned < goal * (1 - TOLERANCE):
        return "contention"
    return "value"
