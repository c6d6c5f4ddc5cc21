"""The command `oasis`: it explains itself, and ends plainly where something is missing."""

import json
from pathlib import Path

import boto3
import pytest
from typer.testing import CliRunner

from oasis.command import app
from oasis.connection import SETTINGS_OF_THE_USER, Connection, NoStackError, connect

COMMANDS = [
    *((), ("local",), ("local", "up"), ("local", "down"), ("local", "status")),
    *(("campaign",), ("campaign", "put"), ("campaign", "pause"), ("campaign", "resume")),
    *(("plan",), ("plan", "list"), ("plan", "activate"), ("plan", "rollback"), ("plan", "release")),
    *(("drop",), ("lookup",), ("status",), ("demo",), ("cost",), ("dead-letters",)),
]
SETTINGS = {
    "endpoint_url": "http://127.0.0.1:1",
    "region": "eu-north-1",
    "drop_bucket": "drops",
    "receipt_bucket": "receipts",
    "accepted_bucket": "accepted",
    "plan_bucket": "plans",
    "export_bucket": "exports",
    "erasure_key": "erasure-key",
    "export_state_machine": "export",
    "work_queues": "{}",
    "event_bus": "bus",
    "lookup_url": "http://127.0.0.1:1/v1/lookup",
    "drops_table": "drops",
    "scores_table": "scores",
    "campaigns_table": "campaigns",
    "plans_table": "plans",
    "plan_state_machine": "arn",
    "pid": 1,
    "port": 1,
}

runner = CliRunner()


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with no stack in it or above it; AWS settings are restored afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OASIS_STACK", raising=False)
    for name in (
        *SETTINGS_OF_THE_USER,
        *("AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION", "AWS_REGION"),
        *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED"),
    ):
        monkeypatch.setenv(name, "before")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(command: tuple[str, ...]) -> None:
    result = runner.invoke(app, [*command, "--help"])

    assert result.exit_code == 0
    assert "Usage" in result.output


@pytest.mark.parametrize(
    "command",
    [
        ["lookup", "track-1", "--audience", "listener-1", "--context", "radio"],
        ["drop", "scores.csv", "--dataset", "scores"],
        ["status"],
        ["campaign", "put", "campaigns.jsonl"],
        ["campaign", "pause", "c1"],
        ["campaign", "resume", "c1"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_without_a_stack_a_command_ends_with_status_1_and_says_how_to_get_one(
    nowhere: Path, command: list[str]
) -> None:
    result = runner.invoke(app, command)

    assert result.exit_code == 1
    assert "oasis local up" in result.output
    assert "--stack" in result.output
    assert "Traceback" not in result.output


def test_the_demo_ends_with_status_1_where_its_folder_is_none(nowhere: Path) -> None:
    result = runner.invoke(app, ["demo", "--data", str(nowhere / "absent")])

    assert result.exit_code == 1
    assert "is not a folder" in result.output


def test_a_lookup_without_an_audience_is_a_wrong_use() -> None:
    result = runner.invoke(app, ["lookup", "track-1", "--context", "radio"])

    assert result.exit_code == 2
    assert "audience" in result.output


def test_a_local_stack_is_found_from_any_folder_below_its_file(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (nowhere / ".oasis").mkdir()
    (nowhere / ".oasis" / "local.json").write_text(json.dumps(SETTINGS))
    (nowhere / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(nowhere / "a" / "b")

    connection = connect(None)

    assert isinstance(connection, Connection)
    assert (connection.drop_bucket, connection.region) == ("drops", "eu-north-1")


def test_clients_made_after_connecting_locally_talk_to_the_local_stack_alone(
    nowhere: Path,
) -> None:
    file = nowhere / "local.json"
    file.write_text(json.dumps(SETTINGS))

    connect(None, local_file=file)

    client = boto3.client("s3")
    credentials = boto3.Session().get_credentials()
    assert client.meta.endpoint_url == "http://127.0.0.1:1"
    assert client.meta.region_name == "eu-north-1"
    assert credentials is not None
    assert (credentials.access_key, credentials.token) == ("test", None)


def test_a_file_of_a_stack_that_lacks_a_name_is_said_to_be_no_stack_of_oasis(
    nowhere: Path,
) -> None:
    file = nowhere / "local.json"
    file.write_text(json.dumps({k: v for k, v in SETTINGS.items() if k != "lookup_url"}))

    with pytest.raises(NoStackError, match="lookup_url"):
        connect(None, local_file=file)
