"""Requests to an HTTP API, signed and written down as they go over the wire."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest


def write_signed(path: Path, url: str, questions: Iterable[dict[str, Any]], region: str) -> None:
    """Write a POST of each question, signed by the process's own identity for some minutes.

    Each stands whole, its length in bytes on a line before it.
    """
    signer = SigV4Auth(boto3.Session().get_credentials(), "execute-api", region)
    with path.open("wb") as file:
        for question in questions:
            whole = _signed(signer, url, json.dumps(question).encode())
            file.write(f"{len(whole)}\n".encode() + whole)


def _signed(signer: SigV4Auth, url: str, body: bytes) -> bytes:
    headers = {"content-type": "application/json", "host": urlsplit(url).netloc}
    request = AWSRequest("POST", url, data=body, headers=headers)
    signer.add_auth(request)
    prepared = request.prepare()
    lines = [f"POST {urlsplit(prepared.url).path} HTTP/1.1"]
    lines += [f"{name}: {_text(value)}" for name, value in prepared.headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
