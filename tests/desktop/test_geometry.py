from pathlib import Path

import numpy as np
import pytest

from desktop.preview import geometry
from desktop.preview.overview import describe_parts
from engine.arrangement.arrangement import MusicItem
from engine.arrangement.segments import Segment
from engine.music.features import MusicFeatures
from tests.arrangements import TRACK, arranged, with_item
from tests.music_packs.samples import features


def music(loudest: np.ndarray, duration_s: float = 8.0) -> dict[Path, MusicFeatures]:
    return {TRACK: features(duration_s=duration_s, peaks=loudest)}


def item(*segments: Segment) -> MusicItem:
    return arranged(*segments, clip_s=4.0).items[0]


def peaks(*loudest: int) -> np.ndarray:
    return np.array([[-value, value // 2] for value in loudest], np.int8)


def test_waveform_shows_the_peak_of_each_part() -> None:
    np.testing.assert_allclose(
        geometry.track_envelope(peaks(0, 127, 64, 32), 2), [1.0, 64 / 127], atol=1e-6
    )


def test_waveform_is_interpolated_between_stored_parts() -> None:
    # Two columns at 1/4 and 3/4; four bars at 1/8, 3/8, 5/8, 7/8.
    np.testing.assert_allclose(
        geometry.track_envelope(peaks(0, 100), 4), np.array([0, 25, 75, 100]) / 127
    )


def test_waveform_of_nothing_is_flat() -> None:
    assert geometry.track_envelope(peaks(), 3).tolist() == [0, 0, 0]
    assert geometry.track_envelope(peaks(1), 0).size == 0


def test_waveform_under_the_clip_starts_where_the_music_does() -> None:
    # A track of 8 s, silent in its first half, loud in its second.
    loud_half = peaks(*([0] * 40 + [127] * 40))
    start, end = (arranged(Segment(start_s, 0.0, 4.0), clip_s=4.0) for start_s in (0.0, 4.0))
    first = geometry.clip_envelope(start, music(loud_half), 4)
    second = geometry.clip_envelope(end, music(loud_half), 4)
    assert first.max() < 0.01
    assert second.min() > 0.99


def test_waveform_under_the_clip_has_fade_and_level() -> None:
    steady = peaks(*([127] * 80))
    faded = with_item(
        arranged(Segment(0.0, 0.0, 4.0, fade_out_s=2.0), clip_s=4.0), match_gain_db=-6.0206
    )
    # Columns in the middle of each second; the fade is sin(pi/2 * left / 2 s).
    expected = 0.5 * np.array([1, 1, np.sin(np.pi / 2 * 0.75), np.sin(np.pi / 2 * 0.25)])
    np.testing.assert_allclose(geometry.clip_envelope(faded, music(steady), 4), expected, atol=1e-4)


def test_waveform_under_the_clip_has_every_item_whose_track_is_known() -> None:
    steady = peaks(*([127] * 80))
    late = with_item(arranged(Segment(0.0, 0.0, 2.0), clip_s=4.0), start_frame=50)
    np.testing.assert_allclose(geometry.clip_envelope(late, music(steady), 4), [0, 0, 1, 1])
    assert not geometry.clip_envelope(late, {}, 4).any()


def test_parts_start_after_their_crossfade() -> None:
    cut = item(Segment(1.0, 0.0, 2.0, 0.0, 0.25), Segment(5.75, 1.75, 2.0, 0.25, 0.0))
    assert geometry.played_parts(cut) == [(1.0, 3.0), (6.0, 7.75)]
    assert geometry.joined([(6.0, 7.0), (0.0, 2.0), (1.5, 3.0)]) == [(0.0, 3.0), (6.0, 7.0)]


def test_parts_in_words() -> None:
    assert describe_parts(item(Segment(1.0, 0.0, 4.0))) == "From 0:01.0 to 0:05.0"
    cut = item(Segment(1.0, 0.0, 2.0, 0.0, 0.25), Segment(5.75, 1.75, 2.0, 0.25, 0.0))
    assert describe_parts(cut) == "Cut at bar lines: 0:01.0 to 0:03.0, 0:06.0 to 0:07.8"
    looped = item(Segment(0.0, 0.0, 2.0), Segment(1.0, 2.0, 2.0))
    assert describe_parts(looped).startswith("The whole track, repeated")


@pytest.mark.parametrize(
    ("start_s", "snapped_s"),
    [(1.1, 1.0), (1.3, 1.5), (-4.0, 0.0), (0.1, 0.0), (99.0, 2.0)],
)
def test_snaps_to_the_nearest_beat(start_s: float, snapped_s: float) -> None:
    assert geometry.snap(start_s, [0.5, 1.0, 1.5, 2.0, 2.5], latest_s=2.2) == snapped_s


def test_without_beats_nothing_snaps() -> None:
    assert geometry.snap(1.234, [], latest_s=5.0) == 1.234
    assert geometry.snap(9.0, [], latest_s=5.0) == 5.0


def test_neighbour_beats() -> None:
    beats = [0.5, 1.0, 1.5]
    assert geometry.neighbour_beat(1.0, beats, 5.0, 1) == 1.5
    assert geometry.neighbour_beat(1.0, beats, 5.0, -1) == 0.5
    assert geometry.neighbour_beat(0.5, beats, 5.0, -1) == 0.0
    assert geometry.neighbour_beat(1.5, beats, 5.0, 1) == 1.5
    assert geometry.neighbour_beat(1.0, [], 5.0, 1) == 1.5
    assert geometry.neighbour_beat(0.2, [], 5.0, -1) == 0.0


def test_ticks_are_round_times_far_enough_apart() -> None:
    assert geometry.tick_step_s(10.0, 800.0) == 1
    assert geometry.tick_step_s(3600.0, 800.0) == 600
    assert geometry.tick_step_s(0.5, 800.0) == 0.1


@pytest.mark.parametrize(
    ("time_s", "decimals", "text"),
    [
        (0.0, 2, "0:00.00"),
        (83.456, 2, "1:23.46"),
        (59.999, 2, "1:00.00"),
        (3723.0, 0, "1:02:03"),
        (-1.0, 1, "0:00.0"),
    ],
)
def test_times_as_text(time_s: float, decimals: int, text: str) -> None:
    assert geometry.format_time(time_s, decimals) == text
