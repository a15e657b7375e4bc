"""The clips that users of other programs reported, each right in every part of Soundbed."""

from pathlib import Path

import pytest

from tests.robustness.cases import cases, missing
from tests.robustness.clip_cases import RIGHT, faults


@pytest.fixture(scope="session")
def folder(pytestconfig: pytest.Config) -> Path:
    """The cases, made once for all runs."""
    if reason := missing():
        pytest.skip(reason)
    assert pytestconfig.cache is not None
    return cases(Path(pytestconfig.cache.mkdir("cases")))


@pytest.mark.parametrize("name", RIGHT)
def test_the_clip_is_right(name: str, folder: Path, tmp_path: Path) -> None:
    assert faults(folder, name, tmp_path) == []
