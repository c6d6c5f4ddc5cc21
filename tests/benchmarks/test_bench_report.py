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
from bench_sides import DifferentAnswersError, Reading, Rounds, Side, assert_same, interleaved

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


def test_a_ratio_is_the_median_of_the_ratios_inside_each_round():
    mine, theirs = ([Reading(cpu_s, 0, 0) for cpu_s in each] for each in ((1, 20, 3), (2, 10, 12)))

    against = Rounds(mine).cpu_against(Rounds(theirs))

    assert against == 0.5


def test_every_side_runs_once_a_round_and_orders_differ():
    sides = [Side(name, "", "") for name in "abcd"]
    ran = []

    taken = interleaved(sides, 8, take=lambda side: ran.append(side.name) or Reading(1, 1, 1))

    rounds = [ran[at : at + 4] for at in range(0, len(ran), 4)]
    assert all(sorted(each) == list("abcd") for each in rounds)
    assert len({tuple(each) for each in rounds}) > 1
    assert {name: len(of.readings) for name, of in taken.items()} == dict.fromkeys("abcd", 8)


def test_sides_with_different_answers_are_not_compared():
    with pytest.raises(DifferentAnswersError, match="rows of a file"):
        assert_same("rows of a file", {"oasis": "9 scores", "polars": "10 scores"})
