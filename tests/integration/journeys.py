"""The journey on moto: real handlers, every event carried by hand from arrow to arrow."""

import json
from datetime import UTC, datetime, timedelta

from functions.activate_plan.handler import handle as activate_plan
from functions.count_delivery.handler import handle as count_delivery
from functions.evaluate_shard.handler import handle as evaluate_shard
from functions.ingest_drop.handler import handle as ingest_drop
from functions.load_scores.handler import handle as load_scores
from functions.lookup_scores.handler import handle as lookup_scores
from functions.request_plan.handler import handle as request_plan
from functions.solve_plan.handler import handle as solve_plan
from functions.update_campaign.handler import handle as update_campaign
from shared.event.schema import RUN_ENDED
from shared.plan.request_store import RequestStore
from tests.integration.messages import campaign_detail, envelope, http_request

TODAY = datetime.now(UTC).date()
TRACKS = [f"track-{i}" for i in range(6)]
AUDIENCES = ["cohort-1", "listener-1", "listener-2"]
QUESTION = {
    "audience_ids": ["listener-1", "cohort-1"],
    "context": "radio",
    "track_ids": [*TRACKS, "never-heard-of"],
}
ORDINARY = ("DropAccepted", "ScoresLoaded", "CampaignApplied")


class Journey:
    """Carries what is said on the bus to the functions that the template's rules feed."""

    def __init__(self, world, context, make_batch):
        self.world, self.context, self.make_batch = world, context, make_batch

    def drop(self, dataset, rows, *, as_of="2026-01-01", producer="models", name="a.csv"):
        """Drop a file and carry on; return its receipt."""
        text = rows if isinstance(rows, str) else "\n".join(",".join(map(str, r)) for r in rows)
        key = f"drops/{dataset}/{producer}/{as_of}/{name}"
        self.deliver(self.world.drop(key, text.encode()))
        receipts = self.world.objects(self.world.receipt_bucket, "receipts/").values()
        return max(map(json.loads, receipts), key=lambda r: (r["key"] == key, r["judged_at"]))

    def deliver(self, event):
        """Hand an event of S3 to ingest_drop and carry on."""
        assert ingest_drop(self.make_batch(event), self.context) == {"batchItemFailures": []}
        self.carry()

    def change(self, **changes):
        """Send a campaign's change and carry on."""
        batch = self.make_batch(envelope("CampaignChanged", campaign_detail(**changes)))
        assert update_campaign(batch, self.context) == {"batchItemFailures": []}
        self.carry()

    def carry(self):
        """Take what was said on the bus to its functions, until nothing more is said."""
        while said := self.world.events(*ORDINARY):
            for detail_type, detail in said:
                batch = self.make_batch(envelope(detail_type, detail, source="oasis"))
                dataset = detail.get("dataset")
                if dataset == "scores":
                    load_scores(batch, self.context)
                elif dataset == "campaigns":
                    update_campaign(batch, self.context)
                else:
                    if dataset == "delivery":
                        assert count_delivery(batch, self.context) == {"batchItemFailures": []}
                    request_plan(batch, self.context)

    def plan(self, *, days_ahead=0):
        """Carry the run in flight, or the clock's, to its end; return the decision."""
        requests = RequestStore(self.world.plans_table)
        if not requests.read().run:
            request_plan(self.make_batch(envelope("Scheduled Event", {})), self.context)
        run = requests.read().run
        solved_from = datetime.now(UTC) + timedelta(days=days_ahead)
        event = {"run": run, "solved_from": solved_from.isoformat()}
        decision = self.activate(self.carry_on(solve_plan(event, self.context)))
        self._end(run)
        return decision

    def _end(self, run):
        """End a run and tell it, so that the next one may start."""
        machine = self.world.plan_state_machine_arn
        execution = machine.replace(":stateMachine:", ":execution:")
        self.world.states.stop_execution(executionArn=f"{execution}:{run}")
        ended = {"status": "SUCCEEDED", "stateMachineArn": machine, "name": run}
        batch = self.make_batch(envelope(RUN_ENDED, ended, source="aws.states"))
        request_plan(batch, self.context)

    def carry_on(self, state, *, each_twice=False):
        """Carry a run round its shards to its plan, as the state machine does."""
        times = 2 if each_twice else 1
        while "plan_id" not in state:
            for shard in state["shards"] * times:
                evaluate_shard({**state, "shard": shard}, self.context)
            for _ in range(times):
                after = solve_plan(state, self.context)
            state = after
        return state

    def activate(self, solved):
        """Hand a solved plan to activation, as the state machine does."""
        return activate_plan(solved, self.context)

    def ask(self, **changes):
        """Ask the lookup; return status code and body."""
        response = lookup_scores(http_request({**QUESTION, **changes}), self.context)
        return response["statusCode"], json.loads(response["body"])


def supplied_journey(world, context, make_batch):
    """Return a journey whose catalogue, audiences, supply and scores are dropped."""
    journey = Journey(world, context, make_batch)
    journey.drop(
        "tracks",
        [("track_id", "artist_id", "licensor_id")] + [(t, "artist", "licensor-1") for t in TRACKS],
    )
    journey.drop(
        "audiences",
        [
            ("audience_id", "parent_id", "market"),
            *((a, "cohort-1", "SE") for a in AUDIENCES[1:]),
        ],
    )
    days = [(TODAY + timedelta(days=d)).isoformat() for d in range(-1, 3)]
    journey.drop(
        "supply",
        [
            ("audience_id", "context", "date", "expected_slots"),
            *(("cohort-1", "radio", day, 100_000) for day in days),
        ],
    )
    journey.drop("scores", scores_of(AUDIENCES), as_of=TODAY.isoformat())
    return journey


def scores_of(audiences, factor=1.0):
    header = ("audience_id", "track_id", "score")
    return [
        header,
        *(
            (a, t, round(factor * (0.9 - 0.1 * i), 3))
            for a in audiences
            for i, t in enumerate(TRACKS)
        ),
    ]


def scores(body):
    return {QUESTION["track_ids"][r["i"]]: (r["score"], r["status"]) for r in body["results"]}


def report_of(journey, decision):
    key = f"plans/{decision['plan_id']}/report.json"
    return json.loads(journey.world.objects(journey.world.plan_bucket)[key])
