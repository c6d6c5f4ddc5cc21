"""A DynamoDB on 127.0.0.1 that answers at once and keeps nothing.

`python -m bench_drops.dynamodb_stub [RECORD]` prints its port, and when it is told to end the
number of requests by operation, as JSON. With RECORD it writes each request there: the operation,
a space, the body, a line each.
"""

import asyncio
import json
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

KEYS = [
    {"AttributeName": "audience_id", "KeyType": "HASH"},
    {"AttributeName": "track_id", "KeyType": "RANGE"},
]
BODIES = {
    b"PutItem": b"{}",
    b"BatchWriteItem": b'{"UnprocessedItems":{}}',
    b"DescribeTable": json.dumps({"Table": {"KeySchema": KEYS, "TableStatus": "ACTIVE"}}).encode(),
}
END = b"\r\n\r\n"


def answer(body: bytes) -> bytes:
    """Return a response as DynamoDB sends it, its checksum included."""
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\n"
        f"x-amzn-RequestId: {'0' * 52}\r\nx-amz-crc32: {crc32(body)}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


ANSWERS = {operation: answer(body) for operation, body in BODIES.items()}


class Connection(asyncio.Protocol):
    """One client's connection, kept open; requests may come in pieces or several at once."""

    def __init__(self, counts: Counter[str], record: BinaryIO | None) -> None:
        """Count and record requests there."""
        self._counts, self._record = counts, record
        self._held = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Answer there."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._held += data
        while (ends := self._held.find(END)) >= 0:
            head = bytes(self._held[:ends]).lower()
            begins = ends + len(END)
            size = int(_header(head, b"content-length"))
            if len(self._held) < begins + size:
                return
            body = bytes(self._held[begins : begins + size])
            del self._held[: begins + size]
            name = _header(head, b"x-amz-target").rpartition(b".")[2]
            operation = next(each for each in ANSWERS if each.lower() == name)
            self._counts[operation.decode()] += 1
            if self._record:
                self._record.write(operation + b" " + body + b"\n")
            self._transport.write(ANSWERS[operation])


def _header(head: bytes, name: bytes) -> bytes:
    return head.partition(b"\r\n" + name + b":")[2].partition(b"\r\n")[0].strip()


async def serve(record: BinaryIO | None) -> None:
    """Serve until told to end."""
    loop, counts, ended = asyncio.get_running_loop(), Counter[str](), asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, ended.set)
    server = await loop.create_server(lambda: Connection(counts, record), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await ended.wait()
    print(json.dumps(counts), flush=True)


def main() -> None:
    """Serve, and record where told to."""
    if len(sys.argv) < 2:
        asyncio.run(serve(None))
        return
    with Path(sys.argv[1]).open("wb") as record:
        asyncio.run(serve(record))


if __name__ == "__main__":
    main()
