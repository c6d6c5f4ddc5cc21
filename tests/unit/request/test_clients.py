"""Whoever calls AWS says how long it waits, and in all less than a function behind a queue has."""

import ast
from pathlib import Path

from shared.request.clients import bounded

ROOT = Path(__file__).parents[3]
MODULES = sorted(path for room in ("shared", "functions") for path in (ROOT / room).rglob("*.py"))
FUNCTION_S = 120


def clients_of(source: str) -> list[ast.Call]:
    """Return where clients or resources of boto3 are made."""
    return [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("boto3.client", "boto3.resource")
    ]


def test_every_client_of_boto3_is_told_how_long_to_wait() -> None:
    made = [(path, call) for path in MODULES for call in clients_of(path.read_text())]

    untold = [path for path, call in made if "config" not in {each.arg for each in call.keywords}]

    assert len(made) > 10
    assert untold == []


def test_a_client_that_is_told_nothing_is_seen() -> None:
    (call,) = clients_of('import boto3\nclient = boto3.client("s3")\n')

    assert not call.keywords


def test_every_model_says_how_long_it_waits_for_a_table() -> None:
    models = [path for path in MODULES if "(Model)" in path.read_text()]

    silent = [
        path
        for path in models
        for name in ("connect_timeout_seconds", "read_timeout_seconds")
        if name not in path.read_text()
    ]

    assert models
    assert silent == []


def test_all_tries_together_end_before_the_function_does() -> None:
    told = bounded()

    tries = told.retries["total_max_attempts"]

    assert tries * (told.connect_timeout + told.read_timeout) < FUNCTION_S / 2
