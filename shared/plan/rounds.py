"""Noun plan: a solve whose rows no one function holds, in rounds over its shards.

In each round every shard is evaluated by itself, and what they found is joined. Round 0 builds the
shards' problems and takes a sample of each; round n evaluates all rows at the n-th prices. The
sums of what shards deliver are a certificate, so rounds end when that is good enough. What is
handed on stands in the work of the run.
"""

from dataclasses import dataclass, replace
from functools import reduce
from operator import add

from shared.allocation.certificate import certified_gap
from shared.allocation.delivery import Delivery, shown
from shared.allocation.problem import AllocationProblem
from shared.allocation.service import Service, serve
from shared.allocation.shards import (
    FoundPrices,
    Shortlist,
    joined,
    next_width,
    sample_prices,
    shard_sample,
    shard_shortlist,
    stepped_prices,
)
from shared.allocation.solution import Solution
from shared.plan.edges import NO_EDGES, Rules, build_edges
from shared.plan.problem_rows import NO_ROWS
from shared.plan.problems import CampaignLimits
from shared.plan.score_store import AcceptedScores
from shared.plan.shards import Shard
from shared.plan.tallies import Tally, tally_of
from shared.plan.work_store import WorkStore

SAMPLE = 0  # the first round
MOST_ROUNDS = 8
MOST_LISTED = 40_000_000
"""Edges of all shortlists together: joined, one takes some hundred bytes."""

RULES, LIMITS, TERMS, TALLY = "rules", "limits", "terms", "tally"


@dataclass(frozen=True)
class Counted:
    """A shard's part of the sample, and the counts of all its rows."""

    sample: AllocationProblem
    tally: Tally


@dataclass(frozen=True)
class Evaluated:
    """What a shard delivers at some prices, and the edges that count near them."""

    delivery: Delivery
    shortlist: Shortlist


@dataclass(frozen=True)
class Joined:
    """The best that prices so far serve, of all shards together."""

    solution: Solution
    tally: Tally
    steps: int  # Newton steps up to the last prices


def shard_name(shard: int) -> str:
    """Return the name under which a shard stands in the work of its run."""
    return f"shard-{shard}"


def evaluate_shard(
    work_id: str, turn: int, shard: int, shards: int, *, scores: AcceptedScores, work: WorkStore
) -> int:
    """Evaluate one shard of a run in one round, and return how many edges it has.

    Safe to run twice: the same work gives the same answer.
    """
    name = shard_name(shard)
    if turn == SAMPLE:
        problem = _built(work_id, name, scores, work)
        work.put(work_id, f"{name}/problem", problem)
        counted = Counted(shard_sample(problem, shards), tally_of(problem))
        work.put(work_id, f"{name}/{turn}", counted)
    else:
        terms = work.get(work_id, TERMS, AllocationProblem)
        problem = work.get(work_id, f"{name}/problem", AllocationProblem)
        problem = replace(problem, shortfall_penalty=terms.shortfall_penalty)
        prices = work.get(work_id, f"prices/{turn}", FoundPrices).prices
        delivery = shown(problem, prices).delivery
        shortlist = shard_shortlist(problem, prices, MOST_LISTED // shards)
        work.put(work_id, f"{name}/{turn}", Evaluated(delivery, shortlist))
    return int(problem.campaign.size)


def join_samples(work_id: str, shards: int, work: WorkStore) -> None:
    """Find the first prices from the samples of all shards.

    Safe to run twice: the same work gives the same prices.
    """
    counted = [work.get(work_id, f"{shard_name(k)}/{SAMPLE}", Counted) for k in range(shards)]
    tally = reduce(add, (each.tally for each in counted))
    limits = work.get(work_id, LIMITS, CampaignLimits)
    terms = limits.problem(NO_ROWS, NO_EDGES, tally.highest_value)
    work.put(work_id, TERMS, terms)
    work.put(work_id, TALLY, tally)
    sample = joined(terms, [each.sample for each in counted])
    work.put(work_id, "prices/1", sample_prices(sample))


def join_deliveries(
    work_id: str, turn: int, shards: int, work: WorkStore, *, target_gap: float
) -> Joined | None:
    """Certify what the prices so far serve; None where another round may make it better.

    Then prices have been stepped on from the shortlists of all shards. Safe to run twice: the same
    work gives the same answer.
    """
    terms = work.get(work_id, TERMS, AllocationProblem)
    evaluated = [work.get(work_id, f"{shard_name(k)}/{turn}", Evaluated) for k in range(shards)]
    work.put(work_id, f"delivery/{turn}", reduce(add, (each.delivery for each in evaluated)))
    found = work.get(work_id, f"prices/{turn}", FoundPrices)
    services = [_service(work_id, earlier, terms, work) for earlier in range(1, turn + 1)]
    best = max(services, key=lambda service: service.worth.primal)
    bound = min(service.bound for service in services)
    gaps = [certified_gap(service.bound, service.worth) for service in services]
    if turn == MOST_ROUNDS or certified_gap(bound, best.worth) <= target_gap:
        return Joined(best.solution(bound=bound), work.get(work_id, TALLY, Tally), found.steps)
    shortlists = [each.shortlist for each in evaluated]
    stepped = stepped_prices(terms, found, shortlists, width=next_width(gaps))
    work.put(work_id, f"prices/{turn + 1}", stepped)
    return None


def _service(work_id: str, turn: int, terms: AllocationProblem, work: WorkStore) -> Service:
    prices = work.get(work_id, f"prices/{turn}", FoundPrices).prices
    return serve(terms, prices, work.get(work_id, f"delivery/{turn}", Delivery))


def _built(work_id: str, name: str, scores: AcceptedScores, work: WorkStore) -> AllocationProblem:
    """Build the problem of a shard; its highest value stands in for that of all."""
    shard = work.get(work_id, name, Shard)
    rules = work.get(work_id, RULES, Rules)
    edges = build_edges(shard.rows, scores.scores_at(shard.places).blocks(), rules)
    return work.get(work_id, LIMITS, CampaignLimits).problem(shard.rows, edges, edges.highest_value)
