"""Noun event: the names that stand on the event bus, read by senders and by CDK's rules."""

SOURCE = "oasis"

CAMPAIGN_CHANGED = "CampaignChanged"
CAMPAIGN_APPLIED = "CampaignApplied"
CAMPAIGN_REJECTED = "CampaignRejected"
DROP_ACCEPTED = "DropAccepted"
DROP_REJECTED = "DropRejected"
DROP_QUARANTINED = "DropQuarantined"
REPLAY_REQUESTED = "ReplayRequested"
SCORES_LOADED = "ScoresLoaded"
PLAN_ACTIVATED = "PlanActivated"
PLAN_HELD = "PlanHeld"

RUN_ENDED = "Step Functions Execution Status Change"
PLAN_RUN_PREFIX = "plan-"
LOAD_RUN_PREFIX = "load-"
