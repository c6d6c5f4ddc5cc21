"""The runbook: a section for each alarm, and nothing in it that is not there."""

import re
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import pytest
import typer
from botocore import xform_name
from templates import Stacks
from test_dashboards import boards_of

from infra.licences import ROOT
from oasis.command import app

RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
DEPLOY = (ROOT / "docs" / "deploy.md").read_text()
PARTS = ["Means", "Noticed", "Look", "Do", "Over"]
BUDGET = "MonthlyBudget"


def sections() -> dict[str, str]:
    """Return the text of each alarm's section by its heading."""
    _, _, alarms = RUNBOOK.partition("\n## Alarms\n")
    of_alarms = re.split(r"^## ", alarms, flags=re.MULTILINE)[0]
    parts = re.split(r"^### (.+)$", of_alarms, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def commands() -> list[str]:
    """Return every command of Oasis that the runbook tells people to run."""
    inline = re.findall(r"`(oasis [^`]+)`", RUNBOOK)
    blocks = re.findall(r"^\$ (oasis [^#\n]+)", RUNBOOK, flags=re.MULTILINE)
    return sorted({command.strip() for command in (*inline, *blocks)})


def described(stacks: Stacks) -> Iterator[tuple[str, str]]:
    for kind in ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"):
        for logical_id, found in stacks.of_type(kind).items():
            yield logical_id, found["Properties"]["AlarmDescription"]


def test_each_alarm_links_to_a_section_and_each_section_has_an_alarm(stacks: Stacks) -> None:
    linked = {
        alarm: re.fullmatch(r".*\. Runbook: docs/runbook\.md#([a-z]+)", description)
        for alarm, description in described(stacks)
    }

    assert [alarm for alarm, link in linked.items() if link is None] == []
    anchors = {link[1] for link in linked.values() if link is not None}
    assert stacks.of_type("AWS::Budgets::Budget")
    assert anchors | {BUDGET.lower()} == {heading.lower() for heading in sections()}


def test_the_section_is_named_as_the_alarm_ends(stacks: Stacks) -> None:
    for alarm, description in described(stacks):
        section = description.rpartition("#")[2]
        assert section in alarm.lower(), f"{alarm} links to {section}"


@pytest.mark.parametrize("heading", sections())
def test_a_section_says_what_it_means_who_notices_where_to_look_what_to_do_and_when_it_is_over(
    heading: str,
) -> None:
    assert re.findall(r"^- \*\*(\w+)\*\*: ", sections()[heading], flags=re.MULTILINE) == PARTS


def test_every_function_is_in_the_table_of_what_its_errors_mean(repository: Path) -> None:
    functions = {path.parent.name for path in repository.glob("functions/*/handler.py")}
    rows = [line for line in sections()["Errors"].splitlines() if line.startswith("  | `")]

    named = {name for row in rows for name in re.findall(r"`([a-z_]+)`", row)}

    assert named == functions


@pytest.mark.parametrize("command", commands())
def test_every_command_exists_and_takes_what_it_is_given(command: str) -> None:
    _, *words = command.split()
    found = typer.main.get_command(app)
    while hasattr(found, "commands"):
        assert words, f"{command} needs a subcommand"
        found = found.commands[words.pop(0)]

    found.make_context(command, words)  # which parses, and refuses what it does not know


def test_every_operation_of_aws_exists() -> None:
    session = botocore.session.get_session()
    named = re.findall(r"(?:`|^ *)aws ([a-z0-9-]+) ([a-z0-9-]+)", RUNBOOK, flags=re.MULTILINE)

    assert len(named) >= 7
    for service, operation in named:
        model = session.get_service_model(service)
        assert operation in {xform_name(name, "-") for name in model.operation_names}


def test_every_graph_is_on_its_dashboard(stacks: Stacks) -> None:
    there = {
        f"{board.lower()} › {widget['properties']['title']}"  # noqa: RUF001
        for board, widgets in boards_of(stacks).items()
        for widget in widgets
    }

    named = set(re.findall(r"`((?:intake|plan|lookup) [^`]+)`", RUNBOOK))

    assert len(named) > 20
    assert named <= there


def test_every_link_leads_to_a_heading() -> None:
    headings = re.findall(r"^#+ (.+)$", RUNBOOK, flags=re.MULTILINE)
    anchors = {heading.lower().replace(" ", "-").replace(",", "") for heading in headings}

    assert set(re.findall(r"\]\(#([^)]+)\)", RUNBOOK)) <= anchors


def test_values_of_the_stage_are_named_as_they_are() -> None:
    fields = re.findall(r"`((?:[a-z]+_)+(?:concurrency|second|usd|edges))`", RUNBOOK)

    source = (ROOT / "infra" / "stage.py").read_text()

    assert fields
    assert all(f"    {name}: " in source for name in fields)


def test_the_page_on_deploying_leads_to_the_runbook() -> None:
    assert "(runbook.md)" in DEPLOY
