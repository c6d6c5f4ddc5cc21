"""Noun campaign: accepted files of campaigns."""

import json

import boto3

from shared.request.clients import bounded


class AcceptedCampaigns:
    """Accepted files of campaigns, one event a line."""

    def __init__(self, accepted_bucket: str) -> None:
        """Name the bucket of accepted data."""
        self._bucket = accepted_bucket
        self._client = boto3.client("s3", config=bounded())

    def read(self, key: str) -> list[object]:
        """Return the campaigns of one accepted file in its order, each as an event's detail."""
        lines = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read().splitlines()
        return [json.loads(line) for line in lines if line]
