"""Measurements of the bundled tracks; each file is decoded only once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soxr

from engine.media.loudness import LoudnessInfo, measure_samples
from engine.media.waveform import read_waveform
from engine.music.key import ChromaStream, Key, find_key
from engine.music.mel import (
    FFT_SAMPLES,
    HOP_SAMPLES,
    RATE_HZ,
    Framer,
    log_mel,
    mel_power,
    power_spectra,
)
from engine.music.onsets import OnsetStream
from engine.music.rhythm import describe_rhythm

FILE_RATE_HZ = 48_000
# Two thirds of an octave each, from 40 Hz to 16 kHz.
BAND_EDGES_HZ = 40.0 * 2 ** (np.arange(14) * 2 / 3)
_FFT_SAMPLES = 8192
_WINDOW_S = 3.0
_FULL_SCALE = 0.999
# Quieter windows are left out of the correlation.
_QUIET = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredFile:
    """Measurements of one file.

    Attributes:
        loudness: by EBU R128, momentary every 100 ms.
        bpm: as the app measures it, from 40 to 240; 0 without a pulse.
        key: as the app measures it.
        bands_db: (13,), level in the bands of `BAND_EDGES_HZ`, relative to the whole.
        n_clipped: length of the longest run of samples at full scale.
        offset: the larger DC offset of the two channels, full scale is 1.
        least_correlation: lowest correlation of left and right over 3 s.
        tail_db: level of the last 50 ms, relative to full scale.
    """

    loudness: LoudnessInfo
    bpm: float
    key: Key
    bands_db: npt.NDArray[np.float64]
    n_clipped: int
    offset: float
    least_correlation: float
    tail_db: float


@pytest.fixture(scope="session")
def measure() -> Callable[[Path], MeasuredFile]:
    """Return a function that measures a file; results are cached."""
    return _measure


@pytest.fixture(scope="session")
def spectrum_db() -> Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float64]]:
    """Return the function that measures the level of a sound in bands."""
    return _spectrum_db


@cache
def _measure(path: Path) -> MeasuredFile:
    sound = read_waveform(path, FILE_RATE_HZ, 2)
    bpm, key = _tempo_and_key(sound)
    return MeasuredFile(
        loudness=measure_samples(np.array_split(sound, max(1, len(sound) // FILE_RATE_HZ))),
        bpm=bpm,
        key=key,
        bands_db=_spectrum_db(sound.mean(axis=1)),
        n_clipped=_longest_run(np.abs(sound) >= _FULL_SCALE),
        offset=float(np.abs(sound.mean(axis=0)).max()),
        least_correlation=_least_correlation(sound),
        tail_db=20 * np.log10(_rms(sound[-FILE_RATE_HZ // 20 :]) + 1e-9),
    )


def _spectrum_db(mono: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return the level in each band in dB relative to the whole, (13,)."""
    frames = mono[: len(mono) // _FFT_SAMPLES * _FFT_SAMPLES].reshape(-1, _FFT_SAMPLES)
    window = np.hanning(_FFT_SAMPLES).astype(np.float32)
    power = (np.abs(np.fft.rfft(frames * window, axis=1)) ** 2).mean(axis=0)
    frequency_hz = np.fft.rfftfreq(_FFT_SAMPLES, 1 / FILE_RATE_HZ)
    edges = np.searchsorted(frequency_hz, BAND_EDGES_HZ)
    bands = np.add.reduceat(power, edges)[:-1]
    return np.asarray(10 * np.log10(np.maximum(bands, 1e-12) / power.sum()), np.float64)


def _tempo_and_key(sound: npt.NDArray[np.float32]) -> tuple[float, Key]:
    mono = soxr.resample(sound.mean(axis=1), FILE_RATE_HZ, RATE_HZ, quality="HQ")
    framer, onsets, chroma = Framer(FFT_SAMPLES, HOP_SAMPLES), OnsetStream(), ChromaStream()
    for start in range(0, len(mono), 10 * RATE_HZ):
        block = mono[start : start + 10 * RATE_HZ]
        chroma.push(block)
        onsets.push(log_mel(mel_power(power_spectra(framer.push(block)))))
    chroma.finish()
    onsets.push(log_mel(mel_power(power_spectra(framer.finish()))))
    rhythm = describe_rhythm(onsets.curves(), np.empty((0, 12), np.float32), 1.0)
    return rhythm.bpm, find_key(chroma.fine_profile())


def _longest_run(is_full: npt.NDArray[np.bool_]) -> int:
    longest = 0
    for channel in is_full.T:
        edges = np.flatnonzero(np.diff(np.concatenate([[False], channel, [False]]).astype(int)))
        longest = max([longest, *(edges[1::2] - edges[::2]).tolist()])
    return longest


def _least_correlation(sound: npt.NDArray[np.float32]) -> float:
    n = round(_WINDOW_S * FILE_RATE_HZ)
    found = [1.0]
    for start in range(0, len(sound) - n + 1, n):
        left, right = sound[start : start + n].T
        if _rms(sound[start : start + n]) > _QUIET:
            found.append(float(np.mean(left * right) / max(_rms(left) * _rms(right), 1e-12)))
    return min(found)


def _rms(samples: npt.NDArray[np.float32]) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))
