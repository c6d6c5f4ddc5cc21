"""A signed request, and what became of it."""

import json
from dataclasses import dataclass

import botocore.session
import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from oasis_client.scores import Attempt, Outcome, Question, Scores, neutral, scores_of

PATH = "/v1/lookup"


@dataclass(frozen=True)
class Heard:
    """The end of one attempt: scores, or neutral ones with their reason."""

    scores: Scores
    attempt: Attempt

    @property
    def is_final(self) -> bool:
        """Say whether asking again would bring the same."""
        return self.attempt.outcome in ("answered", "refused")


class Signer:
    """Signs questions with the AWS identity of the process, refreshed by botocore."""

    def __init__(self, url: str, region: str | None) -> None:
        """Find the region and credentials as botocore does.

        Raises:
            LookupError: there is no region, or there are no credentials.
        """
        session = botocore.session.get_session()
        self.url = url.rstrip("/").removesuffix(PATH) + PATH
        self._region = region or session.get_config_variable("region")
        credentials = session.get_credentials()
        if not self._region or credentials is None:
            raise LookupError("Oasis cannot be asked without a region and AWS credentials.")
        self._credentials = credentials

    def request(self, question: Question) -> tuple[bytes, dict[str, str]]:
        """Return the body and headers of a POST."""
        body = json.dumps(question.document()).encode()
        request = AWSRequest("POST", self.url, {"content-type": "application/json"}, body)
        frozen = self._credentials.get_frozen_credentials()
        SigV4Auth(frozen, "execute-api", self._region).add_auth(request)
        return body, dict(request.headers.items())


def heard(question: Question, response: httpx.Response, seconds: float, is_hedge: bool) -> Heard:
    """Return what a response says."""
    status = response.status_code
    if status == 200:
        try:
            scores = scores_of(question, response.json())
            return Heard(scores, Attempt("answered", seconds, is_hedge, status))
        except ValueError as error:
            return _unheard("broken", str(error), seconds, is_hedge, status)
    outcome: Outcome = "refused" if 400 <= status < 500 and status != 429 else "unavailable"
    return _unheard(outcome, f"{status}: {response.text[:200]}", seconds, is_hedge, status)


def unheard(error: Exception, seconds: float, is_hedge: bool) -> Heard:
    """Return the end of an attempt that nobody answered."""
    timed_out = isinstance(error, (httpx.TimeoutException, TimeoutError))
    outcome: Outcome = "timed_out" if timed_out else "unavailable"
    return _unheard(outcome, f"{type(error).__name__}: {error}", seconds, is_hedge, 0)


def _unheard(outcome: Outcome, told: str, seconds: float, is_hedge: bool, status: int) -> Heard:
    return Heard(neutral(told), Attempt(outcome, seconds, is_hedge, status, told))
