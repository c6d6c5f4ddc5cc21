"""The formulae of the page: for each arrow, the contract that its module's function states."""

import inspect
from collections.abc import Callable

from oasis.costs import billing
from oasis.costs.bills import ARROWS

RULES: tuple[Callable[..., float], ...] = (
    billing.write_units,
    billing.transaction_write_units,
    billing.strong_read_units,
    billing.eventual_read_units,
    billing.scan_read_units,
    billing.gb_seconds,
    billing.scratch_gb_seconds,
    billing.http_chunks,
    billing.event_chunks,
    billing.message_requests,
    billing.list_requests,
    billing.sampled_traces,
)


def rules() -> list[tuple[str, str]]:
    """Return AWS's rules as (name, what it says), from the code that counts by them."""
    return [(rule.__name__, _said(rule)) for rule in RULES]


def uses() -> list[tuple[str, str]]:
    """Return what each arrow uses as (name, what it says), from the code that counts it."""
    return [(arrow.__name__, _said(arrow)) for arrow in ARROWS]


def _said(function: Callable[..., object]) -> str:
    text = " ".join((inspect.getdoc(function) or "").split())
    return text.removeprefix("Return ")[:1].upper() + text.removeprefix("Return ")[1:]
