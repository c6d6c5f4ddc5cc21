"""The CDK CLI of npm, pointed at a ministack as a person's shell would be."""

import os
import subprocess
from pathlib import Path

from infra.local.emulator import ACCOUNT, CREDENTIAL, REGION
from infra.local.endpoint import Endpoint

ROOT = Path(__file__).resolve().parents[2]
VERSION = "2.1148.1"
TIMEOUT_S = 180.0


class CdkError(RuntimeError):
    """The CLI ended with an error; the message is what it printed."""


def settings_for(endpoint: Endpoint) -> dict[str, str]:
    """Return the environment in which AWS clients and the CLI talk to a ministack, as its root."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "CDK_", "OASIS_"))
    }
    trusted = str(endpoint.certificate)
    certificate = {"AWS_CA_BUNDLE": trusted, "NODE_EXTRA_CA_CERTS": trusted}
    return {
        **kept,
        **(certificate if endpoint.certificate else {}),
        "AWS_ACCESS_KEY_ID": CREDENTIAL,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": endpoint.url,
        "AWS_REGION": REGION,
        "AWS_SECRET_ACCESS_KEY": CREDENTIAL,
        "CDK_DISABLE_CLI_TELEMETRY": "1",
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20,22",
        "npm_config_cache": str(ROOT / ".cache" / "npm"),
    }


class CdkCli:
    """Runs in a folder without a cdk.json, so that nothing but what it is given is deployed."""

    def __init__(self, endpoint: Endpoint, folder: Path) -> None:
        """Fetch the CLI into `.cache/`, once.

        Raises:
            CdkError: npm does not give it.
        """
        self._environment, self._folder = settings_for(endpoint), folder
        try:
            self.run("--version")
        except CdkError as error:
            message = f"aws-cdk {VERSION} could not be fetched from npm, which this test needs"
            raise CdkError(f"{message}: {error}") from error

    def run(self, *arguments: str) -> str:
        """Return what a command printed.

        Raises:
            CdkError: it ended with an error.
        """
        result = subprocess.run(
            ["npx", "--yes", f"aws-cdk@{VERSION}", *arguments],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        if result.returncode:
            raise CdkError(result.stdout)
        return result.stdout

    def bootstrap(self) -> str:
        """Prepare the account, as is done once for each account and region."""
        return self.run("bootstrap", f"aws://{ACCOUNT}/{REGION}")

    def deploy(self, assembly: Path) -> str:
        """Create or update both stacks of a cloud assembly."""
        return self.run("deploy", "--app", str(assembly), "--all", "--require-approval", "never")

    def destroy(self, assembly: Path, stack: str) -> str:
        """Delete a stack, with nobody asked."""
        return self.run("destroy", "--app", str(assembly), stack, "--exclusively", "--force")
