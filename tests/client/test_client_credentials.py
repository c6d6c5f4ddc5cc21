"""The client's credentials: absent, or slow to come."""

import asyncio
import json
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from oasis_client import AsyncClient, Client, Scores

from tests.client.services import TRACKS, URL, Service, sound


def test_without_credentials_the_client_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    with pytest.raises(LookupError, match="credentials"):
        Client(URL)


def test_credentials_that_hang_are_waited_for_no_longer_than_an_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked_for, released = [], threading.Event()

    class Credentials(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked_for.append(self.path)
            if len(asked_for) > 1:
                released.wait(10)
            told = {"AccessKeyId": "AKIDEXAMPLE", "SecretAccessKey": "secret", "Token": "token"}
            soon = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
            self.send_response(200)
            self.end_headers()
            with suppress(BrokenPipeError):
                self.wfile.write(json.dumps({**told, "Expiration": soon}).encode())

        def log_message(self, *told: Any) -> None:
            pass

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/nonexistent")
    with ThreadingHTTPServer(("127.0.0.1", 0), Credentials) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        uri = f"http://127.0.0.1:{server.server_port}/"
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri)

        found = asyncio.run(_while_beating(released))
        server.shutdown()

    (scores, longest_pause_s) = found
    assert len(asked_for) > 1
    assert scores.is_neutral
    assert "0.1 s" in scores.why
    assert longest_pause_s < 1


async def _while_beating(released: threading.Event) -> tuple[Scores, float]:
    """Return scores, and how long the loop stood still at most while they were asked for."""
    longest_s = 0.0

    async def beat() -> None:
        nonlocal longest_s
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(0.01)
            longest_s = max(longest_s, time.perf_counter() - begun)

    beating = asyncio.create_task(beat())
    try:
        async with AsyncClient(URL, deadline_s=0.1, transport=Service(sound)) as client:
            found = await client.scores(["a"], "radio", TRACKS)
            return found, longest_s
    finally:
        beating.cancel()
        released.set()
