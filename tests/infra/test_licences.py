"""What is bundled may be bundled: its licences are known, allowed, listed and passed on."""

import re
import zipfile

import pytest
from templates import FUNCTIONS

from infra.licences import (
    NATIVE,
    BundledPackage,
    LicenceError,
    bundled_packages,
    check_allowed,
    licence_of,
    licence_table,
)

LIBRARY = re.compile(r"^Name: (.+)\nFiles: ([^*\n]+).*\n(?:.+\n)*?License: (.+)$", re.MULTILINE)
"""How numpy's licence names a library: its files by a pattern, its licence some lines later."""


def licence_texts(bundle):
    with zipfile.ZipFile(bundle.path) as archive:
        return {
            name: archive.read(name).decode()
            for name in archive.namelist()
            if name.startswith("licences/")
        }


def test_the_page_of_licences_is_current(repository):
    written = (repository / "docs" / "licences.md").read_text()

    assert written == licence_table(repository)


@pytest.mark.parametrize("licence", ["GPL-3.0-only", "MIT AND AGPL-3.0-only", "Proprietary", ""])
def test_a_licence_that_asks_for_more_than_its_text_is_refused(licence):
    with pytest.raises(LicenceError, match="not allowed"):
        check_allowed("package", licence)


def test_a_package_installed_at_another_version_is_refused():
    with pytest.raises(LicenceError, match="make setup"):
        licence_of(BundledPackage("numpy", "0.0.1", ()))


@pytest.mark.parametrize("target", ["local", "lambda"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_bundle_passes_on_the_licence_of_each_package(bundle_of, repository, name, target):
    bundled = {p.name for p in bundled_packages(repository) if name in p.functions}

    texts = licence_texts(bundle_of(name, target))

    folders = {path.split("/")[1].rpartition("-")[0] for path in texts}
    assert {folder.replace("_", "-") for folder in folders} == bundled
    assert all(text.strip() for text in texts.values())


def test_notices_go_with_their_licences(bundle_of):
    texts = licence_texts(bundle_of("load_scores", "lambda"))

    names = {path.split("/")[1].split("-")[0]: set() for path in texts}
    for path in texts:
        names[path.split("/")[1].split("-")[0]].add(path.rpartition("/")[2])

    assert names["pyarrow"] == {"LICENSE.txt", "NOTICE.txt"}
    assert names["aws_xray_sdk"] == {"LICENSE", "NOTICE"}


def test_libraries_of_others_in_a_wheel_are_those_that_are_listed(bundle_of):
    bundle = bundle_of("solve_plan", "lambda")
    texts = licence_texts(bundle)
    (text,) = (
        text
        for path, text in texts.items()
        if path.startswith("licences/numpy-") and path.count("/") == 2
    )

    with zipfile.ZipFile(bundle.path) as archive:
        entries = archive.namelist()

    carried = [
        ("numpy", name, licence)
        for name, beginning, licence in LIBRARY.findall(text)
        if any(entry.startswith(beginning) for entry in entries)
    ]

    assert carried == list(NATIVE)
