"""What must stand at the end, whatever the order: one small model a noun, of the contracts alone.

Nothing here is the product's: a drop is what was put, not what was read of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Dropped:
    """One version of a dropped file: sound rows, and whether others or all of it are unsound."""

    dataset: str
    producer: str
    as_of: datetime
    rows: tuple[Row, ...]
    is_full: bool = False
    is_refused: bool = False
    body: bytes = b""
    key: str = ""
    version_id: str = ""
    modified: datetime = datetime.min

    @property
    def order(self) -> tuple[datetime, datetime, str]:
        """What says which of two drops is the later one."""
        return self.as_of, self.modified, self.version_id


@dataclass(frozen=True)
class LiveRow:
    """What is known of an audience: its scores by track, of which drop's instant, whose."""

    as_of: datetime
    producer: str
    scores: Mapping[str, float]


def in_order(dropped: Iterable[Dropped], dataset: str) -> list[Dropped]:
    """Return the accepted drops of a dataset, older before newer."""
    accepted = (d for d in dropped if d.dataset == dataset and not d.is_refused)
    return sorted(accepted, key=lambda d: d.order)


def score_rows(dropped: Iterable[Dropped]) -> dict[str, LiveRow]:
    """Return the live row of each audience."""
    rows: dict[str, LiveRow] = {}
    for drop in in_order(dropped, "scores"):
        found: dict[str, dict[str, float]] = {}
        for row in drop.rows:
            found.setdefault(row["audience_id"], {})[row["track_id"]] = row["score"]
        if drop.is_full:
            own = [a for a, row in rows.items() if row.producer == drop.producer]
            for audience in own:
                del rows[audience]
        rows |= {a: LiveRow(drop.as_of, drop.producer, scores) for a, scores in found.items()}
    return rows


def newest(dropped: Iterable[Dropped], dataset: str, *key: str) -> dict[tuple[Any, ...], Row]:
    """Return the newest row of each key."""
    return {
        tuple(row.get(name, "") for name in key): row
        for drop in in_order(dropped, dataset)
        for row in drop.rows
    }


def delivered(dropped: Iterable[Dropped], today: date) -> dict[str, tuple[float, float]]:
    """Return the exposures of each campaign: of all days, and of today."""
    standing = {
        (d.producer, r["date"], r["campaign_id"], r["context"], r.get("audience_id", "")): r
        for d in in_order(dropped, "delivery")
        for r in d.rows
    }
    totals: dict[str, tuple[float, float]] = {}
    for row in standing.values():
        total, of_today = totals.get(row["campaign_id"], (0.0, 0.0))
        many = row["exposures"]
        is_today = row["date"] == today.isoformat()
        totals[row["campaign_id"]] = (total + many, of_today + many * is_today)
    return totals


def campaigns(changes: Iterable[Row]) -> dict[str, Row]:
    """Return each campaign at its highest version; no two of one version differ."""
    return {change["campaign_id"]: change for change in sorted(changes, key=lambda c: c["version"])}


def silent(
    known: Mapping[str, Row],
    totals: Mapping[str, tuple[float, float]],
    operators: Iterable[str],
    today: date,
) -> dict[str, int | str]:
    """Return why each campaign that must not be shown is silent."""
    entries: dict[str, int | str] = {}
    for name, campaign in known.items():
        total, of_today = totals.get(name, (0.0, 0.0))
        daily_cap = campaign.get("daily_cap")
        if campaign["status"] != "active" or total >= campaign["goal_exposures"]:
            entries[name] = campaign["version"]
        elif daily_cap is not None and of_today >= daily_cap:
            entries[name] = today.isoformat()
    return entries | dict.fromkeys(operators, "operator")
