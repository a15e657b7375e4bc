"""Sound that is decoded from files written here."""

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from av.audio.stream import AudioStream

from engine.errors import MediaNotFound, MediaTooLarge, MediaUnreadable, MissingStream
from engine.media.waveform import read_blocks, read_waveform
from tests.media.many_streams import Picture, Sound, write_streams

WriteClip = Callable[..., Path]
RATE = 44_100


def tones(duration_s: float = 3.0, rate_hz: int = RATE) -> npt.NDArray[np.float32]:
    """440 Hz on the left getting louder, 330 Hz on the right quieter: no two places alike."""
    time_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    fade = time_s / duration_s
    left = 0.5 * fade * np.sin(2 * np.pi * 440 * time_s)
    right = 0.5 * (1 - fade) * np.sin(2 * np.pi * 330 * time_s)
    return np.stack([left, right], axis=1).astype(np.float32)


def write_through_libav(path: Path, codec: str, samples: npt.NDArray[np.float32]) -> Path:
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=RATE, layout="stereo")
        assert isinstance(stream, AudioStream)
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), "flt", "stereo")
        frame.sample_rate, frame.pts = RATE, 0
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def signal_to_noise_db(truth: npt.NDArray[np.float32], found: npt.NDArray[np.float32]) -> float:
    return float(10 * np.log10((truth**2).mean() / max(((truth - found) ** 2).mean(), 1e-20)))


@pytest.mark.parametrize(
    ("suffix", "least_db"), [(".wav", 80), (".flac", 80), (".ogg", 20), (".mp3", 20)]
)
def test_files_of_libsndfile(tmp_path: Path, suffix: str, least_db: float) -> None:
    path = tmp_path / f"song{suffix}"
    soundfile.write(path, tones(), RATE)
    samples = read_waveform(path, RATE, 2)
    assert samples.dtype == np.float32
    assert samples.shape == (3 * RATE, 2)
    assert signal_to_noise_db(tones(), samples) > least_db


