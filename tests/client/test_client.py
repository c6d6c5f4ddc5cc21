"""The client against a service that answers well, late, badly, or not at all."""

import asyncio
import time
from typing import Any

import httpx
import pytest
from oasis_client import AsyncClient, Attempt, Client, Scores

from tests.client.services import TRACKS, URL, Answer, Service, sound

DEADLINE_S = 0.5


async def never(request: httpx.Request) -> httpx.Response:
    await asyncio.sleep(60)
    raise AssertionError


def asked(
    answer: Answer, tracks: list[str] = TRACKS, deadline_s: float = DEADLINE_S
) -> tuple[Scores, Service, list[Attempt], float]:
    """Ask once with the client for threads; return scores, service, attempts and seconds."""
    service, attempts = Service(answer), []
    options = {"transport": service, "on_attempt": attempts.append}
    with Client(URL, deadline_s=deadline_s, **options) as client:
        begun = time.perf_counter()
        found = client.scores(["listener-1", "cohort-1"], "radio", tracks, market="SE")
        took = time.perf_counter() - begun
    return found, service, attempts, took


def test_five_hundred_candidates_are_ranked_again() -> None:
    base = {track: 1 - i / 500 for i, track in enumerate(TRACKS)}

    found, service, attempts, _ = asked(sound)

    ranked = sorted(TRACKS, key=lambda t: base[t] + 10 * found.probability(t), reverse=True)
    assert ranked[:3] == ["track-0", "track-10", "track-20"]
    assert found.probability("track-10") == pytest.approx(0.05)
    assert found.probability("track-11") == 0
    assert not found.is_neutral
    assert service.requests[0]["audience_ids"] == ["listener-1", "cohort-1"]
    assert "Signature=" in service.headers[0]["authorization"]
    assert [attempt.outcome for attempt in attempts] == ["answered"]


def test_more_candidates_than_a_request_takes_are_asked_side_by_side() -> None:
    tracks = [f"track-{i}" for i in range(2500)]

    found, service, _, _ = asked(sound, tracks)

    assert sorted(len(each["track_ids"]) for each in service.requests) == [500, 1000, 1000]
    assert set(found.score) == {f"track-{i}" for i in range(0, 2500, 10)}


def test_batches_of_two_plans_are_neutral() -> None:
    tracks = [f"track-{i}" for i in range(1500)]

    found, _, _, _ = asked(lambda request, number: sound(request, number, f"p{number}"), tracks)

    assert found.is_neutral
    assert "two plans" in found.why


def test_at_the_deadline_scores_are_neutral_and_say_so() -> None:
    found, _, _, took = asked(lambda request, number: never(request), deadline_s=0.1)

    assert found == Scores(is_neutral=True, why=found.why)
    assert "0.1 s" in found.why
    assert took < 1


def test_a_late_request_is_hedged_once_and_the_first_answer_counts() -> None:
    def answer(request: httpx.Request, number: int) -> Any:
        return never(request) if number == 0 else sound(request, number)

    found, service, attempts, took = asked(answer)

    assert not found.is_neutral
    assert len(service.requests) == 2
    assert [(a.outcome, a.is_hedge) for a in attempts] == [("answered", True)]
    assert took < DEADLINE_S


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (lambda request, number: httpx.Response(503, json={"error": "busy"}), "unavailable"),
        (lambda request, number: httpx.Response(200, content=b"<html>"), "broken"),
        (lambda request, number: httpx.Response(200, json={"results": [{"i": 10**6}]}), "broken"),
        (lambda request, number: httpx.Response(200, json=[]), "broken"),
    ],
)
def test_a_bad_answer_is_asked_for_once_more_and_then_neutral(answer: Answer, outcome: str) -> None:
    found, service, attempts, _ = asked(answer)

    assert found.is_neutral
    assert len(service.requests) == 2
    assert {attempt.outcome for attempt in attempts} == {outcome}


def test_a_refusal_is_neutral_at_once_with_its_sentence() -> None:
    refusal = {"error": "track_ids names 1001 tracks"}

    found, service, _, _ = asked(lambda request, number: httpx.Response(400, json=refusal))

    assert found.is_neutral
    assert "1001 tracks" in found.why
    assert len(service.requests) == 1


def test_an_error_of_the_network_is_neutral() -> None:
    def answer(request: httpx.Request, number: int) -> Any:
        raise httpx.ConnectError("refused")

    found, _, attempts, _ = asked(answer)

    assert found.is_neutral
    assert {attempt.outcome for attempt in attempts} == {"unavailable"}


def test_a_hook_that_fails_leaves_scores_neutral() -> None:
    def hook(attempt: Attempt) -> None:
        raise KeyError("metric")

    with Client(URL, deadline_s=DEADLINE_S, transport=Service(sound), on_attempt=hook) as client:
        found = client.scores(["a"], "radio", TRACKS)

    assert found.is_neutral
    assert "metric" in found.why


def test_many_may_ask_at_once_on_one_loop() -> None:
    async def all_of_them() -> list[Scores]:
        async with AsyncClient(URL, deadline_s=2, transport=Service(sound)) as client:
            return await asyncio.gather(
                *(client.scores(["a"], "radio", TRACKS[:20]) for _ in range(50))
            )

    found = asyncio.run(all_of_them())

    assert len(found) == 50
    assert all(set(each.score) == {"track-0", "track-10"} for each in found)
