"""Noun plan: from inputs and campaigns to the allocation problem of one day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from shared.allocation.problem import AllocationProblem
from shared.campaign.campaigns import Campaign
from shared.plan.caps import NOTHING
from shared.plan.days import day_of, last_day_of, share_of_day_left
from shared.plan.edges import Edges, build_edges
from shared.plan.exclusions import campaign_exclusion, track_exclusion
from shared.plan.forecasts import Inputs
from shared.plan.pacing import Target, target_of
from shared.plan.rows import AllocationRows, build_rows
from shared.plan.targeting import Targeting
from shared.policy.policies import ContextPolicy, Policy


@dataclass(frozen=True)
class DayProblem:
    """The problem of what is left of a UTC day, with what its indexes stand for."""

    problem: AllocationProblem
    campaigns: tuple[Campaign, ...]  # (campaigns) those in the problem
    tracks_of: tuple[tuple[str, ...], ...]  # (campaigns)
    targets: tuple[Target, ...]  # (campaigns)
    licensors: tuple[str, ...]  # (licensors)
    rows: AllocationRows
    edges: Edges
    excluded_campaigns: dict[str, str]
    excluded_tracks: dict[str, dict[str, str]]  # campaign -> track -> reason


def build_problem(
    inputs: Inputs, campaigns: list[Campaign], policy: Policy, now: datetime
) -> DayProblem:
    """Build the problem of the day of ``now``; every campaign is in it or has a reason why not."""
    excluded: dict[str, str] = {}
    excluded_tracks: dict[str, dict[str, str]] = {}
    live: list[Campaign] = []
    tracks_of: list[tuple[str, ...]] = []
    for campaign in sorted(campaigns, key=lambda c: c.campaign_id):
        delivered = inputs.delivered.get(campaign.campaign_id, NOTHING)
        reason = campaign_exclusion(campaign, now, delivered)
        if not reason:
            reasons = {
                t: track_exclusion(inputs.tracks.get(t), campaign.licensor_id)
                for t in campaign.track_ids
            }
            left_out = {t: why for t, why in reasons.items() if why}
            if left_out:
                excluded_tracks[campaign.campaign_id] = left_out
            reason = "no_track_allowed" if len(left_out) == len(reasons) else ""
        if reason:
            excluded[campaign.campaign_id] = reason
            continue
        live.append(campaign)
        tracks_of.append(tuple(t for t, why in reasons.items() if not why))

    scored = frozenset(inputs.scores.audience_id)
    rows = build_rows(inputs.supply, inputs.audiences, scored, today=day_of(now))
    targeting = Targeting(rows, live, inputs.audiences)
    edges = build_edges(rows, inputs.scores, live, tracks_of, inputs.tracks, targeting)
    slots = rows.slots_today * share_of_day_left(now) * (1.0 - policy.holdout_share)
    licensors = tuple(sorted({c.licensor_id for c in live}))
    reached = targeting.reached_slots()
    targets = _targets(live, rows, reached, inputs, now, 1.0 - policy.holdout_share)
    return DayProblem(
        problem=_problem(rows, edges, live, targets, licensors, slots, policy),
        campaigns=tuple(live),
        tracks_of=tuple(tracks_of),
        targets=tuple(targets),
        licensors=licensors,
        rows=rows,
        edges=edges,
        excluded_campaigns=excluded,
        excluded_tracks=excluded_tracks,
    )


def _problem(
    rows: AllocationRows,
    edges: Edges,
    live: list[Campaign],
    targets: list[Target],
    licensors: tuple[str, ...],
    slots: NDArray[np.float64],
    policy: Policy,
) -> AllocationProblem:
    silent = ContextPolicy(promoted_share=0, frequency_cap=0)
    contexts = [policy.contexts.get(c, silent) for c in rows.context]  # type: ignore[call-overload]
    share = np.array([c.promoted_share for c in contexts], dtype=np.float64)
    weight = np.array([c.weight for c in live], dtype=np.float64)
    value = (weight[edges.campaign] * edges.relevance).astype(np.float32)
    # A campaign's own holdout takes its part of every exposure planned, whoever the listener is.
    shown = np.array([1.0 - c.holdout_share for c in live], dtype=np.float64)
    highest = float(value.max()) if len(value) else 0.0
    index_of = {licensor: i for i, licensor in enumerate(licensors)}
    licensor_cap = np.inf
    if policy.licensor_share_cap is not None:
        licensor_cap = policy.licensor_share_cap * float(slots @ share)
    return AllocationProblem(
        row_start=edges.row_start,
        campaign=edges.campaign,
        value=value,
        slots=slots,
        promoted_share=share,
        track_cap=np.array([c.frequency_cap for c in contexts], dtype=np.float64),
        cap=np.array([t.cap for t in targets], dtype=np.float64) / shown,
        minimum=np.array([t.minimum for t in targets], dtype=np.float64) / shown,
        shortfall_penalty=np.full(len(live), policy.shortfall_penalty * highest),
        licensor=np.array([index_of[c.licensor_id] for c in live], dtype=np.int32),
        licensor_cap=np.full(len(licensors), licensor_cap),
    )


def _targets(
    live: list[Campaign],
    rows: AllocationRows,
    reached: NDArray[np.float64],
    inputs: Inputs,
    now: datetime,
    treated: float,
) -> list[Target]:
    """Return today's target of each campaign from the slots it reaches today and to its end.

    ``reached`` are those of each campaign and day; days that no forecast covers count as its mean
    day.
    """
    known_days = reached.shape[1]
    mean_day = reached.mean(axis=1)
    left = share_of_day_left(now)
    targets = []
    for index, campaign in enumerate(live):
        days = (last_day_of(campaign.ends_at) - rows.first_day).days + 1
        today = float(reached[index, 0]) * left
        later = float(reached[index, 1:days].sum()) if days > 1 else 0.0
        later += float(mean_day[index]) * max(0, days - known_days)
        period = campaign.ends_at - campaign.starts_at
        delivered = inputs.delivered.get(campaign.campaign_id, NOTHING)
        targets.append(
            target_of(
                campaign,
                delivered=delivered.total,
                delivered_today=delivered.today,
                slots_today=today * treated,
                slots_to_end=(today + later) * treated,
                period_left=max(timedelta(0), campaign.ends_at - now) / period,
            )
        )
    return targets