@pytest.mark.parametrize("suffix", [".mp3", ".ogg", ".flac"])
def test_reading_in_blocks_equals_reading_at_once(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"song{suffix}"
    soundfile.write(path, tones(), RATE)
    at_once, _ = soundfile.read(path, dtype="float32")
    # MP3s are decoded by libav here, by mpg123 there.
    np.testing.assert_allclose(read_waveform(path, RATE, 2), at_once, rtol=0, atol=5e-6)


@pytest.mark.parametrize(("name", "codec"), [("song.m4a", "aac"), ("song.mka", "flac")])
def test_files_of_libav(tmp_path: Path, name: str, codec: str) -> None:
    path = write_through_libav(tmp_path / name, codec, tones())
    samples = read_waveform(path, RATE, 2)
    # AAC ends on a whole packet of 1024 samples.
    assert 0 <= len(samples) - 3 * RATE <= 1024
    assert signal_to_noise_db(tones(), samples[: 3 * RATE]) > 25


@pytest.mark.parametrize("name", ["song.wav", "song.mp3", "song.ogg", "song.m4a"])
def test_a_part_equals_that_part_of_the_whole(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith("m4a"):
        write_through_libav(path, "aac", tones())
    else:
        soundfile.write(path, tones(), RATE)
    whole = read_waveform(path, RATE, 2)
    part = read_waveform(path, RATE, 2, start_s=1.25, duration_s=0.5)
    first = round(1.25 * RATE)
    assert part.shape == (RATE // 2, 2)
    assert np.allclose(part, whole[first : first + RATE // 2], atol=1e-4)


@pytest.mark.parametrize("rate_hz", [RATE, 48_000])
def test_a_part_of_a_clip_is_in_its_place(rate_hz: int, tmp_path: Path) -> None:
    # Matroska rounds time stamps to milliseconds, 48 samples; most of that cancels out.
    sound = Sound(codec="libopus" if rate_hz == 48_000 else "aac", duration_s=8, rate_hz=rate_hz)
    path = write_streams(tmp_path / "clip.mkv", Picture(n_frames=200), sound)
    whole = read_waveform(path, rate_hz, 1)[:, 0]
    for start_s in (1.3, 2.71, 5.05):
        part = read_waveform(path, rate_hz, 1, start_s=start_s, duration_s=0.5)[:, 0]
        around = whole[round(start_s * rate_hz) - 60 :][: len(part) + 120]
        assert abs(int(np.correlate(around, part, "valid").argmax()) - 60) <= 3


def test_blocks_join_without_a_seam(tmp_path: Path) -> None:
    path = tmp_path / "song.wav"
    soundfile.write(path, tones(), RATE, subtype="FLOAT")
    blocks = list(read_blocks(path, 16_000, 1, block_s=0.7))
    assert [len(block.samples) for block in blocks] == [11_200] * 4 + [3_200]
    assert [block.start_s for block in blocks] == pytest.approx([0.0, 0.7, 1.4, 2.1, 2.8])
    joined = np.concatenate([block.samples for block in blocks])
    truth = tones(3.0, 16_000).mean(axis=1, keepdims=True)
    assert signal_to_noise_db(truth, joined) > 60


def test_mono_is_the_mean_and_stereo_repeats(tmp_path: Path) -> None:
    stereo, mono = tmp_path / "stereo.wav", tmp_path / "mono.wav"
    soundfile.write(stereo, np.tile([0.5, 0.25], (RATE, 1)), RATE, subtype="FLOAT")
    soundfile.write(mono, np.full(RATE, 0.5), RATE, subtype="FLOAT")
    assert np.allclose(read_waveform(stereo, RATE, 1), 0.375)
    assert np.allclose(read_waveform(mono, RATE, 2), 0.5)
    assert read_waveform(mono, RATE, 2).shape == (RATE, 2)


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
@pytest.mark.parametrize("n_channels", [1, 2])
def test_surround_is_mixed_down(tmp_path: Path, suffix: str, n_channels: int) -> None:
    # 7.1 with a tone on the front left only.
    path = tmp_path / f"surround{suffix}"
    samples = np.zeros((RATE, 8), np.float32)
    samples[:, 0] = 0.5 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)
    soundfile.write(path, samples, RATE)
    mixed = read_waveform(path, RATE, n_channels)
    assert mixed.shape == (RATE, n_channels)
    loudest = np.abs(mixed).max(axis=0)
    assert loudest[0] == pytest.approx(0.5 if n_channels == 2 else 0.25, abs=0.01)
    if n_channels == 2:
        assert loudest[1] < 0.01


def test_the_sound_of_a_clip(write_clip: WriteClip, tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", n_frames=50, layout="7.1", tone_hz=1000.0)
    samples = read_waveform(path, 48_000, 1)
    assert len(samples) / 48_000 == pytest.approx(2.0, abs=0.05)
    spectrum = np.abs(np.fft.rfft(samples[:48_000, 0]))
    assert int(spectrum.argmax()) == 1000


@pytest.mark.parametrize("late_s", [-0.5, 0.0, 0.8])
def test_the_sound_of_a_clip_stays_in_sync(tmp_path: Path, late_s: float) -> None:
    # A click 1.5 s after the start of the sound, which starts `late_s` after the video.
    path = tmp_path / "clip.mkv"
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = 64, 36, "yuv420p"
        audio = out.add_stream("pcm_s16le", rate=48_000, layout="mono")
        for n in range(75):
            frame = av.VideoFrame(64, 36, "yuv420p")
            frame.pts = n + 25
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        wave = np.zeros((1, 96_000), np.int16)
        wave[0, 72_000] = 30_000
        sound = av.AudioFrame.from_ndarray(wave, "s16", "mono")
        sound.sample_rate, sound.pts = 48_000, round((1.0 + late_s) * 48_000)
        out.mux(audio.encode(sound))
        out.mux(audio.encode(None))
    samples = read_waveform(path, 48_000, 1)[:, 0]
    assert int(np.abs(samples).argmax()) / 48_000 == pytest.approx(1.5 + late_s, abs=0.002)


def test_a_gap_in_the_recording_stays_a_gap(tmp_path: Path) -> None:
    path = tmp_path / "clip.mka"
    with av.open(str(path), "w") as out:
        sound = out.add_stream("pcm_s16le", rate=48_000, layout="mono")
        for start_s in (0.0, 2.0):
            frame = av.AudioFrame.from_ndarray(np.full((1, 48_000), 9000, np.int16), "s16", "mono")
            frame.sample_rate, frame.pts = 48_000, round(start_s * 48_000)
            out.mux(sound.encode(frame))
        out.mux(sound.encode(None))
    samples = read_waveform(path, 48_000, 1)[:, 0]
    assert len(samples) == 3 * 48_000
    assert np.abs(samples[48_200 : 2 * 48_000 - 200]).max() == 0
    assert samples[2 * 48_000 + 200 :].min() > 0.2


def test_an_incomplete_file_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "song.flac"
    rng = np.random.default_rng(0)
    soundfile.write(path, 0.3 * rng.standard_normal((10 * RATE, 2)), RATE)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert len(read_waveform(path, RATE, 2)) / RATE == pytest.approx(5.0, abs=0.5)


def test_more_than_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "song.wav"
    soundfile.write(path, tones(), RATE)
    with pytest.raises(MediaTooLarge):
        read_waveform(path, RATE, 2, max_s=1.0)


def test_beyond_the_end_there_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "song.wav"
    soundfile.write(path, tones(), RATE)
    assert read_waveform(path, RATE, 2, start_s=5.0).shape == (0, 2)


def test_bad_input(write_clip: WriteClip, tmp_path: Path) -> None:
    text = tmp_path / "text.mp3"
    text.write_text("no music\n" * 500)
    with pytest.raises(MediaUnreadable):
        read_waveform(text, RATE, 1)
    with pytest.raises(MediaNotFound):
        read_waveform(tmp_path / "missing.wav", RATE, 1)
    with pytest.raises(MissingStream):
        read_waveform(write_clip(tmp_path / "clip.mp4", n_frames=3, sound=None), RATE, 1)
