"""Measures the clip's own sound, in one pass over it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.encoders.audio import MttTagger
from engine.encoders.voice import RATE_HZ as VOICE_RATE_HZ
from engine.encoders.voice import VoiceDetector
from engine.media.loudness import RATE_HZ, SILENCE_LUFS, LoudnessMeter
from engine.media.resampling import resampled
from engine.media.waveform import read_blocks
from engine.music.mel import (
    FFT_SAMPLES,
    HOP_SAMPLES,
    Framer,
    PatchSampler,
    log_mel,
    mel_power,
    power_spectra,
)
from engine.progress import Progress
from engine.sound.clip_sound import ClipSound
from engine.sound.speech import Spans, find_speech
from engine.translation import tr

_MAX_PATCHES = 12
_BLOCK_S = 5.0
_MOMENTARY_S = 0.4
_MOMENTARY_STEP_S = 0.1
# EBU R128's relative gate.
_GATE_LU = 10.0
# As loud as music is when it is analysed.
_ANALYSIS_RMS = 0.16
# How much the spectrum of steady noise varies at most, over a third of a second: hiss and hum have
# up to 0.09, as standard deviation of log-mel power, wind 0.2, music 0.3 and more.
_STEADY_UP_TO = 0.15
_STEADY_FRAMES = 20

Samples = npt.NDArray[np.float32]


def describe_sound(
    path: Path, detector: VoiceDetector, tagger: MttTagger, progress: Progress
) -> ClipSound:
    """Measure a clip's own sound; memory doesn't grow with its length, but for a few bytes.

    Args:
        path: a clip with sound.
        detector: finds speech.
        tagger: recognises music.
        progress: may cancel.

    Raises:
        MediaError: when its sound can't be read.
    """
    meter, patches = LoudnessMeter(), _Patches()
    n_samples = 0

    def blocks() -> Iterator[Samples]:
        nonlocal n_samples
        for block in read_blocks(path, RATE_HZ, 2, _BLOCK_S):
            progress.step(tr("Analysing the sound"), block.start_s)
            n_samples += len(block.samples)
            meter.push(block.samples)
            yield block.samples.mean(axis=1, keepdims=True)

    def low() -> Iterator[Samples]:
        for block in resampled(blocks(), RATE_HZ, VOICE_RATE_HZ, 1):
            samples = np.ascontiguousarray(block[:, 0])
            patches.push(samples)
            yield samples

    probabilities = [np.zeros(0, np.float32), *detector.probabilities(low())]
    speech = find_speech(np.concatenate(probabilities), n_samples / RATE_HZ)
    loudness = meter.close()
    progress.step(tr("Looking for music in the sound"))
    normalised = patches.normalised()
    n_tags = float(tagger.tag(normalised).mean(axis=0).sum())
    return ClipSound(
        tuple((float(start_s), float(end_s)) for start_s, end_s in speech),
        loudness_within(loudness.momentary_lufs, speech),
        loudness.integrated_lufs,
        0.0 if is_steady(normalised) else n_tags,
    )


def is_steady(patches: Samples) -> bool:
    """Return whether a sound doesn't change, as hiss and hum don't: the tagger knows no noise.

    Args:
        patches: (n, 187, 96), log-mel power.
    """
    n_whole = patches.shape[1] // _STEADY_FRAMES * _STEADY_FRAMES
    if not n_whole or not len(patches):
        return False
    spans = patches[:, :n_whole].reshape(-1, _STEADY_FRAMES, patches.shape[2]).mean(axis=1)
    return bool(spans.std(axis=0).mean() <= _STEADY_UP_TO)


def loudness_within(momentary_lufs: npt.NDArray[np.float32], spans_s: Spans) -> float:
    """Return the gated loudness of parts of a sound, by EBU R128; -70 for silence or no parts.

    Args:
        momentary_lufs: (n,), over 400 ms every 100 ms, the first one 100 ms after the start.
        spans_s: (m, 2), start and end of the parts.
    """
    middles_s = (np.arange(len(momentary_lufs)) + 1) * _MOMENTARY_STEP_S - _MOMENTARY_S / 2
    edges = np.searchsorted(middles_s, spans_s)
    inside = np.zeros(len(momentary_lufs) + 1, np.int64)
    np.add.at(inside, edges[:, 0], 1)
    np.add.at(inside, edges[:, 1], -1)
    levels = momentary_lufs[(np.cumsum(inside)[:-1] > 0) & (momentary_lufs > SILENCE_LUFS)]
    if not len(levels):
        return SILENCE_LUFS
    gate = _mean_level(levels) - _GATE_LU
    return _mean_level(levels[levels >= gate])


def _mean_level(levels: npt.NDArray[np.float32]) -> float:
    return float(10 * np.log10(np.mean(10 ** (levels.astype(np.float64) / 10))))


class _Patches:
    """Power spectra of a few parts of a sound, which are brought to one level at the end."""

    def __init__(self) -> None:
        self._framer = Framer(FFT_SAMPLES, HOP_SAMPLES)
        self._sampler = PatchSampler(_MAX_PATCHES)
        self._energy, self._n_samples = 0.0, 0

    def push(self, samples: Samples) -> None:
        samples = np.clip(np.nan_to_num(samples, nan=0.0), -8, 8)
        self._energy += float(np.sum(np.square(samples, dtype=np.float64)))
        self._n_samples += len(samples)
        self._sampler.push(mel_power(power_spectra(self._framer.push(samples))))

    def normalised(self) -> Samples:
        """Return log-mel patches (n, 187, 96)."""
        self._sampler.push(mel_power(power_spectra(self._framer.finish())))
        power = self._energy / max(self._n_samples, 1)
        gain = np.float32(_ANALYSIS_RMS**2 / max(power, 1e-8))
        return log_mel(self._sampler.patches() * gain)
