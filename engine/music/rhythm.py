"""Tempo, beats and bars from onset strength."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.music.mel import FRAME_RATE_HZ
from engine.music.onsets import OnsetCurves, onset_times, prominence

Float32Array = npt.NDArray[np.float32]
Float64Array = npt.NDArray[np.float64]

_SLOWEST_BPM, _FASTEST_BPM, _N_TEMPI = 40.0, 240.0, 721
# People prefer to tap near two beats per second; the width is in octaves.
_PRIOR_BPM, _PRIOR_OCTAVES = 120.0, 0.9
_WINDOW = 768
_WINDOW_HOP = 192
_N_MULTIPLES = 4
# Windows transformed at once; limits memory for long pieces.
_WINDOWS_AT_ONCE = 256
_MIN_PULSE_S = 3.0
# Kick and bass mark the beat more often than higher instruments.
_LOW_WEIGHT = np.float32(0.2)
# With less repetition there is no pulse.
_MIN_CONFIDENCE = 0.02
# How closely beats follow the tempo: 5 % early or late costs one deviation of the onsets.
_TIGHTNESS = 400.0
# The flux of an attack peaks about this long after its start.
_ATTACK_S = 0.01
_METRES = (4, 3)
# Three beats per bar are rarer and must be clearer by this factor.
_TRIPLE_HANDICAP = 1.3


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Tempo, beats and bars of a piece.

    Attributes:
        bpm: beats per minute; 0 without a pulse.
        confidence: 0..1, how strongly the onsets repeat at that tempo.
        beats_s: (n,) float32, times of the beats.
        downbeats_s: (m,) float32, beats that start a bar.
        beats_per_bar: 3 or 4; 0 where there are too few beats.
        onset_density_hz: note onsets per second.
    """

    bpm: float
    confidence: float
    beats_s: Float32Array
    downbeats_s: Float32Array
    beats_per_bar: int
    onset_density_hz: float

    def __post_init__(self) -> None:
        if not (self.bpm >= 0 and 0 <= self.confidence <= 1 and self.onset_density_hz >= 0):
            raise ValueError("bpm, confidence or onset density out of range")
        if self.beats_s.ndim != 1 or self.downbeats_s.ndim != 1:
            raise ValueError("beats and downbeats must be one-dimensional")


def describe_rhythm(curves: OnsetCurves, chroma: Float32Array, chroma_rate_hz: float) -> Rhythm:
    """Find tempo, beats and bars.

    Args:
        curves: onset strength.
        chroma: (k, 12) float32, energy of the pitch classes over time.
        chroma_rate_hz: rows of `chroma` per second.
    """
    nothing = np.empty(0, np.float32)
    duration_s = len(curves.strength) / FRAME_RATE_HZ
    density_hz = len(onset_times(curves)) / duration_s if duration_s > 0 else 0.0
    if duration_s < _MIN_PULSE_S or not curves.strength.any():
        return Rhythm(0.0, 0.0, nothing, nothing, 0, density_hz)
    pulse = prominence(curves.strength + _LOW_WEIGHT * curves.low)
    bpm, confidence = estimate_tempo(pulse)
    if confidence < _MIN_CONFIDENCE:
        return Rhythm(0.0, 0.0, nothing, nothing, 0, density_hz)
    beats = track_beats(pulse, bpm)
    first, n_beats = find_bars(beats, curves, chroma, chroma_rate_hz)
    beats_s = np.maximum(beats / FRAME_RATE_HZ - _ATTACK_S, 0).astype(np.float32)
    downbeats_s = beats_s[first::n_beats] if n_beats else nothing
    return Rhythm(bpm, confidence, beats_s, downbeats_s, n_beats, density_hz)


def estimate_tempo(pulse: Float64Array) -> tuple[float, float]:
    """Return beats per minute and the confidence (0..1).

    The autocorrelation A of 12 s windows, normalised and averaged over the piece, is summed over
    the first multiples of each candidate's period and weighted by a log-normal prior:
    argmax of  Σ_k A(k · 60 / bpm) · exp(-½ (log2(bpm / 120) / 0.9)²).
    """
    repetition = _autocorrelation(pulse)
    tempi = np.geomspace(_SLOWEST_BPM, _FASTEST_BPM, _N_TEMPI)
    lags = np.arange(len(repetition))
    periods = 60 * FRAME_RATE_HZ / tempi
    multiples = [np.interp(k * periods, lags, repetition) for k in range(1, _N_MULTIPLES + 1)]
    clarity = np.maximum(np.mean(multiples, axis=0), 0)
    octaves = np.log2(tempi / _PRIOR_BPM) / _PRIOR_OCTAVES
    best = int(np.argmax(clarity * np.exp(-0.5 * octaves**2)))
    return float(tempi[best]), float(min(1.0, clarity[best]))


