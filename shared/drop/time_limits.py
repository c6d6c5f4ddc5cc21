"""Noun drop: the end of the time in which a file can be judged."""

from shared.drop.refusals import RefusedFileError
from shared.request.budgets import TimeBudget


def check_time(budget: TimeBudget | None) -> None:
    """Go on while there is time; without a budget there always is.

    Raises:
        RefusedFileError: there is none left (time_limit).
    """
    if budget is not None and budget.left_s <= 0:
        raise RefusedFileError(
            "time_limit",
            "There is not time enough to judge a drop of so many bytes, or of so many rows that "
            "are read one by one. Make several drops of it; write CSV without quotes inside "
            "fields, JSON without escapes, or Parquet, which are read faster; and correct the "
            "rejected rows, which `oasis check` finds without a limit of time.",
        )
