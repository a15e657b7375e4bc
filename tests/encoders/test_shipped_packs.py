"""The bundled matching and profile packs fit this version of the features."""

from types import SimpleNamespace

import numpy as np
import pytest

from engine.encoders.matching import MatchingPack
from engine.encoders.pack_manifest import load_manifest
from engine.encoders.profile import ProfilePack
from engine.encoders.wants import TASTE_GENRES, WANTED_GENRES, WANTED_MOODS
from engine.music.vector import VECTOR_LENGTH
from engine.music.vector import VERSION as MUSIC_VERSION
from engine.paths import bundled_models_dir
from engine.video.clip_features import VIDEO_FEATURES_VERSION
from engine.video.descriptors import N_DESCRIPTORS


def test_both_packs_need_the_current_features() -> None:
    matching = load_manifest(bundled_models_dir() / "soundbed-1")
    assert matching.feature_versions == {"video": VIDEO_FEATURES_VERSION, "music": MUSIC_VERSION}
    n_video = matching.inputs["video.onnx"]["features"][1]
    assert n_video == 2 * 1280 + N_DESCRIPTORS
    assert matching.inputs["music.onnx"]["features"][1] == VECTOR_LENGTH
    profile = load_manifest(bundled_models_dir() / "profile")
    assert profile.feature_versions["music"] == MUSIC_VERSION


def test_the_packs_name_the_genres_of_taste_and_of_wants() -> None:
    assert MatchingPack.load().genres == TASTE_GENRES
    assert ProfilePack.load().genres == WANTED_GENRES
    assert ProfilePack.load().moods == WANTED_MOODS


def test_the_card_names_the_training_data() -> None:
    card = (bundled_models_dir() / "soundbed-1" / "CARD.md").read_text(encoding="utf-8")
    for name in ("music videos", "micro_clips", "OASIS", "Emotify"):
        assert name in card


def test_recorded_parity_is_within_tolerance() -> None:
    parity = load_manifest(bundled_models_dir() / "soundbed-1").extra["parity"]
    assert max(parity["video"], parity["music"]) <= 1e-5
    assert load_manifest(bundled_models_dir() / "profile").extra["parity"] <= 1e-4


def test_a_taste_for_one_genre_raises_its_score() -> None:
    pack = MatchingPack.load()
    assert pack.taste_bias(pack.mean_taste, np.arange(10)) == pytest.approx(np.zeros(10), abs=1e-6)
    only_jazz = np.eye(10, dtype=np.float32)[TASTE_GENRES.index("jazz")]
    bias = pack.taste_bias(only_jazz, np.arange(10))
    # A user who only picks jazz gets more jazz than the average uploader.
    assert bias.argmax() == TASTE_GENRES.index("jazz")
    assert bias[TASTE_GENRES.index("jazz")] > 0.0


def test_any_features_give_unit_embeddings() -> None:
    pack = MatchingPack.load()
    zero = SimpleNamespace(vector=np.zeros(VECTOR_LENGTH, np.float32), version=MUSIC_VERSION)
    assert np.linalg.norm(pack.embed_music(zero).vector) == pytest.approx(1.0, abs=1e-4)
