"""How far the music goes down under speech."""

from dataclasses import replace

from engine.arrangement.ducking import DuckingWish, ducked
from engine.arrangement.segments import Segment
from engine.sound.clip_sound import ClipSound
from tests.arrangements import arranged

PLAIN = arranged(Segment(0.0, 0.0, 12.0))
SPOKEN = ClipSound(((1.0, 3.0),), speech_lufs=-22.0, loudness_lufs=-24.0)
WISH = DuckingWish(above_lu=10.0)


def depth(**changes: float | None) -> float:
    ducking = ducked(replace(PLAIN, **changes), SPOKEN, WISH)  # type: ignore[arg-type]  # by name
    return 0.0 if ducking is None else ducking.depth_db


def test_music_goes_as_far_down_as_speech_needs() -> None:
    # Music at -14 must be 10 LU and a margin below -22.
    assert 18.0 <= depth() <= 22.0
    assert depth(target_lufs=-23.0) == depth() - 9
    assert depth(music_gain_db=-6.0) == depth() - 6
    assert depth(clip_gain_db=-6.0) == depth() + 6


def test_there_is_none_where_none_is_needed() -> None:
    assert ducked(PLAIN, ClipSound(), WISH) is None
    assert depth(music_gain_db=-40.0) == 0.0


def test_muted_clip_sound_needs_no_ducking() -> None:
    arrangement = replace(PLAIN, ducking=ducked(PLAIN, SPOKEN, WISH))
    assert arrangement.gain_points.gains_db.min() < -17
    muted = arrangement.with_gains(clip_gain_db=-60.0)
    assert len(muted.gain_points.times_s) == 0
