"""Arrow ingest_drop: what a message of its queue asks for."""

from dataclasses import dataclass

from shared.drop.store import ObjectReference
from shared.event.envelopes import Envelope
from shared.event.schema import REPLAY_REQUESTED


@dataclass(frozen=True)
class Asked:
    """A version of an object to judge; ``judgement`` is 0, or the number of the replay."""

    reference: ObjectReference
    judgement: int = 0


def asked_for(envelope: Envelope, drop_bucket: str) -> Asked:
    """Return what S3's "Object Created" or a person's replay names.

    EventBridge does not URL-encode keys.
    """
    detail = envelope.detail
    if envelope.detail_type == REPLAY_REQUESTED:
        reference = ObjectReference(drop_bucket, detail["key"], detail["version_id"])
        return Asked(reference, int(detail["judgement"]))
    found = detail["object"]
    reference = ObjectReference(
        detail["bucket"]["name"], found["key"], found.get("version-id") or ""
    )
    return Asked(reference)
