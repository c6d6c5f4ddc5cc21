"""What must outlive every deployment: what no rule over resources can say."""

import pytest
from templates import Stacks, joined, of_type

from shared.export.schema import EXPORT_PREFIX
from shared.plan.schema import WORK_PREFIX

EXPORTER = {
    "Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}},
    "Outputs": {"Name": {"Value": {"Ref": "Bucket"}, "Export": {"Name": "data:bucket"}}},
}
IMPORTER = {"Resources": {"Rule": {"Type": "X", "Of": [{"Fn::ImportValue": "data:bucket"}]}}}


def test_the_stack_of_stored_things_is_not_deleted_by_one_call(stacks):
    is_protected = stacks.data_stack.termination_protection

    assert is_protected


def test_the_log_of_readers_the_work_of_runs_and_exports_alone_are_forgotten(stacks):
    kept_for = {
        (name, rule.get("Prefix", "")): rule["ExpirationInDays"]
        for name, bucket in stacks.of_type("AWS::S3::Bucket").items()
        for rule in bucket["Properties"]["LifecycleConfiguration"]["Rules"]
        if "ExpirationInDays" in rule
    }

    assert kept_for == {
        ("AccessLogBucket", ""): 365,
        ("ExportBucket", EXPORT_PREFIX): 30,
        ("PlanBucket", WORK_PREFIX): 1,
    }


def test_a_local_stack_has_all_that_is_stored_but_the_archive(stacks, tmp_path):
    local = Stacks(stacks.name, tmp_path, target="local")
    stored = {"AWS::S3::Bucket", "AWS::DynamoDB::GlobalTable", "AWS::Events::EventBus"}

    assert of_type(local.resources, "AWS::Events::Archive") == {}
    for kind in stored:
        assert of_type(local.resources, kind) == stacks.of_type(kind)


def test_an_imported_value_reads_as_what_was_exported():
    resources = joined([EXPORTER, IMPORTER])

    assert resources["Rule"]["Of"] == [{"Ref": "Bucket"}]


def test_two_stacks_with_one_logical_id_are_refused():
    with pytest.raises(ValueError, match="Bucket"):
        joined([EXPORTER, EXPORTER])
