"""Eligibility once more, by nested loops over ids, as DESIGN.md (sections 3.5 and 4) says it."""

from shared.campaign.campaigns import Campaign
from shared.campaign.ties import tie_value
from shared.plan.forecasts import LiveScores
from shared.plan.problems import DayProblem
from shared.score.hashes import id_hash, narrow
from shared.score.packed_row import SCORE_SCALE, unpack_row
from tests.unit.plan.specimens import Audience, packed_rows
from tests.unit.plan.worlds import World

Edge = tuple[int, str, int]  # row, campaign, quantised score


def relevance_by_id(scores: LiveScores, tracks: list[str]) -> dict[int, dict[str, int]]:
    """Return {audience's hash: {track: quantised score}} of the tracks given."""
    found: dict[int, dict[str, int]] = {}
    for audience, packed in packed_rows(scores).items():
        row = unpack_row(packed)
        quantised = dict(zip(row.hashes, row.scores, strict=True))
        hashes = {t: id_hash(t) if row.is_wide else narrow(id_hash(t)) for t in tracks}
        found[audience] = {t: quantised[h] for t, h in hashes.items() if h in quantised}
    return found


def nested_edges(day: DayProblem, world: World) -> list[Edge]:
    """Return the edges of a day's rows, sorted."""
    relevance = relevance_by_id(world.inputs.scores, list(world.inputs.tracks))
    edges: list[Edge] = []
    for row, audience in enumerate(day.rows.audience.tolist()):
        for track_id, score in relevance.get(audience, {}).items():
            eligible = [
                campaign
                for campaign, tracks in zip(day.terms.campaigns, day.terms.tracks_of, strict=True)
                if track_id in tracks and _is_eligible(campaign, track_id, score, row, day, world)
            ]
            if eligible:
                ties = {c.campaign_id: _tie(audience, track_id, c) for c in eligible}
                best = min(eligible, key=lambda c: (-c.weight, ties[c.campaign_id]))
                edges.append((row, best.campaign_id, score))
    return sorted(edges)


def _is_eligible(
    campaign: Campaign, track_id: str, score: int, row: int, day: DayProblem, world: World
) -> bool:
    audience_id = world.name_of(int(day.rows.audience[row]))
    context, market = day.rows.context.texts()[row], day.rows.market.texts()[row]
    parent = world.audiences.get(audience_id, Audience()).parent_id
    limits = world.inputs.tracks[track_id].markets
    if campaign.contexts and context not in campaign.contexts:
        return False
    if campaign.markets and market not in campaign.markets:
        return False
    if limits and market not in limits:
        return False
    if campaign.audience_ids and not {audience_id, parent} & set(campaign.audience_ids):
        return False
    return score / SCORE_SCALE >= campaign.min_relevance


def _tie(audience: int, track_id: str, campaign: Campaign) -> int:
    return tie_value(audience, id_hash(track_id), id_hash(campaign.campaign_id))
