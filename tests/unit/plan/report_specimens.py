"""Reports of plans, by what each campaign has in them."""

from collections.abc import Mapping

from shared.plan.reports import Certificate, PlannedCampaign, PlanReport, SolverFigures
from shared.policy.policies import Policy

BINDINGS = {
    *("cap", "daily_cap", "goal", "pacing"),
    *("no_scored_track", "reach", "licensor_cap", "contention", "value"),
}


def report_of(planned: Mapping[str, float]) -> PlanReport:
    """Return a report in which each campaign has these exposures."""
    return PlanReport(
        format=1,
        solved_from="2026-01-12T00:00:00+00:00",
        parent="",
        policy=Policy().model_dump(mode="json"),
        accepted_keys=("tracks/x.parquet",),
        campaign_versions=dict.fromkeys(planned, 1),
        campaigns=tuple(
            PlannedCampaign(
                campaign_id=campaign_id,
                licensor_id="licensor-1",
                name="Öland",
                version=1,
                goal_today=10.0,
                cap_today=20.0,
                planned_exposures=exposures,
                shortfall=0.0,
                binding="value",
                price=0.1,
                licensor_price=0.0,
                throttle=1.0,
                edges=3,
            )
            for campaign_id, exposures in planned.items()
        ),
        excluded_campaigns={"old": "ended"},
        excluded_tracks={"old": {"track-1": "blocked_track"}},
        certificate=Certificate(9.0, 9.5, 10.0, 0.1, 0.0),
        drift=0.0,
        solver=SolverFigures(rows=1, edges=3, iterations=4, width=0.02, unforecast=0),
    )
