"""What the tests hand to handlers: campaign events, envelopes, batches."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

ACCOUNT = "123456789012"
EVENT_ID = "17793124-05d4-b198-2fde-7ededc63b103"
REQUEST_ID = "JKJaXmPLvHcESHA="


def campaign_detail(**changes: Any) -> dict[str, Any]:
    """Return the detail of a valid CampaignChanged event, live now, with changes."""
    now = datetime.now(UTC)
    return {
        "campaign_id": "campaign-1",
        "version": 1,
        "licensor_id": "licensor-1",
        "name": "A push",
        "track_ids": ["track-1"],
        "status": "active",
        "starts_at": (now - timedelta(days=1)).isoformat(),
        "ends_at": (now + timedelta(days=5)).isoformat(),
        "goal_exposures": 1000,
        **changes,
    }


def envelope(
    detail_type: str, detail: dict[str, Any], *, source: str = "label.system"
) -> dict[str, Any]:
    """Return an EventBridge event as a queue carries it."""
    return {
        "version": "0",
        "id": EVENT_ID,
        "detail-type": detail_type,
        "source": source,
        "account": ACCOUNT,
        "time": "2026-01-05T00:00:00Z",
        "region": "eu-north-1",
        "resources": [],
        "detail": detail,
    }


def http_request(question: object) -> dict[str, Any]:
    """Return a request of the HTTP API, payload format 2.0."""
    return {
        "version": "2.0",
        "routeKey": "POST /v1/lookup",
        "rawPath": "/v1/lookup",
        "headers": {"content-type": "application/json"},
        "requestContext": {
            "requestId": REQUEST_ID,
            "http": {"method": "POST", "path": "/v1/lookup"},
            "authorizer": {"iam": {"accessKey": "AKIDEXAMPLE", "accountId": "123456789012"}},
        },
        "body": question if isinstance(question, str) else json.dumps(question),
        "isBase64Encoded": False,
    }
