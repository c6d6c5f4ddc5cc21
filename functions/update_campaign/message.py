"""Arrow update_campaign: what a message of its queue asks for."""

from shared.campaign.accepted_store import AcceptedCampaigns
from shared.event.envelopes import Envelope
from shared.event.schema import DROP_ACCEPTED, SOURCE


def changes(envelope: Envelope, accepted: AcceptedCampaigns) -> tuple[str, list[object]]:
    """Return who speaks and the changes asked for: one by event, many by an accepted drop.

    The speaker is the event's AWS account, or the producer of the drop as ``producer:NAME``.
    """
    if envelope.source == SOURCE and envelope.detail_type == DROP_ACCEPTED:
        detail = envelope.detail
        return f"producer:{detail['producer']}", accepted.read(detail["accepted_key"])
    return envelope.account, [envelope.detail]
