"""`oasis campaign`: put, pause and resume campaigns by events on the bus."""

import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import boto3
import typer
from pydantic import ValidationError

from oasis.connection import Connection, StackOption, connect
from oasis.console import CommandError, console, ends_plainly, wait_for, working
from shared.campaign.campaigns import Campaign, Status
from shared.campaign.events import CampaignEvent, to_event
from shared.campaign.store import CampaignStore, digest
from shared.erasure.store import ErasureStore
from shared.event.schema import CAMPAIGN_CHANGED
from shared.pointer.store import PointerStore

APPLY_TIMEOUT_S = 120.0
EVENTS_PER_CALL = 10
SOURCE = "oasis.command"

app = typer.Typer(help="Put, pause and resume campaigns.", no_args_is_help=True)


def campaigns_of(connection: Connection) -> CampaignStore:
    """Return the store of a stack's campaigns."""
    return CampaignStore(connection.campaigns_table, PointerStore(connection.plans_table))


def send(connection: Connection, campaigns: Iterable[Campaign]) -> None:
    """Send one event a campaign.

    Raises:
        CommandError: the bus refused one.
    """
    client = boto3.client("events")
    entries = [
        {
            "EventBusName": connection.event_bus,
            "Source": SOURCE,
            "DetailType": CAMPAIGN_CHANGED,
            "Detail": to_event(campaign).model_dump_json(),
        }
        for campaign in campaigns
    ]
    for first in range(0, len(entries), EVENTS_PER_CALL):
        answer = client.put_events(Entries=entries[first : first + EVENTS_PER_CALL])  # type: ignore[arg-type]
        if answer["FailedEntryCount"]:
            refused = next(e for e in answer["Entries"] if "ErrorCode" in e)
            raise CommandError(f"The bus refused an event: {refused.get('ErrorMessage')}.")


def wait_until_applied(connection: Connection, campaigns: Iterable[Campaign]) -> None:
    """Return when each campaign stands in the table at that version or a newer one.

    An erased audience among its targets is not there.

    Raises:
        CommandError: one does not in time, or stands there with other content.
    """
    store = campaigns_of(connection)
    for campaign in campaigns:
        version, found = wait_for(
            lambda campaign=campaign: _applied(store, campaign),  # type: ignore[misc]
            timeout_s=APPLY_TIMEOUT_S,
            otherwise=f"Campaign {campaign.campaign_id} version {campaign.version} was not applied "
            f"in {APPLY_TIMEOUT_S:.0f} s. It may have been refused (an event CampaignRejected on "
            "the bus and the log of update_campaign say why).",
        )
        if version == campaign.version and not _is_content(connection, found, campaign):
            raise CommandError(
                f"Campaign {campaign.campaign_id} version {version} was accepted before with other "
                "content; the first stands. Send the change with a higher version."
            )


def read_campaigns(text: str) -> list[Campaign]:
    """Read one campaign as JSON, or several, one a line.

    Raises:
        CommandError: a line is no campaign; the message names the line and the fields.
    """
    try:
        documents = [(1, json.loads(text))]
    except ValueError:
        numbered = enumerate(text.splitlines(), 1)
        documents = [
            (number, _json_line(number, line)) for number, line in numbered if line.strip()
        ]
    campaigns = []
    for number, document in documents:
        try:
            campaigns.append(CampaignEvent.model_validate(document).to_campaign())
        except ValidationError as error:
            problems = "; ".join(
                f"{'.'.join(map(str, p['loc'])) or 'campaign'}: {p['msg']}"
                for p in error.errors(include_url=False)
            )
            raise CommandError(f"Line {number} is no campaign: {problems}.") from error
    return campaigns


@app.command()
@ends_plainly
def put(
    file: Annotated[str, typer.Argument(help="JSON or JSON lines; - reads standard input")],
    stack: StackOption = None,
) -> None:
    """Send campaigns and wait until they are applied."""
    connection = connect(stack)
    campaigns = read_campaigns(sys.stdin.read() if file == "-" else Path(file).read_text())
    with working(f"Applying {len(campaigns)} campaign(s)"):
        send(connection, campaigns)
        wait_until_applied(connection, campaigns)


@app.command()
@ends_plainly
def pause(campaign_id: str, stack: StackOption = None) -> None:
    """Pause a campaign; it is silent at the next lookup after this command returns."""
    _change(campaign_id, Status.PAUSED, stack)


@app.command()
@ends_plainly
def resume(campaign_id: str, stack: StackOption = None) -> None:
    """Resume a paused campaign."""
    _change(campaign_id, Status.ACTIVE, stack)


def change_status(connection: Connection, campaign_id: str, status: Status) -> Campaign:
    """Send the campaign's next version with another status, wait until applied, return it.

    Raises:
        CommandError: the campaign is unknown or cancelled for good.
    """
    store = campaigns_of(connection)
    campaign = store.get(campaign_id)
    if campaign is None:
        raise CommandError(f"Campaign {campaign_id} is not known. `oasis status` lists them.")
    if campaign.status is status:
        console.print(f"Campaign {campaign_id} is {status.value} already.")
        return campaign
    changed = replace(campaign, version=campaign.version + 1, status=status)
    send(connection, [changed])
    wait_until_applied(connection, [changed])
    return changed


def _change(campaign_id: str, status: Status, stack: str | None) -> None:
    connection = connect(stack)
    with working(f"Setting campaign {campaign_id} to {status.value}"):
        change_status(connection, campaign_id, status)


def _applied(store: CampaignStore, campaign: Campaign) -> tuple[int, str] | None:
    found = store.find(campaign.campaign_id)
    return found if found is not None and found[0] >= campaign.version else None


def _is_content(connection: Connection, found: str, campaign: Campaign) -> bool:
    """Say whether a digest is the campaign's, as sent or without those who were erased."""
    if found == digest(campaign) or not campaign.audience_ids:
        return found == digest(campaign)
    erased = ErasureStore(connection.accepted_bucket, connection.erasure_key).read()
    return found == digest(to_event(campaign).without(erased).to_campaign())


def _json_line(number: int, line: str) -> object:
    try:
        return json.loads(line)
    except ValueError as error:
        raise CommandError(f"Line {number} is no JSON: {error}.") from error
