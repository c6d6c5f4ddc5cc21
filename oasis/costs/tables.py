"""Bills as rows of text, the same for the terminal and the page."""

from oasis.costs.bills import Bill, Line
from oasis.costs.meters import METER_NAMED

HEADINGS = ("service", "used by", "quantity", "unit", "$ a unit", "$ a month", "share")
RIGHT = (2, 4, 5, 6)
SHOWN_SHARE = 0.001
SCALES = {1e6: "million ", 1e3: "thousand ", 1: ""}


def bill_rows(bill: Bill) -> list[tuple[str, ...]]:
    """Return a row a line; those under a thousandth of the bill are one row together."""
    shown = [line for line in bill.lines if line.dollars >= SHOWN_SHARE * bill.total]
    rows = [_row(line, bill.total) for line in shown]
    hidden = len(bill.lines) - len(shown)
    if hidden:
        dollars = bill.total - sum(line.dollars for line in shown)
        label = f"{hidden} smaller lines"
        rows.append((label, "", "", "", "", money(dollars), _share(dollars, bill.total)))
    return rows


def figures(bill: Bill) -> list[str]:
    """Return the figures that compare one size with another, a sentence each."""
    sentences = []
    if bill.lookup_price is not None:
        sentences.append(f"A million lookups cost {dollars(bill.lookup_price)}.")
    if bill.load_price is not None:
        sentences.append(f"10M score rows, dropped to loaded, cost {dollars(bill.load_price)}.")
    return sentences


def money(amount: float) -> str:
    """Return an amount with two decimals, without the sign."""
    return f"{amount:,.2f}"


def dollars(amount: float) -> str:
    """Return an amount with the sign; below a dime with four decimals."""
    return f"${amount:,.2f}" if amount >= 0.1 else f"${amount:.4f}"


def _row(line: Line, total: float) -> tuple[str, ...]:
    per = METER_NAMED[line.meter].per
    return (
        line.service,
        line.arrow,
        f"{line.quantity / per:,.4g}"
        if line.quantity < 1000 * per
        else f"{line.quantity / per:,.0f}",
        SCALES[per] + line.unit,
        f"{line.unit_price * per:.4g}",
        money(line.dollars),
        _share(line.dollars, total),
    )


def _share(part: float, total: float) -> str:
    return f"{part / total:.1%}" if total else ""
