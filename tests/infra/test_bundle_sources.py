"""Which files a function needs is read from its import statements."""

import re
import sys

import pytest
from templates import FUNCTIONS

from infra.bundling.sources import UnknownModuleError, imported_names, source_files

RUNTIME_BRINGS = {"boto3", "botocore"}

TREE = {
    "functions/__init__.py": "",
    "functions/pay_bill/__init__.py": "",
    "functions/pay_bill/handler.py": "from shared.bill.bills import Bill\nimport json\n",
    "shared/__init__.py": "",
    "shared/bill/__init__.py": "",
    "shared/bill/bills.py": "from shared.money import schema\n",
    "shared/bill/store.py": "import boto3\n",
    "shared/money/__init__.py": "",
    "shared/money/schema.py": "",
}


@pytest.fixture
def tree(tmp_path):
    def write(**changes):
        for name, text in {**TREE, **changes}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return write


def versions(lock):
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;]+)", lock.read_text(), flags=re.MULTILINE))


def names(paths):
    return {path.as_posix() for path in paths}


def test_modules_are_followed_and_their_neighbours_left_out(tree):
    root = tree()

    found = names(source_files(root, "pay_bill"))

    assert found == TREE.keys() - {"shared/bill/store.py"}


def test_an_import_inside_a_function_counts(tree):
    root = tree(
        **{"functions/pay_bill/handler.py": "def handle():\n    import shared.bill.store\n"}
    )

    found = names(source_files(root, "pay_bill"))

    assert "shared/bill/store.py" in found


def test_an_import_for_type_checkers_does_not_count(tree):
    root = tree(
        **{
            "functions/pay_bill/handler.py": (
                "from typing import TYPE_CHECKING\n"
                "if TYPE_CHECKING:\n    from shared.bill.bills import Bill\n"
            )
        }
    )

    found = names(source_files(root, "pay_bill"))

    assert "shared/bill/bills.py" not in found


def test_a_module_that_does_not_exist_stops_the_build(tree):
    root = tree(**{"functions/pay_bill/handler.py": "from shared.bill.ghosts import Ghost\n"})

    with pytest.raises(UnknownModuleError, match="ghosts"):
        source_files(root, "pay_bill")


def test_a_relative_import_stops_the_build(tree):
    root = tree(**{"functions/pay_bill/handler.py": "from . import message\n"})

    with pytest.raises(UnknownModuleError, match="relative"):
        source_files(root, "pay_bill")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_asks_for_exactly_the_packages_that_its_sources_import(repository, function):
    lines = (repository / "functions" / function / "requirements.in").read_text().splitlines()
    asked = {re.split(r"[\[=]", line)[0].replace("-", "_") for line in lines if line[0] != "#"}

    imported = {
        name.split(".")[0]
        for source in source_files(repository, function)
        for name in imported_names(repository / source)
    }

    ours = {"functions", "shared"} | RUNTIME_BRINGS | set(sys.stdlib_module_names)
    assert imported - ours == asked


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_locked_at_the_versions_that_the_tests_run_on(repository, function):
    tested = versions(repository / "requirements.txt")

    locked = versions(repository / "functions" / function / "requirements.txt")

    assert locked
    assert locked.items() <= tested.items()
    assert RUNTIME_BRINGS.isdisjoint(locked)
