"""The music of `../shared/cases` is right, all of it."""

from pathlib import Path

import pytest

from tests.robustness.music_cases import faults


@pytest.mark.slow
def test_the_music_of_the_cases_is_right(cases_folder: Path, tmp_path: Path) -> None:
    assert list(faults(cases_folder, tmp_path)) == []
