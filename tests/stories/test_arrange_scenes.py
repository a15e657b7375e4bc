"""Music by scenes and by hand, with a ranking that answers at once."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.arrangement.clip_part import ClipPart
from engine.errors import InputError
from engine.library.tracks import Track
from engine.progress import Progress, silent
from engine.stories import arrange_scenes as story
from engine.stories.analyse import ClipAnalysis
from engine.stories.arrange_scenes import PlacedTrack, arrange_scenes, arrange_tracks
from engine.stories.ranking_options import RankingOptions
from engine.video.clip_features import VideoFeatures
from tests.tracks import make_track
from tests.video.made_up import made_up
from tests.video_infos import video_info

TRACKS = [make_track(number) for number in range(1, 13)]
ASKED: list[ClipAnalysis] = []


def music() -> Any:
    beats = np.arange(0.2, 79.0, 0.5)
    return SimpleNamespace(
        duration_s=80.0,
        energy_curve=np.ones(80, np.float32),
        beats_s=beats,
        downbeats_s=beats[::4],
        loudness_lufs=-20.0,
        true_peak_dbtp=-9.0,
    )


LIBRARIES: Any = SimpleNamespace(features=lambda _track: music())


@pytest.fixture(autouse=True)
def ranking(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same list for all that show something: the first track is always the best."""

    def ranked(clip: ClipAnalysis, options: RankingOptions, _p: Progress, _l: object) -> Any:
        ASKED.append(clip)
        assert options.part is None
        assert clip.features.n_seen
        items = [
            SimpleNamespace(rank=rank, track=track, start_s=8.2)
            for rank, track in enumerate(TRACKS, start=1)
        ]
        return SimpleNamespace(items=items[: options.top])

    ASKED.clear()
    monkeypatch.setattr(story, "recommend", ranked)


def clip_of(scenes: Sequence[tuple[int, int]], spacing_s: float = 1.0) -> ClipAnalysis:
    """A clip of scenes, (thing, seconds) each; thing -1 is black."""
    shown = [thing for thing, n in scenes for _ in range(int(n / spacing_s))]
    ends = np.cumsum([n for _, n in scenes])
    features: VideoFeatures = made_up(shown, cuts_s=ends[:-1].tolist(), spacing_s=spacing_s)
    return ClipAnalysis(video_info(float(ends[-1])), features, (), "hash")


def arranged(clip: ClipAnalysis, **options: Any) -> list[tuple[float, Track]]:
    """When each track starts to be at full level, and which it is."""
    found = arrange_scenes(clip, RankingOptions(**options), silent(), LIBRARIES)
    by_path = {track.path: track for track in TRACKS}
    assert found.items[-1].duration_s > 1
    return [
        (found.start_s(item) + item.fade_in_s, by_path[item.track.path]) for item in found.items
    ]


def starts(clip: ClipAnalysis, **options: Any) -> list[float]:
    return [round(at_s, 1) for at_s, _ in arranged(clip, **options)]


def test_music_changes_with_the_scene_and_neighbours_differ() -> None:
    found = arranged(clip_of([(0, 40), (1, 30), (2, 50)]))
    assert [at_s for at_s, _ in found] == pytest.approx([0, 40, 70], abs=0.02)
    assert [track for _, track in found] == TRACKS[:3]
    assert [clip.info.duration_s for clip in ASKED] == [40, 30, 50]


def test_of_tracks_about_as_good_one_in_a_near_key_follows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys = ("A minor", "D# minor", "C major", *["D# major"] * 9)
    keyed = [
        replace(track, profile=replace(track.profile, key=key))
        for track, key in zip(TRACKS, keys, strict=True)
    ]
    monkeypatch.setitem(globals(), "TRACKS", keyed)
    # The second is the better one, but as far from the first as a key can be.
    assert [track for _, track in arranged(clip_of([(0, 40), (1, 40)]))] == [keyed[0], keyed[2]]
    unknown = replace(keyed[1], profile=replace(keyed[1].profile, key=None))
    monkeypatch.setitem(globals(), "TRACKS", [keyed[0], unknown, *keyed[2:]])
    assert [track for _, track in arranged(clip_of([(0, 40), (1, 40)]))] == [keyed[0], unknown]


