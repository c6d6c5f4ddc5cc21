"""Eligibility once more, by nested loops over ids, as DESIGN.md (sections 3.5 and 4) says it."""

from shared.campaign.campaigns import Campaign
from shared.campaign.ties import tie_value
from shared.plan.forecasts import Audience, Inputs, LiveScores
from shared.plan.problems import DayProblem
from shared.score.hashes import id_hash, narrow
from shared.score.packed_row import SCORE_SCALE, unpack_row

Edge = tuple[int, str, str, int]  # row, track, campaign, quantised score


def relevance_by_id(scores: LiveScores, tracks: list[str]) -> dict[str, dict[str, int]]:
    """Return {audience: {track: quantised score}} of the tracks given."""
    found: dict[str, dict[str, int]] = {}
    for audience_id, packed in zip(scores.audience_id, scores.packed, strict=True):
        row = unpack_row(packed)
        quantised = dict(zip(row.hashes, row.scores, strict=True))
        hashes = {t: id_hash(t) if row.is_wide else narrow(id_hash(t)) for t in tracks}
        found[audience_id] = {t: quantised[h] for t, h in hashes.items() if h in quantised}
    return found


def nested_edges(day: DayProblem, inputs: Inputs) -> list[Edge]:
    """Return the edges of a day's rows, sorted."""
    relevance = relevance_by_id(inputs.scores, list(inputs.tracks))
    edges: list[Edge] = []
    for row, audience_id in enumerate(day.rows.audience_id):
        for track_id, score in relevance.get(audience_id, {}).items():
            eligible = [
                campaign
                for campaign, tracks in zip(day.campaigns, day.tracks_of, strict=True)
                if track_id in tracks and _is_eligible(campaign, track_id, score, row, day, inputs)
            ]
            if eligible:
                ties = {c.campaign_id: _tie(audience_id, track_id, c) for c in eligible}
                best = min(eligible, key=lambda c: (-c.weight, ties[c.campaign_id]))
                edges.append((row, track_id, best.campaign_id, score))
    return sorted(edges)


def _is_eligible(
    campaign: Campaign, track_id: str, score: int, row: int, day: DayProblem, inputs: Inputs
) -> bool:
    audience_id, context = day.rows.audience_id[row], day.rows.context[row]
    market = day.rows.market[row]
    parent = inputs.audiences.get(audience_id, Audience()).parent_id
    limits = inputs.tracks[track_id].markets
    if campaign.contexts and context not in campaign.contexts:
        return False
    if campaign.markets and market not in campaign.markets:
        return False
    if limits and market not in limits:
        return False
    if campaign.audience_ids and not {audience_id, parent} & set(campaign.audience_ids):
        return False
    return score / SCORE_SCALE >= campaign.min_relevance


def _tie(audience_id: str, track_id: str, campaign: Campaign) -> int:
    return tie_value(id_hash(audience_id), id_hash(track_id), id_hash(campaign.campaign_id))
