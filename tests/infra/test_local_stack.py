"""The local stack starts alone on 127.0.0.1, tells where it is, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.local.clients import local_client
from infra.local.emulator import Emulator, PortInUseError
from infra.local.endpoint import HOST, Endpoint
from infra.local.processes import end_group, members
from infra.local.stack import LocalStack, OtherKindError
from infra.local.state import LocalState, read_state

STATE = LocalState(
    endpoint_url="http://127.0.0.1:1",
    certificate=None,
    region="us-east-1",
    drop_bucket="drops",
    receipt_bucket="receipts",
    accepted_bucket="accepted",
    plan_bucket="plans",
    export_bucket="exports",
    erasure_key="erasure-key",
    event_bus="bus",
    lookup_url="http://127.0.0.1:1/lookup",
    drops_table="drops",
    scores_table="scores",
    campaigns_table="campaigns",
    plans_table="plans",
    plan_state_machine="arn",
    export_state_machine="export",
    work_queues="{}",
    pid=1,
    port=1,
)


@pytest.fixture
def emulator(tmp_path):
    made = Emulator(tmp_path / ".oasis")
    made.folder.mkdir()
    yield made
    made.stop()


def test_state_comes_back_as_written(tmp_path):
    STATE.write(tmp_path / "local.json")

    assert read_state(tmp_path / "local.json") == STATE


@pytest.mark.parametrize("text", ["", "{", "{}", '{"port": 1}'])
def test_a_damaged_state_counts_as_none(tmp_path, text):
    (tmp_path / "local.json").write_text(text)

    assert read_state(tmp_path / "local.json") is None


def test_a_port_in_use_is_named(emulator):
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(PortInUseError, match=str(port)):
            emulator.start(port)

    assert emulator.running() is None


def test_two_run_side_by_side_and_each_ends_alone(emulator, tmp_path):
    other = Emulator(tmp_path / "other")
    other.folder.mkdir()

    first, second = emulator.start(None), other.start(None)
    ended = other.stop()

    assert ended
    assert first.endpoint != second.endpoint
    assert members(second.pid) == ()
    assert emulator.running() == first
    assert first.endpoint.answers()


def test_nothing_of_the_users_aws_settings_is_seen(emulator, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "work")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://192.0.2.1")
    monkeypatch.setenv("AWS_CA_BUNDLE", "/nowhere.pem")
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.1:9")
    endpoint = emulator.start(None).endpoint

    storage = local_client("s3", endpoint)
    storage.create_bucket(Bucket="seen")

    assert [bucket["Name"] for bucket in storage.list_buckets()["Buckets"]] == ["seen"]


def test_with_identity_it_speaks_https_alone_and_knows_no_stranger(emulator):
    endpoint = emulator.start(None, identity=True).endpoint
    stranger = boto3.client(
        "s3",
        endpoint_url=endpoint.url,
        region_name="us-east-1",
        verify=str(endpoint.certificate),
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="wrong",
    )

    root = local_client("s3", endpoint).list_buckets()

    assert root["Buckets"] == []
    assert not Endpoint(endpoint.port).answers()
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        stranger.list_buckets()


def test_a_stack_that_is_up_without_identity_is_not_taken_for_one_with_it(emulator):
    started = emulator.start(None)

    with pytest.raises(OtherKindError, match="up without identity"):
        LocalStack(emulator.folder).up(identity=True)

    assert emulator.running() == started


def test_a_killed_stack_counts_as_gone_and_can_start_again(emulator):
    pid = emulator.start(None).pid
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)

    gone = emulator.running()
    again = emulator.start(None)

    assert gone is None
    assert emulator.running() == again


def test_a_recycled_process_id_is_left_alone(emulator):
    pid = emulator.start(None).pid
    record = (emulator.folder / "ministack.json").read_text()
    emulator.stop()
    bystander = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True
    )
    (emulator.folder / "ministack.json").write_text(record.replace(str(pid), str(bystander.pid)))

    stopped = emulator.stop()

    assert not stopped
    assert bystander.poll() is None
    end_group(bystander.pid)


def test_a_group_ends_even_if_it_ignores_being_asked():
    stubborn = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
            "print('ready', flush=True); time.sleep(60)",
        ],
        start_new_session=True,
        stdout=subprocess.PIPE,
    )
    stubborn.stdout.readline()
    started = time.monotonic()

    end_group(stubborn.pid)

    assert members(stubborn.pid) == ()
    assert time.monotonic() - started < 30
    stubborn.stdout.close()


def test_the_whole_template_comes_up_and_goes_without_a_trace(tmp_path, repository):
    stack = LocalStack(tmp_path / ".oasis", root=repository)
    said = []

    try:
        state = stack.up(on_progress=said.append)
        seen = stack.status()
        tables = local_client("dynamodb", Endpoint(state.port)).list_tables()["TableNames"]
        again = stack.up()
    finally:
        was_up = stack.down()

    assert seen == state == again
    assert set(tables) == {
        state.drops_table,
        state.scores_table,
        state.campaigns_table,
        state.plans_table,
    }
    assert "/_aws/execute-api/" in state.lookup_url
    assert said[-2:] == ["deploying Oasis-dev-Data", "deploying Oasis-dev"]
    assert was_up
    assert members(state.pid) == ()
    assert stack.status() is None
    assert sorted(path.name for path in stack.folder.iterdir()) == ["ministack.log"]
