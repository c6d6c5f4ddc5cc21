"""The plot of a soak: memory, open files and answers over its minutes."""

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

from tests.processes.running import STACK
from tests.processes.soak import Soaked

COLOURS = ("#4c78a8", "#54a24b", "#e45756", "#b279a2", "#f58518", "#72b7b2", "#9d755d", "#eeca3b")
STACK_COLOUR = "#777777"


def draw(soaked: Soaked, path: Path) -> None:
    """Draw what each function's processes took together, ministack's own, and each lookup."""
    figure, panels = plt.subplots(1, 3, figsize=(13, 4.2))
    names = sorted({each.name for look in soaked.looks for each in look.running} - {STACK})
    colours = dict(zip(names, COLOURS, strict=False)) | {STACK: STACK_COLOUR}
    minutes = [look.at_s / 60 for look in soaked.looks]
    for axes, kind, title in (
        (panels[0], "memory_mb", "resident memory, MB"),
        (panels[1], "files", "open files"),
    ):
        for name, colour in colours.items():
            values = [
                sum(getattr(each, kind) for each in look.running if each.name == name)
                for look in soaked.looks
            ]
            label = "ministack" if name == STACK else name
            axes.plot(minutes, values, color=colour, linewidth=1.2, label=label)
        axes.set_title(title, fontsize=11)
        axes.set_ylim(bottom=0)
    panels[1].legend(fontsize=8, frameon=False, ncols=2, loc=(0.05, 0.32))
    at, took = zip(*soaked.answers, strict=True)
    panels[2].plot([s / 60 for s in at], took, ".", markersize=1.5, color=COLOURS[0], alpha=0.4)
    panels[2].set_yscale("log")
    panels[2].set_title("seconds of each lookup", fontsize=11)
    for axes in panels:
        axes.set_xlabel("minutes")
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
