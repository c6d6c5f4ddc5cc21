"""Watching: where the runbook says what to do about an alarm."""

RUNBOOK = "docs/runbook.md"
KINDS = ("DeadLetters", "Undelivered", "Waits", "Errors", "TableThrottles", "Throttles")
"""Sections that the alarms of all queues, functions or tables share."""


def runbook(alarm: str) -> str:
    """Return what ends an alarm's description: a link to the section of its kind, or its own."""
    section = next((kind for kind in KINDS if alarm.endswith(kind)), alarm)
    return f"Runbook: {RUNBOOK}#{section.lower()}"
