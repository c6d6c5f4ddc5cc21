"""The rules by which AWS counts: small functions from bytes, seconds and requests to units."""

from collections.abc import Mapping
from typing import Any

WRITE_UNIT_BYTES = 1024
READ_UNIT_BYTES = 4096
EVENT_CHUNK_BYTES = 64 * 1024
MESSAGE_CHUNK_BYTES = 64 * 1024
HTTP_CHUNK_BYTES = 512 * 1024
FREE_SCRATCH_GB = 0.5
MB_PER_GB = 1024
LIST_PAGE_KEYS = 1000
BYTES_PER_GB = 1e9
HOURS_PER_MONTH = 730
SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600
DAYS_PER_MONTH = HOURS_PER_MONTH / 24


def write_units(item_bytes: float) -> int:
    """Return the units of one write: one per started 1 KiB, also where its condition fails."""
    return max(1, _started(item_bytes, WRITE_UNIT_BYTES))


def strong_read_units(item_bytes: float) -> int:
    """Return the units of one strongly consistent read: one per started 4 KiB, one for nothing."""
    return max(1, _started(item_bytes, READ_UNIT_BYTES))


def eventual_read_units(item_bytes: float) -> float:
    """Return the units of one eventually consistent read: half those of a strong one."""
    return strong_read_units(item_bytes) / 2


def transaction_write_units(item_bytes: float) -> int:
    """Return the units of one item of a write transaction: twice those of a write.

    Condition checks are counted like writes.
    """
    return 2 * write_units(item_bytes)


def scan_read_units(table_bytes: float) -> float:
    """Return the units of a strongly consistent scan: bytes read by 4 KiB, one at least."""
    return max(1.0, table_bytes / READ_UNIT_BYTES)


def gb_seconds(memory_mb: float, seconds: float) -> float:
    """Return what Lambda bills of seconds at a memory size."""
    return memory_mb / MB_PER_GB * seconds


def scratch_gb_seconds(scratch_gb: float, seconds: float) -> float:
    """Return the billed GB-seconds of a function's scratch space; the first 512 MB are free."""
    return max(0.0, scratch_gb - FREE_SCRATCH_GB) * seconds


def event_chunks(event_bytes: float) -> int:
    """Return as how many events EventBridge bills one: one per started 64 KiB."""
    return max(1, _started(event_bytes, EVENT_CHUNK_BYTES))


def message_requests(message_bytes: float) -> int:
    """Return the SQS requests of one message alone: send, receive and delete.

    The first two are billed per started 64 KiB.
    """
    return 2 * max(1, _started(message_bytes, MESSAGE_CHUNK_BYTES)) + 1


def http_chunks(exchange_bytes: float) -> int:
    """Return as how many requests an HTTP API bills one: one per started 512 KiB."""
    return max(1, _started(exchange_bytes, HTTP_CHUNK_BYTES))


def list_requests(keys: float) -> int:
    """Return the requests of listing keys: one per started 1,000, one for none."""
    return max(1, _started(keys, LIST_PAGE_KEYS))


def sampled_traces(requests_per_second: float, beyond_the_first: float) -> float:
    """Return the traces a second that X-Ray records: one, and a share of the requests beyond."""
    beyond = max(0.0, requests_per_second - 1.0)
    return min(requests_per_second, 1.0) + beyond_the_first * beyond


def item_bytes(attributes: Mapping[str, Any]) -> int:
    """Return the size of an item of attribute values as the API writes them (`{"S": "x"}`).

    Names and texts count as UTF-8, binaries as their bytes, numbers as half a byte a digit and
    one, a map or list as 3 bytes and 1 for each entry beside its contents.
    """
    return sum(len(name.encode()) + _value_bytes(value) for name, value in attributes.items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return (len(content.strip("-").replace(".", "")) + 1) // 2 + 1
    if kind == "M":
        return 3 + len(content) + item_bytes(content)
    if kind == "L":
        return 3 + sum(1 + _value_bytes(each) for each in content)
    return len(content) if kind == "B" else 1


def _started(amount: float, size: int) -> int:
    return int(-(-amount // size))
