"""Noun drop: judging files of documents, campaigns and the policy."""

from collections.abc import Iterator

from pydantic import ValidationError

from shared.campaign.events import CampaignEvent
from shared.drop.json_lines import parse_object
from shared.drop.judgements import ACCEPTED, REJECTED, Judgement, Rejection, conclude
from shared.policy.policies import Policy


def judge_campaigns(lines: Iterator[tuple[int, str]]) -> Judgement:
    """Judge a file of campaign events, one JSON object a line."""
    rejections: list[Rejection] = []
    seen: dict[tuple[str, int], list[tuple[int, str]]] = {}
    for line, text in lines:
        if not text.strip():
            continue
        found, fault = parse_object(text)
        if fault:
            rejections.append(Rejection(line, fault))
            continue
        try:
            event = CampaignEvent.model_validate(found)
        except ValidationError as error:
            rejections.append(_invalid(line, error))
            continue
        key = (event.campaign_id, event.version)
        seen.setdefault(key, []).append((line, event.model_dump_json()))
    kept: list[tuple[int, str]] = []
    for entries in seen.values():
        if len({document for _, document in entries}) > 1:
            rejections.extend(Rejection(line, "conflicting_duplicate") for line, _ in entries)
            continue
        kept.append(entries[0])
        rejections.extend(Rejection(line, "duplicate_key") for line, _ in entries[1:])
    document = "".join(f"{text}\n" for _, text in sorted(kept))
    return conclude(rejections, rows_accepted=len(kept), document=document.encode())


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


def _invalid(line: int, error: ValidationError) -> Rejection:
    first = error.errors(include_url=False)[0]
    column = ".".join(map(str, first["loc"])) or "campaign"
    faults = {"missing": "missing", "extra_forbidden": "not_known"}
    field = str(first["loc"][0]) if first["loc"] else "campaign"
    return Rejection(line, f"{field}_{faults.get(first['type'], 'invalid')}", column)


def _problems(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, p['loc'])) or 'policy'}: {p['msg']}"
        for p in error.errors(include_url=False)[:10]
    )
