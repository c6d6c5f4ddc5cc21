"""Noun lookup: the description of the API, OpenAPI 3.1, made from the question and the answer.

`python -m shared.lookup.openapi` prints it; `docs/openapi.json` is that, and the API serves it.
"""

import json
from functools import lru_cache
from typing import Any

import msgspec

from shared.lookup.answers import Answer
from shared.lookup.questions import (
    MAX_AGE_S,
    MAX_AUDIENCES,
    MAX_ID_BYTES,
    MAX_QUERY_TRACKS,
    MAX_TRACKS,
    Question,
)
from shared.lookup.schema import DOCUMENT_PATH, LOOKUP_PATH

REFUSALS = {
    "400": "The question cannot be answered; the sentence says which field and why.",
    "403": "The request is not signed by somebody who may ask.",
    "503": "The score store did not answer and nothing is in memory; ask again.",
}


@lru_cache(1)
def document() -> str:
    """Return the document as JSON, the same at every call."""
    return json.dumps(_document(), indent=1, sort_keys=True) + "\n"


def _document() -> dict[str, Any]:
    _, schemas = msgspec.json.schema_components(
        (Question, Answer), ref_template="#/components/schemas/{name}"
    )
    _bound(schemas["Question"]["properties"])
    schemas["Refusal"] = {
        "type": "object",
        "required": ["error"],
        "properties": {"error": {"type": "string"}},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Oasis promotion scores",
            "version": "1",
            "description": "Show candidate i in a slot with probability frequency_cap * score. "
            "Requests are signed with AWS Signature Version 4 for execute-api.",
        },
        "paths": {
            LOOKUP_PATH: {"post": _post(), "get": _get(schemas["Question"]["properties"])},
            DOCUMENT_PATH: {
                "get": {
                    "operationId": "describe",
                    "summary": "This document.",
                    "responses": {
                        "200": {
                            "description": "The document.",
                            "content": {"application/json": {"schema": {"type": "object"}}},
                        },
                        "403": _refusal("403"),
                    },
                }
            },
        },
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "sigv4": {
                    "type": "apiKey",
                    "name": "Authorization",
                    "in": "header",
                    "x-amazon-apigateway-authtype": "awsSigv4",
                }
            },
        },
        "security": [{"sigv4": []}],
    }


def _bound(properties: dict[str, Any]) -> None:
    """Say of a question's fields what their types do not."""
    identifier = {
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_ID_BYTES,
        "description": f"At most {MAX_ID_BYTES} bytes in UTF-8.",
    }
    properties["audience_ids"] |= {"minItems": 1, "maxItems": MAX_AUDIENCES, "items": identifier}
    properties["track_ids"] |= {"maxItems": MAX_TRACKS, "items": identifier}
    properties["max_age_s"] |= {"exclusiveMinimum": 0, "maximum": MAX_AGE_S}


def _post() -> dict[str, Any]:
    question = {"schema": {"$ref": "#/components/schemas/Question"}}
    return {
        "operationId": "lookup",
        "summary": f"Promotion scores of up to {MAX_TRACKS} candidate tracks.",
        "requestBody": {"required": True, "content": {"application/json": question}},
        "responses": {"200": _answer(has_tag=False), **_refusals("400", "403", "503")},
    }


def _get(properties: dict[str, Any]) -> dict[str, Any]:
    parameters = []
    for name, schema in properties.items():
        bounded = dict(schema)
        if name == "track_ids":
            bounded["maxItems"] = MAX_QUERY_TRACKS
        parameters.append(
            {
                "name": name,
                "in": "query",
                "required": name in ("audience_ids", "context", "track_ids"),
                "schema": bounded,
                **({"style": "form", "explode": True} if schema.get("type") == "array" else {}),
            }
        )
    too_long = f"track_ids names more than {MAX_QUERY_TRACKS} tracks; a POST takes more."
    return {
        "operationId": "lookupByAddress",
        "summary": f"The same for up to {MAX_QUERY_TRACKS} tracks; each id is named once.",
        "parameters": parameters,
        "responses": {
            "200": _answer(has_tag=True),
            "304": {"description": "The answer has the ETag that If-None-Match names."},
            **_refusals("400", "403", "503"),
            "414": _refusal("414", too_long),
        },
    }


def _answer(*, has_tag: bool) -> dict[str, Any]:
    return {
        "description": "Scores by position, sparse. A missing row or plan is an empty answer.",
        "headers": {
            **({"ETag": _TAG} if has_tag else {}),
            "Server-Timing": {"description": "Where the time went.", "schema": _TEXT},
            "X-Request-Id": {"description": "The gateway's id of the request.", "schema": _TEXT},
        },
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}},
    }


def _refusals(*statuses: str) -> dict[str, Any]:
    return {status: _refusal(status) for status in statuses}


def _refusal(status: str, description: str = "") -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Refusal"}
    return {
        "description": description or REFUSALS[status],
        "content": {"application/json": {"schema": schema}},
    }


_TEXT = {"type": "string"}
_TAG = {"description": "Of the answer but for its age.", "schema": _TEXT}

if __name__ == "__main__":
    print(document(), end="")
