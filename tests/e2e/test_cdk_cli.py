"""The CDK CLI bootstraps, deploys, updates without losing data, and destroys."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import boto3
import pytest

from infra.local.emulator import Emulator, RunningEmulator
from infra.local.synthesis import synthesise
from oasis.connection import connect
from tests.e2e import small_world
from tests.e2e.aws_settings import settings_kept
from tests.e2e.cdk_cli import ROOT, VERSION, CdkCli, CdkError, settings_for
from tests.e2e.kept_data import DATA_STACK, Deployed, deployed, write_everywhere
from tests.e2e.live_stack import STACK, LiveStack

WITHOUT_BUNDLES = """
import sys
from infra.app import build
build({"stage": "dev", "target": "local", "aws:cdk:bundling-stacks": []}, sys.argv[1]).synth()
"""


@dataclass(frozen=True)
class Upgrade:
    """An account whose stacks were deployed from the commit before this one, then from here.

    Without history, from here twice.
    """

    cdk: CdkCli
    assembly: Path
    is_from_previous_commit: bool
    outputs: str
    before: Deployed
    after: Deployed


def git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, capture_output=True, check=False)


@pytest.fixture(scope="module")
def assembly() -> Path:
    return synthesise(ROOT, print)


@pytest.fixture(scope="module")
def previous_assembly(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """Return the cloud assembly of the commit before this one, its functions not bundled.

    None where there is no history to take it from.
    """
    archive = git("archive", "--format=tar", "HEAD^")
    if archive.returncode:
        return None
    tree, outdir = (tmp_path_factory.mktemp(name) for name in ("previous", "previous-cdk"))
    subprocess.run(["tar", "-x", "-C", str(tree)], input=archive.stdout, check=True)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "CDK_"))}
    synthesis = subprocess.run(
        [sys.executable, "-c", WITHOUT_BUNDLES, str(outdir)],
        cwd=tree,
        env={**environment, "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20,22"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert synthesis.returncode == 0, synthesis.stderr
    return outdir


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "identity"])
def account(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningEmulator]:
    """Start an empty account and point this process's AWS settings at it."""
    emulator = Emulator(tmp_path_factory.mktemp("account") / ".oasis")
    emulator.folder.mkdir()
    with settings_kept():
        try:
            started = emulator.start(None, identity=request.param)
            settings = settings_for(started.endpoint)
            os.environ.clear()
            os.environ.update(settings)
            boto3.DEFAULT_SESSION = None
            yield started
        finally:
            emulator.stop()


@pytest.fixture(scope="module")
def cdk(account: RunningEmulator, tmp_path_factory: pytest.TempPathFactory) -> CdkCli:
    """Return the CLI of an account that is bootstrapped."""
    cli = CdkCli(account.endpoint, tmp_path_factory.mktemp("cdk"))
    cli.bootstrap()
    return cli


@pytest.fixture(scope="module")
def upgrade(cdk: CdkCli, assembly: Path, previous_assembly: Path | None) -> Upgrade:
    """Deploy the previous commit, write something everywhere, and deploy this tree over it."""
    cdk.deploy(previous_assembly or assembly)
    write_everywhere()
    before = deployed()
    outputs = cdk.deploy(assembly)
    return Upgrade(cdk, assembly, previous_assembly is not None, outputs, before, deployed())


def test_both_stacks_are_deployed_and_every_name_is_an_output(upgrade):
    names = re.findall(rf"^{STACK}\.(\w+) = \S+$", upgrade.outputs, flags=re.MULTILINE)

    assert f"✅  {DATA_STACK}" in upgrade.outputs
    assert {"DropBucket", "ScoresTable", "EventBus", "LookupUrl", "PlanStateMachine"} <= {*names}


def test_an_update_from_the_previous_commit_keeps_names_and_data(upgrade):
    if not upgrade.is_from_previous_commit:
        pytest.skip("the update from the previous commit: there is no history here to take it from")
    kept = upgrade.before

    assert kept.names.items() <= upgrade.after.names.items()
    assert kept.objects.items() <= upgrade.after.objects.items()
    assert kept.items.items() <= upgrade.after.items.items()
    assert len(kept.objects) >= 4
    assert all(len(items) == 1 for items in kept.items.values())
    assert len(kept.items) == 4


def test_what_the_cli_deployed_takes_drops_and_campaigns_and_answers_a_lookup(
    upgrade, account, tmp_path
):
    names = connect(STACK)
    boto3.resource("dynamodb").Table(names.campaigns_table).delete_item(
        Key={"campaign_id": "before-the-update"}  # it is no campaign, and would end every solve
    )
    local = replace(names, lookup_url=account.endpoint.of_api(names.lookup_url))
    stack = LiveStack(local, tmp_path)

    stack.fill(small_world.files(), small_world.CAMPAIGNS)
    answer = stack.ask(["listener-1"], [small_world.PROMOTED_TRACK], market="SE")

    (result,) = answer["results"]
    assert result["campaign_id"] == small_world.PROMOTED
    assert result["score"] > 0


def test_the_stateless_stack_can_be_destroyed_and_the_data_stack_cannot(upgrade):
    before = deployed()

    destroyed = upgrade.cdk.destroy(upgrade.assembly, STACK)
    with pytest.raises(CdkError, match="TerminationProtection is enabled"):
        upgrade.cdk.destroy(upgrade.assembly, DATA_STACK)

    assert f"✅  {STACK}: destroyed" in destroyed
    assert deployed() == before


def test_pages_name_the_version_of_the_cli_that_is_tested():
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]

    named = {v for page in pages for v in re.findall(r"aws-cdk@([\w.]+)", page.read_text())}

    assert named == {VERSION}
