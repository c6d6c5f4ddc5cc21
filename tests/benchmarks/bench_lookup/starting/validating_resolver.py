"""A function with a client of boto3 behind Powertools' resolver, which validates by pydantic."""

from typing import Any

import boto3
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from pydantic import BaseModel

client = boto3.client("dynamodb")
app = APIGatewayHttpResolver(enable_validation=True)


class Question(BaseModel):
    """What is asked."""

    audience_ids: list[str]
    track_ids: list[str]


@app.post("/v1/lookup")
def lookup(question: Question) -> dict[str, str]:
    """Answer nothing."""
    return {}


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one HTTP request."""
    return app.resolve(event, context)
