"""Noun campaign: applying a publisher's change."""

from dataclasses import dataclass

from pydantic import ValidationError

from shared.campaign.campaigns import Campaign
from shared.campaign.events import CampaignEvent
from shared.campaign.store import CampaignMovedError, CampaignStore, digest
from shared.erasure.erasures import Erasures
from shared.event.events import CampaignApplied, CampaignRejected, FieldProblem
from shared.event.store import EventBus
from shared.id.told_paths import told_path
from shared.pointer.store import PointerStore
from shared.policy.policies import Policy

ATTEMPTS = 20


@dataclass(frozen=True)
class Outcome:
    """What became of one change: ``applied``, ``older`` or ``rejected``, and why.

    ``version`` is None where the change was too unsound to be read.
    """

    campaign_id: str
    status: str
    version: int | None
    reason: str = ""


def update_campaign(
    detail: object,
    *,
    publisher: str,
    correlation_id: str,
    policy: Policy,
    erased: Erasures,
    campaigns: CampaignStore,
    pointer: PointerStore,
    events: EventBus,
) -> Outcome:
    """Check and apply the detail of one ``CampaignChanged`` event, without erased audiences.

    A campaign that stands is changed only by who may speak for its licensor, too.

    Safe to run twice, late and out of order: an older version changes nothing, the same version
    with the same content only repeats its event, and with other content it is rejected.

    Raises:
        CampaignMovedError: other writers kept changing the pointer; try again later.
    """
    try:
        campaign = CampaignEvent.model_validate(detail).without(erased).to_campaign()
    except ValidationError as error:
        problems = _problems(error)
        return _reject(_claimed_id(detail), "invalid", problems, correlation_id, events)
    if not policy.admits_publisher(publisher, campaign.licensor_id):
        problem = f"{publisher or 'nobody'} may not speak for licensor {campaign.licensor_id}"
        problems = (FieldProblem("licensor_id", problem),)
        return _reject(
            campaign.campaign_id, "publisher_not_allowed", problems, correlation_id, events
        )
    return _apply(campaign, publisher, correlation_id, campaigns, pointer, events, policy)


def _apply(
    campaign: Campaign,
    publisher: str,
    correlation_id: str,
    campaigns: CampaignStore,
    pointer: PointerStore,
    events: EventBus,
    policy: Policy,
) -> Outcome:
    for attempt in range(ATTEMPTS):
        read = pointer.read()
        stored = campaigns.get(campaign.campaign_id)
        if stored is not None and not policy.admits_publisher(publisher, stored.licensor_id):
            problem = f"it is a campaign of another licensor, for whom {publisher} may not speak"
            problems = (FieldProblem("campaign_id", problem),)
            return _reject(
                campaign.campaign_id, "publisher_not_allowed", problems, correlation_id, events
            )
        if stored is not None and stored.version > campaign.version:
            reason = f"version {stored.version} is already applied"
            return Outcome(campaign.campaign_id, "older", campaign.version, reason)
        if stored is not None and stored.version == campaign.version:
            if digest(stored) != digest(campaign):
                problem = f"version {campaign.version} was accepted before with other content"
                problems = (FieldProblem("version", problem),)
                return _reject(
                    campaign.campaign_id, "version_conflict", problems, correlation_id, events
                )
            break
        try:
            campaigns.apply(campaign, publisher=publisher, stored=stored, pointer=read)
            break
        except CampaignMovedError:
            if attempt == ATTEMPTS - 1:
                raise
    status = campaign.status.value
    events.send(CampaignApplied(campaign.campaign_id, campaign.version, status, correlation_id))
    return Outcome(campaign.campaign_id, "applied", campaign.version)


def _reject(
    campaign_id: str,
    reason: str,
    problems: tuple[FieldProblem, ...],
    correlation_id: str,
    events: EventBus,
) -> Outcome:
    listed = "; ".join(f"{p.path}: {p.problem}" for p in problems)
    sentence = f"The change of campaign {campaign_id or '(no id)'} was refused: {listed}."
    events.send(CampaignRejected(campaign_id, reason, sentence, correlation_id, problems))
    return Outcome(campaign_id, "rejected", version=None, reason=listed)


def _problems(error: ValidationError) -> tuple[FieldProblem, ...]:
    return tuple(
        FieldProblem(told_path(found["loc"], found["type"]) or "(event)", found["msg"])
        for found in error.errors(include_url=False)[:20]
    )


def _claimed_id(detail: object) -> str:
    claimed = detail.get("campaign_id") if isinstance(detail, dict) else None
    return claimed if isinstance(claimed, str) else ""
