import numpy as np

from engine.arrangement.alignment import align


def times(*values: float) -> np.ndarray:
    return np.asarray(values, np.float32)


def beats(bpm: float, duration_s: float, every: int = 1) -> np.ndarray:
    return np.arange(0, duration_s, every * 60 / bpm, dtype=np.float32)


EVEN = np.ones(60, np.float32)
NO_CUTS = times()


def test_a_track_shorter_than_the_clip_starts_at_its_beginning() -> None:
    found = align(
        clip_duration_s=90,
        motion_curve=np.linspace(0, 1, 90, dtype=np.float32),
        cuts_s=times(1, 2, 3),
        track_duration_s=60,
        energy_curve=np.linspace(0, 1, 60, dtype=np.float32),
        beats_s=beats(120, 60),
        downbeats_s=beats(120, 60, 4),
    )
    assert found.start_s == 0


def test_a_rising_picture_starts_where_the_music_rises() -> None:
    energy = np.concatenate([np.linspace(1, 0.5, 30), np.linspace(0.5, 1, 30)])
    found = align(
        clip_duration_s=20,
        motion_curve=np.linspace(0, 1, 20, dtype=np.float32),
        cuts_s=NO_CUTS,
        track_duration_s=60,
        energy_curve=energy.astype(np.float32),
        beats_s=beats(120, 60),
        downbeats_s=beats(120, 60, 4),
    )
    assert 30 <= found.start_s <= 40
    assert found.start_s % 2 == 0  # bars of 4 beats at 120 BPM last 2 s
    assert found.movement > 0.9


def test_cuts_fall_on_beats() -> None:
    # Bars start at 0.25, 2.25 …; from there a cut every 0.5 s meets every beat.
    found = align(
        clip_duration_s=10,
        motion_curve=np.ones(10, np.float32),
        cuts_s=times(1.0, 2.5, 4.0, 6.0),
        track_duration_s=60,
        energy_curve=EVEN,
        beats_s=beats(120, 60) + np.float32(0.25),
        downbeats_s=beats(120, 60, 4) + np.float32(0.25),
    )
    assert found.start_s == 0.25
    assert found.cuts_on_beat == 1.0
    assert found.n_cuts == 4


def test_the_own_beginning_wins_when_nothing_speaks_for_another_start() -> None:
    found = align(
        clip_duration_s=10,
        motion_curve=np.ones(10, np.float32),
        cuts_s=NO_CUTS,
        track_duration_s=60,
        energy_curve=EVEN,
        beats_s=beats(100, 60),
        downbeats_s=beats(100, 60, 4),
    )
    assert (found.start_s, found.movement, found.cuts_on_beat) == (0, 0, 0)


def test_no_start_in_a_silent_passage() -> None:
    energy = np.ones(60, np.float32)
    energy[20:30] = 0.0
    motion = np.concatenate([np.zeros(10), np.ones(10)]).astype(np.float32)
    found = align(
        clip_duration_s=20,
        motion_curve=motion,
        cuts_s=NO_CUTS,
        track_duration_s=60,
        energy_curve=energy,
        beats_s=beats(60, 60),
        downbeats_s=beats(60, 60),
    )
    assert not 20 <= found.start_s < 30


def test_a_track_without_beats_or_curves_starts_at_0() -> None:
    found = align(
        clip_duration_s=0.04,
        motion_curve=times(0.5),
        cuts_s=NO_CUTS,
        track_duration_s=60,
        energy_curve=times(),
        beats_s=times(),
        downbeats_s=times(),
    )
    assert found.start_s == 0


def test_the_clip_ends_before_the_track_does() -> None:
    found = align(
        clip_duration_s=50,
        motion_curve=np.linspace(0, 1, 50, dtype=np.float32),
        cuts_s=NO_CUTS,
        track_duration_s=60,
        energy_curve=np.linspace(1, 0.2, 60, dtype=np.float32),
        beats_s=beats(120, 60),
        downbeats_s=beats(120, 60, 4),
    )
    assert found.start_s <= 10
