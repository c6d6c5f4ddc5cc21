"""Functions of a local stack that are told other values of their environment, and their logs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3


@contextmanager
def told(function: str, **variables: str) -> Iterator[None]:
    """Tell a function other values of its environment for a while."""
    found = described(function)
    before = found["Environment"]["Variables"]
    tell(found, {**before, **variables})
    try:
        yield
    finally:
        tell(found, before)


def tell_all(**variables: str) -> None:
    """Tell every function more values of its environment, for good."""
    pages = boto3.client("lambda").get_paginator("list_functions").paginate()
    for found in (each for page in pages for each in page["Functions"]):
        tell(found, {**found.get("Environment", {}).get("Variables", {}), **variables})


def tell(found: Any, variables: dict[str, str]) -> None:
    """Give a function that was described an environment."""
    boto3.client("lambda").update_function_configuration(
        FunctionName=found["FunctionName"], Environment={"Variables": variables}
    )


def described(function: str) -> Any:
    """Return what Lambda says of a function, named as its folder is."""
    return next(
        found
        for found in boto3.client("lambda").list_functions()["Functions"]
        if found["Handler"] == f"functions.{function}.handler.handle"
    )
