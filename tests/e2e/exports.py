"""An export of the plan that a running stack serves."""

from oasis.connection import Connection
from oasis.export import begin, current_plan, whole
from shared.export.exports import ExportManifest
from tests.e2e.live_stack import until


def export_current_plan(connection: Connection) -> ExportManifest:
    """Export the plan that is served, and return the manifest as soon as it is there."""
    export_id = begin(connection, current_plan(connection))
    return until(lambda: whole(connection, export_id, lambda done, of: None), "the manifest")
