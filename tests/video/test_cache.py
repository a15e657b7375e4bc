"""The cache of analysed clips."""

import os
from dataclasses import replace

import numpy as np
import pytest

from engine.media.frames import Frame
from engine.paths import cache_dir
from engine.video import cache
from engine.video.cache import Analysis, load_analysis, store_analysis
from engine.video.clip_features import VIDEO_FEATURES_VERSION, VideoFeatures
from engine.video.descriptors import VideoDescriptors


def analysis() -> Analysis:
    descriptors = VideoDescriptors(
        cuts_s=np.asarray([1.5], np.float32), cut_rate_per_min=6.0, motion_mean=0.1,
        motion_std=0.2, motion_curve=np.asarray([0, 1], np.float32), brightness=0.3,
        brightness_change=0.01, contrast=0.2, contrast_change=0.02, saturation=0.4,
        saturation_change=0.03, warmth=-0.1, warmth_change=0.04,
    )  # fmt: skip
    features = VideoFeatures(
        np.arange(10, dtype=np.float16).reshape(2, 5),
        np.asarray([0.5, 1.5], np.float32),
        np.arange(8, dtype=np.float32).reshape(2, 4),
        np.asarray([0.25, 0.5], np.float32),
        descriptors,
    )
    pixels = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    return features, (Frame(0.5, pixels), Frame(1.5, pixels + 1))


def test_an_analysis_is_read_back_unchanged() -> None:
    assert load_analysis("abc") is None
    features, strip = analysis()
    store_analysis("abc", (features, strip))
    found = load_analysis("abc")
    assert found is not None
    assert found[0].vector.tolist() == features.vector.tolist()
    assert found[0].embeddings.tolist() == features.embeddings.tolist()
    assert found[0].times_s.tolist() == features.times_s.tolist()
    assert found[0].colours.tolist() == features.colours.tolist()
    assert found[0].descriptors.as_vector() == pytest.approx(features.descriptors.as_vector())
    assert found[0].descriptors.cuts_s.tolist() == [1.5]
    assert [frame.time_s for frame in found[1]] == [0.5, 1.5]
    assert found[1][1].pixels.tolist() == strip[1].pixels.tolist()


def test_a_damaged_or_older_entry_counts_as_missing() -> None:
    store_analysis("abc", analysis())
    (path,) = (cache_dir() / "clips").iterdir()
    path.write_bytes(path.read_bytes()[:100])
    assert load_analysis("abc") is None
    store_analysis("abc", analysis())
    assert load_analysis("abc", VIDEO_FEATURES_VERSION + "x") is None
    assert load_analysis("abc") is not None


def test_analyses_by_two_networks_are_never_mixed() -> None:
    features, strip = analysis()
    other = replace(features, version="video-9:ab12cd34")
    store_analysis("abc", (features, strip))
    store_analysis("abc", (other, strip))
    assert len(list((cache_dir() / "clips").iterdir())) == 2
    for version in (features.version, other.version):
        found = load_analysis("abc", version)
        assert found is not None and found[0].version == version
    # An entry under the wrong name is refused by what is inside.
    one, two = sorted((cache_dir() / "clips").iterdir())
    one.replace(two)
    assert [load_analysis("abc", version) for version in (features.version, other.version)].count(
        None
    ) == 2


def test_only_the_newest_entries_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_MAX_ENTRIES", 2)
    for name in "abc":
        store_analysis(name, analysis())
    assert len(list((cache_dir() / "clips").iterdir())) == 2
    assert load_analysis("c") is not None


def test_features_are_read_without_counting_as_a_use() -> None:
    stored, _ = analysis()
    for name in ("b", "a"):
        store_analysis(name, analysis())
    store_analysis("c", (replace(stored, version="other:video-2"), ()))
    assert cache.cached_clips(VIDEO_FEATURES_VERSION) == ("a", "b")
    assert cache.cached_clips("other:video-2") == ("c",)
    (path,) = (cache_dir() / "clips").glob("a-*")
    os.utime(path, (1_000, 1_000))
    features = cache.load_features("a", VIDEO_FEATURES_VERSION)
    assert features is not None
    assert features.vector.tolist() == stored.vector.tolist()
    assert path.stat().st_mtime == 1_000
    assert load_analysis("a") is not None
    assert path.stat().st_mtime > 1_000
    assert cache.load_features("d", VIDEO_FEATURES_VERSION) is None
