"""The bundled matching and profile packs fit this version of the features."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from engine.encoders.clip_sketches import ClipSketches
from engine.encoders.matching import MatchingPack
from engine.encoders.pack_fingerprints import SeenClips, clip_fingerprint
from engine.encoders.pack_manifest import load_manifest
from engine.encoders.profile import Profile, ProfilePack
from engine.encoders.wants import AXES, TASTE_GENRES, WANTED_GENRES, WANTED_MOODS
from engine.library.scan import content_hash
from engine.music.vector import VECTOR_LENGTH
from engine.music.vector import VERSION as MUSIC_VERSION
from engine.paths import bundled_models_dir
from engine.training.data.features_cache import video_features
from engine.video.clip_features import VIDEO_FEATURES_VERSION
from engine.video.descriptors import N_DESCRIPTORS
from tests.tiny_matching import tiny_clip

DATA = Path(__file__).resolve().parents[3] / "shared/data"


def test_both_packs_need_the_current_features() -> None:
    matching = load_manifest(bundled_models_dir() / "soundbed-2")
    assert matching.feature_versions == {"video": VIDEO_FEATURES_VERSION, "music": MUSIC_VERSION}
    n_video = matching.inputs["video.onnx"]["features"][1]
    assert n_video == 2 * 1280 + N_DESCRIPTORS
    assert matching.inputs["content.onnx"]["embeddings"][1] == 1280
    assert matching.inputs["dynamics.onnx"]["features"][1] == 1280 + N_DESCRIPTORS
    assert matching.inputs["music.onnx"]["features"][1] == VECTOR_LENGTH
    profile = load_manifest(bundled_models_dir() / "profile")
    assert profile.feature_versions["music"] == MUSIC_VERSION


def test_the_packs_name_the_genres_of_taste_and_of_wants() -> None:
    assert MatchingPack.load().genres == TASTE_GENRES
    assert ProfilePack.load().genres == WANTED_GENRES
    assert ProfilePack.load().moods == WANTED_MOODS


def test_the_card_names_the_training_data_and_who_wrote_the_wants() -> None:
    card = (bundled_models_dir() / "soundbed-2" / "CARD.md").read_text(encoding="utf-8")
    for name in ("music videos", "micro_clips", "micro_clips_2", "OASIS", "Emotify", "ImageNet"):
        assert name in card
    assert "written by a language model that was shown contact sheets, **not by people**" in card
    for axis in AXES:
        assert f"| {axis} |" in card


def test_the_pack_names_all_clips_that_it_learnt_from() -> None:
    seen = SeenClips.of_pack(bundled_models_dir() / "soundbed-2")
    assert seen is not None and seen.is_complete
    # 171 micro-videos, 50 adverts, 100 music videos, 640 photographs of OASIS, 4,544 of scenes.
    assert len(seen.fingerprints) == 171 + 50 + 100 + 640 + 4544
    assert len(seen.sketches) == 171 + 50 + 100


@pytest.mark.skipif(not DATA.is_dir(), reason="the clips aren't here")
@pytest.mark.parametrize("name", ["micro_clips", "micro_clips_2", "music_videos"])
def test_the_clips_are_known_again_by_their_files(name: str) -> None:
    seen = SeenClips.of_pack(bundled_models_dir() / "soundbed-2")
    clips = sorted((DATA / name).glob("*.mp4"))
    assert seen is not None and clips
    assert all(seen.has(clip_fingerprint(content_hash(clip))) for clip in clips)


@pytest.mark.skipif(not DATA.is_dir(), reason="the clips aren't here")
def test_a_clip_is_known_again_by_what_it_shows(tmp_path: Path) -> None:
    seen = SeenClips.of_pack(bundled_models_dir() / "soundbed-2")
    clip = min((DATA / "micro_clips").glob("*.mp4"))
    vector = video_features(clip, tmp_path).vector
    assert seen is not None
    assert seen.know(ClipSketches.of(vector[None], VIDEO_FEATURES_VERSION)).all()
    other = np.roll(vector, 1)
    assert not seen.know(ClipSketches.of(other[None], VIDEO_FEATURES_VERSION)).any()


def test_recorded_parity_is_within_tolerance() -> None:
    parity = load_manifest(bundled_models_dir() / "soundbed-2").extra["parity"]
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
    vector = pack.embed_music(zero, Profile()).vector
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-4)


def test_the_bank_and_the_curve_are_learnt() -> None:
    pack = MatchingPack.load()
    # A bank that corrects nothing has a single row of zeros.
    assert len(pack.bank) > 100 and pack.bank.any(axis=1).all()
    assert pack.fit_levels.fit(float(pack.fit_levels.scores[0])) == "weak"
    assert pack.fit_levels.fit(float(pack.fit_levels.scores[-1])) == "strong"


def test_every_expert_knows_something() -> None:
    pack = MatchingPack.load()
    rng = np.random.default_rng(0)
    shown = np.abs(rng.normal(size=(4, 1280)))
    reading = pack.read_clip(tiny_clip(shown, cuts_s=(1.0,), version=VIDEO_FEATURES_VERSION))
    assert all((one.precision > 0).all() for one in reading.wants.values())
    assert np.linalg.norm(reading.learned) == pytest.approx(1, abs=1e-5)
    assert sum(share for _, share in reading.scenes) == pytest.approx(1, abs=1e-4)
    assert not any("_" in word for word, _ in reading.scenes)
