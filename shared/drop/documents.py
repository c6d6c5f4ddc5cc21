"""Noun drop: judging files of documents, campaigns and the policy."""

from collections.abc import Iterator

import numpy as np
from pydantic import ValidationError

from shared.campaign.events import CampaignEvent
from shared.drop.blank_lines import blank_lines
from shared.drop.campaign_faults import campaign_fault
from shared.drop.candidates import Candidate
from shared.drop.datasets import REASON_COLUMN
from shared.drop.json_documents import lines_alone
from shared.drop.json_lines import parse_object
from shared.drop.judgements import ACCEPTED, REJECTED, Judgement, conclude
from shared.drop.refusals import RefusedFileError
from shared.drop.rejections import RejectionLog
from shared.erasure.erasures import NOBODY_ERASED, Erasures
from shared.id.told_paths import told_path
from shared.policy.policies import Policy

MOST_CHARACTERS = 32 << 20  # of campaigns, which are held together


def judge_document(candidate: Candidate) -> Judgement:
    """Judge a file of campaign events, one a line (jsonl), or a policy (json).

    Raises:
        RefusedFileError: the file is not what its name says, or too large.
    """
    if candidate.form != "json":
        lines = (
            (block.first_line + index, block.text(index))
            for block in lines_alone(candidate.blocks(), candidate.dataset)
            for index in np.flatnonzero(~blank_lines(block)).tolist()
        )
        return judge_campaigns(lines, candidate.limits.max_rejected_rows, candidate.erased)
    longest = candidate.limits.max_document_line_bytes
    texts, size = [], 0
    for block in candidate.blocks():
        size += len(block.data)
        if size > longest:
            raise RefusedFileError(
                "file_too_large", f"The document is larger than {longest:,} bytes."
            )
        texts.append(block.data.decode())
    return judge_policy("".join(texts))


def judge_campaigns(
    lines: Iterator[tuple[int, str]], most_rejected: int, erased: Erasures = NOBODY_ERASED
) -> Judgement:
    """Judge a file of campaign events, one JSON object a line; no erased audience stays a target.

    Raises:
        RefusedFileError: the file is too large, or too many of its lines are rejected.
    """
    log = RejectionLog(most_rejected)
    seen: dict[tuple[str, int], list[tuple[int, str]]] = {}
    size = 0
    for line, text in lines:
        size += len(text)
        if size > MOST_CHARACTERS:
            raise RefusedFileError(
                "file_too_large",
                f"A file of campaigns has at most {MOST_CHARACTERS:,} characters. Make several.",
            )
        found, fault = parse_object(text)
        if fault:
            log.add(line, fault)
            continue
        if isinstance(found, dict):
            found.pop(REASON_COLUMN, None)
        try:
            event = CampaignEvent.model_validate(found).without(erased)
        except ValidationError as error:
            log.add(line, *campaign_fault(error))
            continue
        key = (event.campaign_id, event.version)
        seen.setdefault(key, []).append((line, event.model_dump_json()))
    kept: list[tuple[int, str]] = []
    for entries in seen.values():
        if len({document for _, document in entries}) > 1:
            for line, _ in entries:
                log.add(line, "conflicting_duplicate")
            continue
        kept.append(entries[0])
        for line, _ in entries[1:]:
            log.add(line, "duplicate_key")
    document = "".join(f"{text}\n" for _, text in sorted(kept))
    return conclude(log.conclude(), rows_accepted=len(kept), document=document.encode())


def judge_policy(text: str) -> Judgement:
    """Judge a policy document."""
    _, fault = parse_object(text)
    if fault:
        return Judgement(REJECTED, fault, None, "The policy is no JSON document.")
    try:
        policy = Policy.model_validate_json(text)
    except ValidationError as error:
        message = f"The policy is not valid: {_problems(error)}."
        return Judgement(REJECTED, "invalid_policy", None, message)
    return Judgement(ACCEPTED, rows_accepted=1, document=policy.model_dump_json().encode())


def _problems(error: ValidationError) -> str:
    return "; ".join(
        f"{told_path(_without_audiences(p['loc']), p['type']) or 'policy'}: {p['msg']}"
        for p in error.errors(include_url=False)[:10]
    )


def _without_audiences(places: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Cut a path before the prefix of an audience's id, which may be all of it."""
    return places[:1] if places[:1] == ("moved_audiences",) else places
