"""`oasis demo`: the plot of a plan."""

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from shared.plan.reports import PlanReport

COLOURS = {
    "pacing": "#4c78a8",
    "cap": "#72b7b2",
    "daily_cap": "#54a24b",
    "goal": "#9ecae9",
    "value": "#bab0ac",
    "reach": "#eeca3b",
    "contention": "#e45756",
    "licensor_cap": "#b279a2",
    "no_scored_track": "#9d755d",
}
MEANING = {
    "pacing": "pacing: all that today's pace allows",
    "cap": "cap: all that its cap leaves",
    "daily_cap": "daily cap reached",
    "goal": "goal: all that is left of it",
    "value": "goal met, the rest is worth more elsewhere",
    "reach": "reach: every slot it can reach",
    "contention": "contention: others are worth more",
    "licensor_cap": "its licensor's share is used up",
    "no_scored_track": "none of its tracks is scored where it may be shown",
}


def plot_plan(report: PlanReport, path: Path) -> None:
    """Draw planned exposures against today's goal per campaign, coloured by what binds it."""
    campaigns = sorted(report.campaigns, key=lambda c: (c.goal_today, c.campaign_id))
    figure, axes = plt.subplots(figsize=(10, 1.6 + 0.24 * len(campaigns)), layout="constrained")
    positions = range(len(campaigns))
    axes.barh(
        positions,
        [c.planned_exposures for c in campaigns],
        color=[COLOURS[c.binding] for c in campaigns],
        height=0.72,
    )
    axes.scatter(
        [c.goal_today for c in campaigns], positions, marker="|", s=130, color="black", zorder=3
    )
    axes.set_yticks(positions, [c.campaign_id for c in campaigns], fontsize=8)
    axes.set_xscale("symlog", linthresh=10)
    axes.set_xlim(left=0)
    axes.set_xlabel("exposures in what is left of today (log scale)")
    axes.set_title(
        f"Planned exposures against today's goal: {len(campaigns)} live campaigns, served gap "
        f"{report.certificate.gap:.2%}",
        fontsize=11,
    )
    axes.margins(y=0.01)
    axes.spines[["top", "right"]].set_visible(False)
    found = [b for b in COLOURS if any(c.binding == b for c in campaigns)]
    handles: list[Artist] = [Patch(color=COLOURS[b], label=MEANING[b]) for b in found]
    handles.append(Line2D([], [], color="black", marker="|", linestyle="", label="today's goal"))
    axes.legend(handles=handles, fontsize=8, loc="lower right", framealpha=0.9)
    figure.savefig(path, dpi=110)
    plt.close(figure)
