"""The picture of where a lookup's CPU time goes: `python -m bench_lookup.flame PNG TOLD`.

TOLD is what `bench_lookup.profiled` tells. A flame graph on its side: whoever called stands left of
what was called, heights are CPU time, and words have room.
"""

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
from bench_lookup.parts import PARTS, whole
from matplotlib.patches import Rectangle

COLOURS = {
    "runtime client": "#b8b8b8",
    "tracer": "#f2b880",
    "logger": "#9ecae9",
    "metrics": "#88d27a",
    "handler": "#e4867f",
}
LEFT = (0.0, 0.1, 0.38, 0.68, 1.0)  # where each depth begins, and the last one ends
ROOMY, LABELLED = 0.015, 0.004  # of the whole: thinner than that has small words, or none


def draw(told: dict[str, Any], path: Path) -> None:
    """Draw the parts, each as high as its share."""
    shares, micros = told["shares"], 1e6 * told["cpu_s"]
    figure, axes = plt.subplots(figsize=(11, 9.4))
    said = f"a lookup,\ntraced, by\nLambda's\nruntime\nclient:\n\n{micros:,.0f} µs\nof CPU"
    box(axes, 0, (0.0, 1.0), "#e8e8e8", said, is_leaf=False)
    top = {"": 0.0}  # of what is drawn next inside each part
    for part in PARTS:
        share = whole(shares, part)
        above, _, name = part.rpartition("/")
        begins = top[above]
        top[above] += share
        top[part] = begins
        is_leaf = not any(each.startswith(f"{part}/") for each in PARTS)
        words = f"{name}  {micros * share:,.0f} µs  {share:.1%}"
        span = (begins, share)
        box(axes, part.count("/") + 1, span, COLOURS[part.split("/")[0]], words, is_leaf=is_leaf)
    axes.set_xlim(0, 1)
    axes.set_ylim(1, 0)
    axes.axis("off")
    figure.tight_layout(pad=0.4)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def box(
    axes: Any, depth: int, span: tuple[float, float], colour: str, words: str, *, is_leaf: bool
) -> None:
    """Draw one part at its depth, down to the right edge if nothing is inside it."""
    begins, height = span
    left, right = LEFT[depth], LEFT[-1] if is_leaf else LEFT[depth + 1]
    alpha = 1.0 - 0.22 * (depth - 1) if depth else 1.0
    axes.add_patch(
        Rectangle(
            (left, begins), right - left, height, facecolor=colour, alpha=alpha, edgecolor="white"
        )
    )
    if height >= LABELLED:
        size = 9 if height >= ROOMY else 6.5
        axes.text(left + 0.006, begins + height / 2, words, va="center", fontsize=size)


if __name__ == "__main__":
    draw(json.loads(sys.argv[2]), Path(sys.argv[1]))
    print("drawn")
