"""What is shown of a message that was given up."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from oasis.dead_letter import UNREADABLE, DeadLetter, read_letter
from oasis.last_stop import LastStop, last_stops

EVENT = {"id": "event-1", "account": "111122223333"}
LISTENER = "listener-77"


def message(body: object, **attributes: str) -> dict[str, Any]:
    return {
        "Body": body if isinstance(body, str) else json.dumps(body),
        "Attributes": {"SentTimestamp": "1795773600000"},
        "MessageAttributes": {name: {"StringValue": value} for name, value in attributes.items()},
    }


def test_a_file_that_was_not_judged_is_named_by_its_key() -> None:
    detail = {"bucket": {"name": "b"}, "object": {"key": "drops/scores/ml/2026-11-27/a.csv"}}
    event = {**EVENT, "source": "aws.s3", "detail-type": "Object Created", "detail": detail}

    letter = read_letter(message(event))

    assert letter == DeadLetter(
        sent_at=datetime(2026, 11, 27, 10, tzinfo=UTC),
        what="Object Created",
        about="key drops/scores/ml/2026-11-27/a.csv",
        correlation_id="event-1",
        why="",
    )


def test_an_accepted_drop_is_named_by_its_id_which_finds_it_in_the_log() -> None:
    detail = {"drop_id": "d1", "dataset": "scores", "producer": "ml", "order": "o"}
    event = {**EVENT, "source": "oasis", "detail-type": "DropAccepted", "detail": detail}

    letter = read_letter(message(event))

    assert (letter.about, letter.correlation_id) == ("dataset scores, drop_id d1", "d1")


def test_the_end_of_a_run_is_named_by_the_run() -> None:
    event = {**EVENT, "source": "aws.states", "detail-type": "Ended", "detail": {"name": "plan-7"}}

    assert read_letter(message(event)).about == "run plan-7"


def test_of_a_campaign_no_listener_is_shown() -> None:
    detail = {"campaign_id": "c9", "version": 3, "name": LISTENER, "audience_ids": [LISTENER]}
    event = {**EVENT, "source": "label", "detail-type": "CampaignChanged", "detail": detail}

    letter = read_letter(message(event))

    assert letter.about == "campaign_id c9, version 3"
    assert LISTENER not in repr(letter)


@pytest.mark.parametrize("body", ["", LISTENER, f'{{"detail": "{LISTENER}"}}', "[" * 100_000])
def test_a_message_that_is_no_event_is_shown_without_its_text(body: str) -> None:
    letter = read_letter(message(body))

    assert letter.what == UNREADABLE
    assert LISTENER not in repr(letter)


def test_what_eventbridge_says_of_an_event_that_it_could_not_deliver_is_shown() -> None:
    said = {"ERROR_CODE": "NO_PERMISSIONS", "ERROR_MESSAGE": "Not allowed.", "RULE_ARN": "arn"}

    letter = read_letter(message("{}", **said))

    assert letter.why == "NO_PERMISSIONS: Not allowed."


def test_both_last_stops_of_a_function_lead_to_its_queue() -> None:
    output = json.dumps({"reconcile": {"queue": "q", "dead_letters": "d", "undelivered": "u"}})

    assert last_stops(output) == [
        LastStop("reconcile", "dead_letters", "d", "q"),
        LastStop("reconcile", "undelivered", "u", "q"),
    ]
