"""A side: what a process takes until it could answer: `python -m … WHAT`, in CPU seconds.

WHAT is `handler` (logger, metrics and tracer on), `boto3` (a bare client), `resolver` and
`validating_resolver` (Powertools' API Gateway resolver around a boto3 client), or `fastapi`
(FastAPI behind Mangum around one, by the peers' Python).
"""

import json
import os
import sys
import time

os.environ |= {
    "AWS_REGION": "eu-north-1",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "SCORES_TABLE": "scores",
    "PLANS_TABLE": "plans",
    "PLAN_BUCKET": "plans",
    "POWERTOOLS_SERVICE_NAME": "lookup_scores",
    "POWERTOOLS_METRICS_NAMESPACE": "Oasis",
    "LAMBDA_TASK_ROOT": "/var/task",
}


def handler() -> None:
    """Import the handler."""
    import functions.lookup_scores.handler  # noqa: F401


def boto3() -> None:
    """Make a bare client."""
    import boto3

    boto3.client("dynamodb")


def resolver(*, validates: bool = False) -> None:
    """Make a client behind a resolver of Powertools."""
    boto3()
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

    app = APIGatewayHttpResolver(enable_validation=validates)

    @app.post("/v1/lookup")
    def lookup() -> dict[str, str]:
        return {}


def validating_resolver() -> None:
    """Make a resolver that validates by pydantic, as well."""
    resolver(validates=True)


def fastapi() -> None:
    """Make a client behind FastAPI and Mangum."""
    boto3()
    from fastapi import FastAPI
    from mangum import Mangum
    from pydantic import BaseModel

    class Question(BaseModel):
        audience_ids: list[str]
        track_ids: list[str]

    app = FastAPI()

    @app.post("/v1/lookup")
    def lookup(question: Question) -> dict[str, str]:
        return {}

    Mangum(app)


if __name__ == "__main__":
    WHAT = {f.__name__: f for f in (handler, boto3, resolver, validating_resolver, fastapi)}
    before = time.process_time()
    WHAT[sys.argv[1]]()
    print(json.dumps({"cpu_s": time.process_time() - before, "wall_s": 0.0, "peak_bytes": 0}))
