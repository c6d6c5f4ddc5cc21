"""No deployed template switches on a local mode, and no code could be asked to by another name."""

import ast
import copy
import json
from collections.abc import Iterator
from pathlib import Path

import local_mode_mutations as mutations
import local_mode_rules as rules
import pytest

RULES = {rule.__name__: rule for rule in (*rules.TENANT_RULES, *rules.PRIVACY_RULES)}
TENANTS, PRIVACY = pytest.mark.promise("R12"), pytest.mark.promise("R13")
OF_LAMBDA = {
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
}
"""What Lambda itself tells a function; it takes no template that sets keys or regions."""

OF_WHO_RUNS_IT = {
    "AWS_REQUESTS",
    "AWS_ENDPOINT_URL",
    "f'AWS_ENDPOINT_URL_{service.upper()}'",
    "AWS_CA_BUNDLE",
}
"""What tests and the local stack tell. On AWS the deployer could, as he could change the code."""


@pytest.mark.parametrize(
    "rule",
    [
        *(pytest.param(rule, marks=TENANTS, id=rule.__name__) for rule in rules.TENANT_RULES),
        *(pytest.param(rule, marks=PRIVACY, id=rule.__name__) for rule in rules.PRIVACY_RULES),
    ],
)
def test_the_template_keeps_the_rule(stacks, rule):
    assert rule(stacks.resources) == []


@pytest.mark.usefixtures("mutant")
@pytest.mark.parametrize(
    "mutation",
    [
        *(pytest.param(m, marks=TENANTS, id=n) for n, m in mutations.TENANT_MUTATIONS.items()),
        *(pytest.param(m, marks=PRIVACY, id=n) for n, m in mutations.PRIVACY_MUTATIONS.items()),
    ],
)
def test_a_mutated_template_is_noticed(stacks, mutation):
    resources = copy.deepcopy(stacks.resources)
    mutation.apply(resources)

    assert RULES[mutation.breaks](resources) != []


@TENANTS
@pytest.mark.usefixtures("mutant")
def test_production_that_lets_everybody_in_is_noticed(stacks):
    resources = copy.deepcopy(stacks.resources)
    mutations.told("STAGE", "prod", function="IngestDropFunction", breaks="").apply(resources)
    mutations.told("ADMISSION", "everybody", function="IngestDropFunction", breaks="").apply(
        resources
    )

    assert rules.in_production_nobody_is_let_in_before_a_policy(resources) != []


@TENANTS
def test_who_deploys_is_asked_for_no_mode(stacks):
    found = list(stacks.outdir.glob("*.template.json"))
    parameters = {name for path in found for name in json.loads(path.read_text())["Parameters"]}

    assert len(found) == 2
    assert parameters == {"BootstrapVersion"}


@TENANTS
def test_the_environment_is_read_by_handlers_alone_and_by_names_that_templates_set(
    stacks, repository
):
    set_by_template = {name for _, name, _ in rules.told(stacks.resources)}
    in_shared = [str(p) for p in modules(repository / "shared") if list(environment_uses(p))]
    by_name, whole = set(), set()
    for path in modules(repository / "functions"):
        for use in environment_uses(path):
            is_named = isinstance(use, ast.Subscript) and isinstance(use.slice, ast.Constant)
            (by_name if is_named else whole).add(use.slice.value if is_named else ast.unparse(use))

    assert in_shared == []
    assert by_name <= set_by_template
    assert whole == {"open_calls", "open_objects"}


@TENANTS
def test_what_is_read_of_a_whole_environment_is_of_lambda_or_is_set_by_no_template(
    stacks, repository
):
    read = {name for path in modules(repository / "shared") for name in names_read(path)}
    set_by_template = {name for _, name, _ in rules.told(stacks.resources)}

    assert read == OF_LAMBDA | OF_WHO_RUNS_IT
    assert not set_by_template & read


def modules(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def environment_uses(path: Path) -> Iterator[ast.expr]:
    """Yield every use of the process's environment: a read by name, or who is given all of it."""
    tree = ast.parse(path.read_text())
    given = {
        id(argument): call.func
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for argument in call.args
    }
    read = {id(n.value): n for n in ast.walk(tree) if isinstance(n, ast.Subscript)}
    for node in ast.walk(tree):
        name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
        is_imported = isinstance(node, ast.ImportFrom) and node.module == "os"
        if is_imported or name in ("environ", "environb", "getenv", "getenvb"):
            yield read.get(id(node)) or given.get(id(node)) or node


def names_read(path: Path) -> Iterator[str]:
    """Yield what a module reads of a mapping that it calls `environment`."""
    tree = ast.parse(path.read_text())
    constants = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            (target,) = node.targets
            pairs = (
                zip(target.elts, node.value.elts, strict=True)
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
                else [(target, node.value)]
            )
            constants |= {ast.unparse(name): value for name, value in pairs}
    for node in ast.walk(tree):
        key = None
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "environment":
            key = node.slice
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "environment.get":
            key = node.args[0]
        if key is not None:
            key = constants.get(ast.unparse(key), key)
            yield key.value if isinstance(key, ast.Constant) else ast.unparse(key)
