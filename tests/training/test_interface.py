"""What `engine.training` offers to Python, and the page that describes it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import engine.training

PAGE = Path(engine.training.__file__).parent / "README.md"


def test_every_name_is_loaded_from_its_home() -> None:
    for name in engine.training.__all__:
        found = getattr(engine.training, name)
        assert found.__name__ == name and found.__doc__, name
    assert set(engine.training.__all__) == set(engine.training._HOMES)
    with pytest.raises(AttributeError, match="no attribute nobody"):
        getattr(engine.training, "nobody")  # noqa: B009  # mypy knows that it isn't there


def test_importing_the_package_does_not_import_torch() -> None:
    program = "import sys, engine.training as t; t.load_data; print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "False"


def test_the_page_names_every_name() -> None:
    text = PAGE.read_text(encoding="utf-8")
    missing = [name for name in engine.training.__all__ if f"`{name}`" not in text]
    assert missing == []


def test_what_the_page_maps_equations_to_exists() -> None:
    text = PAGE.read_text(encoding="utf-8")
    table = text.split("## The papers", 1)[1].split("## Data", 1)[0]
    files = set(re.findall(r"`((?:\w+/)+\w*(?:\.py)?)`", table))
    assert len(files) > 15
    for name in files:
        assert (PAGE.parent / name).exists(), name
    for names, name in re.findall(r"((?:`[\w.]+`(?:, )?)+) \(`([\w/]+\.py)`\)", table):
        source = (PAGE.parent / name).read_text(encoding="utf-8")
        for each in re.findall(r"`([\w.]+)`", names):
            if not each.endswith(".py"):
                assert re.search(rf"(def|class) {each.rpartition('.')[2]}\b", source), each


def test_the_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    small = re.sub(r"n_videos=2_000, n_tracks=300", "n_videos=400, n_tracks=60", example)
    assert small != example
    exec(compile(small, str(PAGE), "exec"), {})  # noqa: S102  # our own example
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3 * 4
    assert {line.split()[0] for line in lines} == {"cca", "cmvae", "cmvae+within+erasure"}
    assert all(0 <= float(line.split()[2]) <= 1 for line in lines)
