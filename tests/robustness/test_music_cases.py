"""The music of `../shared/cases` is right, all of it."""

from pathlib import Path

import pytest

from tests.robustness.cases import cases, missing
from tests.robustness.music_cases import faults


@pytest.mark.slow
@pytest.mark.skipif(bool(missing()), reason=missing() or "-")
def test_the_music_of_the_cases_is_right(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "scratch").mkdir()
    assert list(faults(cases(tmp_path / "cases"), tmp_path / "scratch")) == []
