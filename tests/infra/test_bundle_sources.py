"""Which files a function needs is read from its import statements."""

import pytest

from infra.bundling.sources import UnknownModuleError, source_files

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
