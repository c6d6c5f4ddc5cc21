"""A function with a client of boto3 behind FastAPI and Mangum."""

import boto3
from fastapi import FastAPI
from mangum import Mangum
from pydantic import BaseModel

client = boto3.client("dynamodb")
app = FastAPI()


class Question(BaseModel):
    """What is asked."""

    audience_ids: list[str]
    track_ids: list[str]


@app.post("/v1/lookup")
def lookup(question: Question) -> dict[str, str]:
    """Answer nothing."""
    return {}


handle = Mangum(app)
