"""The sizes that `make synth` prints are those of the assembly."""

import json
import zipfile
from dataclasses import replace

import pytest

from infra.sizes import (
    RESOURCE_LIMIT,
    TEMPLATE_LIMIT,
    UNZIPPED_LIMIT,
    BundleSize,
    Sizes,
    TemplateSize,
    measure,
    table,
)

FITTING = Sizes(
    bundles=(BundleSize("pay_bill", 1_500_000, 26_214_400),),
    templates=(TemplateSize("Shop-dev", 250_000, 50),),
)


@pytest.fixture
def assembly(tmp_path):
    """A stack of two functions of which one is bundled, and a queue."""
    with zipfile.ZipFile(tmp_path / "asset.1.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"0" * 100_000)
        archive.writestr("b", b"0" * 23)
    (tmp_path / "asset.2").mkdir()
    functions = {
        key: {
            "Type": "AWS::Lambda::Function",
            "Properties": {"Handler": f"functions.{name}.handler.handle", "Code": {"S3Key": key}},
        }
        for key, name in (("1.zip", "pay_bill"), ("2.zip", "send_bill"))
    }
    template = {"Resources": {**functions, "Queue": {"Type": "AWS::SQS::Queue"}}}
    files = {
        key: {"source": {"path": path}, "destinations": {"here": {"objectKey": key}}}
        for key, path in (("1.zip", "asset.1.zip"), ("2.zip", "asset.2"))
    }
    stack = {
        "type": "aws:cloudformation:stack",
        "properties": {"templateFile": "Shop.template.json"},
    }
    artifacts = {"Shop": stack, "Tree": {"type": "cdk:tree"}}
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    (tmp_path / "Shop.template.json").write_text(json.dumps(template))
    (tmp_path / "Shop.assets.json").write_text(json.dumps({"files": files}))
    return tmp_path


def test_an_assembly_is_measured_in_bytes_and_resources(assembly):
    sizes = measure(assembly)

    (bundle,), (template,) = sizes.bundles, sizes.templates
    assert (bundle.function, bundle.unzipped) == ("pay_bill", 100_023)
    assert bundle.zipped == (assembly / "asset.1.zip").stat().st_size < 1_000
    assert template.resources == 3
    assert template.bytes == (assembly / "Shop.template.json").stat().st_size


def test_every_size_stands_beside_its_limit():
    text = " ".join(table(FITTING).split())

    assert "pay_bill 1.5 26.2 10%" in text
    assert "Shop-dev 250,000 25% 50 10%" in text


@pytest.mark.parametrize(
    "sizes",
    [
        replace(FITTING, bundles=(BundleSize("pay_bill", 1, UNZIPPED_LIMIT + 1),)),
        replace(FITTING, templates=(TemplateSize("Shop-dev", TEMPLATE_LIMIT + 1, 1),)),
        replace(FITTING, templates=(TemplateSize("Shop-dev", 1, RESOURCE_LIMIT + 1),)),
    ],
)
def test_what_aws_would_refuse_is_noticed(sizes):
    assert FITTING.are_within_limits
    assert not sizes.are_within_limits
