"""What a rebuilt table of drops has in common with the one that was lost."""

from typing import Any

INSTANTS = {"released_at", "reverted_at"}
TOLD_BY_LOADING_AND_PLANNING = {
    *("rows_written", "rows_superseded", "loaded_at", "first_plan_id", "served_at"),
}
Items = dict[str, dict[str, Any]]


def comparable(drops: Items) -> Items:
    """Return the items of drops by key without what a rebuild cannot or need not know.

    That is when somebody released or reverted a drop (that it was done stays), how many rows its
    loading found superseded, and which plan served it first.
    """
    return {
        key: {name: _known(name, value) for name, value in item.items() if _is_kept(name)}
        for key, item in drops.items()
    }


def _is_kept(name: str) -> bool:
    return name not in TOLD_BY_LOADING_AND_PLANNING


def _known(name: str, value: Any) -> Any:
    if name == "done":  # of a load: [rows written, superseded] by part
        return sorted(value)
    return bool(value) if name in INSTANTS else value
