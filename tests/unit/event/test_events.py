"""What Oasis says on its bus: names and plain values."""

import json
from dataclasses import asdict, fields
from typing import get_args

from shared.event.events import CampaignRejected, Event, FieldProblem


def test_each_event_is_named_like_its_class() -> None:
    for kind in get_args(Event):
        assert kind.detail_type == kind.__name__


def test_the_name_of_an_event_is_no_field_of_its_detail() -> None:
    for kind in get_args(Event):
        assert "detail_type" not in {field.name for field in fields(kind)}


def test_a_refusal_becomes_json_with_the_paths_of_its_fields() -> None:
    problems = (FieldProblem("track_ids.3", "too short"),)
    refused = CampaignRejected("c9", "invalid", "It was refused.", "event-1", problems)

    detail = json.loads(json.dumps(asdict(refused)))

    assert detail == {
        "campaign_id": "c9",
        "reason": "invalid",
        "sentence": "It was refused.",
        "correlation_id": "event-1",
        "fields": [{"path": "track_ids.3", "problem": "too short"}],
    }
