"""A path tells which field is wrong, and no name that may be an id."""

import pytest

from shared.id.told_paths import UNTOLD, told_name, told_path


@pytest.mark.parametrize(
    ("places", "kind", "path"),
    [
        (("parts", 0, "sha256"), "missing", "parts.0.sha256"),
        (("audience_ids", 3), "string_type", "audience_ids.3"),
        (("price",), "extra_forbidden", "price"),
        (("parts", 0, "listener-77"), "extra_forbidden", f"parts.0.{UNTOLD}"),
        ((), "dict_type", ""),
    ],
)
def test_a_path_tells_no_name_that_the_document_made_up(places, kind, path):
    assert told_path(places, kind) == path


@pytest.mark.parametrize("name", ["listener-77", "77", "Anna", "\u00e4rla", "x y", "a" * 65, ""])
def test_a_name_that_is_no_plain_word_is_not_told(name):
    assert told_name(name) == UNTOLD
