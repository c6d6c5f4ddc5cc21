"""Drops and campaign changes at a steady pace, each followed to its receipt or its table."""

import random
import time
from dataclasses import replace

from oasis.dropped import DroppedFile
from shared.campaign.campaigns import Status
from tests.benchmarks.bench_load.load_world import World
from tests.e2e.live_stack import LiveStack, until
from tests.e2e.small_world import csv_of, delivery
from tests.processes.sending import Sender

TICK_S = 1.0
TICKS_A_DROP, TICKS_A_DELIVERY = 3, 10
LISTENERS_A_DROP = 20


class Changing:
    """A campaign changes each tick; every few ticks scores or deliveries are dropped.

    What was sent is looked for several times a tick: ``drop_s`` and ``change_s`` are the seconds
    from sending to the receipt, or to the campaign's table.
    """

    def __init__(self, stack: LiveStack, world: World, seed: int) -> None:
        self.drop_s: list[float] = []
        self.change_s: list[float] = []
        self.wrong: list[str] = []
        self._stack, self._rng = stack, random.Random(seed)
        self._sender = Sender(stack.connection)
        self._campaigns = list(world.campaigns())
        self._liked = world.liked()
        self._drops: dict[DroppedFile, float] = {}
        self._changes: dict[str, tuple[int, float]] = {}

    def go_on(self, seconds: float) -> None:
        """Send and look until so many seconds are over, and then until all has arrived."""
        ends, tick = time.monotonic() + seconds, 0
        while (now := time.monotonic()) < ends:
            self._send(tick)
            tick += 1
            while time.monotonic() < now + TICK_S:
                self._look()
                time.sleep(TICK_S / 5)
        until(lambda: self._look() or self._nothing_left(), "all that was sent", self._left)

    def unlike(self) -> list[str]:
        """Return the campaigns that do not stand in the table as they were last sent."""
        found = {c.campaign_id: self._stack.campaigns.find(c.campaign_id) for c in self._campaigns}
        return [
            c.campaign_id
            for c in self._campaigns
            if (stands := found[c.campaign_id]) is None or stands[0] != c.version
        ]

    def _send(self, tick: int) -> None:
        self._change(tick % len(self._campaigns))
        if tick % TICKS_A_DROP == 0:
            audiences = self._rng.sample(sorted(self._liked), LISTENERS_A_DROP)
            rows = [
                (audience, track, round(self._rng.uniform(0.3, 1), 3))
                for audience in audiences
                for track in self._liked[audience]
            ]
            self._drop("scores", csv_of(("audience_id", "track_id", "score"), *rows))
        if tick % TICKS_A_DELIVERY == 0:
            campaign = self._rng.choice(self._campaigns)
            self._drop("delivery", delivery(campaign.campaign_id, tick))

    def _change(self, number: int) -> None:
        before = self._campaigns[number]
        is_active = before.status is Status.ACTIVE
        after = replace(
            before,
            version=before.version + 1,
            status=Status.PAUSED if is_active and number % 4 == 0 else Status.ACTIVE,
            weight=round(self._rng.uniform(0.5, 2), 2),
        )
        self._campaigns[number] = after
        self._changes[after.campaign_id] = after.version, time.monotonic()
        self._sender.send(after)

    def _drop(self, dataset: str, content: bytes) -> None:
        self._drops[self._sender.drop(dataset, content)] = time.monotonic()

    def _look(self) -> None:
        for dropped, sent in list(self._drops.items()):
            if (receipt := self._sender.receipt(dropped)) is not None:
                self.drop_s.append(time.monotonic() - sent)
                del self._drops[dropped]
                if receipt["status"] != "accepted":
                    self.wrong.append(receipt["sentence"])
        for campaign_id, (version, sent) in list(self._changes.items()):
            found = self._stack.campaigns.find(campaign_id)
            if found is not None and found[0] >= version:
                self.change_s.append(time.monotonic() - sent)
                del self._changes[campaign_id]

    def _nothing_left(self) -> bool | None:
        return None if self._drops or self._changes else True

    def _left(self) -> list[object]:
        return [*self._drops, *self._changes]
