"""The page on deploying: every command of it that can, run in its order against the local stack."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.emulator import Emulator, RunningEmulator
from tests.e2e.cdk_cli import ROOT, settings_for

PAGE = ROOT / "docs" / "deploy.md"
BLOCK = re.compile(
    r"^(?:## (?P<heading>[^\n]+)|(?P<aws><!-- only on AWS -->\n)?```bash\n(?P<code>.*?)^```)$",
    re.MULTILINE | re.DOTALL,
)
TIMEOUT_S = 420

CURL = """#!{python}
# The local stack has no name for an API of its own: ask it by the path that it knows.
import os, re, sys
name = re.compile(r"https://([^.]+)[.]execute-api[.][^/]+/(.*)")
asked = [name.sub(r"{url}/_aws/execute-api/\\1/%24default/\\2", word) for word in sys.argv[1:]]
os.execv("{curl}", ["curl", "--cacert", "{certificate}", *asked])
"""


def blocks() -> Iterator[tuple[str, str, bool]]:
    """Yield (section, commands, whether only AWS can run them) of the page, in order."""
    section = ""
    for found in BLOCK.finditer(PAGE.read_text()):
        if found["heading"]:
            section = found["heading"]
        else:
            yield section, found["code"], found["aws"] is not None


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    """An empty account that checks signatures and rights."""
    emulator = Emulator(tmp_path_factory.mktemp("account") / ".oasis")
    emulator.folder.mkdir()
    try:
        yield emulator.start(None, identity=True)
    finally:
        emulator.stop()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that reads like the checkout, and takes the files that the page writes."""
    folder = tmp_path_factory.mktemp("checkout")
    for entry in ROOT.iterdir():
        if entry.name not in {".git", ".oasis", "cdk.json", "cdk.out"}:
            (folder / entry.name).symlink_to(entry)
    settings = json.loads((ROOT / "cdk.json").read_text())
    local = {**settings, "context": {"target": "local"}}
    (folder / "cdk.json").write_text(json.dumps(local))
    return folder


@pytest.fixture(scope="module")
def environment(
    emulator: RunningEmulator, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """What a person's shell would hold, pointed at the empty account."""
    real_curl = shutil.which("curl")
    assert real_curl, "curl is missing: the page asks its first question with it"
    curl = tmp_path_factory.mktemp("bin") / "curl"
    curl.write_text(
        CURL.format(
            python=ROOT / ".venv" / "bin" / "python",
            url=emulator.endpoint.url,
            curl=real_curl,
            certificate=emulator.endpoint.certificate,
        )
    )
    curl.chmod(0o755)
    settings = settings_for(emulator.endpoint)
    del settings["AWS_DEFAULT_REGION"]  # the page sets it
    return {**settings, "PATH": f"{curl.parent}:{ROOT / '.venv' / 'bin'}:{settings['PATH']}"}


@pytest.fixture(scope="module")
def transcript(checkout: Path, environment: dict[str, str]) -> dict[str, str]:
    """Run the page in one shell; return what was printed, by section."""
    script = ["set -euo pipefail"]
    section = ""
    for heading, commands, is_for_aws in blocks():
        if is_for_aws:
            continue
        if heading != section:
            script.append(f"printf '\\n## %s\\n' '{heading}'")
            section = heading
        script.append(commands)
    result = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=checkout,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-6000:]
    parts = re.split(r"^## (.+)$", result.stdout, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_a_plan_is_rolled_back(transcript: dict[str, str]) -> None:
    said = transcript["Rolling back"]

    assert "is served again from the next lookup on" in said


def test_every_section_with_commands_is_run(
    transcript: dict[str, str],
) -> None:
    sections = {heading for heading, _, _ in blocks()}

    assert sections == transcript.keys()
    assert sum(is_for_aws for _, _, is_for_aws in blocks()) == 3


def test_the_first_drop_is_accepted_and_planned(transcript: dict[str, str]) -> None:
    said = transcript["First drop"]

    assert said.count("Accepted all") == 3
    assert "is served" in said


def test_the_signed_question_is_answered_with_a_score(transcript: dict[str, str]) -> None:
    (answer,) = re.findall(r'^\{"plan_id".*\}$', transcript["First lookup"], flags=re.MULTILINE)

    results = json.loads(answer)["results"]

    assert [result["i"] for result in results] == [0, 1]
    assert {result["campaign_id"] for result in results} == {"c9"}
    assert max(result["score"] for result in results) > 0


def test_alarms_can_be_subscribed_to(transcript: dict[str, str]) -> None:
    assert "SubscriptionArn" in transcript["Alarms"]


def test_an_upgrade_to_the_same_version_changes_nothing(transcript: dict[str, str]) -> None:
    said = transcript["Upgrading"]

    assert "Number of stacks with differences: 0" in said


def test_after_tearing_down_and_deploying_again_the_same_plan_is_served(
    transcript: dict[str, str],
) -> None:
    said = transcript["Tearing down without losing data"]

    assert "Oasis-dev: destroyed" in said
    assert re.search(r"Plan \w+ is served", said.partition("destroyed")[2])
