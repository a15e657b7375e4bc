"""The ranks of own music, and paired differences with intervals by source."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from engine.encoders.track_axes import track_axes
from engine.errors import PackError
from engine.library.library import Library
from engine.library.track_analysis import profile_pack
from engine.music.vector import VERSION as MUSIC_VERSION
from engine.training.data.pairs import PairSet
from engine.training.data.pooled import PooledTrack
from engine.training.paired_ranks import PairedInterval, _student, own_ranks, paired_interval
from tests.tiny_matching import N_SHOWN, N_VIDEO, VIDEO_VERSION, TinyPack
from tests.training.tiny_pairs import make_clip_pairs

# Tiny packs copy a track's three numbers to the first learned axes, and the fourth of what a clip
# shows to the first of them.
TRACKS = np.array([(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 0, 0)], np.float32)


def pairs_of(pairs: list[tuple[int, int]]) -> PairSet:
    """Pairs of two clips that both ask for the first axis, and the four tracks."""
    clips = np.zeros((2, N_VIDEO), np.float32)
    clips[:, N_SHOWN - 1] = 1
    return replace(
        make_clip_pairs(2),
        video_vectors=clips,
        music_vectors=TRACKS,
        pairs=np.array(pairs, np.int64),
        weights=np.ones(len(pairs), np.float32),
        uploaders=np.array(["me"] * len(pairs)),
        genres=np.zeros(4, np.int64),
        sources=np.array(["a", "b"]),
        music_blocks=(3,),
        video_version=VIDEO_VERSION,
    )


def test_ranks_are_shares_of_the_other_tracks() -> None:
    pack = TinyPack().load()
    # The first track has an equal one; two are better than the second, and one equals it.
    assert own_ranks(pack, pairs_of([(0, 0), (1, 1)])) == pytest.approx([0.5 / 3, 2.5 / 3])


def test_other_tracks_of_the_same_clip_do_not_count() -> None:
    ranks = own_ranks(TinyPack().load(), pairs_of([(0, 0), (0, 3), (0, 1), (1, 2)]))
    assert ranks == pytest.approx([0.0, 0.0, 0.5, 2.5 / 3])


def test_without_other_tracks_nothing_is_known() -> None:
    pairs = pairs_of([(0, 0), (0, 1), (0, 2), (0, 3)])
    assert own_ranks(TinyPack().load(), pairs).tolist() == [0.5] * 4


def test_features_of_another_version_are_refused() -> None:
    pairs = replace(pairs_of([(0, 0), (1, 1)]), video_version="video-9")
    with pytest.raises(PackError, match="video-9"):
        own_ranks(TinyPack().load(), pairs)


def test_a_vector_gives_the_axes_of_the_whole_analysis() -> None:
    library = Library.open_bundled()
    track = library.tracks.all()[0]
    features = library.tracks.features(track.file.id)
    assert features.version == MUSIC_VERSION
    pooled = PooledTrack(features.vector, features.version)
    axes = track_axes(profile_pack().profile(pooled))
    assert axes.tolist() == track_axes(profile_pack().profile(features)).tolist()
    assert np.ptp(axes) > 0.5


def test_the_mean_is_over_clips_and_the_interval_over_sources() -> None:
    before = np.array([0.4, 0.4, 0.4, 0.4])
    after = np.array([0.3, 0.3, 0.3, 0.5])
    found = paired_interval(before, after, ["a", "a", "a", "b"])
    assert found.mean == pytest.approx(-0.05)
    assert (found.n_clips, found.n_sources) == (4, 2)
    # Two sources that differ say nothing, however many clips they have: without either, the mean is
    # -.1 or .1.
    error = ((0.05**2 + 0.15**2) / 2) ** 0.5
    assert found.low == pytest.approx(max(-0.05 - 12.706 * error, -1))
    assert found.high == 1.0


def test_of_sources_of_one_size_it_is_students_interval_of_their_means() -> None:
    rng = np.random.default_rng(2)
    of_sources = rng.normal(0.01, 0.02, 9)
    inside = np.tile([-0.1, 0.1], 9)
    found = paired_interval(
        np.full(18, 0.5), 0.5 + np.repeat(of_sources, 2) + inside, np.repeat(np.arange(9), 2)
    )
    wanted = stats.ttest_1samp(of_sources, 0).confidence_interval()
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=1e-5)


def test_a_source_with_most_clips_makes_it_wider() -> None:
    rng = np.random.default_rng(2)
    differences = rng.normal(0, 0.1, 60)
    even = np.repeat(np.arange(10), 6).astype(np.str_)
    uneven = np.where(np.arange(60) < 42, "0", even)
    before = np.full(60, 0.5)
    intervals = [paired_interval(before, before + differences, one) for one in (even, uneven)]
    widths = [one.high - one.low for one in intervals]
    assert widths[1] > 1.5 * widths[0]


def test_one_source_says_nothing() -> None:
    found = paired_interval(np.array([0.5, 0.6]), np.array([0.1, 0.2]), ["a", "a"])
    assert found.mean == pytest.approx(-0.4)
    assert replace(found, mean=0.0) == PairedInterval(0.0, -1.0, 1.0, 2, 1)


def test_equal_packs_have_no_difference() -> None:
    ranks = np.linspace(0, 1, 12)
    assert paired_interval(ranks, ranks, [str(n // 2) for n in range(12)]) == PairedInterval(
        0.0, 0.0, 0.0, 12, 6
    )


def test_nothing_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="at least one"):
        paired_interval(np.zeros(0), np.zeros(0), [])
    with pytest.raises(ValueError, match="same clips"):
        paired_interval(np.zeros(2), np.zeros(3), ["a", "b"])


def test_students_t_is_right_for_any_number_of_sources() -> None:
    for n_free in (1, 2, 12, 30, 31, 32, 40, 60, 150, 5000):
        assert _student(n_free) == pytest.approx(stats.t.ppf(0.975, n_free), abs=6e-4)
    for between in (1.3, 2.5, 3.7, 11.2, 29.5):
        right = stats.t.ppf(0.975, between)
        assert right - 6e-4 < _student(between) < 1.3 * right
    assert _student(0.2) == _student(1) == 12.706


@pytest.mark.parametrize("n_sources", [4, 12, 33])
def test_the_truth_is_inside_nineteen_times_of_twenty(n_sources: int) -> None:
    rng = np.random.default_rng(5)
    n_clips, n_times = 6, 400
    sources = np.repeat(np.arange(n_sources), n_clips).astype(np.str_)
    n_inside = 0
    for _ in range(n_times):
        of_source = rng.normal(0, 0.05, n_sources)
        difference = np.repeat(of_source, n_clips) + rng.normal(0, 0.05, len(sources))
        found = paired_interval(np.full(len(sources), 0.5), 0.5 + difference, sources)
        n_inside += found.low <= 0 <= found.high
    assert n_inside / n_times >= 0.93
