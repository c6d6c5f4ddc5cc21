"""A side: the handler: `python -m bench_lookup.lookup_by_oasis FOLDER ENDPOINT SENDER TIMES`.

SENDER is `signed` or `botocore`: who sends the call to DynamoDB; all else is the same.
"""

import json
import os
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from bench_clock import Clock
from bench_lookup.lookup_world import read


@dataclass
class Context:
    """What Lambda tells a function of itself."""

    function_name = "lookup"
    memory_limit_in_mb = 1769
    invoked_function_arn = "arn:aws:lambda:eu-north-1:123456789012:function:lookup"
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        """Return a lookup's time."""
        return 5000


def main(folder: Path, endpoint: str, sender: str, times: int) -> None:
    """Print what a lookup takes, and the scores."""
    os.environ |= {
        "AWS_REGION": os.environ["AWS_DEFAULT_REGION"],
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REQUESTS": sender,
        "SCORES_TABLE": "scores",
        "PLANS_TABLE": "plans",
        "PLAN_BUCKET": "plans",
        "POWERTOOLS_SERVICE_NAME": "lookup_scores",
        "POWERTOOLS_METRICS_NAMESPACE": "Oasis",
        "POWERTOOLS_TRACE_DISABLED": "true",
    }
    from functions.lookup_scores.handler import handle

    event = {
        "version": "2.0",
        "rawPath": "/v1/lookup",
        "headers": {},
        "requestContext": {
            "requestId": "r",
            "http": {"method": "POST", "path": "/v1/lookup"},
            "authorizer": {"iam": {"accessKey": "AKIDEXAMPLE"}},
        },
        "body": json.dumps(read(folder, "question")),
        "isBase64Encoded": False,
    }
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):  # a line a lookup
        for _ in range(20):
            response = handle(event, Context())
        clock = Clock()
        for _ in range(times):
            response = handle(event, Context())
        taken = clock.read()
    answer = json.loads(response["body"])
    scores = [[r["i"], round(r["score"], 9), r["campaign_id"]] for r in answer["results"]]
    assert scores
    print(json.dumps({**taken, "cpu_s": taken["cpu_s"] / times, "scores": scores}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