def track_beats(pulse: Float64Array, bpm: float) -> npt.NDArray[np.intp]:
    """Return the frames of the beats by dynamic programming.

    C(t) = o(t) + max(0, max over τ of C(t - τ) - λ ln²(τ / period)), after Ellis, "Beat tracking
    by dynamic programming" (2007), with o the pulse smoothed to a fraction of the period.
    """
    period = 60 * FRAME_RATE_HZ / bpm
    reach = np.arange(-round(period), round(period) + 1)
    onset = np.convolve(pulse, np.exp(-0.5 * (reach * 32 / period) ** 2), "same")
    onset = onset[: len(pulse)]
    nearest, farthest = max(1, round(period / 2)), round(2 * period)
    gaps = np.arange(farthest, nearest - 1, -1)
    penalty = _TIGHTNESS * np.log(gaps / period) ** 2
    # The score before the start is zero: the first beat may be anywhere.
    score = np.concatenate((np.zeros(farthest), onset))
    previous = np.full(len(onset), -1, np.intp)
    for frame in range(len(onset)):
        candidates = score[frame : frame + len(gaps)] - penalty
        best = int(candidates.argmax())
        if candidates[best] > 0:
            score[farthest + frame] += candidates[best]
            previous[frame] = frame - gaps[best]
    score = score[farthest:]
    n_last = min(len(score), round(period) + 1)
    frame = len(score) - 1 - int(score[::-1][:n_last].argmax())
    beats = []
    while frame >= 0:
        beats.append(frame)
        frame = int(previous[frame])
    return _trimmed(np.array(beats[::-1], np.intp), onset)


def find_bars(
    beats: npt.NDArray[np.intp], curves: OnsetCurves, chroma: Float32Array, chroma_rate_hz: float
) -> tuple[int, int]:
    """Return the index of the first downbeat and the beats per bar; 0, 0 for too few beats.

    Bars start at every fourth (or third) beat, chosen so that bass and drums are strongest and the
    harmony changes most there.
    """
    if len(beats) < 2 * max(_METRES):
        return 0, 0
    accents = (
        0.5 * _standardised(_strength_at(beats, curves.low))
        + 0.5 * _standardised(_strength_at(beats, curves.strength))
        + _standardised(_harmonic_change(beats, chroma, chroma_rate_hz))
    )
    best = (0.0, 0, _METRES[0])
    for metre in _METRES:
        means = np.array([accents[phase::metre].mean() for phase in range(metre)])
        phase = int(means.argmax())
        contrast = float(means[phase] - np.delete(means, phase).mean())
        if metre == 3:
            contrast /= _TRIPLE_HANDICAP
        if contrast > best[0]:
            best = (contrast, phase, metre)
    return best[1], best[2]


def _autocorrelation(pulse: Float64Array) -> Float64Array:
    padded = np.pad(pulse, (0, max(0, _WINDOW - len(pulse))))
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_WINDOW_HOP]
    total = np.zeros(_WINDOW)
    for start in range(0, len(windows), _WINDOWS_AT_ONCE):
        part = windows[start : start + _WINDOWS_AT_ONCE]
        centred = part - part.mean(axis=1, keepdims=True)
        power = np.abs(np.fft.rfft(centred, 2 * _WINDOW, axis=1)) ** 2
        lagged = np.fft.irfft(power, axis=1)[:, :_WINDOW]
        energy = lagged[:, :1]
        # Each window has equal weight, so that loud passages don't dominate.
        total += np.divide(lagged, energy, out=np.zeros_like(lagged), where=energy > 0).sum(axis=0)
    # Corrects for the smaller overlap at longer lags, but not fully, as they are less certain.
    overlap = 1 - 0.9 * np.arange(_WINDOW) / _WINDOW
    return total / len(windows) / overlap


def _trimmed(beats: npt.NDArray[np.intp], onset: Float64Array) -> npt.NDArray[np.intp]:
    """Remove beats in the silence at both ends."""
    if len(beats) == 0:
        return beats
    strengths = onset[beats]
    loud = np.flatnonzero(strengths > 0.5 * np.sqrt(np.mean(strengths**2)))
    return beats[loud[0] : loud[-1] + 1] if len(loud) else beats[:0]


def _strength_at(beats: npt.NDArray[np.intp], curve: Float32Array) -> Float64Array:
    around = np.clip(beats[:, None] + np.arange(-2, 4), 0, len(curve) - 1)
    strength: Float64Array = curve[around].max(axis=1).astype(np.float64)
    return strength


def _harmonic_change(
    beats: npt.NDArray[np.intp], chroma: Float32Array, chroma_rate_hz: float
) -> Float64Array:
    """Return 1 - cosine of the pitch classes before and after each beat."""
    if len(chroma) == 0:
        return np.zeros(len(beats))
    edges = np.clip(np.round(beats / FRAME_RATE_HZ * chroma_rate_hz), 0, len(chroma))
    sums = np.concatenate((np.zeros((1, 12)), np.cumsum(chroma, axis=0, dtype=np.float64)))
    at = np.concatenate(([0], edges, [len(chroma)])).astype(np.intp)
    spans = sums[at[1:]] - sums[at[:-1]]
    lengths = np.linalg.norm(spans, axis=1)
    products = (spans[:-1] * spans[1:]).sum(axis=1)
    scale = lengths[:-1] * lengths[1:]
    cosine: Float64Array = np.divide(products, scale, out=np.ones_like(products), where=scale > 0)
    return 1 - cosine


def _standardised(values: Float64Array) -> Float64Array:
    spread = values.std()
    return (values - values.mean()) / spread if spread > 0 else np.zeros_like(values)
