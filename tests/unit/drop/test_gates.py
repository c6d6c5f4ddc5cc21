"""Gates: each holds back what departs too far, and lets the same drop pass where policy says so."""

from pathlib import Path
from random import Random

import numpy as np
import pytest

from shared.drop.gates import departure_of, population_stability
from shared.drop.profiles import Departure, Profile
from shared.policy.policies import Gates
from tests.unit.drop.judging import judged

EVEN = (500,) * 20
LOW = (4000,) + (100,) * 19
BEFORE = Profile(10_000, {"share": 0.01}, {"score": EVEN})
DEPARTING = {
    "volume": (Profile(110_000, {}, {"score": EVEN}), False, Gates(max_volume_ratio=20)),
    "shrinking": (Profile(4_000, {}, {"score": EVEN}), True, Gates(min_full_volume_ratio=0.3)),
    "nulls": (Profile(10_000, {"share": 0.2}, {"score": EVEN}), False, Gates(max_null_rise=0.3)),
    "drift": (Profile(10_000, {}, {"score": LOW}), False, Gates(max_drift=5)),
}


def departure(now: Profile, gates: Gates, *, is_full: bool = False) -> Departure:
    return departure_of(now, BEFORE, "before", gates, is_full=is_full)


@pytest.mark.parametrize("gate", DEPARTING)
def test_each_gate_holds_back_what_departs_and_is_the_only_one_that_does(gate: str) -> None:
    now, is_full, wider = DEPARTING[gate]

    held = departure(now, Gates(), is_full=is_full)
    let_pass = departure(now, wider, is_full=is_full)

    assert len(held.held_by) == 1
    assert let_pass.held_by == ()


def test_a_drop_like_the_one_before_it_passes_every_gate() -> None:
    assert departure(BEFORE, Gates(), is_full=True).held_by == ()


def test_a_delta_may_be_as_small_as_it_likes() -> None:
    assert departure(Profile(5, {}, {"score": (5,) + (0,) * 19}), Gates()).held_by == ()


def test_with_nothing_before_it_a_drop_passes_and_says_so() -> None:
    found = departure_of(BEFORE, None, "", Gates(), is_full=False)

    assert found.held_by == ()
    assert "no drop of this producer before" in found.passed[0]


def test_a_predecessor_that_cannot_be_read_closes_the_gate() -> None:
    assert departure_of(BEFORE, None, "before", Gates(), is_full=False).held_by


def test_drift_of_few_rows_is_not_judged_and_that_is_said() -> None:
    found = departure(Profile(999, {}, {"score": (999,) + (0,) * 19}), Gates())

    assert found.held_by == ()
    assert "from 1,000 rows on" in found.passed[0]


def test_samples_of_one_distribution_have_an_index_near_zero_however_small() -> None:
    random = np.random.default_rng(1)
    shares = random.dirichlet(np.ones(20))

    found = [
        population_stability(
            tuple(random.multinomial(size, shares)), tuple(random.multinomial(size, shares))
        )
        for size in (1_000, 10_000, 100_000)
        for _ in range(50)
    ]

    assert max(found) < 0.05


def test_the_index_of_two_halves_is_the_textbook_figure() -> None:
    counted = population_stability((750_000, 250_000), (500_000, 500_000))

    expected = 0.25 * np.log(1.5) - 0.25 * np.log(0.5)
    assert counted == pytest.approx(expected, abs=1e-5)


def test_the_index_grows_with_the_distance_and_does_not_depend_on_the_direction() -> None:
    random = Random(1)
    before = tuple(random.randrange(1_000, 2_000) for _ in range(20))
    moved = [tuple(b + step * (20 - 2 * i) for i, b in enumerate(before)) for step in range(4)]

    indices = [population_stability(each, before) for each in moved]

    assert indices == sorted(indices)
    assert population_stability(before, moved[3]) == pytest.approx(indices[3], rel=0.01)


def profile_of(text: str, tmp_path: Path) -> Profile:
    path = tmp_path / "drop.csv"
    path.write_text(text)
    profile = judged(path, "audiences", "csv").profile
    assert isinstance(profile, Profile)
    return profile


def test_missing_values_are_shares_of_the_rows_in_which_they_could_stand(tmp_path: Path) -> None:
    profile = profile_of("audience_id,parent_id,share\na,p,\nb,p,0.5\nc,,0.5\nd,,\n", tmp_path)

    assert profile.rows == 4
    assert profile.null_share == {"market": 1.0, "parent_id": 0.5, "share": 0.5}


def test_a_column_that_the_dataset_does_not_keep_is_nobodys_loss(tmp_path: Path) -> None:
    path = tmp_path / "drop.csv"
    path.write_text("audience_id,track_id,score\na,t,0.5\n")

    assert judged(path, "scores", "csv").profile.null_share == {}
