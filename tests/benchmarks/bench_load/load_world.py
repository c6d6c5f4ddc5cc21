"""Some hundred listeners, their scores and campaigns for a local stack, and who asks for what."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from shared.campaign.campaigns import Campaign
from tests.e2e.small_world import NOW, campaign, csv_of

TRACKS, CAMPAIGNS, TRACKS_OF_CAMPAIGN = 1200, 40, 3
COHORTS = {"cohort-se": "SE", "cohort-de": "DE", "cohort-us": "US"}
SCORES, CANDIDATES = 100, 500
LICENSORS, SLOTS = 5, 4_000.0


class World:
    """What is dropped and what is asked: the same each time for a number of listeners."""

    def __init__(self, listeners: int) -> None:
        """Draw who likes what; nobody likes less than 100 tracks out of all."""
        rng = random.Random(listeners)
        self._tracks = [f"track-{i:05d}" for i in range(TRACKS)]
        cohorts = list(COHORTS)
        self._cohort_of = {f"listener-{i:04d}": cohorts[i % 3] for i in range(listeners)}
        self._liked = {a: rng.sample(self._tracks, SCORES) for a in (*cohorts, *self._cohort_of)}

    def files(self) -> dict[str, bytes]:
        """Return the file of each dataset that a plan needs, in the order of the journey."""
        days = [(NOW + timedelta(days=day)).date().isoformat() for day in range(-1, 5)]
        return {
            "tracks": csv_of(
                ("track_id", "artist_id", "licensor_id"),
                *((t, f"artist-{i}", _licensor(i)) for i, t in enumerate(self._tracks)),
            ),
            "audiences": csv_of(
                ("audience_id", "parent_id", "market"),
                *((a, cohort, COHORTS[cohort]) for a, cohort in self._cohort_of.items()),
            ),
            "supply": csv_of(
                ("audience_id", "context", "date", "market", "expected_slots"),
                *((a, "radio", day, COHORTS[a], SLOTS) for a in COHORTS for day in days),
            ),
            "scores": csv_of(
                ("audience_id", "track_id", "score"),
                *((a, t, score) for (a, t), score in zip(self._scored(), _scores(), strict=False)),
            ),
        }

    def campaigns(self) -> tuple[Campaign, ...]:
        """Return campaigns of a licensor's own tracks, a tenth of the catalogue together."""
        return tuple(
            campaign(
                f"campaign-{i:03d}",
                *(
                    self._tracks[LICENSORS * (TRACKS_OF_CAMPAIGN * i + n) + i % LICENSORS]
                    for n in range(TRACKS_OF_CAMPAIGN)
                ),
                licensor_id=_licensor(i),
                goal_exposures=600,
                cap_exposures=600,
            )
            for i in range(CAMPAIGNS)
        )

    def questions(self) -> list[dict[str, Any]]:
        """Return a question of each listener: 500 tracks, those with scores among them."""
        rng = random.Random(CANDIDATES)
        return [
            {
                "audience_ids": [listener, cohort],
                "context": "radio",
                "market": COHORTS[cohort],
                "track_ids": self._candidates(listener, rng),
            }
            for listener, cohort in self._cohort_of.items()
        ]

    def liked(self) -> dict[str, list[str]]:
        """Return the tracks that each listener and each cohort has scores of."""
        return dict(self._liked)

    def _scored(self) -> Iterator[tuple[str, str]]:
        return ((a, t) for a, liked in self._liked.items() for t in liked)

    def _candidates(self, listener: str, rng: random.Random) -> list[str]:
        liked = self._liked[listener]
        others = rng.sample(sorted(set(self._tracks) - set(liked)), CANDIDATES - SCORES)
        return rng.sample(liked + others, CANDIDATES)


def _scores() -> Iterator[float]:
    rng = random.Random(SCORES)
    while True:
        yield round(rng.uniform(0.3, 1), 3)


def _licensor(number: int) -> str:
    return f"licensor-{number % LICENSORS}"
