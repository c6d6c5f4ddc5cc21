"""An export on moto: the handlers, carried from step to step as the state machine does."""

import io
import json
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from functions.export_part.handler import handle as export_part
from functions.export_plan.handler import handle as export_plan
from tests.integration.journeys import Journey

MANIFEST = "_manifest.json"


@dataclass(frozen=True)
class Exported:
    """An export as it stands in the bucket."""

    manifest: dict
    files: dict[str, bytes]  # by key, the manifest left out

    @property
    def rows(self) -> list[dict]:
        """Return the rows of all files, each with the context of its path."""
        found = []
        for key, body in self.files.items():
            context = key.split("/")[2].removeprefix("context=")
            table = pq.ParquetFile(io.BytesIO(body)).read()
            found += [{**row, "context": context} for row in table.to_pylist()]
        return found

    @property
    def schema(self) -> pa.Schema:
        """Return the schema of the files."""
        return pq.read_schema(io.BytesIO(next(iter(self.files.values()))))


def exported(journey: Journey, plan_id: str, *, export_id: str = "export-1", times: int = 1):
    """Export a plan; every step so many times."""
    state = {"export_id": export_id, "plan_id": plan_id}
    for _ in range(times):
        begun = export_plan(state, journey.context)
    for part in begun["parts"] * times:
        export_part({**state, "part": part}, journey.context)
    for _ in range(times):
        export_plan(begun, journey.context)
    return stored(journey, export_id)


def stored(journey: Journey, export_id: str = "export-1") -> Exported:
    """Return what stands in the bucket of an export."""
    files = journey.world.objects(journey.world.export_bucket, f"exports/{export_id}/")
    manifest = files.pop(f"exports/{export_id}/{MANIFEST}", b"{}")
    return Exported(json.loads(manifest), files)
