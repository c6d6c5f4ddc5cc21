"""The API is as its document says, and no input makes it answer 5xx."""

import json
import os

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import ignored_auth

from functions.lookup_scores import handler
from functions.lookup_scores.handler import handle
from functions.lookup_scores.response import answered, refused
from shared.lookup.openapi import document
from shared.lookup.questions import Question, QuestionError
from tests.integration.journeys import QUESTION, supplied_journey
from tests.integration.lookup_scores.gateway import Gateway
from tests.integration.messages import http_request

pytestmark = pytest.mark.promise("R9")

CASES = int(os.environ.get("OASIS_API_CASES", "500"))
"""Of each of two operations, sound ones and unsound ones: two thousand together."""

SIGNED = {"authorization": "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE"}


@pytest.fixture
def api(world, context, make_batch):
    """Return the described API over a world with a plan."""
    journey = supplied_journey(world, context, make_batch)
    journey.change(track_ids=["track-2"], goal_exposures=50_000)
    assert journey.plan()["state"] == "activated"
    gateway = Gateway(handle, context)
    described = schemathesis.openapi.from_wsgi("/v1/openapi.json", gateway, headers=SIGNED)
    described.config.generation.update(with_security_parameters=False)
    rejection = described.config.checks.negative_data_rejection
    rejection.expected_statuses = ["400", "403", "414"]
    return described


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_every_answer_is_one_that_the_document_describes(api, method, mode, runs):
    statuses = checked(api, method, mode, CASES, runs)

    expected = 200 if mode is GenerationMode.POSITIVE else 400
    assert expected in statuses
    assert not any(status >= 500 for status in statuses)


def checked(api, method, mode, cases, runs):
    """Ask so many times; hold each answer against the document, and return the statuses."""
    statuses = set()

    @settings(
        max_examples=cases,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=api["/v1/lookup"][method].as_strategy(generation_mode=mode))
    def check(case):
        runs.add()
        # Signatures are the gateway's to judge.
        response = case.call_and_validate(headers=SIGNED, excluded_checks=[ignored_auth])
        statuses.add(response.status_code)

    check()
    return statuses


def many_audiences_are_too_many(question_of):
    def asked(event):
        question = question_of(event)
        if len(question.audience_ids) > 2:
            raise IndexError(question.audience_ids)
        return question

    return "question_of", asked


def a_refusal_is_a_failure(_):
    return "refused", lambda status, why: refused(500, why)


def an_answer_leaves_its_plan_out(_):
    def without_plan(answer):
        response = answered(answer)
        body = json.loads(response["body"])
        del body["plan_id"]
        return {**response, "body": json.dumps(body)}

    return "answered", without_plan


def nothing_is_refused(question_of):
    def asked(event):
        try:
            return question_of(event)
        except QuestionError:
            return Question(["listener-1"], "radio", ["track-2"])

    return "question_of", asked


@pytest.mark.parametrize(
    ("mode", "install"),
    [
        (GenerationMode.POSITIVE, many_audiences_are_too_many),
        (GenerationMode.NEGATIVE, a_refusal_is_a_failure),
        (GenerationMode.POSITIVE, an_answer_leaves_its_plan_out),
        (GenerationMode.NEGATIVE, nothing_is_refused),
    ],
)
@pytest.mark.usefixtures("mutant")
def test_a_handler_that_answers_otherwise_is_found(api, monkeypatch, mode, install, runs):
    monkeypatch.setattr(handler, *install(handler.question_of))

    with pytest.raises((Failure, FailureGroup, IndexError)):
        checked(api, "POST", mode, 100, runs)


def test_the_document_served_is_the_one_checked_in(world, context):
    response = handle(
        {
            "rawPath": "/v1/openapi.json",
            "requestContext": {
                "requestId": "r",
                "http": {"method": "GET", "path": "/v1/openapi.json"},
                "authorizer": {"iam": {"accessKey": "AKIDEXAMPLE"}},
            },
        },
        context,
    )

    assert (response["statusCode"], response["body"]) == (200, document())


def test_a_request_that_nobody_signed_is_refused_by_the_handler_too(world, context):
    request = http_request(QUESTION)
    del request["requestContext"]["authorizer"]

    response = handle(request, context)

    assert response["statusCode"] == 403
    assert "Sign the request" in response["body"]


def test_an_answer_that_the_caller_has_is_not_sent_again(world, context, make_batch):
    journey = supplied_journey(world, context, make_batch)
    journey.change(track_ids=["track-2"], goal_exposures=50_000)
    journey.plan()
    request = http_request("")
    request["requestContext"]["http"]["method"] = "GET"
    request["rawQueryString"] = "audience_ids=listener-1&context=radio&track_ids=track-2"
    first = handle(request, context)

    request["headers"]["if-none-match"] = f'"other", {first["headers"]["etag"]}'
    again = handle(request, context)

    assert (first["statusCode"], again["statusCode"], again["body"]) == (200, 304, "")
    assert json.loads(first["body"])["results"]
    assert again["headers"]["etag"] == first["headers"]["etag"]
    assert first["headers"]["x-request-id"] == request["requestContext"]["requestId"]


def test_a_post_is_answered_anew_whatever_its_caller_has(world, context):
    request = http_request(QUESTION)
    request["headers"]["if-none-match"] = "*"

    response = handle(request, context)

    assert response["statusCode"] == 200
    assert "etag" not in response["headers"]
