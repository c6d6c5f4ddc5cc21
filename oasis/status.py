"""`oasis status`: what is served, what came in, what is under way."""

from datetime import UTC, datetime

from rich.table import Table

from oasis.campaign import campaigns_of
from oasis.connection import Connection, StackOption, connect
from oasis.console import console, ends_plainly
from shared.plan.reports import PlannedCampaign, PlanReport
from shared.plan.request_store import RequestStore
from shared.plan.store import PlanBucket
from shared.pointer.store import PointerStore


@ends_plainly
def status(stack: StackOption = None) -> None:
    """Say which plan is served, how old it is, and how each campaign stands in it."""
    connection = connect(stack)
    pointer = PointerStore(connection.plans_table).read()
    requests = RequestStore(connection.plans_table).read()
    under_way = f"Run {requests.run} is under way. " if requests.run else ""
    console.print(f"{under_way}{requests.requested} plans were requested so far.")
    if not pointer.plan_id:
        known = sum(1 for _ in campaigns_of(connection).all())
        console.print(f"No plan is served yet; {known} campaigns are known.")
        return
    report = PlanBucket(connection.plan_bucket).report(pointer.plan_id)
    age = datetime.now(UTC) - datetime.fromisoformat(report.solved_from)
    console.print(
        f"Plan {pointer.plan_id} is served (epoch {pointer.epoch}, "
        f"{age.total_seconds():.0f} s old, gap {report.certificate.gap:.3%}, "
        f"largest violation {report.certificate.largest_violation:g})."
    )
    if pointer.suppressed:
        console.print(f"Suppressed: {', '.join(sorted(pointer.suppressed))}.")
    console.print(plan_table(report))


def current_report(connection: Connection) -> PlanReport | None:
    """Return the report of the current plan, or None before the first."""
    pointer = PointerStore(connection.plans_table).read()
    return PlanBucket(connection.plan_bucket).report(pointer.plan_id) if pointer.plan_id else None


def plan_table(report: PlanReport) -> Table:
    """Return every campaign that the plan considered, with what binds it or why it is left out."""
    names = ("campaign", "licensor", "delivered", "goal today", "planned", "short", "binding")
    table = Table(*names, "price")
    table.columns[0].no_wrap = True
    for column in table.columns[2:6]:
        column.justify = "right"
    for campaign in report.campaigns:
        table.add_row(*_cells(campaign, _delivered(report, campaign.campaign_id)))
    for campaign_id, reason in sorted(report.excluded_campaigns.items()):
        why = f"[dim]excluded: {reason}[/dim]"
        table.add_row(campaign_id, "", _delivered(report, campaign_id), "", "", "", why, "")
    return table


def _delivered(report: PlanReport, campaign_id: str) -> str:
    delivered = report.delivered.get(campaign_id)
    return f"{delivered.total:,.0f}" if delivered else ""


def _cells(campaign: PlannedCampaign, delivered: str) -> tuple[str, ...]:
    short = f"{campaign.shortfall:,.0f}" if campaign.shortfall >= 0.5 else ""
    return (
        campaign.campaign_id,
        campaign.licensor_id,
        delivered,
        f"{campaign.goal_today:,.0f}",
        f"{campaign.planned_exposures:,.0f}",
        f"[yellow]{short}[/yellow]" if short else "",
        campaign.binding,
        f"{campaign.price:.4f}",
    )
