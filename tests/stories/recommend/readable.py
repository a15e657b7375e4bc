"""A pack whose scores can be read off the tracks, tracks and clips for it."""

from pathlib import Path

import numpy as np
import pytest

from engine.encoders.matching import MatchingPack
from engine.encoders.profile import Profile
from engine.encoders.text import TextExpert
from engine.encoders.wants import WANTED_GENRES
from engine.library.files import AnalysedFile
from engine.library.tracks import TrackFile
from engine.media.tags import Tags
from engine.music.features import MusicFeatures
from engine.music.vector import VECTOR_LENGTH, VERSION
from engine.stories import recommend as story
from engine.stories import scoring
from engine.stories.analyse import ClipAnalysis
from engine.video.clip_features import VIDEO_FEATURES_VERSION, VideoFeatures
from tests.tiny_matching import TASTE, TinyPack
from tests.video_infos import video_info

GENRES = ("jazz", "metal")


def readable_pack() -> MatchingPack:
    """A pack whose score is the first number of a track's features, of those of `features`."""
    taste = {**TASTE, "log_weight": 0.0, "genre_weights": np.eye(2).tolist()}
    extra = {"genres": list(GENRES), "taste": taste}
    versions = {"video": VIDEO_FEATURES_VERSION, "music": VERSION}
    fields = {"id": "readable", "embedding_space": "readable", "feature_versions": versions}
    return TinyPack(VECTOR_LENGTH, extra=extra, fields=fields).load()


def features(cosine: float, duration_s: float = 60.0) -> MusicFeatures:
    vector = np.zeros(VECTOR_LENGTH, np.float32)
    vector[:2] = cosine, np.sqrt(1 - cosine**2)
    beats = np.arange(0, duration_s, 0.5, dtype=np.float32)
    return MusicFeatures(
        version=VERSION, vector=vector, duration_s=duration_s, msd_tags=np.zeros(50, np.float32),
        mtt_tags=np.zeros(50, np.float32), bpm=120.0, bpm_confidence=1.0, beats_s=beats,
        downbeats_s=beats[::4], beats_per_bar=4, key="A", mode="minor", key_confidence=1.0,
        loudness_lufs=-14.0, loudness_range_lu=5.0, true_peak_dbtp=-1.0, brightness=1000.0,
        onset_density_hz=2.0, energy_curve=np.ones(60, np.float32),
        peaks=np.zeros((10, 2), np.int8), vocals=0.1,
    )  # fmt: skip


def stored(path: Path, cosine: float, genre: str = "jazz", digest: str = "") -> AnalysedFile:
    music = features(cosine)
    shares = tuple(float(name == genre) for name in WANTED_GENRES)
    profile = Profile(genre, shares, {"calm": 1.0}, 120.0, "A minor", 0.1, -14.0)
    return AnalysedFile(
        TrackFile(path, 1, 1, digest or path.name, 60.0, VERSION), Tags(path.stem), profile,
        music.to_bytes(), "profile 1",
    )  # fmt: skip


def clip_of(features: VideoFeatures) -> ClipAnalysis:
    return ClipAnalysis(video_info(20.0), features, (), "clip-hash")


def titles(ranked: story.Recommendations) -> list[str]:
    return [item.track.title for item in ranked.items]


def use_text_expert(monkeypatch: pytest.MonkeyPatch, text: TextExpert) -> None:
    for module in (story, scoring):
        monkeypatch.setattr(module, "text_expert", lambda: text)
