"""Noun drop: judging one fetched drop, and storing what is made of it."""

from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from shared.drop.acceptance import judge_file
from shared.drop.accepted import PackedScores, accepted_file
from shared.drop.accepted_keys import accepted_key
from shared.drop.candidates import Candidate
from shared.drop.datasets import SCORES
from shared.drop.drop_stores import DropStores
from shared.drop.drops import Drop
from shared.drop.gates import departure_of
from shared.drop.judgements import (
    DRY_RUN,
    DUPLICATE,
    QUARANTINED,
    REJECTED,
    Judgement,
    refusal,
)
from shared.drop.known_tracks import known_tracks
from shared.drop.lost_keys import LostKeys
from shared.drop.manifests import DELTA
from shared.drop.ownership import Ownership
from shared.drop.parted_files import candidate_of
from shared.drop.places import first_errors
from shared.drop.profiles import Departure
from shared.drop.receipts import FIRST_ERRORS, rejected_rows_key
from shared.drop.record_store import NewestDrop
from shared.drop.refusals import RefusedFileError
from shared.drop.rejected_rows import write_rejected_rows
from shared.drop.scratch import room_for_files
from shared.drop.succession import Succession
from shared.drop.verdicts import Clock, FirstError, Timings, Verdict
from shared.policy.policies import Policy
from shared.request.budgets import TimeBudget

RELEASED = "A person released it from quarantine."


@dataclass(frozen=True)
class Fetched:
    """A drop on this machine, and a folder for what judging it needs."""

    path: Path
    sha256: str
    folder: Path
    took_s: float


def judge_fetched(
    drop: Drop, fetched: Fetched, policy: Policy, stores: DropStores, budget: TimeBudget | None
) -> Verdict:
    """Judge a drop that was fetched, as `judge_drop` says.

    Raises:
        RefusedFileError: there is no time, or its manifest is wrong; nothing is stored.
    """
    clock = Clock()
    sha256, fetch_s = fetched.sha256, fetched.took_s
    newest = stores.records.newest(drop.dataset.name, drop.producer)
    recorded = stores.records.find(drop.record_id)
    if newest and recorded is None and _is_duplicate(drop, sha256, newest):
        stores.receipts.note_duplicate(drop, sha256)
        if _is_newest(newest, drop, stores):  # else one came between, which did not see the note
            message = f"Drop {newest.drop_id} has the same bytes and as_of, and is the newest."
            return Verdict(DUPLICATE, Judgement(DUPLICATE, message=message), sha256)
    candidate, manifest = candidate_of(
        drop, fetched.path, fetched.folder, limits=policy.limits, drops=stores.drops, budget=budget
    )
    body = fetched.folder / "accepted"
    sink = accepted_file(
        body,
        drop,
        max_scores_per_audience=policy.max_scores_per_audience,
        mode=manifest.mode if manifest else DELTA,
    )
    is_asked = drop.dataset.name == SCORES.name and policy.unknown_tracks == "reject"
    candidate = replace(candidate, erased=stores.erasures.read())
    catalogue = known_tracks(stores.accepted) if is_asked else None
    is_full = manifest is not None and manifest.is_full
    ownership = succession = None
    if isinstance(sink, PackedScores):
        ownership = Ownership(drop.producer, policy.moved_audiences, stores.claims)
        succession = Succession(drop, stores.accepted)
        sink.living = succession.living()
    judgement = judge_file(candidate, sink=sink, catalogue=catalogue, ownership=ownership)
    rejected: Path | None = None
    errors: tuple[FirstError, ...] = ()
    try:
        with room_for_files():
            if isinstance(sink, PackedScores) and succession and ownership and is_full:
                _take_away(sink, succession, ownership, candidate, judgement)
            sink.close()
            rejected = _written_rejected_rows(candidate, judgement, fetched.folder)
            errors = first_errors(candidate, judgement.rejections[:FIRST_ERRORS])
    except RefusedFileError as error:
        rejected, judgement = None, refusal(error)
    is_dry = manifest is not None and manifest.dry_run
    verdict = Verdict(
        DRY_RUN if is_dry else judgement.status,
        judgement,
        sha256,
        rejected_rows_key=_store_rejected_rows(drop, candidate, rejected, stores),
        errors=errors,
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


def _is_duplicate(drop: Drop, sha256: str, newest: NewestDrop) -> bool:
    is_same = (newest.sha256, newest.as_of) == (sha256, drop.as_of.isoformat())
    return is_same and newest.drop_id != drop.drop_id and not drop.judgement


def _is_newest(newest: NewestDrop, drop: Drop, stores: DropStores) -> bool:
    now = stores.records.newest(drop.dataset.name, drop.producer)
    return now is not None and now.drop_id == newest.drop_id


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


def _take_away(
    sink: PackedScores,
    succession: Succession,
    ownership: Ownership,
    candidate: Candidate,
    judgement: Judgement,
) -> None:
    """Say which audiences a full drop does not mention, neither in sound rows nor in others.

    What policy has moved to another producer since is not this one's to take away.
    """
    if judgement.rows_accepted:
        lost = LostKeys(candidate, judgement.rejections)
        gone = succession.gone(pa.concat_arrays(sink.audiences))
        others = ownership.refused(gone.dictionary_encode())
        sink.take_away(gone.filter(pa.array(~(lost.holds(gone) | others))))


def _written_rejected_rows(candidate: Candidate, judgement: Judgement, folder: Path) -> Path | None:
    path = folder / "rejected"
    has_rows = judgement.rejections and write_rejected_rows(candidate, judgement.rejections, path)
    return path if has_rows else None


def _store_rejected_rows(
    drop: Drop, candidate: Candidate, path: Path | None, stores: DropStores
) -> str:
    if path is None:
        return ""
    key = rejected_rows_key(drop, candidate.form)
    stores.receipts.upload(key, path)
    return key
