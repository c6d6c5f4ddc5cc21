"""Findings of cdk-nag that stand as they are: who acknowledges them says why, beside the resource.

The tests run cdk-nag; deploying does not need it.
"""

import aws_cdk as cdk
from constructs import Construct


def acknowledge(scope: Construct, *rules: str, because: str) -> None:
    """Let rules stand broken at and under a construct, for a reason said in a whole sentence.

    A rule is named as cdk-nag reports it, such as `AwsSolutions-IAM5[Resource::*]`.
    """
    for rule in rules:
        pack = rule.partition("-")[0]
        finding = cdk.Acknowledgment(id=f"{pack}::{rule}", reason=because)
        cdk.Validations.of(scope).acknowledge(finding)
