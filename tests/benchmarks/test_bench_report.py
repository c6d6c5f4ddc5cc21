"""What `make bench` says of its figures."""

import pytest
from bench_report import (
    Goal,
    Row,
    count,
    exponent,
    markdown_table,
    megabytes,
    part_of_one,
    ratio,
    text_table,
    with_section,
)

CEILING = Goal(1 / 12, 1 / 40, part_of_one)
FLOOR = Goal(0.3, 0.5, ratio, is_floor=True)
EXACT = Goal(10_000, 10_000, count, is_exact=True)


@pytest.mark.parametrize(
    ("goal", "measured", "verdict"),
    [
        (CEILING, 1 / 12, "met"),
        (CEILING, 1 / 11, "missed"),
        (FLOOR, 0.3, "met"),
        (FLOOR, 0.29, "missed"),
        (EXACT, 10_000, "met"),
        (EXACT, 9_999, "missed"),
        (EXACT, 10_001, "missed"),
        (CEILING, float("nan"), "missed"),
    ],
)
def test_each_row_ends_in_met_or_missed(goal, measured, verdict):
    row = Row("a figure", goal, measured)

    line = text_table([row]).splitlines()[-1]

    assert line.split()[-1] == verdict
    assert row.is_met == (verdict == "met")


def test_a_row_shows_what_it_must_be_and_what_was_measured():
    row = Row("written", CEILING, 1 / 16, "7 s")

    table = markdown_table([row])

    assert table.splitlines()[-1] == "| written | ≤ 1/12 | ≤ 1/40 | 1/16 | 7 s | met |"


def test_a_stretch_that_is_reached_says_so():
    cells = Row("written", CEILING, 1 / 50).cells

    assert cells[2] == "≤ 1/40, reached"


def test_figures_are_written_for_people():
    written = count(1_000_000), part_of_one(1 / 16.34), ratio(0.356), megabytes(541_400_000)

    assert written == ("1,000,000", "1/16.3", "0.36", "541 MB")


def test_the_exponent_of_a_power_law_is_its_power():
    sizes = [1e4, 1e5, 1e6, 1e7]

    fitted = exponent(sizes, [3 * size**1.25 for size in sizes])

    assert fitted == pytest.approx(1.25)


def test_a_section_is_replaced_and_the_rest_of_the_page_stays():
    page = with_section(with_section("# Page\n", "drops", "old\n"), "lookup", "kept")

    renewed = with_section(page, "drops", "new")

    assert renewed == page.replace("old", "new")
    assert with_section(renewed, "drops", "new") == renewed
    assert renewed.startswith("# Page\n\n<!-- begin drops -->\nnew\n<!-- end drops -->\n")
