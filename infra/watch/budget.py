"""Watching: what the stage may cost a month."""

from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.stage import Stage

STAGE_TAG = "oasis:stage"
THRESHOLDS = (("ACTUAL", 80), ("FORECASTED", 100))


class MonthlyBudget(Construct):
    """Tells the topic at 80 % spent, and where the month is forecast to end above its budget.

    It counts what carries the stage's tag, which has to be activated once as a cost allocation tag.
    """

    def __init__(self, scope: Construct, *, stage: Stage, topic: sns.Topic) -> None:
        super().__init__(scope, "MonthlyBudget")
        self.node.add_dependency(topic)  # AWS checks at creation whether it may tell the topic
        subscriber = budgets.CfnBudget.SubscriberProperty(
            subscription_type="SNS", address=topic.topic_arn
        )
        budgets.CfnBudget(
            self,
            "Budget",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(
                    amount=stage.monthly_budget_usd, unit="USD"
                ),
                cost_filters={"TagKeyValue": [f"user:{STAGE_TAG}${stage.name}"]},
            ),
            notifications_with_subscribers=[
                budgets.CfnBudget.NotificationWithSubscribersProperty(
                    notification=budgets.CfnBudget.NotificationProperty(
                        notification_type=kind,
                        comparison_operator="GREATER_THAN",
                        threshold=percent,
                        threshold_type="PERCENTAGE",
                    ),
                    subscribers=[subscriber],
                )
                for kind, percent in THRESHOLDS
            ],
        )
