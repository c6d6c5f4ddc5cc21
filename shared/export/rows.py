"""Noun export: the rows of an export: those of the plan, and those that no forecast reaches."""

import numpy as np
from numpy.typing import NDArray

from shared.plan.forecasts import NO_PARENT, Audiences, values_at
from shared.plan.labels import Labels, all_names, joined_labels, labels_of
from shared.plan.problem_rows import ProblemRows, share_and_cap
from shared.policy.policies import Policy


def every_row(
    rows: ProblemRows, audiences: Audiences, scored: NDArray[np.uint64], policy: Policy
) -> ProblemRows:
    """Return the rows, and one for each scored audience and context of the policy that has none.

    The lookup answers these, too. They have no slots, and the market of their audience.

    Args:
        rows: of the plan, in the order of their scores.
        audiences: that are known.
        scored: (scores) whose they are.
        policy: names the contexts.
    """
    names = all_names(rows.context, labels_of(list(policy.contexts)))
    there = rows.score * len(names) + rows.context.among(names).code
    missing = np.setdiff1d(np.arange(len(scored) * len(names)), there)
    score, code = np.divmod(missing, len(names))
    own = Labels(names, code.astype(np.int32))
    share, cap = share_and_cap(own, policy)
    position = audiences.positions(scored[score])
    unknown = len(audiences.market)
    markets = joined_labels([audiences.market, labels_of([""])])
    market = markets.take(np.where(position >= 0, position, unknown))
    order = np.argsort(np.concatenate((rows.score, score)), kind="stable")
    columns = {
        "audience": scored[score],
        "parent": values_at(audiences.parent, position, NO_PARENT),
        "score": score,
        "slots": np.zeros(len(score)),
        "promoted_share": share,
        "track_cap": cap,
    }
    return ProblemRows(
        context=joined_labels([rows.context, own]).take(order),
        market=joined_labels([rows.market, market]).take(order),
        scores=rows.scores,
        **{name: np.concatenate((getattr(rows, name), c))[order] for name, c in columns.items()},
    )


def first_of_each(rows: ProblemRows) -> NDArray[np.bool_]:
    """Return which rows are the first of their scores, context and market: (rows).

    Several cells of a forecast may reach an audience: its exposures are theirs together, the scores
    of each are the same.
    """
    places = np.stack((rows.score, rows.context.code, rows.market.code))
    is_first = np.zeros(len(rows.score), dtype=np.bool_)
    is_first[np.unique(places, axis=1, return_index=True)[1]] = True
    return is_first
