"""Puts the items of a world into a stub: `python -m bench_lookup.put_items FOLDER ENDPOINT`."""

import json
import sys
from pathlib import Path
from urllib.request import Request, urlopen

from bench_lookup.lookup_world import read


def main(folder: Path, endpoint: str) -> None:
    """Put one item into each table."""
    items = read(folder, "items")
    writes = {table: [{"PutRequest": {"Item": item}}] for table, item in items.items()}
    headers = {"x-amz-target": "DynamoDB_20120810.BatchWriteItem"}
    request = Request(endpoint, json.dumps({"RequestItems": writes}).encode(), headers)
    with urlopen(request) as answer:
        assert answer.status == 200
    print("put")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
