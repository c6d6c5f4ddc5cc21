"""A function with a client of boto3 behind Powertools' resolver."""

from typing import Any

import boto3
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

client = boto3.client("dynamodb")
app = APIGatewayHttpResolver()


@app.post("/v1/lookup")
def lookup() -> dict[str, str]:
    """Answer nothing."""
    return {}


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one HTTP request."""
    return app.resolve(event, context)
