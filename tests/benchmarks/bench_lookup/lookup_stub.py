"""DynamoDB and S3 on 127.0.0.1 that answer at once, or after a delay, out of memory.

`python -m bench_lookup.lookup_stub PLAN [DELAY_MS]` prints its port. Items come by BatchWriteItem
and go by GetItem and BatchGetItem, as they came; every GET is answered with the bytes of the file
PLAN. When it is told to end it prints the number of requests by operation, as JSON.
"""

import asyncio
import json
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any
from zlib import crc32

END = b"\r\n\r\n"


class Tables:
    """Items by table and by the value of the attribute that requests name them by."""

    def __init__(self) -> None:
        """Hold nothing."""
        self.counts: Counter[str] = Counter()
        self._items: dict[str, list[dict[str, Any]]] = {}
        self._index: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
        self._answers: dict[bytes, bytes] = {}

    def answer(self, operation: str, body: bytes) -> bytes:
        """Return the body of an answer; that to a reading is kept, so that it takes no time."""
        self.counts[operation] += 1
        if body not in self._answers:
            told = json.dumps(getattr(self, operation)(json.loads(body))).encode()
            if operation == "BatchWriteItem":
                return told
            self._answers[body] = told
        return self._answers[body]

    def BatchWriteItem(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        """Keep items."""
        for table, writes in request["RequestItems"].items():
            self._items.setdefault(table, []).extend(w["PutRequest"]["Item"] for w in writes)
        self._index.clear()
        self._answers.clear()
        return {"UnprocessedItems": {}}

    def GetItem(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        """Return one item."""
        item = self._item(request["TableName"], request["Key"])
        return {"Item": item} if item else {}

    def BatchGetItem(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        """Return items of several tables."""
        found = {
            table: [i for key in wanted["Keys"] if (i := self._item(table, key))]
            for table, wanted in request["RequestItems"].items()
        }
        return {"Responses": found, "UnprocessedKeys": {}}

    def DescribeTable(self, request: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        """Say that there is a table, with the key that its items have."""
        name = {"scores": "audience_id", "plans": "item"}.get(request["TableName"], "entity_id")
        keys = [{"AttributeName": name, "KeyType": "HASH"}]
        types = [{"AttributeName": name, "AttributeType": "S"}]
        return {
            "Table": {
                "TableName": request["TableName"],
                "TableStatus": "ACTIVE",
                "KeySchema": keys,
                "AttributeDefinitions": types,
            }
        }

    def _item(self, table: str, key: dict[str, Any]) -> dict[str, Any] | None:
        ((name, value),) = key.items()
        index = self._index.get((table, name))
        if index is None:
            items = self._items.get(table, ())
            index = {item[name]["S"]: item for item in items if name in item}
            self._index[table, name] = index
        return index.get(value["S"])


class Connection(asyncio.Protocol):
    """One client's connection, kept open; requests may come in pieces or several at once."""

    def __init__(self, tables: Tables, plan: bytes, delay_s: float) -> None:
        """Answer out of these, so much later."""
        self._tables, self._plan, self._held = tables, plan, bytearray()
        self._delay_s = delay_s

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Answer there."""
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._held += data
        while (ends := self._held.find(END)) >= 0:
            head = bytes(self._held[:ends])
            begins = ends + len(END)
            size = int(_header(head.lower(), b"content-length") or 0)
            if len(self._held) < begins + size:
                return
            body = bytes(self._held[begins : begins + size])
            del self._held[: begins + size]
            if head.startswith(b"GET"):
                self._tables.counts["GetObject"] += 1
                self._answer(_response(self._plan, "binary/octet-stream"))
            else:
                target = head[head.lower().find(b"x-amz-target") :].partition(b"\r\n")[0]
                operation = target.rpartition(b".")[2].decode()
                self._answer(_response(self._tables.answer(operation, body)))

    def _answer(self, response: bytes) -> None:
        if self._delay_s:
            asyncio.get_running_loop().call_later(self._delay_s, self._transport.write, response)
        else:
            self._transport.write(response)


def _header(head: bytes, name: bytes) -> bytes:
    return head.partition(b"\r\n" + name + b":")[2].partition(b"\r\n")[0].strip()


def _response(body: bytes, kind: str = "application/x-amz-json-1.0") -> bytes:
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nx-amzn-RequestId: {'0' * 52}\r\n"
        f"x-amz-crc32: {crc32(body)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def serve(plan: bytes, delay_s: float) -> None:
    """Serve until told to end."""
    loop, tables, ended = asyncio.get_running_loop(), Tables(), asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, ended.set)
    server = await loop.create_server(lambda: Connection(tables, plan, delay_s), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await ended.wait()
    print(json.dumps(tables.counts), flush=True)


if __name__ == "__main__":
    DELAY_MS = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
    asyncio.run(serve(Path(sys.argv[1]).read_bytes(), DELAY_MS / 1000))
