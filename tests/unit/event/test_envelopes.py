"""The envelope of an event in a queue's message, sound and damaged."""

import json

import pytest

from shared.event.envelopes import Envelope, EnvelopeError, parse_envelope

EVENT = {
    "version": "0",
    "id": "7bf73129-1428-4cd3-a780-95db273d1602",
    "detail-type": "CampaignChanged",
    "source": "publisher.example",
    "account": "111122223333",
    "time": "2026-01-12T00:00:00Z",
    "region": "eu-north-1",
    "resources": [],
    "detail": {"campaign_id": "c9", "name": "Öland"},
}


def test_an_event_of_eventbridge_is_read_into_its_fields() -> None:
    envelope = parse_envelope(json.dumps(EVENT))

    assert envelope == Envelope(
        event_id="7bf73129-1428-4cd3-a780-95db273d1602",
        detail_type="CampaignChanged",
        source="publisher.example",
        account="111122223333",
        detail={"campaign_id": "c9", "name": "Öland"},
    )


@pytest.mark.parametrize("field", ["id", "detail-type", "source", "account", "detail"])
def test_an_event_without_one_of_its_fields_is_no_envelope(field: str) -> None:
    event = {name: value for name, value in EVENT.items() if name != field}

    with pytest.raises(EnvelopeError, match=field):
        parse_envelope(json.dumps(event))


@pytest.mark.parametrize("body", ["", "{", "null", "[]", '"text"', "7", '{"id": '])
def test_a_body_that_is_no_json_object_is_no_envelope(body: str) -> None:
    with pytest.raises(EnvelopeError, match="no EventBridge event"):
        parse_envelope(body)


@pytest.mark.parametrize("detail", ["[]", '"text"', "null", "[" * 100_000])
def test_a_detail_that_is_no_object_is_in_no_envelope(detail: str) -> None:
    body = json.dumps({**EVENT, "detail": 0}).replace('"detail": 0', f'"detail": {detail}')

    with pytest.raises(EnvelopeError, match="no EventBridge event"):
        parse_envelope(body)


def test_what_follows_from_a_file_carries_the_id_of_its_drop() -> None:
    accepted = Envelope("event-1", "DropAccepted", "oasis", "1", {"drop_id": "drop-1"})

    assert accepted.correlation_id == "drop-1"


def test_what_follows_from_an_event_carries_the_id_of_that_event() -> None:
    changed = Envelope("event-1", "CampaignChanged", "label", "1", {"campaign_id": "c9"})
    applied = Envelope("event-2", "CampaignApplied", "oasis", "1", {"correlation_id": "event-1"})

    assert changed.correlation_id == applied.correlation_id == "event-1"


def test_a_publisher_cannot_choose_what_the_log_finds_its_event_under() -> None:
    claiming = Envelope("event-1", "CampaignChanged", "label", "1", {"correlation_id": "drop-1"})

    assert claiming.correlation_id == "event-1"
