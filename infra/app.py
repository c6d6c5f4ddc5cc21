"""The CDK application: two stacks a stage. `python -m infra.app --help` synthesises without npm."""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

import aws_cdk as cdk

from infra.data_stack import DataStack
from infra.oasis_stack import OasisStack
from infra.stage import stage_named

FEATURES = {
    "@aws-cdk/aws-iam:minimizePolicies": True,
    "@aws-cdk/core:enablePartitionLiterals": True,
    "@aws-cdk/aws-lambda:createNewPoliciesWithAddToRolePolicy": False,
    "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": True,
}
"""CDK's feature flags, in code so that the CLI and this module make one and the same template."""


def build(context: Mapping[str, object], outdir: str | None = None) -> cdk.App:
    """Return the application for a context; what the CDK CLI passes with `-c` has precedence.

    Known keys: `stage` (dev, prod) and `target` (lambda, local: whose wheels the bundles hold).

    Raises:
        ValueError: an unknown stage or target.
    """
    app = cdk.App(analytics_reporting=False, context={**FEATURES, **context}, outdir=outdir)
    stage = stage_named(app.node.try_get_context("stage") or "dev")
    data = DataStack(app, f"Oasis-{stage.name}-Data")
    OasisStack(app, f"Oasis-{stage.name}", stage=stage, data=data)
    cdk.Tags.of(app).add("oasis:stage", stage.name)
    return app


def main() -> None:
    """Synthesise to `--out`, or where the CDK CLI says."""
    parser = argparse.ArgumentParser(prog="python -m infra.app", description=__doc__)
    parser.add_argument("-c", "--context", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--out", type=Path, default=None)
    arguments = parser.parse_args()
    context = dict(pair.split("=", 1) for pair in arguments.context)
    outdir = str(arguments.out) if arguments.out else os.environ.get("CDK_OUTDIR", "cdk.out")
    build(context, outdir).synth()


if __name__ == "__main__":
    main()
