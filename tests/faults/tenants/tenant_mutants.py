"""Seeded faults by which one tenant reaches what is another's, and what is to find each."""

import unicodedata
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from functions.lookup_scores import handler as lookup_scores
from functions.update_campaign import handler as update_campaign
from functions.update_campaign.message import changes
from shared.campaign import update
from shared.drop import drops
from shared.drop.claims import Claims
from shared.drop.record_store import DropTable
from shared.drop.succession import Succession
from shared.plan import deliveries, terms
from shared.plan.exclusions import track_exclusion
from shared.policy import policies
from shared.policy.policies import open_policy

Install = Callable[[pytest.MonkeyPatch], None]
Grants = dict[str, tuple[str, ...]]


def publisher_named_by_its_source(patch: pytest.MonkeyPatch) -> None:
    """Believe an event's source, which its sender writes, in the place of its account."""

    def believed(envelope: Any, accepted: Any) -> Any:
        _, details = changes(envelope, accepted)
        return envelope.source, details

    patch.setattr(update_campaign, "changes", believed)


def publisher_named_by_its_content(patch: pytest.MonkeyPatch) -> None:
    """Take each campaign for its own licensor's word."""
    _granting(patch, lambda grants, _, what: any(what in g for g in grants.values()))


def names_compared_by_their_beginning(patch: pytest.MonkeyPatch) -> None:
    """Let in whose name begins like one that is let in."""
    granted = policies._is_granted
    _granting(
        patch,
        lambda grants, who, what: any(
            granted(grants, each, what) for each in grants if str(who).startswith(each)
        ),
    )


def names_compared_as_they_look(patch: pytest.MonkeyPatch) -> None:
    """Take names of the same look and of other characters for one."""
    granted = policies._is_granted

    def composed(text: str) -> str:
        return unicodedata.normalize("NFC", text)

    def alike(grants: Grants, who: Any, what: str) -> bool:
        normal = {each: tuple(map(composed, named)) for each, named in grants.items()}
        return granted(normal, who, composed(what))

    _granting(patch, alike)


def names_compared_without_case(patch: pytest.MonkeyPatch) -> None:
    """Take `A` for `a`."""
    granted = policies._is_granted

    def alike(grants: Grants, who: Any, what: str) -> bool:
        small = {each: tuple(map(str.lower, named)) for each, named in grants.items()}
        return granted(small, who, what.lower())

    _granting(patch, alike)


def nobody_is_anybody(patch: pytest.MonkeyPatch) -> None:
    """Let who has no name in where everybody is."""
    granted = policies._is_granted
    _granting(patch, lambda grants, who, what: granted(grants, who or "*", what))


def any_campaign_of_that_id(patch: pytest.MonkeyPatch) -> None:
    """Do not ask whose the campaign is that stands."""
    apply = update._apply
    patch.setattr(update, "_apply", lambda *told: apply(*told[:-1], open_policy()))


def audiences_of_anybody(patch: pytest.MonkeyPatch) -> None:
    """Take every audience for unclaimed by others."""
    patch.setattr(Claims, "of_others", lambda _, hashes, __: np.zeros(len(hashes), dtype=bool))


def full_drops_of_anybody(patch: pytest.MonkeyPatch) -> None:
    """End the audiences of every producer that a full drop does not mention, claimed or not."""
    audiences_of_anybody(patch)

    def every(succession: Any, keys: Any) -> Any:
        for key in keys:
            yield key, succession._accepted.open(key)

    patch.setattr(Succession, "_files", every)


def delivery_of_anybody(patch: pytest.MonkeyPatch) -> None:
    """Let a newer total replace another producer's."""
    patch.setattr(deliveries, "KEY", deliveries.KEY[1:])


def newest_drop_of_anybody(patch: pytest.MonkeyPatch) -> None:
    """Hold a drop against the newest of any producer."""
    newest = DropTable.newest
    patch.setattr(DropTable, "newest", lambda table, dataset, _: newest(table, dataset, "a"))


def any_text_names_a_producer(patch: pytest.MonkeyPatch) -> None:
    """Take whatever stands in the key for a producer."""
    patch.setattr(drops, "_PRODUCER", drops.re.compile(".*"))


def tracks_of_anybody(patch: pytest.MonkeyPatch) -> None:
    """Let a campaign have every track that it names."""
    owned = track_exclusion
    patch.setattr(terms, "track_exclusion", lambda track, _: owned(track, track.licensor_id))


def unsigned_requests(patch: pytest.MonkeyPatch) -> None:
    """Trust the gateway to have asked who it is."""
    patch.setattr(lookup_scores, "check_identity", lambda _: None)


def any_authorizer(patch: pytest.MonkeyPatch) -> None:
    """Take whatever the gateway says of a caller for an identity."""

    def some(event: dict[str, Any]) -> None:
        if not event["requestContext"].get("authorizer"):
            raise lookup_scores.NoIdentityError

    patch.setattr(lookup_scores, "check_identity", some)


def _granting(patch: pytest.MonkeyPatch, is_granted: Callable[[Grants, Any, str], bool]) -> None:
    patch.setattr(policies, "_is_granted", is_granted)


TENANT_MUTANTS: tuple[tuple[str, Install], ...] = (
    ("crossings_of_events", publisher_named_by_its_source),
    ("crossings_of_events", publisher_named_by_its_content),
    ("crossings_of_events", names_compared_by_their_beginning),
    ("crossings_of_events", names_compared_as_they_look),
    ("crossings_of_events", names_compared_without_case),
    ("crossings_of_admission", names_compared_by_their_beginning),
    ("crossings_of_nobody", nobody_is_anybody),
    ("crossings_of_campaign_ids", any_campaign_of_that_id),
    ("crossings_of_campaign_drops", publisher_named_by_its_content),
    ("crossings_of_rows", audiences_of_anybody),
    ("crossings_of_full_drops", full_drops_of_anybody),
    ("crossings_of_delivery", delivery_of_anybody),
    ("crossings_of_equal_files", newest_drop_of_anybody),
    ("crossings_of_no_producers", any_text_names_a_producer),
    ("crossings_of_tracks", tracks_of_anybody),
    ("crossings_of_unsigned_requests", unsigned_requests),
    ("crossings_of_unsigned_requests", any_authorizer),
)
