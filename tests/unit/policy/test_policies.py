"""The policy document: defaults, refusals, and who may send what."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.policy.policies import (
    ContextPolicy,
    Policy,
    closed_policy,
    first_policy,
    open_policy,
)


def test_an_empty_document_has_the_defaults_of_the_contract() -> None:
    policy = Policy.model_validate_json("{}")

    assert sorted(policy.contexts) == ["autoplay", "mixes", "radio"]
    assert {c.promoted_share for c in policy.contexts.values()} == {0.2}
    assert {c.frequency_cap for c in policy.contexts.values()} == {0.1}
    assert policy.max_scores_per_audience == 100
    assert policy.licensor_share_cap is None
    assert policy.shortfall_penalty == 3
    assert policy.max_gap == 0.01
    assert policy.limits.max_gzip_ratio == 100
    assert policy.limits.max_inflated_bytes == 2 << 30
    assert policy.holdout_share == 0
    assert policy.producers == {}
    assert policy.publishers == {}


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"gap": 0.01}, ("gap",)),
        ({"contexts": {"video": {}}}, ("contexts", "video", "[key]")),
        ({"contexts": {"radio": {"share": 0.2}}}, ("contexts", "radio", "share")),
        ({"limits": {"max_files": 1}}, ("limits", "max_files")),
        ({"limits": {"max_rows": 0}}, ("limits", "max_rows")),
        ({"contexts": {"radio": {"promoted_share": 1.1}}}, ("contexts", "radio", "promoted_share")),
        ({"max_scores_per_audience": 0}, ("max_scores_per_audience",)),
        ({"max_scores_per_audience": 1_001}, ("max_scores_per_audience",)),
        ({"score_ttl_days": 0}, ("score_ttl_days",)),
        ({"licensor_share_cap": -0.1}, ("licensor_share_cap",)),
        ({"shortfall_penalty": -1}, ("shortfall_penalty",)),
        ({"max_gap": 0}, ("max_gap",)),
        ({"max_drift": 0}, ("max_drift",)),
        ({"holdout_share": 2}, ("holdout_share",)),
        ({"producers": ["analyst"]}, ("producers",)),
        ({"publishers": {"111122223333": "licensor-1"}}, ("publishers", "111122223333")),
    ],
)
def test_an_unknown_field_or_a_value_out_of_bounds_is_refused_by_its_path(
    document: dict[str, Any], path: tuple[str, ...]
) -> None:
    with pytest.raises(ValidationError) as refusal:
        Policy.model_validate(document)

    assert [problem["loc"] for problem in refusal.value.errors()] == [path]


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.floats(0, 1), st.floats(0, 1))
def test_a_frequency_cap_above_the_promoted_share_is_refused_and_no_other(
    share: float, cap: float
) -> None:
    document = {"promoted_share": share, "frequency_cap": cap}

    if cap <= share:
        assert ContextPolicy.model_validate(document).frequency_cap == cap
    else:
        with pytest.raises(ValidationError, match="frequency_cap must not exceed promoted_share"):
            ContextPolicy.model_validate(document)


def test_a_policy_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Policy().max_gap = 1


def test_a_producer_may_drop_what_is_granted_to_it_and_nothing_else() -> None:
    policy = Policy(producers={"ml": ("scores",)})

    assert policy.admits_producer("ml", "scores")
    assert not policy.admits_producer("ml", "supply")
    assert not policy.admits_producer("ML", "scores")
    assert not policy.admits_producer("analyst", "scores")


def test_a_star_in_place_of_the_dataset_grants_them_all_to_one_producer() -> None:
    policy = Policy(producers={"ml": ("*",)})

    assert policy.admits_producer("ml", "policy")
    assert not policy.admits_producer("analyst", "policy")


def test_a_star_in_place_of_the_producer_grants_one_dataset_to_all() -> None:
    policy = Policy(producers={"*": ("scores",), "ops": ("policy",)})

    assert policy.admits_producer("anybody", "scores")
    assert policy.admits_producer("ops", "scores")
    assert policy.admits_producer("ops", "policy")
    assert not policy.admits_producer("anybody", "policy")


def test_a_publisher_speaks_for_its_licensors_with_a_star_on_either_side() -> None:
    policy = Policy(publishers={"111": ("licensor-1",), "222": ("*",), "*": ("licensor-3",)})

    assert policy.admits_publisher("111", "licensor-1")
    assert not policy.admits_publisher("111", "licensor-2")
    assert policy.admits_publisher("222", "licensor-2")
    assert policy.admits_publisher("333", "licensor-3")
    assert not policy.admits_publisher("333", "licensor-1")


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.text(), st.text())
def test_without_an_entry_nobody_is_admitted(who: str, what: str) -> None:
    policy = Policy()

    assert not policy.admits_producer(who, what)
    assert not policy.admits_publisher(who, what)


def test_where_everybody_is_let_in_the_first_policy_grants_everything() -> None:
    policy = first_policy("everybody", "ops")

    assert policy == open_policy()
    assert policy.admits_producer("anybody", "policy")
    assert policy.admits_publisher("000000000000", "licensor-1")


def test_where_nobody_is_let_in_the_named_producer_may_drop_the_policy_and_no_more() -> None:
    policy = first_policy("nobody", "ops")

    assert policy == closed_policy("ops")
    assert policy.admits_producer("ops", "policy")
    assert not policy.admits_producer("ops", "scores")
    assert not policy.admits_producer("anybody", "policy")
    assert not policy.admits_publisher("000000000000", "licensor-1")


def test_another_admission_is_an_error_that_names_it() -> None:
    with pytest.raises(ValueError, match="'some'"):
        first_policy("some", "ops")
