"""What a function that answers lookups is told: its environment, an event and a context."""

import json
import os
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench_clock import Clock
from bench_lookup.runtime_api import FUNCTION_ARN

REGION = "eu-north-1"
WARM_UP = 20  # lookups before the clock runs


def environment(endpoint: str) -> dict[str, str]:
    """Return the environment of a function whose DynamoDB and S3 are at an endpoint."""
    return {
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint,
        "SCORES_TABLE": "scores",
        "PLANS_TABLE": "plans",
        "PLAN_BUCKET": "plans",
        "POWERTOOLS_SERVICE_NAME": "lookup_scores",
        "POWERTOOLS_METRICS_NAMESPACE": "Oasis",
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }


def event_of(folder: Path) -> dict[str, Any]:
    """Return the request that asks a world's question."""
    return {
        "version": "2.0",
        "rawPath": "/v1/lookup",
        "rawQueryString": "",
        "headers": {"content-type": "application/json"},
        "requestContext": {
            "requestId": "r",
            "stage": "$default",
            "http": {"method": "POST", "path": "/v1/lookup"},
            "authorizer": {"iam": {"accessKey": "AKIDEXAMPLE"}},
        },
        "body": (folder / "question.json").read_text(),
        "isBase64Encoded": False,
    }


def scores_in(response: dict[str, Any]) -> list[list[Any]]:
    """Return positions, scores and campaigns of a response that has any."""
    results = json.loads(response["body"])["results"]
    assert results
    return [[r["i"], round(r["score"], 9), r["campaign_id"]] for r in results]


@dataclass
class Context:
    """What Lambda tells a function of itself."""

    function_name = "lookup"
    memory_limit_in_mb = 1769
    invoked_function_arn = FUNCTION_ARN
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        """Return a lookup's time."""
        return 5000


def tell_of(
    handle: Callable[[dict[str, Any], Any], dict[str, Any]], folder: Path, times: int
) -> None:
    """Ask a handler a world's question so many times; print what one takes, and the scores."""
    event, context = event_of(folder), Context()
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):  # a line a lookup
        for _ in range(WARM_UP):
            response = handle(event, context)
        clock = Clock()
        for _ in range(times):
            response = handle(event, context)
        taken = clock.read()
    print(json.dumps({**taken, "cpu_s": taken["cpu_s"] / times, "scores": scores_in(response)}))
