"""`oasis demo`: from dropped files to promotion scores, and one campaign silenced."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import typer

from oasis import local
from oasis.campaign import change_status, send, wait_until_applied
from oasis.connection import Connection, connect
from oasis.console import CommandError, console, ends_plainly, wait_for, working
from oasis.demo.dataset import DemoData, folder_data, listeners_of, sample_data
from oasis.drop import put_drop, wait_for_receipt
from oasis.dropped import DroppedFile
from oasis.export import begin, current_plan, say, wait_until_whole
from oasis.lookup import SignedCaller, scores_table
from oasis.status import current_report, plan_table
from shared.campaign.campaigns import Status
from shared.plan.reports import PlanReport
from shared.plan.request_store import RequestStore

FOLDER = Path(".oasis") / "demo"
PLAN_TIMEOUT_S = 300.0


@dataclass(frozen=True)
class _Promoted:
    """A question whose answer promotes something."""

    question: dict[str, Any]
    best: dict[str, Any]  # the result with the highest score


@ends_plainly
def demo(
    data: Annotated[
        Path | None, typer.Option(help="Folder of files to use instead of the sample")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port of the local stack")] = None,
) -> None:
    """Run the whole journey on a local stack of its own, and stop it again."""
    began = monotonic()
    today = datetime.now(UTC).date()
    if data is not None and not data.is_dir():
        raise CommandError(f"{data} is not a folder.")
    with working("Preparing the input"):
        prepared = (
            sample_data(FOLDER / "sample", today)
            if data is None
            else folder_data(data, FOLDER / "shifted", today)
        )
    try:
        with working("Starting the local stack: ministack, the template, its functions"):
            local.start(port, lambda _: None)
        _journey(connect(None), prepared)
    finally:
        with working("Stopping the local stack"):
            local.stop()
    console.print(f"Done in {monotonic() - began:.0f} s.")


def _journey(connection: Connection, data: DemoData) -> None:
    _drop_files(connection, data)
    _drop_a_bad_file(connection)
    with working(f"Sending {len(data.campaigns)} campaigns to the event bus until all are applied"):
        send(connection, data.campaigns)
        wait_until_applied(connection, data.campaigns)
    with working("Waiting for a plan that knows all of this"):
        report = _wait_for_plan(connection, data)
    _tell_plan(report)
    caller = SignedCaller(connection)
    promoted = _ask(caller, data)
    _pause(connection, caller, promoted)
    say(connection, wait_until_whole(connection, begin(connection, current_plan(connection))))


def who(path: Path) -> str:
    """Return the producer of a file: each has its own, as the models behind them would."""
    return path.name.partition(".")[0]


def _drop_files(connection: Connection, data: DemoData) -> None:
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    policy, *others = data.files
    for together in ([policy], others):  # rows are packed under the policy in force
        dropped = [
            (path, put_drop(connection, path, dataset=dataset, producer=who(path), as_of=moment))
            for dataset, path in together
        ]
        for path, drop in dropped:
            with working(f"Dropped {path.name}; waiting for its receipt"):
                receipt = wait_for_receipt(connection, drop)
            console.print(f"  {receipt['sentence']}", soft_wrap=True)


def _drop_a_bad_file(connection: Connection) -> None:
    bad = FOLDER / "percentages.csv"
    bad.parent.mkdir(parents=True, exist_ok=True)
    bad.write_text("audience_id,track_id,score\nlistener-1,track-1,41\nlistener-1,track-2,87\n")
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    dropped: DroppedFile = put_drop(
        connection, bad, dataset="scores", producer="somebody", as_of=moment
    )
    with working("Dropped a file whose scores are percentages; waiting for its receipt"):
        receipt = wait_for_receipt(connection, dropped)
    console.print(f"  {receipt['sentence']}", soft_wrap=True)


def _wait_for_plan(connection: Connection, data: DemoData) -> PlanReport:
    wanted = {c.campaign_id: c.version for c in data.campaigns}
    requests = RequestStore(connection.plans_table)

    def complete() -> PlanReport | None:
        item = requests.read()
        if item.run or item.is_due:
            return None
        report = current_report(connection)
        if report is None or not wanted.items() <= report.campaign_versions.items():
            return None
        return report if len(report.accepted_keys) >= len(data.files) - 1 else None

    return wait_for(
        complete,
        timeout_s=PLAN_TIMEOUT_S,
        otherwise=f"No plan after {PLAN_TIMEOUT_S:.0f} s; .oasis holds the stack's log.",
    )


def _tell_plan(report: PlanReport) -> None:
    certificate, solver = report.certificate, report.solver
    known = len(report.campaigns) + len(report.excluded_campaigns)
    console.print(
        f"The plan covers {known} campaigns: {len(report.campaigns)} are live, "
        f"{len(report.excluded_campaigns)} are left out. It has {solver.rows:,} rows and "
        f"{solver.edges:,} edges."
    )
    console.print(plan_table(report))
    console.print(
        f"Certificate: no allocation can be worth more than {certificate.dual_bound:,.1f}; the "
        f"served one is worth {certificate.served_primal:,.1f}. Gap {certificate.gap:.3%}, largest "
        f"violation of any cap {certificate.largest_violation:g}. (Worth is value shown less "
        "the penalties of goals missed.)"
    )
    from oasis.demo.plot import plot_plan  # matplotlib: seconds that no other command should wait

    picture = FOLDER / "plan.png"
    with working("Drawing the plan"):
        plot_plan(report, picture)
    console.print(f"  The plot is {picture}.")


def _ask(caller: SignedCaller, data: DemoData) -> _Promoted:
    for listener in listeners_of(data, most=50):
        for context in ("radio", "autoplay"):
            question = {
                "audience_ids": [listener.audience_id, listener.parent_id],
                "context": context,
                "market": listener.market,
                "track_ids": list(listener.track_ids),
            }
            began = monotonic()
            answer = caller.ask(question)
            took_ms = (monotonic() - began) * 1000
            best = max(answer["results"], key=lambda r: r["score"], default=None)
            if best is not None and best["score"] > 0:
                console.print(
                    f"Asked for {len(listener.track_ids)} tracks of {listener.audience_id} in "
                    f"{context} with a signed request, and had an answer in {took_ms:.0f} ms:"
                )
                console.print(scores_table(list(listener.track_ids), answer))
                return _Promoted(question, best)
    raise CommandError("None of the first 50 listeners has a promoted track.")


def _pause(connection: Connection, caller: SignedCaller, promoted: _Promoted) -> None:
    campaign_id = promoted.best["campaign_id"]
    with working(f"Pausing campaign {campaign_id} by an event, until it is applied"):
        change_status(connection, campaign_id, Status.PAUSED)
    answer = caller.ask(promoted.question)
    # Where a plan without the campaign is served already, it has no result at all.
    after = next((r for r in answer["results"] if r["i"] == promoted.best["i"]), None)
    score, status = (after["score"], after["status"]) if after else (0.0, "left out of the plan")
    if score != 0:
        raise CommandError(f"Campaign {campaign_id} still has score {score}.")
    console.print(
        f"The next call finds {campaign_id} {status}: score {promoted.best['score']:.3f} "
        f"before, {score:.3f} now."
    )
