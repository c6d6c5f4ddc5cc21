"""cfn-lint finds nothing in the templates, for regions on two continents."""

import copy
import json

import pytest
from cfnlint.api import lint
from cfnlint.config import ManualArgs

pytestmark = pytest.mark.promise("R11")

REGIONS = ["eu-west-1", "us-east-1"]
IGNORED = {
    "W3005": "CDK lets a function wait for its role's policy, and names the role beside it.",
    "W6001": "The stack repeats the names of stored things, so that tools read one stack.",
}


def found_in(template):
    arguments = ManualArgs(regions=REGIONS)
    return [(match.rule.id, str(match)) for match in lint(json.dumps(template), config=arguments)]


@pytest.fixture(scope="module")
def templates(stacks):
    files = sorted(stacks.outdir.glob("*.template.json"))
    return {file.name: json.loads(file.read_text()) for file in files}


def test_nothing_is_found_but_what_is_ignored_for_a_reason(stacks, templates):
    found = [match for template in templates.values() for match in found_in(template)]

    assert {f"Oasis-{stacks.name}{part}.template.json" for part in ("", "-Data")} <= set(templates)
    assert [match for rule, match in found if rule not in IGNORED] == []
    assert {rule for rule, _ in found} == IGNORED.keys()


@pytest.mark.usefixtures("mutant")
def test_a_misspelt_property_is_found(stacks, templates):
    template = copy.deepcopy(templates[f"Oasis-{stacks.name}-Data.template.json"])
    template["Resources"]["DropBucket"]["Properties"]["Versioning"] = True

    found = found_in(template)

    assert len(found) == 1
    assert "Versioning" in found[0][1]
