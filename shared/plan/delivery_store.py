"""Noun plan: reading the accepted drops of delivery, and keeping what stands of them."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import boto3
import pyarrow as pa
import pyarrow.parquet as pq

from shared.plan.deliveries import NO_REPORTS, REPORTS, reports_of, standing
from shared.request.clients import bounded

PREFIX = "delivery/"
SUMMARY_KEY = "standing/delivery.parquet"
DROPS = b"drops"  # of the summary's metadata: {key: entity tag}
READERS = 16
DROPS_AT_ONCE = 64  # read and folded together, so that memory grows with keys and not with drops
SUMMARY_LAG = 0.1  # a summary is written anew where that part of its rows was read beyond it


@dataclass(frozen=True)
class Standing:
    """The rows that stand of drops, whose keys and entity tags ``drops`` holds.

    ``rows_beyond`` were read since the summary, which the bucket holds of ``rows_summarised``.
    """

    rows: pa.Table
    drops: dict[str, str]
    rows_summarised: int = 0
    rows_beyond: int = 0

    @property
    def needs_summary(self) -> bool:
        """Say whether the next environment would read much beyond the summary."""
        return self.rows_beyond > SUMMARY_LAG * self.rows_summarised


NONE_READ = Standing(NO_REPORTS, {})


class DeliveryStore:
    """Accepted drops of delivery, and a summary of what stands of them.

    The summary only saves reading: it says which drops it holds, and where one of those changed or
    is gone, all are read again.
    """

    def __init__(self, accepted_bucket: str) -> None:
        """Name the bucket of accepted data."""
        self._bucket = accepted_bucket
        self._client = boto3.client("s3", config=bounded(at_once=READERS))
        self._read = NONE_READ

    def standing(self) -> Standing:
        """Return what stands of all accepted drops as of now."""
        drops = self._drops()
        found = self._read if self._read.drops else self._summary()
        if not found.drops.items() <= drops.items():
            found = NONE_READ
        rows, read = found.rows, found.rows_beyond
        left = iter(sorted(drops.keys() - found.drops.keys()))
        with ThreadPoolExecutor(READERS) as readers:
            while part := list(islice(left, DROPS_AT_ONCE)):
                reports = list(readers.map(self.reports, part))
                rows = standing(rows, reports)
                read += sum(table.num_rows for table in reports)
        self._read = Standing(rows, drops, found.rows_summarised, read)
        return self._read

    def summarise(self) -> None:
        """Write what was read last as the summary, where reading it would save much.

        Whoever writes last wins; any summary is sound.
        """
        if not self._read.needs_summary:
            return
        rows, drops = self._read.rows, self._read.drops
        body = io.BytesIO()
        about = {DROPS: json.dumps(drops).encode()}
        pq.write_table(rows.replace_schema_metadata(about), body, compression="zstd")
        self._client.put_object(Bucket=self._bucket, Key=SUMMARY_KEY, Body=body.getvalue())
        self._read = Standing(rows, drops, rows.num_rows)

    def reports(self, key: str) -> pa.Table:
        """Return the rows of one drop; the file's metadata say whose they are."""
        file = pq.ParquetFile(self._body(key))
        names = file.schema_arrow.names
        rows = file.read([name for name in REPORTS.names if name in names])
        return reports_of(key, file.schema_arrow.metadata[b"producer"].decode(), rows)

    def _summary(self) -> Standing:
        try:
            rows = pq.read_table(self._body(SUMMARY_KEY))
        except self._client.exceptions.NoSuchKey:
            return NONE_READ
        drops = json.loads(rows.schema.metadata[DROPS])
        return Standing(rows.replace_schema_metadata(None), drops, rows.num_rows)

    def _drops(self) -> dict[str, str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=PREFIX
        )
        return {found["Key"]: found["ETag"] for page in pages for found in page.get("Contents", [])}

    def _body(self, key: str) -> io.BytesIO:
        found = self._client.get_object(Bucket=self._bucket, Key=key)
        return io.BytesIO(found["Body"].read())
