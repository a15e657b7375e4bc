"""A pack that is changed a little by a few pairs."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.encoders.matching import MatchingPack
from engine.encoders.pack_fingerprints import SeenClips
from engine.encoders.pack_manifest import load_manifest
from engine.encoders.score_weights import HUB, LEARNED, N_EMBEDDING
from engine.progress import silent
from engine.training import fine_tune
from engine.training.data.pairs import PairSet
from engine.training.data.splits import source_folds
from engine.training.fine_tune import FineTune, TunedPack, choose, moved
from engine.training.paired_ranks import embed_tracks, own_ranks
from engine.training.seen_clips import clips_of
from tests.tiny_matching import SCORE, TinyPack
from tests.training.tiny_pairs import make_clip_pairs

PAIRS = make_clip_pairs(48, n_uploaders=12)


@pytest.fixture
def base(tmp_path: Path) -> MatchingPack:
    bank = np.zeros((2, N_EMBEDDING))
    bank[0, [0, LEARNED.start, HUB]] = 0.5, 0.25, -1.0
    bank[1, [0, LEARNED.start + 1, HUB]] = 0.1, 0.5, -1.0
    extra = {"score": {**SCORE, "hub_share": 0.5}}
    folder = TinyPack(bank=bank, n_music=8, extra=extra).write(tmp_path / "base")
    return MatchingPack.load(folder, is_own=True)


def tuned(base: MatchingPack, pairs: PairSet, pgc: PairSet | None = None) -> TunedPack:
    return FineTune(base, seed=1).fit(pairs, pgc, silent(), Path("unused"))


def loaded(learnt: TunedPack, folder: Path) -> MatchingPack:
    folder.mkdir()
    learnt.write(folder, "mine")
    return MatchingPack.load(folder, is_own=True)


def matched(pairs: PairSet) -> PairSet:
    """Return pairs whose sound follows from what the tiny pack sees, on axes of its own."""
    shown = np.abs(pairs.video_vectors[:, 3:5])
    shown /= np.linalg.norm(shown, axis=1, keepdims=True)
    music = 0.05 * np.abs(pairs.music_vectors)
    # The pack compares the first two numbers: here they are in the third and the fourth place.
    music[:, 2:4] = shown
    videos = pairs.video_vectors.copy()
    videos[:, 3:5] = shown
    return replace(pairs, video_vectors=videos, music_vectors=music.astype(np.float32))


def test_it_learns_what_the_pack_compares_wrongly(base: MatchingPack, tmp_path: Path) -> None:
    learnt = tuned(base, matched(PAIRS))
    assert not learnt.changes_nothing
    fresh = matched(make_clip_pairs(60, seed=5))
    before, after = own_ranks(base, fresh), own_ranks(loaded(learnt, tmp_path / "mine"), fresh)
    assert before.mean() > 0.4
    assert after.mean() < before.mean() - 0.1


def test_where_nothing_is_to_be_learnt_nothing_changes(base: MatchingPack, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    n_chosen = 0
    for _ in range(5):
        noise = rng.normal(size=PAIRS.music_vectors.shape).astype(np.float32)
        learnt = tuned(base, replace(PAIRS, music_vectors=noise))
        n_chosen += not learnt.changes_nothing
        assert learnt.ranks[:, learnt.chosen].mean() <= learnt.ranks[:, 0].mean()
    assert n_chosen <= 2


def test_a_change_must_be_better_by_more_than_a_standard_error() -> None:
    rng = np.random.default_rng(0)
    before = rng.uniform(0.3, 0.7, 100)
    noise = rng.choice([-0.1, 0.1], 100)
    noise -= noise.mean()
    better = before - 0.02 + noise
    # The standard error is about .01.
    assert choose(np.stack([before, before - 0.008 + noise, before + 0.01])) == 0
    assert choose(np.stack([before, before - 0.001 + noise, better])) == 2
    assert choose(np.stack([before, before, before])) == 0


def test_the_cross_validation_ranks_as_the_pack_that_is_written(
    base: MatchingPack, tmp_path: Path
) -> None:
    learnt = tuned(base, matched(PAIRS))
    pack = loaded(learnt, tmp_path / "mine")
    by_pack, before = embed_tracks(pack, PAIRS), embed_tracks(base, PAIRS)
    by_hand = moved(base, before, learnt.residual.astype(np.float64))
    assert by_hand[:, :-1] == pytest.approx(by_pack[:, :-1], abs=1e-5)
    assert not np.allclose(by_pack[:, LEARNED], before[:, LEARNED], atol=1e-3)
    assert not np.allclose(by_pack[:, HUB], before[:, HUB], atol=1e-4)


def test_all_but_the_music_network_is_that_of_the_pack(base: MatchingPack, tmp_path: Path) -> None:
    pack = loaded(tuned(base, PAIRS), tmp_path / "mine")
    for name in ("content.onnx", "dynamics.onnx", "video.onnx", "bank.npy"):
        assert (pack.folder / name).read_bytes() == (base.folder / name).read_bytes()
    assert pack.id == "mine"
    assert pack.space != base.space
    manifest = load_manifest(pack.folder)
    assert manifest.training_data.startswith("48 simulated pairs; ")
    # The pack before doesn't say what it has seen.
    seen = SeenClips.of_pack(pack.folder)
    assert seen is not None
    assert seen.fingerprints == clips_of(PAIRS).fingerprints
    assert not seen.is_complete


def test_professionals_are_learnt_from_and_not_held_out(base: MatchingPack) -> None:
    pgc = matched(make_clip_pairs(40, seed=2))
    alone, helped = tuned(base, PAIRS), tuned(base, PAIRS, pgc)
    assert helped.pairs.n_pairs == PAIRS.n_pairs + 40
    # Without a change the ranks are those of the same clips.
    assert helped.ranks.shape == alone.ranks.shape
    assert not np.array_equal(helped.ranks[:, -1], alone.ranks[:, -1])


def test_the_same_seed_gives_the_same_pack(base: MatchingPack, tmp_path: Path) -> None:
    for name in ("one", "two"):
        loaded(tuned(base, matched(PAIRS)), tmp_path / name)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


def test_copies_are_held_out_together(base: MatchingPack, monkeypatch: pytest.MonkeyPatch) -> None:
    groups: list[np.ndarray] = []

    def folds(names: np.ndarray, n_folds: int, seed: int) -> list[np.ndarray]:
        groups.append(names)
        return source_folds(names, n_folds, seed)

    monkeypatch.setattr(fine_tune, "source_folds", folds)
    vectors = PAIRS.video_vectors.copy()
    vectors[20:40] = vectors[:20]
    FineTune(base, 1).fit(replace(PAIRS, video_vectors=vectors), None, silent(), Path())
    by_clip = groups[0]
    assert by_clip[20:40].tolist() == by_clip[:20].tolist()
    assert len(set(by_clip.tolist())) == PAIRS.n_videos - 20


def test_clips_of_one_source_are_held_out_by_clip_alone(base: MatchingPack) -> None:
    one = replace(PAIRS, sources=np.full(PAIRS.n_videos, "ann"))
    assert tuned(base, one).ranks.shape[0] == 1
    assert tuned(base, PAIRS).ranks.shape[0] == 2
