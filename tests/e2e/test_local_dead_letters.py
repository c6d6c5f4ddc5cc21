"""A dead letter on the local stack: the command shows it, sends it back, and it is worked on."""

from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import pytest
from typer.testing import CliRunner, Result

from oasis import dead_letters
from oasis.campaign import send
from oasis.command import app
from oasis.last_stop import LastStopQueue, last_stops
from tests.e2e.live_stack import LiveStack, until
from tests.e2e.small_world import campaign
from tests.e2e.told_functions import told

LISTENER = "listener-77"
CAMPAIGN = campaign("campaign-given-up", "track-1", audience_ids=(LISTENER,))


@contextmanager
def hurried(queue_url: str) -> Iterator[None]:
    """Hide messages of a queue for a second only, so that five tries take seconds."""
    sqs = boto3.client("sqs")
    name = "VisibilityTimeout"
    before = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=[name])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={name: "1"})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={name: before[name]})


def oasis(*arguments: str) -> Result:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return result


def test_a_campaign_that_was_given_up_is_shown_and_applied_once_the_cause_is_gone(
    stack: LiveStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_letters, "connect", lambda _: stack.connection)
    (stop,) = (
        stop
        for stop in last_stops(stack.connection.work_queues)
        if (stop.arrow, stop.kind) == ("update_campaign", "dead_letters")
    )
    stack.settle()

    with told("update_campaign", CAMPAIGNS_TABLE="gone"), hurried(stop.work_url):
        send(stack.connection, [CAMPAIGN])
        until(lambda: LastStopQueue(stop).many() or None, "the campaign to be given up")
    shown = oasis("dead-letters")
    applied_before = stack.campaigns.find(CAMPAIGN.campaign_id)
    sent_back = oasis("dead-letters", "--redrive", "update_campaign")
    until(lambda: stack.campaigns.find(CAMPAIGN.campaign_id), "the campaign to be applied")
    stack.settle()

    assert "update_campaign, dead_letters: 1 that failed every time" in shown.output
    assert f"campaign_id {CAMPAIGN.campaign_id}, version 1" in shown.output
    assert LISTENER not in shown.output
    assert applied_before is None
    assert "1 message(s) are to be tried again" in sent_back.output
    assert "There are no dead letters" in oasis("dead-letters").output
