"""The genre and mood heads on vectors with known answers."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

import build_profile
from engine.encoders.audio import MSD_TAGS
from engine.encoders.profile import ProfilePack
from engine.encoders.session import OnnxModel
from heads.data import LabelledMusic, Music, fit_heads
from heads.genre import GENRES, fit_genres
from heads.held_out import cross_validate
from heads.mood import (
    EMOTIONS,
    FROM_NAMES,
    MOODS,
    TARGETS,
    NamedMusic,
    RatedMusic,
    fit_moods,
    ridge,
)

N_FEATURES = 612


def noise(n: int, seed: int = 0) -> npt.NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=(n, N_FEATURES)).astype(np.float32)


def test_tags_alone_decide_the_genre() -> None:
    head = fit_genres(noise(200), noise(0), [], np.zeros(0), 1.0)
    loud = np.zeros((2, N_FEATURES), dtype=np.float32)
    loud[0, MSD_TAGS.index("jazz")] = loud[1, MSD_TAGS.index("metal")] = 4.0
    named = [GENRES[row.argmax()] for row in head.probabilities(loud)]
    assert named == ["jazz", "metal"]


def test_a_genre_without_a_tag_is_learnt_from_labelled_music() -> None:
    vectors = noise(40)
    vectors[:20, 70] += 4.0
    labels = [("reggae",)] * 20 + [("pop", "metal")] * 20
    head = fit_genres(vectors, vectors, labels, np.ones(40), 1.0)
    unseen = noise(20, seed=1)
    unseen[:10, 70] += 4.0
    probabilities = head.probabilities(unseen)
    reggae = [GENRES[row.argmax()] == "reggae" for row in probabilities]
    assert sum(reggae[:10]) >= 8
    assert sum(reggae[10:]) <= 2
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(20))


def test_ridge_equals_its_primal_twin() -> None:
    rng = np.random.default_rng(0)
    features, targets = rng.normal(size=(30, 5)), rng.normal(size=(30, 2))
    weights = rng.uniform(0.5, 2.0, 30)
    centred = targets - (weights[:, None] * targets).sum(axis=0) / weights.sum()
    weighted = features.T * weights
    primal = np.linalg.solve(weighted @ features + 9.0 * np.eye(5), weighted @ centred)
    assert ridge(features, targets, weights, 9.0) == pytest.approx(primal.T)


def rated(vectors: npt.NDArray[np.float32], felt: npt.NDArray[np.float64]) -> RatedMusic:
    return RatedMusic(vectors, felt, np.full(len(vectors), 20.0))


def named(vectors: npt.NDArray[np.float32], *names: str) -> NamedMusic:
    return NamedMusic(vectors, np.array(names, np.str_), np.arange(len(vectors)).astype(np.str_))


def some_felt(n: int) -> npt.NDArray[np.float64]:
    return 0.2 + 0.02 * np.random.default_rng(1).normal(size=(n, 9))


def test_moods_follow_the_reported_emotions() -> None:
    vectors, felt = noise(120), some_felt(120)
    felt[:, EMOTIONS.index("sadness")] = 0.3 + 0.1 * np.clip(vectors[:, 500], -2, 2)
    scores = fit_moods(rated(vectors, felt), named(noise(0)), penalty=0.1).scores(vectors)
    assert scores.shape == (120, 12)
    assert np.corrcoef(scores[:, TARGETS.index("sad")], vectors[:, 500])[0, 1] > 0.9
    assert np.corrcoef(scores[:, TARGETS.index("valence")], vectors[:, 500])[0, 1] < -0.9


def test_pieces_named_after_an_emotion_teach_it() -> None:
    vectors, clips = noise(60), noise(40, seed=3)
    clips[:20, 300] += 4.0
    videos = named(clips, *["Fear"] * 20, *["Relaxation"] * 20)
    head = fit_moods(rated(vectors, some_felt(60)), videos, penalty=0.3)
    unseen = noise(20, seed=4)
    unseen[:10, 300] += 4.0
    for target, rises in (("dark", True), ("tense", True), ("calm", False), ("arousal", True)):
        scores = head.scores(unseen)[:, TARGETS.index(target)]
        assert (scores[:10].mean() > scores[10:].mean()) == rises


def test_names_stand_for_known_targets() -> None:
    for stands_for in FROM_NAMES.values():
        assert set(stands_for) <= set(TARGETS)


def some_music() -> Music:
    felt = np.random.default_rng(2).random((40, 9))
    genres = ("classical", "electronic", "pop", "rock") * 10
    videos = named(noise(24, seed=5), *sorted(FROM_NAMES) * 4)
    library = LabelledMusic(noise(28, seed=6), GENRES * 2)
    return Music(rated(noise(40), felt), genres, videos, library, noise(30, seed=7))


def test_held_out_results_are_near_one_for_what_is_audible_and_low_for_noise() -> None:
    music = some_music()
    music.named.vectors[:, 300] += [30.0 if name == "Sad" else 0.0 for name in music.named.names]
    results = cross_validate(music)
    assert results["music videos AUC of sad"] > 0.9
    assert results["music videos AUC of energetic"] < 0.8
    of_noise = [value for name, value in results.items() if name.startswith("emotify r of")]
    assert np.abs(of_noise).mean() < 0.3


def test_the_pack_equals_the_heads_and_loads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    music = some_music()
    build_profile.write_pack(tmp_path, music, {})
    assert "parity" in capsys.readouterr().out
    pack = ProfilePack.load(tmp_path)
    assert (pack.genres, pack.moods) == (GENRES, MOODS)
    data = (tmp_path / "profile.onnx").read_bytes()
    assert OnnxModel(data, Path("profile.onnx")).output_names == ("genres", "moods", "affect")
    genre_head, mood_head = fit_heads(music)
    assert build_profile.parity(data, genre_head, mood_head, noise(9)) < 1e-4
    genre_head.biases[0] += 1.0
    with pytest.raises(SystemExit, match="disagree"):
        build_profile.parity(data, genre_head, mood_head, noise(9))
