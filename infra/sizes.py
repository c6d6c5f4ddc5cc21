"""How large what is deployed is, and how much AWS takes: `python -m infra.sizes cdk.out`."""

import json
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEGABYTE = 1_000_000
UNZIPPED_LIMIT = 250 * 1024 * 1024
TEMPLATE_LIMIT = 1_000_000
RESOURCE_LIMIT = 500


@dataclass(frozen=True)
class BundleSize:
    """The bytes of one function's bundle, as uploaded and as Lambda lays it out."""

    function: str
    zipped: int
    unzipped: int

    @property
    def is_within_limits(self) -> bool:
        """Say whether Lambda takes it."""
        return self.unzipped <= UNZIPPED_LIMIT


@dataclass(frozen=True)
class TemplateSize:
    """The bytes and the resources of one stack's template."""

    stack: str
    bytes: int
    resources: int

    @property
    def is_within_limits(self) -> bool:
        """Say whether CloudFormation takes it."""
        return self.bytes <= TEMPLATE_LIMIT and self.resources <= RESOURCE_LIMIT


@dataclass(frozen=True)
class Sizes:
    """What a cloud assembly holds."""

    bundles: tuple[BundleSize, ...]
    templates: tuple[TemplateSize, ...]

    @property
    def are_within_limits(self) -> bool:
        """Say whether AWS takes all of it."""
        bundles_fit = all(bundle.is_within_limits for bundle in self.bundles)
        return bundles_fit and all(template.is_within_limits for template in self.templates)


def measure(assembly: Path) -> Sizes:
    """Measure each template of a cloud assembly and the bundle of each function in them.

    Code that is no zip (bundling switched off) is left out.
    """
    artifacts = json.loads((assembly / "manifest.json").read_text())["artifacts"]
    files = {
        name: assembly / artifact["properties"]["templateFile"]
        for name, artifact in sorted(artifacts.items())
        if artifact["type"] == "aws:cloudformation:stack"
    }
    documents = {name: json.loads(file.read_text()) for name, file in files.items()}
    return Sizes(
        bundles=tuple(
            bundle
            for name, document in documents.items()
            for bundle in _bundles(document["Resources"], _zips(assembly, name))
        ),
        templates=tuple(
            TemplateSize(name, files[name].stat().st_size, len(document["Resources"]))
            for name, document in documents.items()
        ),
    )


def table(sizes: Sizes) -> str:
    """Return the sizes as two tables for people, each beside its limit."""
    lines = [f"{'bundle':24}{'zipped MB':>12}{'unzipped MB':>14}{'of 250 MiB':>12}"]
    lines += [
        f"{bundle.function:24}{bundle.zipped / MEGABYTE:12.1f}{bundle.unzipped / MEGABYTE:14.1f}"
        f"{bundle.unzipped / UNZIPPED_LIMIT:12.0%}"
        for bundle in sizes.bundles
    ]
    lines += ["", f"{'template':24}{'bytes':>12}{'of 1,000,000':>14}{'resources':>12}{'of 500':>8}"]
    lines += [
        f"{template.stack:24}{template.bytes:12,}{template.bytes / TEMPLATE_LIMIT:14.0%}"
        f"{template.resources:12}{template.resources / RESOURCE_LIMIT:8.0%}"
        for template in sizes.templates
    ]
    return "\n".join(lines)


def _zips(assembly: Path, stack: str) -> Mapping[str, Path]:
    files = json.loads((assembly / f"{stack}.assets.json").read_text())["files"].values()
    return {
        destination["objectKey"]: assembly / file["source"]["path"]
        for file in files
        for destination in file["destinations"].values()
        if zipfile.is_zipfile(assembly / file["source"]["path"])
    }


def _bundles(resources: Mapping[str, Any], zips: Mapping[str, Path]) -> Iterator[BundleSize]:
    functions = {
        found["Properties"]["Handler"].split(".")[1]: found["Properties"]["Code"].get("S3Key")
        for found in resources.values()
        if found["Type"] == "AWS::Lambda::Function"
    }
    for function, key in sorted(functions.items()):
        if key in zips:
            with zipfile.ZipFile(zips[key]) as archive:
                unzipped = sum(entry.file_size for entry in archive.infolist())
            yield BundleSize(function, zips[key].stat().st_size, unzipped)


def main() -> None:
    """Print the sizes of the assembly named; exit with 1 where AWS would refuse any of it."""
    sizes = measure(Path(sys.argv[1]))
    print(table(sizes))
    if not sizes.are_within_limits:
        sys.exit("This is larger than AWS takes.")


if __name__ == "__main__":
    main()
