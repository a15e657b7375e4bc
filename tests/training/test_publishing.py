"""When a new pack may take the place of another."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from engine.encoders.matching import MatchingPack
from engine.progress import Progress, silent
from engine.training import publishing
from engine.training.data.pairs import PairSet
from engine.training.data.splits import source_folds
from engine.training.learners import Description
from engine.training.pack_comparison import Comparison, describe
from engine.training.paired_ranks import PairedInterval
from engine.training.publishing import (
    Judge,
    n_more_clips,
    reason_against,
)
from tests.tiny_matching import TinyPack
from tests.training.tiny_pairs import make_clip_pairs

PAIRS = make_clip_pairs(40, n_uploaders=8)
NOBODY = np.zeros(PAIRS.n_videos, np.bool_)


def interval(mean: float, low: float, high: float) -> PairedInterval:
    return PairedInterval(mean, low, high, n_clips=40, n_sources=8)


def reason(mean: float, low: float, high: float) -> str:
    return reason_against(Comparison("old", interval(mean, low, high)), changes_nothing=False)


def test_a_pack_that_gains_and_cannot_lose_a_fiftieth_is_published() -> None:
    assert reason(-0.1, -0.2, 0.019) == ""
    assert reason(-0.001, -0.02, 0.019) == ""
    assert reason(-0.001, -0.02, 0.021) != ""


def test_a_pack_that_gains_nothing_is_not() -> None:
    text = reason(0.01, 0.0, 0.019)
    assert text.startswith("On clips that neither pack learnt from, it is no better than old: the")
    assert "moves up by −1.0 %" in text
    assert "no better than old" in reason(0.0, -0.04, 0.04)


def test_a_worse_pack_is_not() -> None:
    text = reason(0.03, 0.01, 0.05)
    assert text.startswith("On clips that neither pack learnt from, it is worse than old")
    assert "moves up by −3.0 %" in text
    assert "between −5.0 and −1.0" in text


def test_too_few_edits_to_tell_say_how_many_it_would_take() -> None:
    text = reason(-0.02, -0.1, 0.06)
    assert "too few edits" in text
    # Half the width needs four times as many.
    assert text.endswith("It would take about 120 more edits from 24 more sources to know.")
    assert n_more_clips(interval(-0.02, -0.08, 0.04)) == round(40 * 1.5**2) - 40
    with pytest.raises(ValueError, match="no number"):
        n_more_clips(interval(0.02, 0.0, 0.04))


def test_a_change_of_nothing_is_not_published() -> None:
    same = Comparison("old", interval(0.0, 0.0, 0.0))
    assert "as good without them" in reason_against(same, changes_nothing=True)
    assert "no better than old" in reason_against(same, changes_nothing=False)


def test_a_pack_that_is_no_better_than_chance_is_not_published() -> None:
    better = Comparison("old", interval(-0.1, -0.2, 0.0), from_chance=interval(-0.1, -0.2, -0.01))
    assert reason_against(better, changes_nothing=False) == ""
    at_chance = replace(better, from_chance=interval(-0.1, -0.2, 0.0))
    assert "no better than chance" in reason_against(at_chance, changes_nothing=False)
    worse = replace(at_chance, interval=interval(0.03, 0.01, 0.05))
    assert "worse than old" in reason_against(worse, changes_nothing=False)


def test_the_interval_in_words() -> None:
    assert describe(interval(-0.031, -0.05, 0.0)) == (
        "the own music of 40 clips moves up by +3.1 % of the list on average (between 0 and +5.0, "
        "95 % certain; below 0 is down)."
    )


@dataclass
class Recorder:
    """A recipe that notes what it gets and returns one and the same pack."""

    folder: Path
    ugc: list[PairSet]
    pgc: list[PairSet | None]
    changes_nothing = False
    held_out_rank = None

    def fit(
        self, ugc: PairSet, pgc: PairSet | None, progress: Progress, work_folder: Path
    ) -> "Recorder":
        self.ugc.append(ugc)
        self.pgc.append(pgc)
        return self

    def write(self, folder: Path, pack_id: str) -> Description:
        for file in self.folder.iterdir():
            (folder / file.name).write_bytes(file.read_bytes())
        return Description("", {}, ())


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    return Recorder(TinyPack(n_music=8).write(tmp_path / "tiny"), [], [])


def judge(recorder: Recorder, seen: np.ndarray = NOBODY) -> Judge:
    return Judge(MatchingPack.load(recorder.folder, is_own=True), seen)


def test_no_recipe_sees_the_sources_that_it_is_judged_on(
    recorder: Recorder, tmp_path: Path
) -> None:
    pgc = replace(make_clip_pairs(40, seed=1), sources=PAIRS.sources)
    found = judge(recorder).compare(recorder, PAIRS, pgc, silent(), tmp_path / "work")
    assert len(recorder.ugc) == publishing.N_FOLDS
    held_out = [set(PAIRS.sources) - set(one.sources) for one in recorder.ugc]
    assert set().union(*held_out) == set(PAIRS.sources)
    assert all(held_out)
    for kept, fold in zip(recorder.pgc, held_out, strict=True):
        assert kept is not None
        assert not set(kept.sources) & fold
    # The same pack before and after.
    assert found.interval == PairedInterval(0.0, 0.0, 0.0, 40, 8)
    assert found.rank_before == found.rank_after
    assert found.from_chance is not None and found.rank_after is not None
    assert found.from_chance.mean == pytest.approx(found.rank_after - 0.5)


def test_sources_that_the_pack_in_use_has_seen_do_not_count(
    recorder: Recorder, tmp_path: Path
) -> None:
    seen = NOBODY.copy()
    # One clip of a source tells that the source is known.
    first = PAIRS.sources[0]
    seen[0] = True
    found = judge(recorder, seen).compare(recorder, PAIRS, None, silent(), tmp_path)
    assert found.interval is not None
    assert found.interval.n_sources == 7
    assert found.interval.n_clips == int((PAIRS.sources != first).sum())
    found = judge(recorder, ~NOBODY).compare(recorder, PAIRS, None, silent(), tmp_path)
    assert "learnt from these edits itself" in found.problem


def test_what_cannot_be_compared_says_why(recorder: Recorder, tmp_path: Path) -> None:
    one_source = replace(PAIRS, sources=np.full(PAIRS.n_videos, "ann"))
    found = judge(recorder).compare(recorder, one_source, None, silent(), tmp_path)
    assert "All edits are from one source" in found.problem
    assert reason_against(found, changes_nothing=False) == found.problem
    other = replace(PAIRS, video_version="video-9")
    found = judge(recorder).compare(recorder, other, None, silent(), tmp_path)
    assert "another version" in found.problem
    assert recorder.ugc == []


def test_of_many_clips_a_fold_is_enough(
    recorder: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "_ENOUGH_CLIPS", 14)
    found = judge(recorder).compare(recorder, PAIRS, None, silent(), tmp_path)
    assert found.interval is not None
    assert 14 <= found.interval.n_clips < 40


def test_folds_are_whole_sources_of_about_one_size() -> None:
    sources = np.array([*"aaaaaaaa", *"bbb", *"cc", *"dd", "e"])
    folds = source_folds(sources, 3, seed=0)
    assert np.sum(folds, axis=0).tolist() == [1] * len(sources)
    assert sorted(int(fold.sum()) for fold in folds) == [4, 4, 8]
    for fold in folds:
        assert not set(sources[fold]) & set(sources[~fold])
    assert len(source_folds(sources, 9, seed=0)) == 5
