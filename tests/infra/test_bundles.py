"""A bundle holds what its function imports, for the right machine, and little else."""

import json
import os
import subprocess
import sys
import zipfile

import pytest
from templates import FUNCTIONS

from infra.bundling.sources import source_files
from infra.bundling.targets import target_named

MEGABYTE = 1_000_000
LARGEST_MB = {"lookup_scores": 12}
LAMBDA_LIMIT_MB = 250
AARCH64 = 183
ARRAY_PACKAGES = {"numpy", "pyarrow"}
LOOKUP_PACKAGES = {"aws_lambda_powertools", "aws_xray_sdk", "msgspec", "wrapt"}
RUNTIME_PACKAGES = {"boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"}

IMPORT_AND_LIST = """
import importlib.util, json, sys
sys.path[:0] = sys.argv[1:3]
import functions.{name}.handler
assert callable(functions.{name}.handler.handle)
print(json.dumps(sorted(sys.modules)))
"""


# It leaves at once: Arrow's reader threads may outlive the interpreter and abort it on its way out.
USE_ARROW = """
import sys
sys.path[:0] = sys.argv[1:3]
import io, os
import numpy, pyarrow, pyarrow.compute, pyarrow.csv, pyarrow.json, pyarrow.parquet
table = pyarrow.csv.read_csv(io.BytesIO(b"a,b\\n1,x\\n2,y\\n"))
assert table == pyarrow.json.read_json(io.BytesIO(b'{"a":1,"b":"x"}\\n{"a":2,"b":"y"}\\n'))
file = io.BytesIO()
pyarrow.parquet.write_table(table, file, compression="zstd")
file.seek(0)
(batch,) = pyarrow.parquet.ParquetFile(file).iter_batches()
assert pyarrow.parquet.read_table(file) == table
assert pyarrow.compute.sum(batch.column("a")).as_py() == 3
assert batch.column("a").to_numpy().dtype == numpy.int64
assert numpy.linalg.solve(numpy.eye(2), numpy.ones(2)).sum() == 2
print("all of it works", flush=True)
os._exit(0)
"""


def entries(bundle):
    with zipfile.ZipFile(bundle.path) as archive:
        return {info.filename: info for info in archive.infolist()}


def top_level(names):
    return {name.split("/")[0].removesuffix(".py") for name in names}


def imported_in_isolation(bundle, folder, runtime, names):
    """Import a bundle's handler with nothing but itself and the runtime; return its modules."""
    with zipfile.ZipFile(bundle.path) as archive:
        archive.extractall(folder)
    environment = dict.fromkeys(names, "1") | {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "PATH": os.environ["PATH"],
        "ADMISSION": "everybody",
        "PLAN_STATE_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:plan",
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }
    script = IMPORT_AND_LIST.format(name=bundle.function)
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script, str(folder), str(runtime)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return set(json.loads(result.stdout.splitlines()[-1]))


@pytest.mark.parametrize("target", ["local", "lambda"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_bundle_unzips_within_its_limit(bundle_of, name, target):
    bundle = bundle_of(name, target)

    megabytes = sum(info.file_size for info in entries(bundle).values()) / MEGABYTE

    print(f"{name} for {target}: {megabytes:.1f} MB unzipped")
    assert megabytes < LARGEST_MB.get(name, LAMBDA_LIMIT_MB)


@pytest.mark.parametrize("target", ["local", "lambda"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_bundle_holds_exactly_the_sources_that_its_handler_imports(
    bundle_of, repository, name, target
):
    bundle = bundle_of(name, target)

    ours = {
        entry
        for entry in entries(bundle)
        if entry.startswith(("functions/", "shared/")) and entry.endswith(".py")
    }

    assert f"functions/{name}/handler.py" in ours
    assert ours == {path.as_posix() for path in source_files(repository, name)}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_bundle_leaves_out_what_the_runtime_brings(bundle_of, name):
    bundle = bundle_of(name, "lambda")

    packages = top_level(entries(bundle))

    assert packages & RUNTIME_PACKAGES == set()
    assert not [package for package in packages if package.endswith(".dist-info")]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_compiled_code_is_for_arm64_and_python_3_13(bundle_of, name):
    bundle = bundle_of(name, "lambda")

    with zipfile.ZipFile(bundle.path) as archive:
        machines = {
            entry: int.from_bytes(archive.read(entry)[18:20], "little")
            for entry in archive.namelist()
            if ".so" in entry.rpartition("/")[2]
        }

    modules = [entry for entry in machines if ".cpython-" in entry]
    assert set(machines.values()) == {AARCH64}
    assert [entry for entry in modules if ".cpython-313-" not in entry] == []


@pytest.mark.parametrize("target", ["local", "lambda"])
def test_bytecode_is_never_checked_against_its_source(bundle_of, target):
    bundle = bundle_of("lookup_scores", target)

    with zipfile.ZipFile(bundle.path) as archive:
        flags = {
            int.from_bytes(archive.read(entry)[4:8], "little")
            for entry in archive.namelist()
            if entry.endswith(".pyc")
        }

    unchecked_hash = 0b01
    assert flags == ({unchecked_hash} if target_named(target).compiler() else set())


def test_two_builds_of_the_same_tree_are_the_same_bytes(bundle_of, fresh_bundle_of):
    kept = bundle_of("lookup_scores", "local")

    fresh = fresh_bundle_of("lookup_scores", "local")

    assert fresh.fingerprint == kept.fingerprint
    assert entries(fresh).keys() == entries(kept).keys()
    assert {info.date_time for info in entries(fresh).values()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_handler_imports_with_its_bundle_and_the_runtime_alone(
    bundle_of, environment_names, runtime_packages, tmp_path, name
):
    bundle = bundle_of(name, "local")

    modules = imported_in_isolation(bundle, tmp_path, runtime_packages, environment_names(name))

    assert f"functions.{name}.handler" in modules


def test_the_lookup_imports_only_its_few(bundle_of, environment_names, runtime_packages, tmp_path):
    bundle = bundle_of("lookup_scores", "local")
    names = environment_names("lookup_scores")

    modules = imported_in_isolation(bundle, tmp_path, runtime_packages, names)

    packages = {module.split(".")[0] for module in modules}
    foreign = {
        package
        for package in packages - RUNTIME_PACKAGES - set(sys.stdlib_module_names)
        if (tmp_path / package).is_dir() and package not in {"functions", "shared"}
    }
    assert foreign <= LOOKUP_PACKAGES
    assert packages & (ARRAY_PACKAGES | {"pydantic", "pynamodb"}) == set()


@pytest.mark.parametrize("name", ["ingest_drop", "solve_plan"])
def test_trimmed_arrow_and_numpy_still_read_write_and_compute(
    bundle_of, runtime_packages, tmp_path, name
):
    with zipfile.ZipFile(bundle_of(name, "local").path) as archive:
        archive.extractall(tmp_path)

    command = [sys.executable, "-I", "-S", "-c", USE_ARROW, str(tmp_path), str(runtime_packages)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert result.stdout == "all of it works\n", result.stderr
