"""Noun plan: runs of the state machine that solves and activates."""

import json

import boto3

from shared.request.clients import bounded

IN_FLIGHT = "RUNNING"


class PlanRuns:
    """Executions of the plan's Standard workflow, by name."""

    def __init__(self, state_machine_arn: str) -> None:
        """Name the state machine."""
        self._machine = state_machine_arn
        self._executions = state_machine_arn.replace(":stateMachine:", ":execution:", 1)
        self._client = boto3.client("stepfunctions", config=bounded())

    def start(self, run: str, solved_from: str) -> None:
        """Start a run; one of that name that was started before stays as it is."""
        try:
            self._client.start_execution(
                stateMachineArn=self._machine,
                name=run,
                input=json.dumps({"run": run, "solved_from": solved_from}),
            )
        except self._client.exceptions.ExecutionAlreadyExists:
            return

    def status(self, run: str) -> str | None:
        """Return the status of a run as Step Functions names it, None where it never started."""
        try:
            found = self._client.describe_execution(executionArn=f"{self._executions}:{run}")
        except self._client.exceptions.ExecutionDoesNotExist:
            return None
        return found["status"]
