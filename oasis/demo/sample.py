"""The demo's own input, generated: the same files for the same day, on every machine."""

import csv
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

SEED = 20_260_112
TRACKS, ARTISTS, LICENSORS = 700, 160, 80
COHORTS, LISTENERS, SCORES_EACH = 40, 1_960, 40
CAMPAIGNS = 40
DAYS = 28
CONTEXTS = ("radio", "autoplay")
MARKETS = ("SE", "DE", "BR")
SLOTS_PER_COHORT = 3_000.0


@dataclass(frozen=True)
class _World:
    """Who likes what: a point in taste space for each track and cohort, and track popularity."""

    popularity: NDArray[np.float64]  # (tracks) power law, largest 1
    track_taste: NDArray[np.float64]  # (tracks, 6)
    cohort_taste: NDArray[np.float64]  # (cohorts, 6)
    licensor: NDArray[np.int64]  # (tracks)
    cohort_of: NDArray[np.int64]  # (listeners)


def write_sample(folder: Path, today: date) -> None:
    """Write catalogue, audiences, supply, scores and campaigns around ``today``."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    world = _World(
        popularity=np.arange(1, TRACKS + 1, dtype=np.float64) ** -0.9,
        track_taste=rng.normal(size=(TRACKS, 6)),
        cohort_taste=rng.normal(size=(COHORTS, 6)),
        licensor=np.minimum((LICENSORS * rng.random(TRACKS) ** 2).astype(np.int64), LICENSORS - 1),
        cohort_of=rng.integers(0, COHORTS, LISTENERS),
    )
    _write_tracks(folder / "tracks.csv", world)
    _write_audiences(folder / "audiences.csv", world)
    slots = _write_supply(folder / "supply.csv", rng, today)
    _write_scores(folder / "scores.csv", world, rng)
    _write_campaigns(folder / "campaigns.jsonl", world, rng, today, slots)


def _write_tracks(path: Path, world: _World) -> None:
    rows = (
        (_track(i), f"Track {i}", f"artist-{i % ARTISTS:03d}", _licensor(world.licensor[i]))
        for i in range(TRACKS)
    )
    _write_csv(path, ("track_id", "title", "artist_id", "licensor_id"), rows)


def _write_audiences(path: Path, world: _World) -> None:
    listeners = (
        (_listener(i), _cohort(c), MARKETS[c % len(MARKETS)]) for i, c in enumerate(world.cohort_of)
    )
    _write_csv(path, ("audience_id", "parent_id", "market"), listeners)


def _write_supply(path: Path, rng: Generator, today: date) -> float:
    """Write the forecast and return the slots of one day over all cohorts and contexts."""
    level = rng.lognormal(0.0, 0.6, (COHORTS, len(CONTEXTS)))
    level *= SLOTS_PER_COHORT / level.mean() / len(CONTEXTS)
    rows = []
    for day in range(DAYS):
        when = today + timedelta(days=day - 7)
        weekend = 1.2 if when.weekday() >= 5 else 1.0
        for cohort in range(COHORTS):
            for c, context in enumerate(CONTEXTS):
                slots = round(level[cohort, c] * weekend)
                market = MARKETS[cohort % len(MARKETS)]
                rows.append((_cohort(cohort), context, when.isoformat(), market, slots))
    _write_csv(path, ("audience_id", "context", "date", "market", "expected_slots"), rows)
    return float(level.sum())


def _write_scores(path: Path, world: _World, rng: Generator) -> None:
    rows: list[tuple[str, str, str]] = []
    for index in range(COHORTS + LISTENERS):
        cohort = index if index < COHORTS else int(world.cohort_of[index - COHORTS])
        taste = world.cohort_taste[cohort] + (index >= COHORTS) * rng.normal(0, 0.7, 6)
        affinity = world.track_taste @ taste / 2.5 + 1.6 * np.log10(world.popularity) + 1.0
        score = 1.0 / (1.0 + np.exp(-(affinity + rng.normal(0, 0.5, TRACKS))))
        audience = _cohort(index) if index < COHORTS else _listener(index - COHORTS)
        best = np.argsort(-score)[:SCORES_EACH]
        rows.extend((audience, _track(t), f"{score[t]:.4f}") for t in best)
    _write_csv(path, ("audience_id", "track_id", "score"), rows)


def _write_campaigns(path: Path, world: _World, rng: Generator, today: date, slots: float) -> None:
    """Write campaigns whose goals together ask for more than may be promoted."""
    midnight = datetime(today.year, today.month, today.day, tzinfo=UTC)
    holders = np.unique(world.licensor)
    sizes = rng.pareto(1.2, CAMPAIGNS) + 0.3
    goals_per_day = sizes / sizes.sum() * slots * 0.2 * 1.1
    lines = []
    for index in range(CAMPAIGNS):
        licensor = int(holders[index % len(holders)])
        own = np.flatnonzero(world.licensor == licensor)
        chosen = rng.choice(own, size=min(len(own), int(rng.integers(2, 9))), replace=False)
        starts = midnight - timedelta(days=int(rng.integers(0, 6)))
        ends = midnight + timedelta(days=int(rng.integers(4, 15)))
        days = (ends - starts) / timedelta(days=1)
        campaign: dict[str, Any] = {
            "campaign_id": f"campaign-{index:02d}",
            "version": 1,
            "licensor_id": _licensor(licensor),
            "name": f"Push {index}",
            "track_ids": [_track(t) for t in np.sort(chosen)],
            "status": "active",
            "starts_at": starts.isoformat().replace("+00:00", "Z"),
            "ends_at": ends.isoformat().replace("+00:00", "Z"),
            "goal_exposures": max(50, round(goals_per_day[index] * days)),
            "weight": float(rng.choice([1.0, 1.5, 2.0])),
            "pacing": "asap" if index % 5 == 4 else "even",
        }
        if index % 3 == 1:
            campaign["contexts"] = ["radio"]
        if index % 4 == 2:
            campaign["markets"] = [MARKETS[index % len(MARKETS)]]
        if index % 6 == 5:
            targeted = rng.choice(COHORTS, 8, replace=False)
            campaign["audience_ids"] = [_cohort(c) for c in np.sort(targeted)]
        lines.append(json.dumps(campaign))
    path.write_text("\n".join(lines) + "\n")


def _write_csv(path: Path, header: tuple[str, ...], rows: Any) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _track(index: int) -> str:
    return f"track-{index:04d}"


def _cohort(index: int) -> str:
    return f"cohort-{index:02d}"


def _listener(index: int) -> str:
    return f"listener-{index:04d}"


def _licensor(index: int) -> str:
    return f"licensor-{index:02d}"
