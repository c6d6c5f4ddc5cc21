"""Columns of few distinct texts as codes: the texts of every entry come back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.plan.labels import Labels, all_names, joined_labels, labels_of

TEXTS = st.lists(st.sampled_from(["", "SE", "DE", "radio", "Ö", "a", "A"]) | st.text(max_size=3))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(TEXTS)
def test_the_text_of_every_entry_comes_back(texts: list[str]) -> None:
    column = labels_of(texts)

    assert column.texts() == tuple(texts)
    assert len(column) == len(texts)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(TEXTS, st.randoms(use_true_random=False))
def test_names_are_the_distinct_texts_in_order_wherever_these_stand(
    texts: list[str], random: object
) -> None:
    shuffled = sorted(texts, key=lambda _: random.random())  # type: ignore[attr-defined]

    column = labels_of(shuffled)

    assert column.names == labels_of(texts).names == tuple(sorted(set(texts)))
    assert column.code.dtype == np.int32


@settings(max_examples=60, deadline=None, derandomize=True)
@given(TEXTS, st.data())
def test_taking_entries_takes_their_texts(texts: list[str], data: st.DataObject) -> None:
    column = labels_of(texts)
    places = st.integers(0, len(texts) - 1) if texts else st.nothing()
    entries = data.draw(st.lists(places))
    part = data.draw(st.slices(len(texts)))

    some = column.take(np.array(entries, dtype=np.int64))
    run = column.take(part)

    assert some.texts() == tuple(texts[entry] for entry in entries)
    assert run.texts() == tuple(texts[part])
    assert some.names == run.names == column.names


@settings(max_examples=60, deadline=None, derandomize=True)
@given(TEXTS, TEXTS, st.randoms(use_true_random=False))
def test_codes_of_more_names_in_any_order_say_the_same(
    texts: list[str], others: list[str], random: object
) -> None:
    names = sorted({*texts, *others}, key=lambda _: random.random())  # type: ignore[attr-defined]

    column = labels_of(texts).among(tuple(names))

    assert column.texts() == tuple(texts)
    assert column.names == tuple(names)
    assert column.code.dtype == np.int32


def test_names_that_hold_not_all_texts_are_refused() -> None:
    with pytest.raises(KeyError):
        labels_of(["SE", "DE"]).among(("DE", "NO"))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(TEXTS, max_size=4))
def test_joined_columns_stand_one_behind_the_other(columns: list[list[str]]) -> None:
    joined = joined_labels([labels_of(texts) for texts in columns])

    assert joined.texts() == tuple(text for texts in columns for text in texts)
    assert joined.names == tuple(sorted({text for texts in columns for text in texts}))
    assert joined.code.dtype == np.int32


def test_joined_columns_keep_names_that_no_entry_has() -> None:
    unused = Labels(("DE", "SE"), np.array([1], dtype=np.int32))

    joined = joined_labels([unused, labels_of(["AT"])])

    assert joined.names == ("AT", "DE", "SE")
    assert joined.texts() == ("SE", "AT")


def test_names_of_several_columns_are_told_once_and_in_order() -> None:
    assert all_names(labels_of(["b", "a"]), labels_of([]), labels_of(["c", "a"])) == ("a", "b", "c")
    assert all_names() == ()
