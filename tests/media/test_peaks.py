from pathlib import Path

import numpy as np
import soundfile

from engine.media.peaks import read_peaks
from engine.progress import silent


def test_each_hundredth_of_a_second_has_its_lowest_and_highest_sample(tmp_path: Path) -> None:
    # 25.005 s: the middle of three blocks of 10 s ends inside the sound, the last column is short.
    mono = np.zeros(25 * 48_000 + 240, np.float32)
    mono[480 * 5 + 7] = 0.5
    mono[480 * 5 + 9] = -0.25
    mono[-1] = 1.0
    path = tmp_path / "clicks.wav"
    soundfile.write(path, np.stack([mono, mono], axis=1), 48_000, subtype="FLOAT")
    peaks = read_peaks(path, silent())
    assert peaks.shape == (2501, 2)
    assert peaks.dtype == np.int8
    assert peaks[5].tolist() == [-32, 64]
    assert peaks[-1].tolist() == [0, 127]
    assert np.abs(peaks).astype(int).sum() == 32 + 64 + 127
