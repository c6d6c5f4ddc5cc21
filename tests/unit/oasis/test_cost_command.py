"""`oasis cost`: what it prints, what it takes, and how it ends where something is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from oasis.command import app
from oasis.cost import DOCS, named_bills
from oasis.costs.page import page_of
from oasis.costs.picture import draw
from oasis.costs.sizes import SIZES

runner = CliRunner()


def asked(*arguments: str) -> dict[str, Any]:
    """Return what the command says as JSON."""
    result = runner.invoke(app, ["cost", "--json", *arguments])
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def test_it_explains_itself() -> None:
    result = runner.invoke(app, ["cost", "--help"])

    assert result.exit_code == 0
    assert "Usage" in result.output


@pytest.mark.parametrize("size", SIZES)
def test_a_named_size_is_printed_with_its_total_and_one_verdict(size: str) -> None:
    result = runner.invoke(app, ["cost", "--size", size])

    assert result.exit_code == 0
    assert "DynamoDB" in result.output
    assert "Total: $" in result.output
    assert "A million lookups cost $" in result.output
    assert result.output.count("what would lower it most is") == 1


def test_lines_of_the_document_add_up_to_its_total() -> None:
    document = asked("--size", "small", "--stage", "dev")

    assert sum(line["dollars"] for line in document["lines"]) == pytest.approx(document["total"])
    assert document["deployment"]["stage"] == "dev"
    assert document["prices"]["region"] == "us-east-1"


def test_own_sizes_replace_those_of_the_named_one() -> None:
    document = asked(
        *("--size", "small", "--audiences", "5000", "--lookups-per-second", "7.5"),
        *("--set", "suppressed=9", "--set", "lookup_base_ms=20"),
    )

    sizes = document["size"]
    assert (sizes["audiences"], sizes["lookups_per_second"]) == (5000, 7.5)
    assert (sizes["suppressed"], sizes["candidates"]) == (9, 100)
    assert document["assumptions"]["lookup_base_ms"] == 20


def test_a_size_of_nothing_has_a_bill_too() -> None:
    nothing = [
        *("--audiences", "0", "--scores", "0", "--campaigns", "0", "--tracks", "0"),
        *("--candidates", "0", "--lookups-per-second", "0", "--plan-runs-per-day", "0"),
        *("--campaign-changes-per-day", "0", "--set", "catalogue_drops_per_day=0"),
    ]

    result = runner.invoke(app, ["cost", "--stage", "dev", *nothing])

    assert result.exit_code == 0, result.output
    assert "Total: $" in result.output
    assert "A million lookups" not in result.output


def test_prices_of_a_file_are_billed(tmp_path: Path) -> None:
    file = tmp_path / "prices.toml"
    file.write_text("http_requests = 2.0\n")

    dearer = asked("--prices", str(file))["total"]

    lookups = 2000 * 0.4 * 730 * 3600
    listed = 300 + (lookups / 1e6 - 300) * 0.9
    assert dearer - asked()["total"] == pytest.approx(2 * lookups / 1e6 - listed)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--size", "huge"], "small, reference, stretch"),
        (["--stage", "qa"], "stage is one of"),
        (["--prices", "absent.toml"], "absent.toml"),
        (["--set", "colour=3"], "no size or assumption 'colour'"),
        (["--set", "suppressed=many"], "'many' is no number"),
        (["--set", "event_bytes=-1"], "0 or more"),
        (["--set", "event_bytes=nan"], "0 or more"),
        (["--set", "promoted_share=2"], "at most 1"),
    ],
)
def test_what_cannot_be_billed_ends_with_status_1_and_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)

    result = runner.invoke(app, ["cost", *arguments])

    assert result.exit_code == 1
    assert said in " ".join(result.output.split())
    assert "Traceback" not in result.output


def test_the_page_is_what_the_calculator_says_now() -> None:
    stands = (DOCS / "cost.md").read_text(encoding="utf-8")

    assert stands == page_of(named_bills()), "run `oasis cost --page`"


def test_the_page_names_its_picture_and_the_picture_is_drawn(tmp_path: Path) -> None:
    draw(named_bills(), tmp_path / "cost.png")

    assert (tmp_path / "cost.png").stat().st_size > 10_000
    assert "(images/cost.png)" in (DOCS / "cost.md").read_text(encoding="utf-8")
    assert (DOCS / "images" / "cost.png").is_file()
