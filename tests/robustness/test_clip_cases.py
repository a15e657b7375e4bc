"""The clips that users of other programs reported, each right in every part of Soundbed."""

from pathlib import Path

import pytest

from tests.robustness.clip_cases import RIGHT, faults


@pytest.mark.parametrize("name", RIGHT)
def test_the_clip_is_right(name: str, cases_folder: Path, tmp_path: Path) -> None:
    assert faults(cases_folder, name, tmp_path) == []
