"""Noun policy: the accepted policy documents in S3."""

import boto3

from shared.policy.policies import Policy
from shared.request.clients import bounded

PREFIX = "policy/"


class PolicyStore:
    """Accepted policies, one object each, whose keys sort by order."""

    def __init__(self, accepted_bucket: str) -> None:
        """Name the bucket of accepted data."""
        self._bucket = accepted_bucket
        self._client = boto3.client("s3", config=bounded())

    def current(self, before_the_first: Policy) -> Policy:
        """Return the newest accepted policy, or ``before_the_first`` where there is none."""
        newest = ""
        for page in self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=PREFIX
        ):
            newest = max([newest, *(found["Key"] for found in page.get("Contents", []))])
        if not newest:
            return before_the_first
        document = self._client.get_object(Bucket=self._bucket, Key=newest)["Body"].read()
        return Policy.model_validate_json(document)
