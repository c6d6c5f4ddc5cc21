"""Noun campaign: applying a publisher's change."""

from dataclasses import dataclass

from pydantic import ValidationError

from shared.campaign.campaigns import Campaign
from shared.campaign.events import CampaignEvent
from shared.campaign.store import CampaignMovedError, CampaignStore, digest
from shared.event.events import CampaignApplied, CampaignRejected, FieldProblem
from shared.event.store import EventBus
from shared.pointer.store import PointerStore
from shared.policy.policies import Policy

ATTEMPTS = 20


@dataclass(frozen=True)
class Outcome:
    """What became of one change: ``applied``, ``older`` or ``rejected``, and why."""

    campaign_id: str
    status: str
    reason: str = ""


def update_campaign(
    detail: object,
    *,
    publisher: str,
    policy: Policy,
    campaigns: CampaignStore,
    pointer: PointerStore,
    events: EventBus,
) -> Outcome:
    """Check and apply the detail of one ``CampaignChanged`` event of ``publisher``.

    Safe to run twice, late and out of order: an older version changes nothing, the same version
    with the same content only repeats its event, and with other content it is rejected.

    Raises:
        CampaignMovedError: other writers kept changing the pointer; try again later.
    """
    try:
        campaign = CampaignEvent.model_validate(detail).to_campaign()
    except ValidationError as error:
        return _reject(_claimed_id(detail), "invalid", _problems(error), events)
    if not policy.admits_publisher(publisher, campaign.licensor_id):
        problem = f"{publisher} may not speak for licensor {campaign.licensor_id}"
        return _reject(
            campaign.campaign_id,
            "publisher_not_allowed",
            (FieldProblem("licensor_id", problem),),
            events,
        )
    return _apply(campaign, publisher, campaigns, pointer, events)


def _apply(
    campaign: Campaign,
    publisher: str,
    campaigns: CampaignStore,
    pointer: PointerStore,
    events: EventBus,
) -> Outcome:
    for attempt in range(ATTEMPTS):
        read = pointer.read()
        stored = campaigns.find(campaign.campaign_id)
        if stored is not None and stored[0] > campaign.version:
            return Outcome(campaign.campaign_id, "older", f"version {stored[0]} is already applied")
        if stored is not None and stored[0] == campaign.version:
            if stored[1] != digest(campaign):
                problem = f"version {campaign.version} was accepted before with other content"
                problems = (FieldProblem("version", problem),)
                return _reject(campaign.campaign_id, "version_conflict", problems, events)
            break
        try:
            campaigns.apply(campaign, publisher=publisher, pointer=read)
            break
        except CampaignMovedError:
            if attempt == ATTEMPTS - 1:
                raise
    events.send(CampaignApplied(campaign.campaign_id, campaign.version, campaign.status.value))
    return Outcome(campaign.campaign_id, "applied")


def _reject(
    campaign_id: str, reason: str, problems: tuple[FieldProblem, ...], events: EventBus
) -> Outcome:
    listed = "; ".join(f"{p.path}: {p.problem}" for p in problems)
    sentence = f"The change of campaign {campaign_id or '(no id)'} was refused: {listed}."
    events.send(CampaignRejected(campaign_id, reason, sentence, problems))
    return Outcome(campaign_id, "rejected", listed)


def _problems(error: ValidationError) -> tuple[FieldProblem, ...]:
    return tuple(
        FieldProblem(".".join(str(part) for part in found["loc"]) or "(event)", found["msg"])
        for found in error.errors(include_url=False)[:20]
    )


def _claimed_id(detail: object) -> str:
    claimed = detail.get("campaign_id") if isinstance(detail, dict) else None
    return claimed if isinstance(claimed, str) else ""
