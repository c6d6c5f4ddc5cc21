"""Killing function processes of a stack by SIGKILL, while they are at work."""

import contextlib
import os
import random
import re
import signal
import time

import boto3

from infra.local.processes import PROC, members
from tests.e2e.own_stack import OwnStack
from tests.processes.running import name_of

SWITCHES = "ctxt_switches"
PROCESS_ENDED = re.compile("process (?:died|exited)")
BATCH_FAILED = re.compile(f"failed processing SQS batch .*{PROCESS_ENDED.pattern}")
LOOK_S, PATIENCE_S, DELAY_S = 0.002, 20.0, 0.1
VISIBLE_AGAIN_S = 10  # instead of six times the function's timeout: minutes


class Killer:
    """Kills a process of the functions named as soon as one works, and a little later by chance.

    An idle process waits for its next line and is never scheduled: one that was is at work, and
    so is a new one.
    """

    def __init__(self, own: OwnStack, seed: int) -> None:
        self.killed: list[str] = []
        self._own, self._rng = own, random.Random(seed)

    def look(self) -> dict[int, str]:
        """Return what the kernel counted of each process so far, to compare with later."""
        return {pid: _switches(pid) for pid in members(self._own.group)}

    def kill(self, since: dict[int, str], *functions: str) -> None:
        """Kill one that has worked since a look; it is noted in `killed`, unless none does."""
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends:
            for pid in members(self._own.group):
                if name_of(pid) in functions and since.get(pid) != _switches(pid):
                    name = name_of(pid)
                    time.sleep(self._rng.uniform(0, DELAY_S))
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                        self.killed.append(name)
                    return
            time.sleep(LOOK_S)

    def struck(self) -> int:
        """Return how many batches of queues and steps of runs failed because a process ended."""
        log = (self._own.local.folder / "ministack.log").read_text()
        return len(BATCH_FAILED.findall(log)) + self._steps_failed()

    def _steps_failed(self) -> int:
        runs = boto3.client("stepfunctions")
        machines = [each["stateMachineArn"] for each in runs.list_state_machines()["stateMachines"]]
        pages = [
            page
            for machine in machines
            for page in runs.get_paginator("list_executions").paginate(stateMachineArn=machine)
        ]
        histories = (
            runs.get_execution_history(executionArn=each["executionArn"])["events"]
            for page in pages
            for each in page["executions"]
        )
        return sum(
            bool(PROCESS_ENDED.search(event.get("taskFailedEventDetails", {}).get("cause", "")))
            for events in histories
            for event in events
        )


def _switches(pid: int) -> str:
    try:
        lines = (PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return ""
    return " ".join(line for line in lines if SWITCHES in line)
