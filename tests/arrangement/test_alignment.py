import numpy as np
import numpy.typing as npt

from engine.arrangement.alignment import Alignment, ClipMotion, align
from engine.arrangement.music_form import MusicForm


def times(*values: float) -> npt.NDArray[np.float32]:
    return np.asarray(values, np.float32)


def beats(bpm: float, duration_s: float, every: int = 1) -> npt.NDArray[np.float32]:
    return np.arange(0, duration_s, every * 60 / bpm, dtype=np.float32)


def found_for(
    clip_s: float,
    motion: npt.ArrayLike,
    music: MusicForm,
    cuts_s: npt.ArrayLike = (),
) -> Alignment:
    motion_curve, cuts = np.asarray(motion, np.float32), np.asarray(cuts_s, np.float32)
    return align(ClipMotion(clip_s, motion_curve, cuts), music)


EVEN = np.ones(60, np.float32)


def test_a_track_shorter_than_the_clip_starts_at_its_beginning() -> None:
    found = found_for(
        90,
        np.linspace(0, 1, 90, dtype=np.float32),
        MusicForm(60, beats(120, 60), beats(120, 60, 4), np.linspace(0, 1, 60, dtype=np.float32)),
        cuts_s=(1, 2, 3),
    )
    assert found.start_s == 0


def test_a_rising_picture_starts_where_the_music_rises() -> None:
    energy = np.concatenate([np.linspace(1, 0.5, 30), np.linspace(0.5, 1, 30)])
    found = found_for(
        20,
        np.linspace(0, 1, 20, dtype=np.float32),
        MusicForm(60, beats(120, 60), beats(120, 60, 4), energy.astype(np.float32)),
    )
    assert 30 <= found.start_s <= 40
    assert found.start_s % 2 == 0  # bars of 4 beats at 120 BPM last 2 s
    assert found.movement > 0.9


def test_cuts_fall_on_beats() -> None:
    # Bars start at 0.25, 2.25 …; from there a cut every 0.5 s meets every beat.
    found = found_for(
        10,
        np.ones(10, np.float32),
        MusicForm(
            60, beats(120, 60) + np.float32(0.25), beats(120, 60, 4) + np.float32(0.25), EVEN
        ),
        cuts_s=(1.0, 2.5, 4.0, 6.0),
    )
    assert found.start_s == 0.25
    assert found.cuts_on_beat == 1.0
    assert found.n_cuts == 4


def test_the_own_beginning_wins_when_nothing_speaks_for_another_start() -> None:
    found = found_for(
        10,
        np.ones(10, np.float32),
        MusicForm(60, beats(100, 60), beats(100, 60, 4), EVEN),
    )
    assert (found.start_s, found.movement, found.cuts_on_beat) == (0, 0, 0)


def test_no_start_in_a_silent_passage() -> None:
    energy = np.ones(60, np.float32)
    energy[20:30] = 0.0
    motion = np.concatenate([np.zeros(10), np.ones(10)]).astype(np.float32)
    found = found_for(
        20,
        motion,
        MusicForm(60, beats(60, 60), beats(60, 60), energy),
    )
    assert not 20 <= found.start_s < 30


def test_a_track_without_beats_or_curves_starts_at_0() -> None:
    found = found_for(
        0.04,
        times(0.5),
        MusicForm(60, times(), times(), times()),
    )
    assert found.start_s == 0


def test_the_clip_ends_before_the_track_does() -> None:
    found = found_for(
        50,
        np.linspace(0, 1, 50, dtype=np.float32),
        MusicForm(60, beats(120, 60), beats(120, 60, 4), np.linspace(1, 0.2, 60, dtype=np.float32)),
    )
    assert found.start_s <= 10
