"""Noun drop: judging one drop, and storing what is accepted and what is rejected of it."""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from shared.drop.acceptance import judge_file
from shared.drop.accepted import PackedScores, accepted_file
from shared.drop.accepted_keys import accepted_key
from shared.drop.accepted_store import AcceptedBucket
from shared.drop.candidates import Candidate
from shared.drop.claim_store import ClaimStore
from shared.drop.datasets import SCORES
from shared.drop.drops import Drop
from shared.drop.gates import departure_of
from shared.drop.judgements import (
    DRY_RUN,
    DUPLICATE,
    QUARANTINED,
    REJECTED,
    Judgement,
    refusal,
    too_large,
)
from shared.drop.known_tracks import known_tracks
from shared.drop.lost_keys import LostKeys
from shared.drop.manifests import DELTA
from shared.drop.ownership import Ownership
from shared.drop.parted_files import candidate_of
from shared.drop.places import first_errors
from shared.drop.profiles import Departure
from shared.drop.receipts import FIRST_ERRORS, rejected_rows_key
from shared.drop.record_store import DropTable, NewestDrop
from shared.drop.refusals import RefusedFileError
from shared.drop.rejected_rows import write_rejected_rows
from shared.drop.store import DropBucket, ReceiptBucket
from shared.drop.succession import Succession
from shared.drop.verdicts import Timings, Verdict
from shared.policy.policies import Policy

RELEASED = "A person released it from quarantine."


@dataclass(frozen=True)
class DropStores:
    """Where drops are read from, and what is made of them goes."""

    drops: DropBucket
    accepted: AcceptedBucket
    claims: ClaimStore
    receipts: ReceiptBucket
    records: DropTable


def judge_drop(drop: Drop, policy: Policy, policy_producer: str, stores: DropStores) -> Verdict:
    """Judge a drop and store its rows; nothing is recorded, so nothing can be used yet.

    Safe to run twice: the same rows go under the same keys. A drop that was recorded before keeps
    the departure that was found then, whatever has become the newest since.
    """
    refused = _refusal_before_reading(drop, policy, policy_producer)
    if refused:
        return Verdict(REJECTED, refused)
    clock = Clock()
    with stores.drops.fetched(drop.version) as (path, sha256), TemporaryDirectory() as folder:
        fetch_s = clock.lap()
        newest = stores.records.newest(drop.dataset.name, drop.producer)
        recorded = stores.records.find(drop.record_id)
        if newest and recorded is None and _is_duplicate(drop, sha256, newest):
            message = f"Drop {newest.drop_id} has the same bytes and as_of, and is the newest."
            return Verdict(DUPLICATE, Judgement(DUPLICATE, message=message), sha256)
        try:
            candidate, manifest = candidate_of(
                drop, path, Path(folder), limits=policy.limits, drops=stores.drops
            )
        except RefusedFileError as error:
            return Verdict(REJECTED, refusal(error), sha256, timings=Timings(fetch_s))
        body = Path(folder) / "accepted"
        sink = accepted_file(
            body,
            drop,
            max_scores_per_audience=policy.max_scores_per_audience,
            mode=manifest.mode if manifest else DELTA,
        )
        is_asked = drop.dataset.name == SCORES.name and policy.unknown_tracks == "reject"
        catalogue = known_tracks(stores.accepted) if is_asked else None
        is_full = manifest is not None and manifest.is_full
        ownership = succession = None
        if isinstance(sink, PackedScores):
            ownership = Ownership(drop.producer, policy.moved_audiences, stores.claims)
            succession = Succession(drop, stores.accepted)
            sink.living = succession.living()
        judgement = judge_file(candidate, sink=sink, catalogue=catalogue, ownership=ownership)
        if isinstance(sink, PackedScores) and succession and is_full and judgement.rows_accepted:
            lost = LostKeys(candidate, judgement.rejections).keys
            sink.take_away(succession.gone(pa.concat_arrays([*sink.audiences, lost])))
        sink.close()
        is_dry = manifest is not None and manifest.dry_run
        verdict = Verdict(
            DRY_RUN if is_dry else judgement.status,
            judgement,
            sha256,
            rejected_rows_key=_store_rejected_rows(drop, candidate, judgement, folder, stores),
            errors=first_errors(candidate, judgement.rejections[:FIRST_ERRORS]),
            parts=candidate.part_names,
            mode=manifest.mode if manifest else "",
            model=manifest.model if manifest else "",
        )
        judge_s = clock.lap()
        if judgement.status == REJECTED:
            return replace(verdict, timings=Timings(fetch_s, judge_s))
        if judgement.document:
            body.write_bytes(judgement.document)
        departure = _departure(drop, judgement, newest, policy, is_full=is_full)
        departure = recorded.departure if recorded else departure
        if departure.held_by and _is_released(drop, stores):
            departure = replace(departure, held_by=(), passed=(*departure.passed, RELEASED))
        verdict = replace(verdict, cost=sink.cost, departure=departure)
        if is_dry:
            return replace(verdict, timings=Timings(fetch_s, judge_s))
        if departure.held_by:
            return replace(verdict, status=QUARANTINED, timings=Timings(fetch_s, judge_s))
        if ownership:
            ownership.claim()
        key = accepted_key(drop)
        stores.accepted.upload(key, body)
        if succession:
            succession.check(is_full=is_full)
        return replace(
            verdict,
            accepted_key=key,
            timings=Timings(fetch_s, judge_s, clock.lap()),
        )


class Clock:
    """Seconds between laps."""

    def __init__(self) -> None:
        """Start the first lap."""
        self._began = time.monotonic()

    def lap(self) -> float:
        """Return the seconds of this lap and start the next."""
        now = time.monotonic()
        took, self._began = now - self._began, now
        return round(took, 3)


def _refusal_before_reading(drop: Drop, policy: Policy, policy_producer: str) -> Judgement | None:
    # Its own producer may always replace the policy, or a mistake in it could never be undone.
    is_policy_makers = drop.dataset.name == "policy" and drop.producer == policy_producer
    if not (is_policy_makers or policy.admits_producer(drop.producer, drop.dataset.name)):
        message = f"Policy does not let {drop.producer} drop {drop.dataset.name}."
        return Judgement(REJECTED, "producer_not_allowed", None, message)
    return too_large(drop.version.size, policy.limits.max_bytes)


def _is_duplicate(drop: Drop, sha256: str, newest: NewestDrop) -> bool:
    is_same = (newest.sha256, newest.as_of) == (sha256, drop.as_of.isoformat())
    return is_same and newest.drop_id != drop.drop_id and not drop.judgement


def _is_released(drop: Drop, stores: DropStores) -> bool:
    first = stores.records.find(drop.drop_id)
    return first is not None and bool(first.released_at)


def _departure(
    drop: Drop, judgement: Judgement, newest: NewestDrop | None, policy: Policy, *, is_full: bool
) -> Departure:
    if judgement.profile is None:
        return Departure(passed=("Documents are not compared.",))
    if newest is None or newest.drop_id == drop.drop_id:
        return departure_of(judgement.profile, None, "", policy.gates, is_full=is_full)
    return departure_of(
        judgement.profile, newest.profile, newest.drop_id, policy.gates, is_full=is_full
    )


def _store_rejected_rows(
    drop: Drop, candidate: Candidate, judgement: Judgement, folder: str, stores: DropStores
) -> str:
    if not judgement.rejections:
        return ""
    path = Path(folder) / "rejected"
    write_rejected_rows(candidate, judgement.rejections, path)
    key = rejected_rows_key(drop, candidate.form)
    stores.receipts.upload(key, path)
    return key
