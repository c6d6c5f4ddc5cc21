"""Noun plan: from a solved problem to the plan that is stored."""

from dataclasses import dataclass
from datetime import UTC, datetime

from shared.allocation.solution import Solution
from shared.plan.bindings import binding_constraint
from shared.plan.reports import (
    Certificate,
    PlannedCampaign,
    PlanReport,
    SolverFigures,
    drift_between,
)
from shared.plan.serving import (
    FORMAT,
    ServingCampaign,
    ServingContext,
    ServingLicensor,
    ServingPlan,
    ordered_by_track,
    pack_hashes,
)
from shared.plan.tallies import Tally
from shared.plan.terms import DayTerms
from shared.policy.policies import Policy
from shared.score.hashes import id_hash
from shared.score.packed_row import lowest_score


@dataclass(frozen=True)
class Outcome:
    """A solution and what it took."""

    solution: Solution
    tally: Tally
    iterations: int  # Newton steps
    shards: int  # in how many places the rows were


def serving_part(terms: DayTerms, solution: Solution, policy: Policy, now: datetime) -> ServingPlan:
    """Return the compact form of a solved problem."""
    campaigns = []
    licensor = terms.licensor_index()
    for index, campaign in enumerate(terms.campaigns):
        tracks = sorted(terms.tracks_of[index], key=id_hash)
        campaigns.append(
            ServingCampaign(
                campaign_id=campaign.campaign_id,
                version=campaign.version,
                licensor=int(licensor[index]),
                price=float(solution.campaign_price[index]),
                throttle=float(solution.throttle[index]),
                weight=campaign.weight,
                lowest_score=lowest_score(campaign.min_relevance),
                starts_at_s=int(campaign.starts_at.timestamp()),
                ends_at_s=int(campaign.ends_at.timestamp()),
                holdout_share=campaign.holdout_share,
                contexts=campaign.contexts,
                markets=campaign.markets,
                tracks=pack_hashes([id_hash(t) for t in tracks]),
                track_markets=_track_markets(tracks, terms.track_markets),
                audiences=terms.audiences_of[index],
            )
        )
    return ServingPlan(
        format=FORMAT,
        solved_from_s=int(now.timestamp()),
        width=float(solution.width),
        holdout_share=policy.holdout_share,
        holdout_salt=policy.holdout_salt,
        contexts=tuple(
            ServingContext(name, c.promoted_share, c.frequency_cap)
            for name, c in sorted(policy.contexts.items())
        ),
        licensors=tuple(
            ServingLicensor(licensor_id, float(price))
            for licensor_id, price in zip(terms.licensors, solution.licensor_price, strict=True)
        ),
        campaigns=tuple(campaigns),
        by_track=ordered_by_track(campaigns),
    )


def report_part(
    terms: DayTerms,
    outcome: Outcome,
    policy: Policy,
    *,
    parent: str,
    before: PlanReport | None,
    now: datetime,
) -> PlanReport:
    """Return what the plan says of itself; figures are those of the served allocation."""
    solution, tally = outcome.solution, outcome.tally
    planned = planned_campaigns(terms, solution, tally)
    return PlanReport(
        format=FORMAT,
        solved_from=now.astimezone(UTC).isoformat(),
        parent=parent,
        policy=policy.model_dump(mode="json"),
        accepted_keys=terms.accepted_keys,
        campaign_versions=terms.campaign_versions,
        campaigns=planned,
        excluded_campaigns=terms.excluded_campaigns,
        excluded_tracks=terms.excluded_tracks,
        certificate=Certificate(
            served_primal=float(solution.served_primal),
            primal=float(solution.primal),
            dual_bound=float(solution.dual_bound),
            gap=float(solution.gap),
            largest_violation=float(solution.max_violation),
        ),
        drift=drift_between(before, {c.campaign_id: c.planned_exposures for c in planned}),
        solver=SolverFigures(
            rows=tally.rows,
            edges=int(tally.edges.sum()),
            iterations=outcome.iterations,
            width=float(solution.width),
            unforecast=terms.unforecast,
            shards=outcome.shards,
        ),
        delivered=terms.delivered,
    )


def planned_campaigns(
    terms: DayTerms, solution: Solution, tally: Tally
) -> tuple[PlannedCampaign, ...]:
    """Return what the plan holds for each campaign, holdouts taken off."""
    licensor = terms.licensor_index()
    planned = []
    for index, campaign in enumerate(terms.campaigns):
        target, shown = terms.targets[index], 1.0 - campaign.holdout_share
        exposures = float(solution.exposures[index]) * shown
        licensor_price = float(solution.licensor_price[licensor[index]])
        planned.append(
            PlannedCampaign(
                campaign_id=campaign.campaign_id,
                licensor_id=campaign.licensor_id,
                name=campaign.name,
                version=campaign.version,
                goal_today=target.minimum,
                cap_today=target.cap,
                planned_exposures=exposures,
                shortfall=max(0.0, target.minimum - exposures),
                binding=binding_constraint(
                    planned=exposures,
                    goal=target.minimum,
                    cap=target.cap,
                    cap_reason=target.cap_reason,
                    reach=float(tally.reach[index]) * shown,
                    licensor_price=licensor_price,
                    edges=int(tally.edges[index]),
                ),
                price=float(solution.campaign_price[index]),
                licensor_price=licensor_price,
                throttle=float(solution.throttle[index]),
                edges=int(tally.edges[index]),
            )
        )
    return tuple(planned)


def _track_markets(
    tracks: list[str], limited: dict[str, tuple[str, ...]]
) -> tuple[tuple[str, ...], ...]:
    markets = tuple(limited.get(t, ()) for t in tracks)
    return markets if any(markets) else ()
