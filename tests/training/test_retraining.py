"""Retraining from a pack: it is published only where it can't have become worse."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.encoders.matching import MatchingPack
from engine.encoders.pack_manifest import load_manifest
from engine.errors import Cancelled, InputError, PackError
from engine.progress import Progress, silent
from engine.training import fine_tune, preparation
from engine.training import train_pack as story
from engine.training.data.pairs import PairSet, join, save_pairs
from engine.training.method.training_config import TrainingConfig
from engine.training.train_pack import train_pack
from engine.training.training_request import TrainingReport, TrainingRequest, saved_states
from tests.tiny_matching import TinyPack
from tests.training.test_fine_tune import matched
from tests.training.tiny_pairs import make_clip_pairs

GOOD = matched(make_clip_pairs(60, n_uploaders=12))


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return TinyPack(n_music=8).write(tmp_path / "base")


@pytest.fixture(autouse=True)
def in_use(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tiny pack be the one in use, and run all packs in this process, which is faster."""
    monkeypatch.setattr(
        story, "matching_pack", lambda folder: MatchingPack.load(folder or base, is_own=True)
    )


def retrain(
    pairs: PairSet,
    out: Path,
    base: Path | None = None,
    *,
    replace: bool = False,
    force: bool = False,
) -> TrainingReport:
    spec = out.with_name("edits.npz")
    save_pairs(pairs, spec)
    request = TrainingRequest(
        spec, out, TrainingConfig(seed=1), base=base, replace=replace, force=force
    )
    report = train_pack(request, silent())
    assert report is not None
    return report


def nonsense(n_pairs: int = 40) -> PairSet:
    """Return pairs in which nothing belongs together."""
    pairs = make_clip_pairs(n_pairs, n_uploaders=8)
    music = np.random.default_rng(7).normal(size=pairs.music_vectors.shape)
    return replace(pairs, music_vectors=music.astype(np.float32))


def test_a_pack_that_is_surely_better_is_published(tmp_path: Path, base: Path) -> None:
    report = retrain(GOOD, tmp_path / "mine")
    assert report.is_published
    assert report.reason == ""
    assert report.base == "tiny-1"
    interval = report.comparison.interval
    assert interval is not None
    assert interval.high < 0
    assert (interval.n_clips, interval.n_sources) == (60, 12)
    extra = load_manifest(tmp_path / "mine").extra
    assert "candidate" not in extra
    assert extra["compared"]["mean"] == interval.mean
    assert MatchingPack.load(tmp_path / "mine").space == report.space
    card = (tmp_path / "mine" / "CARD.md").read_text("utf-8")
    assert "moves up by" in card
    plot = (tmp_path / "mine" / "training.png").read_bytes()
    assert plot.startswith(b"\x89PNG")
    assert len(plot) < 100_000
    assert not list(saved_states().glob("*"))


def test_no_clip_is_held_out_and_learnt_from_under_two_names(tmp_path: Path) -> None:
    named = np.char.add("copy of ", GOOD.sources)
    copies = replace(GOOD, sources=named, uploaders=np.char.add("copy of ", GOOD.uploaders))
    twice = join(GOOD, copies)
    report = retrain(
        twice.take(np.random.default_rng(0).permutation(twice.n_pairs)), tmp_path / "a"
    )
    interval = report.comparison.interval
    assert interval is not None
    assert (interval.n_clips, interval.n_sources) == (120, 12)
    assert "clips in common: they count as 12 makers" in report.cautions[0]


def test_what_may_be_worse_stays_a_candidate_beside_the_old_pack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However little it helps, the change is as large as it can be.
    monkeypatch.setattr(fine_tune, "choose", lambda _: len(fine_tune.PENALTIES))
    old = retrain(GOOD, tmp_path / "mine", force=True)
    report = retrain(nonsense(), tmp_path / "mine", replace=True)
    assert not report.is_published
    assert report.pack == tmp_path / "mine-candidate"
    candidate = load_manifest(report.pack)
    assert candidate.extra["candidate"] == report.reason
    assert MatchingPack.load(tmp_path / "mine").space == old.space
    # Nothing takes the place of an earlier candidate unasked.
    report.pack.rename(tmp_path / "other-candidate")
    with pytest.raises(InputError, match=r"other-candidate.*already exists.*--replace"):
        retrain(nonsense(), tmp_path / "other")
    (tmp_path / "other-candidate").rename(report.pack)
    again = retrain(nonsense(), tmp_path / "mine", replace=True)
    assert again.space == report.space
    forced = retrain(nonsense(), tmp_path / "mine", force=True)
    assert forced.is_published
    assert forced.reason == report.reason
    assert "candidate" not in load_manifest(tmp_path / "mine").extra
    assert MatchingPack.load(tmp_path / "mine").space == forced.space != old.space


def test_edits_that_teach_nothing_publish_nothing(tmp_path: Path) -> None:
    report = retrain(nonsense(), tmp_path / "mine")
    assert not (tmp_path / "mine").exists()
    assert "as good without them" in report.reason
    assert load_manifest(report.pack).extra["training"]["penalty"] is None


def test_edits_that_the_pack_has_learnt_from_cannot_judge_it(tmp_path: Path) -> None:
    first = retrain(GOOD, tmp_path / "first")
    report = retrain(GOOD, tmp_path / "second", base=first.pack)
    assert not report.is_published
    assert "first learnt from these edits itself" in report.reason
    manifest = json.loads((report.pack / "manifest.json").read_text())
    assert manifest["extra"]["training"]["base"] == "first"
    assert "compared" in manifest["extra"]


def test_an_existing_pack_is_found_before_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    retrain(GOOD, tmp_path / "mine")

    def read(*_: object) -> None:
        raise AssertionError("it read the edits")

    monkeypatch.setattr(preparation, "read_spec", read)
    with pytest.raises(InputError, match="--replace"):
        retrain(GOOD, tmp_path / "mine")
    (tmp_path / "other-candidate").mkdir()
    with pytest.raises(InputError, match=r"other-candidate.*isn't a matching pack"):
        retrain(GOOD, tmp_path / "other", replace=True)


def test_a_pack_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="nowhere"):
        retrain(GOOD, tmp_path / "mine", base=tmp_path / "nowhere")


def test_stopping_leaves_nothing_but_the_edits(tmp_path: Path, base: Path) -> None:
    spec = tmp_path / "edits.npz"
    save_pairs(GOOD, spec)
    progress = Progress(lambda step: progress.cancel() if step.done > 2 else None)
    with pytest.raises(Cancelled):
        train_pack(TrainingRequest(spec, tmp_path / "mine", TrainingConfig()), progress)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["base", "edits.npz"]