def test_after_another_track_one_starts_where_its_intro_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quiet_first = music()
    quiet_first.energy_curve = np.repeat([0.1, 1.0], [18, 62]).astype(np.float32)
    monkeypatch.setattr(LIBRARIES, "features", lambda _track: quiet_first)
    clip = clip_of([(0, 40), (1, 40)])
    first, second = arrange_scenes(clip, RankingOptions(), silent(), LIBRARIES).items
    assert first.track_start_s == pytest.approx(8.2, abs=0.1)
    assert second.track_start_s + second.fade_in_s == pytest.approx(18.2, abs=2.1)


def test_a_short_scene_shares_the_music_of_the_neighbour_that_is_like_it() -> None:
    # The last 12 s show the same as the scene before them, from another side.
    assert starts(clip_of([(0, 40), (1, 30), (0, 12), (0, 30)])) == [0, 40, 70]
    assert starts(clip_of([(0, 40), (1, 8)])) == [0]
    assert all(clip.info.duration_s >= 20 for clip in ASKED)


def test_a_track_returns_for_the_same_thing_but_not_for_something_else() -> None:
    clip = clip_of([(0, 40), (1, 40), (0, 40), (2, 40)])
    tracks = [track for _, track in arranged(clip)]
    assert tracks == [TRACKS[0], TRACKS[1], TRACKS[0], TRACKS[2]]


def test_a_scene_of_hours_gets_several_tracks() -> None:
    clip = clip_of([(0, 7200)], spacing_s=60.0)
    found = arranged(clip)
    lengths = np.diff([at_s for at_s, _ in found] + [7200.0])
    assert len(found) == 24
    assert 280 <= lengths.min() <= lengths.max() <= 320
    tracks = [track for _, track in found]
    assert all(one != other for one, other in pairwise(tracks))
    assert len({track.path for track in tracks}) >= 6


def test_a_black_scene_gets_what_suits_the_clip() -> None:
    assert starts(clip_of([(0, 40), (-1, 30)])) == [0]
    ASKED.clear()
    black_first = clip_of([(-1, 400), (0, 300)])
    assert len(starts(black_first)) == 3


def test_only_the_part_between_in_and_out_gets_music() -> None:
    clip = clip_of([(0, 40), (1, 30), (2, 50)])
    part = ClipPart(25 * 50, 25 * 100)
    found = arrange_scenes(clip, RankingOptions(part=part), silent(), LIBRARIES)
    assert found.part == part
    assert found.items[0].start_frame == 25 * 50
    assert [found.start_s(item) + item.fade_in_s for item in found.items] == [50, 70]
    assert 99 <= found.start_s(found.items[-1]) + found.items[-1].duration_s <= 100


def by_hand(*at_s: float, clip_s: float = 200.0, part: ClipPart | None = None) -> Any:
    placed = [
        PlacedTrack(track, music(), time_s) for track, time_s in zip(TRACKS, at_s, strict=False)
    ]
    return arrange_tracks(video_info(clip_s), placed, part)


def test_tracks_placed_by_hand_start_where_they_were_put() -> None:
    found = by_hand(0.0, 120.0, 60.0)
    assert [item.track.path for item in found.items] == [
        TRACKS[0].path, TRACKS[2].path, TRACKS[1].path,
    ]  # fmt: skip
    assert [found.start_s(item) for item in found.items] == [0, 60, 120]
    assert [item.match_gain_db for item in found.items] == [6.0] * 3
    ends_s = [found.start_s(item) + item.duration_s for item in found.items]
    assert ends_s == pytest.approx([61.0, 121.0, 200.0], abs=1.0)


@pytest.mark.parametrize("at_s", [(0.0, 0.5), (0.0, 199.5), (0.0, 250.0)])
def test_tracks_too_close_or_after_the_end_are_refused(at_s: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match="at least a second"):
        by_hand(*at_s)


def test_nor_before_the_in_point() -> None:
    part = ClipPart(25 * 10, 25 * 100)
    with pytest.raises(InputError, match="at least a second"):
        by_hand(0.0, 50.0, part=part)
    assert by_hand(10.0, 50.0, part=part).part == part
