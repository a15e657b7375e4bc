"""The README's two commands, as far as they can be tested without a fresh machine."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import engine

ROOT = Path(__file__).resolve().parents[2]
STAMP = ROOT / ".venv" / "soundbed-installed[train,dev]"

needs_own_environment = pytest.mark.skipif(
    not STAMP.is_file(), reason="this checkout has no environment made by packaging/test"
)


def bash(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("name", ["run", "test", "setup.sh"])
def test_the_scripts_parse(name: str) -> None:
    done = bash(f"bash -n packaging/{name}")
    assert done.returncode == 0, done.stderr


def test_every_window_library_names_its_package() -> None:
    text = (ROOT / "packaging" / "setup.sh").read_text()
    block = re.search(r"window_libraries='\n(.*?)'", text, re.DOTALL)
    assert block is not None
    for line in block[1].splitlines():
        assert re.fullmatch(r"lib\S+\.so\.\d+ lib[a-z0-9.+-]+", line), line


def test_a_screen_is_only_found_where_there_is_one() -> None:
    ask = "source packaging/setup.sh; if has_screen; then echo yes; else echo no; fi"
    assert bash(ask, DISPLAY="", WAYLAND_DISPLAY="").stdout.strip() == "no"
    assert bash(ask, DISPLAY=":4711", WAYLAND_DISPLAY="").stdout.strip() == "no"
    assert bash(ask, DISPLAY="", WAYLAND_DISPLAY="wayland-0").stdout.strip() == "yes"


@pytest.mark.parametrize(
    ("versions", "found"),
    [
        ({"python3": (3, 14), "python3.13": (3, 13)}, "python3.13"),
        ({"python3": (3, 12), "python3.13": (3, 13)}, "python3"),
        ({"python3": (3, 14), "python3.13": (3, 10), "python3.12": (3, 10)}, "python3"),
    ],
)
def test_a_python_is_preferred_for_which_all_packages_have_wheels(
    versions: dict[str, tuple[int, int]], found: str, tmp_path: Path
) -> None:
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        version = versions.get(name, (3, 10))
        code = f"import sys; sys.version_info = {version}; exec(sys.argv[1])"
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{code}' \"$2\"\n")
        program.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = bash("source packaging/setup.sh; find_python", PATH=path)
    assert done.stdout.strip() == str(tmp_path / found)


@pytest.mark.parametrize("whole", ["none", "outdated", "current"])
def test_what_is_installed_is_not_installed_again(whole: str, tmp_path: Path) -> None:
    for name in ("setup.sh", "constraints.txt", "runtime.txt", "../pyproject.toml"):
        (tmp_path / "packaging").mkdir(exist_ok=True)
        shutil.copy(ROOT / "packaging" / name, tmp_path / "packaging" / name)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\n[ "$2" != pip ] || echo "$@" >> "$(dirname "$0")/installed"\n')
    python.chmod(0o755)
    source = f"source {shlex.quote(str(tmp_path / 'packaging' / 'setup.sh'))}; ensure_environment "
    if whole == "outdated":
        (tmp_path / ".venv" / "soundbed-installed[train,dev]").write_text("of an older version")
    assert bash(source + ("'[train,dev]'" if whole == "current" else "''")).returncode == 0
    installed = (python.parent / "installed").read_text()
    assert "--require-hashes" in installed
    assert bash(source + "''").returncode == 0
    assert (python.parent / "installed").read_text() == installed


@needs_own_environment
def test_run_passes_commands_on_and_keeps_standard_output_clean() -> None:
    done = bash("bash packaging/run --version")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"soundbed {engine.__version__}"


@needs_own_environment
def test_run_passes_exit_codes_on() -> None:
    done = bash("bash packaging/run recommend 'no such clip.mp4'")
    assert done.returncode == 2
    assert "no such clip.mp4" in done.stderr
    assert done.stdout == ""


def test_no_torch_for_the_app_and_a_range_for_training_with_one_version_here() -> None:
    import tomllib

    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert not any(line.startswith("torch") for line in project["dependencies"])
    (wanted,) = (
        Requirement(line)
        for line in project["optional-dependencies"]["train"]
        if line.startswith("torch")
    )
    constraints = (ROOT / "packaging" / "constraints.txt").read_text().splitlines()
    (pinned,) = (line for line in constraints if line.startswith("torch=="))
    version = pinned.removeprefix("torch==")
    assert wanted.specifier.contains(version)
    # Others install it beside their own: neither this version alone, nor the next major one.
    assert not wanted.specifier.contains("3.0") and wanted.specifier.contains("2.10.1")
