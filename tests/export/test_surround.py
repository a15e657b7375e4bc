"""The music goes to the front of a clip's surround sound."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from engine.arrangement.arrangement import Arrangement, ClipReference, MusicItem, TrackReference
from engine.arrangement.covering import cover
from engine.arrangement.music_form import MusicForm
from engine.export.mixing import MIX_RATE_HZ, mix_blocks
from engine.export.surround import mix_surround_blocks
from engine.media.probe import probe_video
from engine.progress import silent
from tests.media.many_streams import Picture, Sound, write_streams


@pytest.fixture
def arrangement(tmp_path: Path) -> Arrangement:
    """A clip in 5.1, its channels 300 to 800 Hz at a level of 0.2; music of 2 kHz at 0.1."""
    clip = write_streams(
        tmp_path / "clip.mov",
        Picture(n_frames=75),
        Sound(300, "pcm_s16le", "5.1", duration_s=2.5),
    )
    time_s = np.arange(10 * MIX_RATE_HZ) / MIX_RATE_HZ
    wave = 0.1 * np.sin(2 * np.pi * 2000 * time_s)
    soundfile.write(tmp_path / "track.wav", np.stack([wave, wave], 1), MIX_RATE_HZ, "FLOAT")
    info = probe_video(clip)
    item = MusicItem(
        TrackReference(tmp_path / "track.wav"), cover(info.duration_s, MusicForm(10.0), 2.0)
    )
    return Arrangement(ClipReference(clip, info.duration_s, info.frame_rate), (item,))


def levels(wave: npt.NDArray[np.float32], hz: int) -> list[float]:
    """The amplitude of a frequency in each channel, over the second after the first."""
    part = wave[MIX_RATE_HZ : 2 * MIX_RATE_HZ]
    window = np.hanning(len(part))[:, None]
    return [round(float(x), 3) for x in np.abs(np.fft.rfft(part * window, axis=0))[hz] * 4 / 48000]


def test_channels_stay_and_music_is_in_front(arrangement: Arrangement) -> None:
    wave = np.concatenate(list(mix_surround_blocks(arrangement, "5.1", 6, silent())))
    assert wave.shape == (3 * MIX_RATE_HZ, 6)
    for channel in range(6):
        expected = [0.2 if other == channel else 0.0 for other in range(6)]
        assert levels(wave, 300 + 100 * channel) == pytest.approx(expected, abs=0.003)
    assert levels(wave, 2000) == pytest.approx([0.1, 0.1, 0, 0, 0, 0], abs=0.003)
    # The clip's sound is shorter than its picture.
    assert np.abs(wave[round(2.6 * MIX_RATE_HZ) :, 2:]).max() < 0.001


def test_levels_are_those_of_the_stereo_mix(arrangement: Arrangement) -> None:
    quieter = arrangement.with_gains(music_gain_db=-6.0206, clip_gain_db=-12.0412)
    surround = np.concatenate(list(mix_surround_blocks(quieter, "5.1", 6, silent())))
    stereo = np.concatenate(list(mix_blocks(quieter, silent(), with_clip=True)))
    for hz, channel in ((2000, 0), (300, 0), (400, 1)):
        assert levels(surround, hz)[channel] == pytest.approx(
            levels(stereo, hz)[channel], abs=0.003
        )


def test_muted_sound_of_the_clip_leaves_the_music(arrangement: Arrangement) -> None:
    muted = arrangement.with_gains(clip_gain_db=-60.0)
    wave = np.concatenate(list(mix_surround_blocks(muted, "5.1", 6, silent())))
    assert levels(wave, 2000)[:2] == pytest.approx([0.1, 0.1], abs=0.003)
    assert np.abs(wave[:, 2:]).max() < 1e-4
