"""Promise R13: listener ids stand where they are needed and nowhere else."""

import ast
from pathlib import Path

import pytest

from tests.faults.privacy.canaries import CANARIES
from tests.faults.privacy.canary_paths import PATHS
from tests.faults.privacy.heard import hearing
from tests.integration.journeys import Journey
from tests.promises import Count

pytestmark = pytest.mark.promise("R13")
ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", PATHS)
def test_no_listeners_id_stands_where_it_may_not(journey: Journey, runs: Count, name: str) -> None:
    with hearing(journey.world) as heard:
        PATHS[name](journey, heard)

    found = sorted(heard.hits())
    runs.add(len(heard.said) * len(CANARIES))
    assert {place for place, _ in heard.said} >= {"log", "stdout or stderr"}
    assert found == []


def test_no_trace_holds_what_a_function_answers() -> None:
    handlers = sorted(ROOT.glob("functions/*/handler.py"))

    traced = [
        ast.unparse(decorator)
        for path in handlers
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if "tracer" in ast.unparse(decorator)
    ]

    assert traced == ["tracer.capture_lambda_handler(capture_response=False)"] * len(handlers)
