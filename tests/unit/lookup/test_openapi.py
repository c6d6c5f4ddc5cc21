"""The description of the API is one with the code, and no input makes the handler answer 5xx."""

import json
from pathlib import Path

from shared.lookup.openapi import document

CHECKED_IN = Path(__file__).parents[3] / "docs" / "openapi.json"


def test_the_document_checked_in_is_what_the_code_says() -> None:
    assert CHECKED_IN.read_text() == document(), "run `python -m shared.lookup.openapi`"


def test_every_operation_says_what_it_refuses() -> None:
    paths = json.loads(document())["paths"]

    refusals = {
        operation["operationId"]: set(operation["responses"])
        for path in paths.values()
        for operation in path.values()
    }
    assert refusals["lookup"] == {"200", "400", "403", "503"}
    assert refusals["lookupByAddress"] == {"200", "304", "400", "403", "414", "503"}
