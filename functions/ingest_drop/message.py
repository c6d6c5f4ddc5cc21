"""Arrow ingest_drop: what S3's "Object Created" names."""

from shared.drop.store import ObjectReference
from shared.event.envelopes import Envelope


def dropped_object(envelope: Envelope) -> ObjectReference:
    """Return the object of an event; EventBridge does not URL-encode keys."""
    found = envelope.detail["object"]
    return ObjectReference(
        bucket=envelope.detail["bucket"]["name"],
        key=found["key"],
        version_id=found.get("version-id") or "",
    )
