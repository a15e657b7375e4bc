"""What ships is known: hashes of all packages, a bill of materials, a table of licences."""

import importlib.util
import json
import re
from typing import Any

import pytest

from build_hashes import as_requirements, pinned, version_of
from build_sbom import FOLDER, SBOM, TABLE, table
from runtime_packages import BUILD_TOOL, ROOT, runtime_packages

RUNTIME = (ROOT / "packaging" / "runtime.txt").read_text("utf-8")


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / SBOM).read_text("utf-8"))
    return found


def test_every_package_that_runs_is_installed_by_its_hash() -> None:
    versions = pinned()
    listed = dict(re.findall(r"^([\w.-]+)==(\S+) \\$", RUNTIME, re.MULTILINE))
    assert set(listed) == {*runtime_packages(), BUILD_TOOL}
    assert listed == {name: versions[name] for name in listed}
    assert "torch" not in listed


def test_hashes_are_written_as_pip_reads_them() -> None:
    hashes: dict[tuple[str, str], list[str]] = {}
    for line in RUNTIME.splitlines():
        if name := re.match(r"([\w.-]+)==(\S+)", line):
            hashes[name[1], name[2]] = []
        elif sha256 := re.fullmatch(r"    --hash=sha256:([0-9a-f]{64})( \\)?", line):
            hashes[list(hashes)[-1]].append(sha256[1])
    assert all(hashes.values())
    assert as_requirements(hashes) == RUNTIME


@pytest.mark.parametrize(
    ("file", "version"),
    [
        ("av-18.1.0-cp311-abi3-manylinux_2_28_x86_64.whl", "18.1.0"),
        ("numpy-2.4.6.tar.gz", "2.4.6"),
        ("appdirs-1.2.0.zip", "1.2.0"),
        ("notes.txt", None),
    ],
)
def test_files_of_a_release_are_found_by_their_names(file: str, version: str | None) -> None:
    assert version_of(file) == version


def test_the_bill_lists_every_package_and_what_its_wheel_carries(bill: dict[str, Any]) -> None:
    components = {each["name"]: each for each in bill["components"]}
    versions = pinned()
    assert {name: each["version"] for name, each in components.items()} == {
        name: versions[name] for name in runtime_packages()
    }
    inside = {
        name: {part["name"]: part["licenses"][0]["expression"] for part in each["components"]}
        for name, each in components.items()
        if "components" in each
    }
    assert inside["av"]["x264"] == inside["av"]["x265"] == "GPL-2.0-or-later"
    assert {"FFmpeg", "Opus", "dav1d"} <= set(inside["av"])
    assert "OpenBLAS" in inside["numpy"]
    assert "libsndfile" in inside["soundfile"]
    assert "Qt" in inside["pyside6-essentials"]
    assert "onnxruntime" in components


def test_every_part_has_a_licence_a_hash_and_a_name_of_its_own(bill: dict[str, Any]) -> None:
    references = []
    for component in bill["components"]:
        references.append(component["bom-ref"])
        assert component["licenses"][0]["expression"]
        for part in component.get("components", ()):
            references.append(part["bom-ref"])
            assert part["licenses"][0]["expression"]
            assert re.fullmatch("[0-9a-f]{64}", part["hashes"][0]["content"])
    assert len(references) == len(set(references)) > 200


def test_the_table_says_the_same_as_the_bill(bill: dict[str, Any]) -> None:
    assert (FOLDER / TABLE).read_text("utf-8") == table(bill)


def test_the_bill_is_valid(bill: dict[str, Any]) -> None:
    if importlib.util.find_spec("cyclonedx") is None:
        pytest.skip("cyclonedx-python-lib[json-validation] isn't installed")
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    validator = JsonStrictValidator(SchemaVersion.V1_6)
    assert validator.validate_str(json.dumps(bill)) is None
