"""Prices: tariffs by steps, and files that replace them."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oasis.costs.prices import LIST_PRICES, PriceError, Tariff, read_prices
from shared.drop.verdicts import DOLLARS_PER_MILLION_WRITE_UNITS

quantities = st.floats(0, 1e12)


def test_each_step_of_a_tariff_holds_for_what_lies_in_it() -> None:
    tariff = Tariff(((0, 1.0), (300, 0.9), (1000, 0.5)))

    assert tariff.dollars(300) == 300
    assert tariff.dollars(400) == pytest.approx(300 + 90)
    assert tariff.dollars(1100) == pytest.approx(300 + 630 + 50)


@given(quantities, quantities)
def test_more_of_anything_never_costs_less(one: float, other: float) -> None:
    less, more = sorted((one, other))

    assert all(t.dollars(less) <= t.dollars(more) for t in LIST_PRICES.tariffs.values())


def test_a_billion_http_requests_cost_930_dollars() -> None:
    assert LIST_PRICES.tariffs["http_requests"].dollars(1e9) == pytest.approx(300 + 700 * 0.9)


def test_a_write_unit_costs_what_receipts_say() -> None:
    listed = LIST_PRICES.tariffs["write_units"].dollars(1e6)

    assert listed == pytest.approx(DOLLARS_PER_MILLION_WRITE_UNITS)


def test_a_file_replaces_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(
        'region = "eu-north-1"\nas_of = 2027-01-15\nwrite_units = 0.7\n'
        "http_requests = [[0, 2.0], [10, 1.0]]\n"
    )

    read = read_prices(file)

    assert (read.region, read.as_of) == ("eu-north-1", date(2027, 1, 15))
    assert read.tariffs["write_units"].dollars(2e6) == pytest.approx(1.4)
    assert read.tariffs["http_requests"].dollars(11e6) == pytest.approx(21)
    assert read.tariffs["read_units"] == LIST_PRICES.tariffs["read_units"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("write_unit = 1", "write_unit; known are"),
        ('write_units = "dear"', "write_units is 'dear'"),
        ("write_units = -1", "write_units is -1"),
        ("write_units = nan", "write_units is nan"),
        ("write_units = [[5, 1]]", "write_units is"),
        ("write_units = [[0, 1], [0, 2]]", "write_units is"),
        ("region = 7", "region is a text"),
        ("region =", "no TOML"),
    ],
)
def test_a_file_that_cannot_be_is_refused_with_what_is_wrong(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(text)

    with pytest.raises(PriceError, match=said):
        read_prices(file)
