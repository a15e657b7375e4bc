"""The short form of what `kills`, `faults`, `races` and `unplugged` do for hours."""

from functools import partial
from pathlib import Path

import pytest

from tests.robustness import faults, kills, races, training, unplugged
from tests.robustness.checks import Series
from tests.robustness.commands import build_faults
from tests.robustness.world import COMPARE, SCENARIOS, TRAIN

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for all of them, so that the world is made once."""
    folder = tmp_path_factory.mktemp("robustness")
    if build_faults(folder) is None:
        pytest.skip("there is no C compiler here for the library that lets calls fail")
    return folder


def test_killed_commands_corrupt_and_lose_nothing_and_leave_nothing(state: Path) -> None:
    records = Series("kills", state, n=12).run(kills.kill)
    assert [record for record in records if record["problems"]] == []
    assert sum(record["code"] < 0 for record in records) > 4


def test_a_killed_choice_of_a_pack_leaves_the_old_or_the_new_one(state: Path) -> None:
    chosen = [each for each in SCENARIOS if each.name in ("use pack", "roll back")]
    records = Series("packs", state, n=6).run(partial(kills.kill, scenarios=chosen))
    assert [record for record in records if record["problems"]] == []
    assert sum(record["code"] < 0 for record in records) > 2


def test_a_killed_comparison_of_packs_changes_nothing(state: Path) -> None:
    records = Series("compared", state, n=2).run(partial(kills.kill, scenarios=[COMPARE]))
    assert [record for record in records if record["problems"]] == []


@pytest.mark.skipif(bool(training.SKIPPED), reason=training.SKIPPED)
def test_a_killed_training_leaves_a_whole_pack_and_is_resumed(state: Path) -> None:
    records = Series("trainings", state, n=1).run(partial(kills.kill, scenarios=[TRAIN]))
    assert [record for record in records if record["problems"]] == []


def test_failing_calls_lose_nothing_and_are_told_in_a_sentence(state: Path) -> None:
    records = Series("faults", state, n=12).run(faults.fail)
    assert [record for record in records if record["problems"]] == []
    assert sum(record["code"] == 2 for record in records) > 2


def test_commands_at_once_make_no_wrong_rows(state: Path) -> None:
    records = Series("races", state, n=5).run(races.race)
    assert [record for record in records if record["problems"]] == []


def test_a_drive_that_vanishes_loses_no_row(tmp_path: Path) -> None:
    records = unplugged.run(Series("unplugged", tmp_path, n=3), n_tracks=2000)
    assert [record for record in records if record["problems"]] == []
