"""`oasis dead-letters` on moto: it shows what was given up, and sends it back, losing nothing."""

import json
from typing import Any

import boto3
import pytest
from messages import campaign_detail, envelope
from typer.testing import CliRunner

from oasis import dead_letters
from oasis.command import app
from oasis.last_stop import LastStop, LastStopQueue

LISTENER = "listener-77"
KINDS = ("queue", "dead_letters", "undelivered")
MANY = 23


class Office:
    """The three queues of one function, and the command that looks at them."""

    def __init__(self) -> None:
        self.sqs = boto3.client("sqs")
        self.urls = {
            kind: self.sqs.create_queue(QueueName=f"update-{kind}")["QueueUrl"] for kind in KINDS
        }
        self.work_queues = json.dumps({"update_campaign": self.urls})

    def give_up(self, kind: str, number: int, **attributes: str) -> str:
        """Put the event of a campaign into a last stop; return its text."""
        detail = campaign_detail(campaign_id=f"c{number}", audience_ids=[LISTENER])
        body = json.dumps(envelope("CampaignChanged", detail))
        self.sqs.send_message(
            QueueUrl=self.urls[kind],
            MessageBody=body,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value}
                for name, value in attributes.items()
            },
        )
        return body

    def stop(self, kind: str = "dead_letters") -> LastStopQueue:
        return LastStopQueue(LastStop("update_campaign", kind, self.urls[kind], self.urls["queue"]))

    def bodies(self, kind: str) -> list[str]:
        """Take all messages out of a queue."""
        found: list[str] = []
        while messages := self.sqs.receive_message(
            QueueUrl=self.urls[kind], MaxNumberOfMessages=10
        ).get("Messages"):
            found += [message["Body"] for message in messages]
        return sorted(found)

    def run(self, *options: str) -> Any:
        return CliRunner().invoke(app, ["dead-letters", *options])


@pytest.fixture
def office(world: Any, monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office()
    monkeypatch.setattr(dead_letters, "connect", lambda _: made)
    return made


def test_what_was_given_up_is_shown_and_stays_where_it_is(office: Office) -> None:
    given_up = sorted(office.give_up("dead_letters", number) for number in range(MANY))

    letters = office.stop().look(most=MANY)

    assert {letter.about for letter in letters} == {
        f"campaign_id c{number}, version 1" for number in range(MANY)
    }
    assert office.stop().many() == MANY
    assert office.bodies("dead_letters") == given_up


def test_no_more_is_looked_at_than_is_asked_for(office: Office) -> None:
    for number in range(MANY):
        office.give_up("dead_letters", number)

    assert len(office.stop().look(most=12)) == 12


def test_the_command_says_what_why_and_how_many_and_names_no_listener(office: Office) -> None:
    office.give_up("dead_letters", 1)
    office.give_up("undelivered", 2, ERROR_CODE="NO_PERMISSIONS", ERROR_MESSAGE="Not allowed.")

    result = office.run()

    assert result.exit_code == 0, result.output
    assert "update_campaign, dead_letters: 1 that failed every time, the oldest 0 h 0 min" in (
        result.output
    )
    assert "campaign_id c1" in result.output
    assert "NO_PERMISSIONS" in result.output
    assert LISTENER not in result.output


def test_where_nothing_was_given_up_the_command_says_so(office: Office) -> None:
    result = office.run()

    assert "There are no dead letters in any of 2 queues." in result.output


@pytest.mark.parametrize("named", ["update_campaign", "all"])
def test_both_last_stops_are_sent_back_to_the_queue_of_the_function(
    office: Office, named: str
) -> None:
    given_up = [office.give_up("dead_letters", number) for number in range(MANY)]
    given_up.append(office.give_up("undelivered", MANY, ERROR_CODE="NO_PERMISSIONS"))

    result = office.run("--redrive", named)

    assert f"{len(given_up)} message(s) are to be tried again" in result.output
    assert office.bodies("queue") == sorted(given_up)
    assert office.stop("dead_letters").many() == office.stop("undelivered").many() == 0


def test_a_redrive_that_is_cut_short_loses_nothing_and_is_finished_by_the_next(
    office: Office, killed: type[BaseException], world: Any
) -> None:
    given_up = {office.give_up("dead_letters", number) for number in range(3)}
    stop = office.stop()
    deletion_of_the_second = 4  # receive, send, delete, send, delete
    world.calls.start(kill_at=deletion_of_the_second, when="before")

    with pytest.raises(killed):
        list(stop.redrive())
    world.calls.start()
    left = office.stop().many()
    _come_back(office)
    list(office.stop().redrive())

    assert left == 2
    assert office.stop().many() == 0
    sent = office.bodies("queue")
    assert (set(sent), len(sent)) == (given_up, 4)


def _come_back(office: Office) -> None:
    """Make hidden messages visible, as time would."""
    from moto.sqs.models import sqs_backends

    for queue in sqs_backends["123456789012"]["eu-north-1"].queues.values():
        for message in queue._messages:
            message.change_visibility(0)


def test_an_unknown_function_is_refused_with_the_names_of_those_there_are(office: Office) -> None:
    result = office.run("--redrive", "solve_plan")

    assert result.exit_code == 1
    assert "Name one of update_campaign, or all." in result.stderr
