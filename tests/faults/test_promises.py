"""The table of promises says what ran, what failed and which mutants were found."""

import pytest

pytest_plugins = ("pytester",)

TESTS = """
import pytest

pytestmark = pytest.mark.promise("R2")

def test_one_run():
    pass

def test_counted_runs(runs):
    runs.add(40)
    runs.add()

def test_a_violation():
    assert False

@pytest.fixture
def broken():
    raise RuntimeError

def test_that_never_began(broken):
    pass

def test_skipped():
    pytest.skip("not here")

def test_a_mutant_that_is_found(mutant):
    pass

def test_mutants_of_which_the_last_is_not_found(mutant):
    for name in "abc":
        mutant.add()
        assert name != "c"

@pytest.mark.promise("R4", "R5")
def test_of_others():
    pass
"""


def test_the_table_adds_up_what_tests_showed(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)

    result = pytester.runpytest_inprocess("-p", "tests.promises", "--promises", "--strict-markers")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    rows = {words[0]: words[-4:] for words in map(str.split, result.outlines) if words}
    assert [rows["R2"][0], rows["R2"][1], rows["R2"][3]] == ["43", "2", "3/4"]
    assert [rows[each][0] for each in ("R4", "R5")] == ["1", "1"]
    result.stdout.fnmatch_lines(["No test ran that shows R1, R3, R6, *"])


def test_without_the_option_there_is_no_table(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing(): pass")

    result = pytester.runpytest_inprocess("-p", "tests.promises")

    assert result.ret == pytest.ExitCode.OK
    result.stdout.no_fnmatch_line("*No test ran that shows*")


def test_a_mark_that_names_no_promise_is_refused(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import pytest\n@pytest.mark.promise('R99')\ndef test_nothing(): pass")

    result = pytester.runpytest_inprocess("-p", "tests.promises")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*R99*Name one of those*"])
