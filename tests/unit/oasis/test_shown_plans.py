"""What the command shows of plans and scores."""

from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from oasis.demo.plot import COLOURS, MEANING, plot_plan
from oasis.lookup import scores_table
from oasis.status import plan_table
from shared.plan.caps import Delivered
from tests.unit.plan.report_specimens import BINDINGS, report_of


def shown(table: Table) -> list[str]:
    """Return the lines of a table on a wide terminal."""
    console = Console(width=160, record=True, quiet=False)
    with console.capture() as capture:
        console.print(table)
    return capture.get().splitlines()


def test_the_plan_is_shown_with_every_campaign_in_it_and_every_one_left_out() -> None:
    lines = shown(plan_table(report_of({"c1": 1_234.0, "c2": 0.0})))

    (first,) = (line for line in lines if " c1 " in line)
    (left_out,) = (line for line in lines if " old " in line)
    assert "1,234" in first
    assert "value" in first
    assert "excluded: ended" in left_out


def test_what_was_delivered_is_shown_of_campaigns_in_the_plan_and_left_out() -> None:
    report = report_of({"c1": 5.0})
    reached = {"c1": Delivered(4_321, 21), "old": Delivered(9_876)}

    lines = shown(plan_table(replace(report, delivered=reached)))

    assert "4,321" in next(line for line in lines if " c1 " in line)
    assert "9,876" in next(line for line in lines if " old " in line)


def test_a_shortfall_of_at_least_half_an_exposure_is_shown() -> None:
    report = report_of({"short": 1.0, "fine": 1.0})
    campaigns = (
        replace(report.campaigns[0], shortfall=77.0),
        replace(report.campaigns[1], shortfall=0.4),
    )

    lines = shown(plan_table(replace(report, campaigns=campaigns)))

    assert sum("77" in line for line in lines) == 1
    assert "77" in next(line for line in lines if " short " in line and "licensor-1" in line)


def test_scores_are_shown_by_the_tracks_of_the_question() -> None:
    results = [{"i": 1, "campaign_id": "c1", "score": 0.41249, "status": "promoted"}]

    lines = shown(scores_table(["track-a", "track-b"], {"results": results}))

    (line,) = (line for line in lines if "c1" in line)
    assert "track-b" in line
    assert "0.412" in line
    assert "promoted" in line


def test_every_binding_constraint_has_a_colour_and_a_meaning() -> None:
    assert COLOURS.keys() == MEANING.keys() == BINDINGS


def test_a_plan_is_drawn_as_a_picture_whatever_binds_its_campaigns(tmp_path: Path) -> None:
    report = report_of(dict.fromkeys(sorted(BINDINGS), 10.0))
    bound = tuple(replace(c, binding=c.campaign_id) for c in report.campaigns)

    plot_plan(replace(report, campaigns=bound), tmp_path / "plan.png")

    assert (tmp_path / "plan.png").read_bytes().startswith(b"\x89PNG")
