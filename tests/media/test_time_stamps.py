"""Sound is laid by its time stamps: steps and drifts followed, jitter left alone."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest

from engine.media.time_stamps import TimedSamples, lay_by_time_stamps, stretch

RATE = 48_000
PIECE = 1024


def clicks(n_samples: int) -> npt.NDArray[np.float32]:
    """A click at each tenth of a second."""
    wave = np.zeros((n_samples, 1), np.float32)
    wave[:: RATE // 10] = 1.0
    return wave


def pieces(
    wave: npt.NDArray[np.float32], late_s: npt.NDArray[np.float64]
) -> Iterator[TimedSamples]:
    for n, first in enumerate(range(0, len(wave), PIECE)):
        yield TimedSamples(first / RATE + float(late_s[n]), wave[first : first + PIECE])


def laid(
    late_s: npt.NDArray[np.float64], start_s: float = 0.0, from_zero: bool = False
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float64]]:
    """Return the sound, and by how many milliseconds each click is off its time stamp."""
    wave = clicks(len(late_s) * PIECE)
    blocks = lay_by_time_stamps(pieces(wave, late_s), RATE, start_s, from_zero=from_zero)
    out = np.concatenate(list(blocks))[:, 0]
    found = np.flatnonzero((out > 0.5) & (out >= np.roll(out, 1)) & (out > np.roll(out, -1)))
    at = np.flatnonzero(wave[:, 0])
    due = at / RATE + late_s[at // PIECE] - start_s
    due = due[due >= 0]
    nearest = np.abs(found[:, None] / RATE - due[None, :]).argmin(1)
    return out, (found / RATE - due[nearest]) * 1000


def test_exact_time_stamps_change_nothing() -> None:
    late = np.zeros(100)
    out, off_ms = laid(late)
    np.testing.assert_array_equal(out, clicks(100 * PIECE)[:, 0])
    assert np.abs(off_ms).max() == 0


@pytest.mark.parametrize("step_ms", [8.0, 30.0, 45.0, 2000.0])
def test_a_hole_is_kept_to_the_sample(step_ms: float) -> None:
    late = np.where(np.arange(400) >= 200, step_ms / 1000, 0.0)
    out, off_ms = laid(late)
    assert len(out) == 400 * PIECE + round(step_ms / 1000 * RATE)
    assert np.abs(off_ms).max() < 0.05


@pytest.mark.parametrize("step_ms", [8.0, 45.0, 200.0])
def test_an_overlap_is_skipped(step_ms: float) -> None:
    late = np.where(np.arange(400) >= 200, -step_ms / 1000, 0.0)
    out, off_ms = laid(late)
    assert len(out) == 400 * PIECE - round(step_ms / 1000 * RATE)
    assert np.abs(off_ms).max() < 0.05


def test_holes_that_follow_each_other_closely() -> None:
    late = np.asarray((np.arange(400) // 10) * 0.02, np.float64)
    assert np.abs(laid(late)[1]).max() < 1.0


@pytest.mark.parametrize("rate_of_clock", [1.001, 0.999, 1.0002])
def test_a_clock_that_runs_fast_or_slow_is_followed(rate_of_clock: float) -> None:
    late = np.arange(1500) * PIECE / RATE * (rate_of_clock - 1)
    out, off_ms = laid(late)
    assert len(out) / (1500 * PIECE) == pytest.approx(rate_of_clock, abs=2e-4)
    assert np.abs(off_ms).max() < 4.0


def test_a_drifting_tone_stays_a_tone() -> None:
    late = np.arange(600) * PIECE / RATE * 0.001
    time_s = np.arange(600 * PIECE) / RATE
    wave = np.sin(2 * np.pi * 1000 * time_s).astype(np.float32)[:, None]
    out = np.concatenate(list(lay_by_time_stamps(pieces(wave, late), RATE, 0.0)))[:, 0]
    # A click or a hole would be a jump of neighbouring samples beyond the tone's own slope.
    assert np.abs(np.diff(out)).max() < 1.02 * 2 * np.sin(np.pi * 1000 / RATE)


@pytest.mark.parametrize("jitter_ms", [1.0, 10.0, 20.0])
def test_jitter_is_not_followed(jitter_ms: float) -> None:
    rng = np.random.default_rng(1)
    late = rng.uniform(-jitter_ms, jitter_ms, 1500) / 1000
    late[0] = 0.0
    out, _ = laid(late, from_zero=True)
    np.testing.assert_array_equal(out, clicks(1500 * PIECE)[:, 0])


def test_time_stamps_in_milliseconds_change_nothing() -> None:
    starts = np.arange(1500) * PIECE / RATE
    late = np.round(starts, 3) - starts
    np.testing.assert_array_equal(laid(late, from_zero=True)[0], clicks(1500 * PIECE)[:, 0])


def test_a_broken_time_stamp_is_ignored() -> None:
    late = np.zeros(200)
    late[100] = 5000.0
    assert len(laid(late)[0]) == 200 * PIECE


def test_the_start_is_exact() -> None:
    out, off_ms = laid(np.full(100, 0.3), start_s=1.0)
    assert np.abs(off_ms).max() < 0.05
    assert len(out) == 100 * PIECE - round(0.7 * RATE)
    late, _ = laid(np.full(100, 0.3))
    assert not late[: round(0.3 * RATE)].any()


def test_stretching_keeps_pitch_and_level() -> None:
    time_s = np.arange(RATE) / RATE
    wave = np.stack([np.sin(2 * np.pi * hz * time_s) for hz in (440, 5000)], 1).astype(np.float32)
    longer = stretch(wave[1000:-1000], RATE - 2000 + 120, wave[:1000], wave[-1000:])
    at_s = (1000 + np.arange(len(longer)) * ((RATE - 2000) / len(longer))) / RATE
    truth = np.stack([np.sin(2 * np.pi * hz * at_s) for hz in (440, 5000)], 1)
    assert np.abs(longer - truth).max() < 2e-3
