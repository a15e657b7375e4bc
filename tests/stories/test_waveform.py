from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.errors import MediaError
from engine.paths import cache_dir
from engine.progress import silent
from engine.stories.waveform import waveform


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "tone.wav"
    soundfile.write(path, np.full((4_800, 2), 0.5, np.float32), 48_000, subtype="FLOAT")
    return path


def test_the_same_bytes_are_decoded_once(sound: Path) -> None:
    first = waveform(sound, "abc", silent())
    assert first.tolist() == [[64, 64]] * 10
    sound.unlink()
    np.testing.assert_array_equal(waveform(sound, "abc", silent()), first)


def test_a_damaged_cache_is_written_again(sound: Path) -> None:
    first = waveform(sound, "abc", silent())
    (entry,) = (cache_dir() / "waveforms").iterdir()
    for damaged in (b"", b"\x93NUMPY garbage"):
        entry.write_bytes(damaged)
        np.testing.assert_array_equal(waveform(sound, "abc", silent()), first)
    with entry.open("wb") as file:
        np.save(file, np.zeros((3, 2)))
    np.testing.assert_array_equal(waveform(sound, "abc", silent()), first)


def test_bytes_that_are_not_known_are_not_cached(sound: Path) -> None:
    waveform(sound, "", silent())
    sound.unlink()
    with pytest.raises(MediaError):
        waveform(sound, "", silent())
