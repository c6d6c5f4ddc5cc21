"""The rules by which a campaign falls silent and speaks again."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.pointer.pointers import (
    Pointer,
    Suppression,
    is_suppressing,
    suppression_after,
    suppression_after_delivery,
)
from shared.pointer.schema import OPERATOR

TODAY = date(2026, 1, 12)
YESTERDAY = TODAY - timedelta(days=1)
TOMORROW = TODAY + timedelta(days=1)

ENTRIES = st.none() | st.integers(1, 9) | st.just(OPERATOR) | st.just(TODAY.isoformat())


@pytest.mark.parametrize("version", [0, 1, 7])
def test_the_version_that_paused_a_campaign_silences_it_on_every_day(version: int) -> None:
    assert is_suppressing(version, TODAY)
    assert is_suppressing(version, TOMORROW)


def test_the_operator_silences_a_campaign_on_every_day() -> None:
    assert is_suppressing(OPERATOR, TODAY)
    assert is_suppressing(OPERATOR, TOMORROW)


def test_a_reached_daily_cap_silences_a_campaign_on_its_own_day_only() -> None:
    entry = TODAY.isoformat()

    assert is_suppressing(entry, TODAY)
    assert not is_suppressing(entry, TOMORROW)
    assert not is_suppressing(entry, YESTERDAY)


def test_a_campaign_without_an_entry_is_not_silent() -> None:
    assert not is_suppressing(None, TODAY)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(ENTRIES.filter(lambda entry: entry != OPERATOR), st.integers(1, 9))
def test_a_pause_silences_with_its_own_version(before: Suppression | None, version: int) -> None:
    assert suppression_after(before, version=version, is_active=False) == version


@pytest.mark.parametrize(("version", "is_active"), list(product([1, 99], [True, False])))
def test_the_operators_entry_outlasts_every_version(version: int, is_active: bool) -> None:
    assert suppression_after(OPERATOR, version=version, is_active=is_active) == OPERATOR


def test_a_resume_lifts_the_entry_of_an_older_version() -> None:
    assert suppression_after(2, version=3, is_active=True) is None


@pytest.mark.parametrize("before", [3, 4])
def test_a_resume_never_lifts_the_entry_of_its_own_or_a_newer_version(before: int) -> None:
    assert suppression_after(before, version=3, is_active=True) == before


def test_a_resume_leaves_a_reached_daily_cap() -> None:
    entry = TODAY.isoformat()

    assert suppression_after(entry, version=3, is_active=True) == entry


def test_a_resume_of_a_campaign_that_is_not_silent_changes_nothing() -> None:
    assert suppression_after(None, version=3, is_active=True) is None


@settings(max_examples=50, deadline=None, derandomize=True)
@given(ENTRIES, st.integers(1, 9), st.booleans())
def test_the_same_version_applied_twice_is_as_applied_once(
    before: Suppression | None, version: int, is_active: bool
) -> None:
    once = suppression_after(before, version=version, is_active=is_active)

    assert suppression_after(once, version=version, is_active=is_active) == once


@settings(max_examples=50, deadline=None, derandomize=True)
@given(
    st.lists(st.booleans(), min_size=1, max_size=8).flatmap(
        lambda active: st.permutations(list(enumerate(active, 1)))
    ),
    st.sampled_from([None, OPERATOR]),
)
def test_versions_in_any_order_end_in_the_state_of_the_highest(
    arriving: list[tuple[int, bool]], before: Suppression | None
) -> None:
    """As the store applies them: a version that is not newer than the stored one is dropped."""
    entry, stored = before, 0
    for version, is_active in arriving:
        if version > stored:
            entry = suppression_after(entry, version=version, is_active=is_active)
            stored = version

    highest, highest_is_active = max(arriving)
    wanted = before if before == OPERATOR else None if highest_is_active else highest
    assert entry == wanted


def entry_after(
    before: Suppression | None, *, cap: bool = False, daily_cap: bool = False
) -> Suppression | None:
    """Return the entry of version 3 after its deliveries were counted today."""
    return suppression_after_delivery(
        before, version=3, is_cap_reached=cap, is_daily_cap_reached=daily_cap, today=TODAY
    )


@pytest.mark.parametrize("before", [None, 3, YESTERDAY.isoformat(), TODAY.isoformat()])
def test_reached_caps_silence_and_what_newer_totals_refute_is_lifted(
    before: Suppression | None,
) -> None:
    assert entry_after(before, cap=True) == 3
    assert entry_after(before, cap=True, daily_cap=True) == 3
    assert entry_after(before, daily_cap=True) == TODAY.isoformat()
    assert entry_after(before) is None


@pytest.mark.parametrize(("cap", "daily_cap"), list(product([True, False], [True, False])))
def test_no_delivery_touches_an_operators_entry(cap: bool, daily_cap: bool) -> None:
    assert entry_after(OPERATOR, cap=cap, daily_cap=daily_cap) == OPERATOR


def test_a_new_version_stays_silent_at_a_cap_that_it_does_not_raise() -> None:
    after = suppression_after(3, version=4, is_active=True, is_cap_reached=True)

    assert after == 4
    assert suppression_after(after, version=5, is_active=True) is None


def test_an_operators_entry_outlasts_a_reached_cap() -> None:
    entry = suppression_after(OPERATOR, version=4, is_active=True, is_cap_reached=True)

    assert entry == OPERATOR


def test_before_the_first_activation_the_pointer_names_no_plan_and_nobody_is_silent() -> None:
    pointer = Pointer()

    assert pointer.plan_id == ""
    assert (pointer.request, pointer.epoch, pointer.revision) == (0, 0, 0)
    assert pointer.suppressed == {}
    assert not pointer.frozen
