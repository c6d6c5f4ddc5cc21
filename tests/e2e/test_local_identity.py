"""The lookup answers whom a policy lets in, and nobody else."""

import json
import os
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import boto3
import botocore.session
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

from infra.local.emulator import ACCOUNT, REGION
from oasis.console import CommandError
from oasis.lookup import SignedCaller
from tests.e2e.live_stack import LiveStack
from tests.e2e.small_world import PROMOTED_TRACK

pytestmark = pytest.mark.promise("R12")
QUESTION = {"audience_ids": ["listener-1"], "track_ids": [PROMOTED_TRACK], "context": "radio"}


@dataclass(frozen=True)
class Key:
    """An access key and its secret."""

    id: str
    secret: str


def user_key(name: str, *, may_invoke: str = "") -> Key:
    """Return the key of a new IAM user, who may invoke what lies under an ARN, or nothing."""
    iam = boto3.client("iam")
    iam.create_user(UserName=name)
    if may_invoke:
        statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": may_invoke}
        document = json.dumps({"Version": "2012-10-17", "Statement": statement})
        iam.put_user_policy(UserName=name, PolicyName="ask", PolicyDocument=document)
    made = iam.create_access_key(UserName=name)["AccessKey"]
    return Key(made["AccessKeyId"], made["SecretAccessKey"])


@pytest.fixture
def caller_with(journey: LiveStack) -> Callable[[Key], SignedCaller]:
    """Return a function that makes a caller who signs with a key."""

    def make(key: Key) -> SignedCaller:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("AWS_ACCESS_KEY_ID", key.id)
            environment.setenv("AWS_SECRET_ACCESS_KEY", key.secret)
            return SignedCaller(journey.connection)

    return make


@pytest.fixture
def api_arn(journey: LiveStack) -> str:
    api = journey.connection.lookup_url.split("/execute-api/")[1].split("/")[0]
    return f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}"


def test_a_user_who_may_invoke_the_lookup_is_answered(journey, caller_with, api_arn):
    key = user_key("ranking", may_invoke=f"{api_arn}/$default/POST/v1/lookup")

    answer = caller_with(key).ask(QUESTION)

    assert answer["plan_id"] == journey.pointer.read().plan_id


def test_a_user_without_the_right_is_refused(caller_with):
    caller = caller_with(user_key("stranger"))

    with pytest.raises(CommandError, match="answered 403"):
        caller.ask(QUESTION)


def test_a_user_with_the_right_to_another_route_is_refused(caller_with, api_arn):
    caller = caller_with(user_key("neighbour", may_invoke=f"{api_arn}/$default/GET/v1/other"))

    with pytest.raises(CommandError, match="answered 403"):
        caller.ask(QUESTION)


def test_a_wrong_secret_is_refused(caller_with, api_arn):
    key = user_key("forger", may_invoke=f"{api_arn}/*")

    with pytest.raises(CommandError, match="answered 403"):
        caller_with(Key(key.id, "w" * 40)).ask(QUESTION)


def test_an_unknown_key_is_refused(caller_with):
    with pytest.raises(CommandError, match="answered 403"):
        caller_with(Key("AKIAIOSFODNN7EXAMPLE", "w" * 40)).ask(QUESTION)


def test_an_unsigned_request_is_refused(journey):
    request = urllib.request.Request(
        journey.connection.lookup_url,
        data=json.dumps(QUESTION).encode(),
        headers={"content-type": "application/json"},
    )
    trusted = ssl.create_default_context(cafile=os.environ["AWS_CA_BUNDLE"])

    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(request, context=trusted, timeout=10)

    assert refusal.value.code == 403


class SignedAt(SigV4Auth):
    """Signs as if some time ago."""

    ago = timedelta()

    def _modify_request_before_signing(self, request: AWSRequest) -> None:
        signed_at = datetime.now(UTC) - self.ago
        request.context["timestamp"] = signed_at.strftime("%Y%m%dT%H%M%SZ")
        super()._modify_request_before_signing(request)


@pytest.fixture
def status_of(journey, api_arn) -> Callable[..., int]:
    """Return a function that asks as one who may, whose request something is wrong with."""
    key = user_key(f"ranking-{uuid4().hex[:8]}", may_invoke=f"{api_arn}/*")
    trusted = botocore.session.get_session().get_config_variable("ca_bundle")
    http = URLLib3Session(verify=trusted, timeout=10)
    url = journey.connection.lookup_url

    def ask(
        method: str = "POST",
        *,
        service: str = "execute-api",
        ago: timedelta = timedelta(),
        sends: dict[str, Any] = QUESTION,
        is_signed: bool = True,
    ) -> int:
        def request(question: dict[str, Any]) -> AWSRequest:
            if method == "GET":
                return AWSRequest("GET", f"{url}?{urlencode(question, doseq=True)}")
            body = json.dumps(question).encode()
            return AWSRequest("POST", url, data=body, headers={"content-type": "application/json"})

        asked, sent = request(QUESTION), request(sends)
        if is_signed:
            signer = SignedAt(Credentials(key.id, key.secret), service, REGION)
            signer.ago = ago
            signer.add_auth(asked)
        for name, value in asked.headers.items():
            sent.headers[name] = value
        return http.send(sent.prepare()).status_code

    return ask


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_only_a_request_that_is_signed_as_it_is_sent_and_now_is_answered(
    status_of: Callable[..., int], method: str
) -> None:
    tampered = {**QUESTION, "audience_ids": ["listener-2"]}

    assert status_of(method) == 200
    assert status_of(method, is_signed=False) == 403
    assert status_of(method, sends=tampered) == 403
    assert status_of(method, ago=timedelta(hours=1)) == 403
    assert status_of(method, ago=timedelta(hours=-1)) == 403
    assert status_of(method, service="s3") != 200
