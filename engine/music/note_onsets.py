"""When the notes of a piece start, measured from its file without the networks."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.media.waveform import read_blocks
from engine.music.features import analysis_gain
from engine.music.mel import (
    FFT_SAMPLES,
    HOP_SAMPLES,
    RATE_HZ,
    Framer,
    log_mel,
    mel_power,
    power_spectra,
)
from engine.music.onsets import OnsetStream, onset_times

VERSION = "onsets-1"


def find_note_onsets(path: Path, loudness_lufs: float) -> npt.NDArray[np.float32]:
    """Return the times (n,) of the note onsets of a music file or a video's sound, in seconds.

    They are those that `MusicFeatures.onset_density_hz` counts.

    Args:
        path: the file.
        loudness_lufs: its integrated loudness, as in `MusicFeatures`.

    Raises:
        MediaError: when the file can't be read or has no sound.
    """
    gain = np.float32(analysis_gain(loudness_lufs))
    framer, onsets = Framer(FFT_SAMPLES, HOP_SAMPLES), OnsetStream()
    for block in read_blocks(path, RATE_HZ, 1):
        samples = np.clip(np.nan_to_num(block.samples[:, 0], nan=0.0), -8, 8) * gain
        onsets.push(log_mel(mel_power(power_spectra(framer.push(samples)))))
    onsets.push(log_mel(mel_power(power_spectra(framer.finish()))))
    return onset_times(onsets.curves())
