"""Soak for ten minutes and write it down: `python -m tests.processes.record_soak [SECONDS]`.

Fills the section of docs/promises.md between its marks, and draws docs/images/soak.png.
"""

import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from tests.e2e.own_stack import own_stack
from tests.processes.running import STACK
from tests.processes.soak import Soaked, soak, violations
from tests.processes.soak_plot import draw

DOCS = Path(__file__).resolve().parents[2] / "docs"
SECTION = re.compile(r"(?<=<!-- soak -->\n).*(?=<!-- end of soak -->)", re.DOTALL)


def page(soaked: Soaked) -> str:
    """Return the section: figures at the first look after warming up, and at the end."""
    took = [seconds for _, seconds in soaked.answers]
    p99 = quantiles(took, n=100)[98]
    warm, end = soaked.warm.running, soaked.at_end
    rows = [
        ("lookups answered", f"{len(took):,}, half in {median(took):.2f} s, 99 % in {p99:.2f} s"),
        ("drops judged", _arrivals(soaked.drop_s)),
        ("campaign changes applied", _arrivals(soaked.change_s)),
        ("plans activated", f"{soaked.plans}"),
        ("errors, refusals, dead letters", f"{len(soaked.wrong)}"),
        ("messages waiting at once, at most", f"{max(look.waiting for look in soaked.looks)}"),
        ("function processes", f"{len(warm) - 1} after warming up, {len(end) - 1} at the end"),
    ]
    for what, is_stack in (("the functions", False), ("ministack", True)):
        for kind, unit in (("memory_mb", " MB"), ("files", "")):
            then, now = (
                sum(getattr(each, kind) for each in at if (each.name == STACK) is is_stack)
                for at in (warm, end)
            )
            called = "memory" if unit else "open files"
            rows.append((f"{called} of {what}", f"{then:,.0f}{unit}, then {now:,.0f}{unit}"))
    table = "".join(f"| {name} | {figure} |\n" for name, figure in rows)
    return (
        f"Of {datetime.now(UTC):%Y-%m-%d}, {soaked.seconds:.0f} seconds. Of two figures, the first "
        "is of the end of warming up, a third of the time, and the second of the end.\n\n"
        f"| what | figure |\n| --- | --- |\n{table}\n"
    )


def _arrivals(seconds: list[float]) -> str:
    return f"{len(seconds)}, half in {median(seconds):.2f} s, the last in {max(seconds):.2f} s"


def main(seconds: float) -> None:
    """Soak, say what does not hold, and write down what was seen."""
    with TemporaryDirectory() as folder, own_stack(Path(folder)) as own:
        soaked = soak(own, seconds)
    print(page(soaked))
    draw(soaked, DOCS / "images" / "soak.png")
    path = DOCS / "promises.md"
    path.write_text(SECTION.sub(lambda _: page(soaked), path.read_text()))
    if found := violations(soaked):
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 600.0)
