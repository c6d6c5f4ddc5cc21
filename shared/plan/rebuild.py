"""Noun plan: putting stored plans up for choice again where the table of plans was lost."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from shared.campaign.campaigns import Campaign
from shared.campaign.store import CampaignStore
from shared.plan.activate import refusal_of
from shared.plan.record_store import HELD, REFUSED, PlanRecords
from shared.plan.reports import PlanReport
from shared.plan.request_store import RequestStore
from shared.plan.store import PlanBucket
from shared.pointer.store import PointerStore
from shared.policy.policies import Policy

PLANS_OFFERED = 3
CHANGES_AT_ONCE = 50  # of a transaction, which takes 100 items
REBUILT = "Its record was lost, and with it what was decided; a person may activate it."


def rebuild_plans(
    *,
    policy: Policy,
    plans: PlanBucket,
    records: PlanRecords,
    requests: RequestStore,
    campaigns: CampaignStore,
    pointer: PointerStore,
    now: datetime,
) -> list[str]:
    """Record the newest stored plans as held, and return their ids, newest first.

    Which one was served, which was rolled back, and whether the pointer was frozen is lost with the
    table: a person activates one, or the next run makes another. Campaigns of these plans that do
    not run any more are silenced first, as their pause once did. Requests are counted on from the
    seconds of now, above any count before: a run is named by its number, and a name that was used
    starts nothing. Safe to run twice: what is recorded stays.

    Raises:
        CampaignMovedError: a campaign or the pointer changed meanwhile; run it again.
    """
    requests.count_from(int(now.timestamp()))
    reports = {plan_id: plans.report(plan_id) for plan_id in plans.newest(PLANS_OFFERED)}
    for some in _in_parts(_ended(reports.values(), campaigns, pointer)):
        campaigns.suppress([(each, each.version) for each in some], pointer=pointer.read())
    for plan_id, report in reports.items():
        _record(plan_id, report, policy, records, now)
    return list(reports)


def _ended(
    reports: Iterable[PlanReport], campaigns: CampaignStore, pointer: PointerStore
) -> list[Campaign]:
    """Return the campaigns of plans that are paused or cancelled, and not silent yet."""
    planned = {campaign.campaign_id for report in reports for campaign in report.campaigns}
    silent = pointer.read().suppressed.keys()
    known = campaigns.find_all(sorted(planned - silent))
    return [campaign for campaign in known if not campaign.is_active]


def _in_parts(campaigns: Iterable[Campaign]) -> Iterator[list[Campaign]]:
    left = iter(campaigns)
    while part := list(islice(left, CHANGES_AT_ONCE)):
        yield part


def _record(
    plan_id: str, report: PlanReport, policy: Policy, records: PlanRecords, now: datetime
) -> None:
    if records.find(plan_id) is not None:
        return
    solved_from = datetime.fromisoformat(report.solved_from)
    gap = report.certificate.gap
    records.note_solved(plan_id, run="", request=0, gap=gap, solve_s=0.0, now=solved_from)
    refusal = refusal_of(report, None, policy)
    records.decide(plan_id, REFUSED if refusal else HELD, refusal or REBUILT, now)
