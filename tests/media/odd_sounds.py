"""Sound files as users have them: joined, chained, streamed, with wrong headers; made here.

Sound is a click of 2 ms at each whole second, so that offsets can be measured to the sample.
"""

import io
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import soundfile
from av.audio.stream import AudioStream

Samples = npt.NDArray[np.float32]


def clicks(duration_s: float, rate_hz: int = 48_000, n_channels: int = 1) -> Samples:
    """Return float32 (n, n_channels) with a click at each whole second."""
    time_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    sound = np.where(time_s % 1 < 0.002, np.sin(2 * np.pi * 4000 * time_s), 0)
    return np.repeat(sound[:, None], n_channels, axis=1).astype(np.float32)


def click_times_s(sound: Samples, rate_hz: int) -> npt.NDArray[np.float64]:
    """Return when clicks start: where it is loud after a tenth of a second of quiet."""
    level = np.abs(sound).max(axis=1)
    loud = np.flatnonzero(level > 0.3 * level.max())
    starts = loud[np.concatenate([[True], np.diff(loud) > rate_hz // 10])]
    return np.asarray(starts / rate_hz)


def encoded(
    sound: Samples,
    rate_hz: int,
    container: str,
    codec: str,
    options: dict[str, str] | None = None,
    codec_options: dict[str, str] | None = None,
    *,
    seekable: bool = True,
) -> bytes:
    """Return the sound as a file, written by libav.

    Args:
        sound: float32 (n, 1 or 2).
        rate_hz: sample rate.
        container, codec: libav's names.
        options, codec_options: of the container and of the encoder.
        seekable: whether the writer may come back to write lengths into the header.
    """
    file = io.BytesIO() if seekable else _Pipe()
    layout = "mono" if sound.shape[1] == 1 else "stereo"
    with av.open(file, "w", format=container, options=options or {}) as out:
        stream = out.add_stream(codec, rate=rate_hz, layout=layout, options=codec_options or {})
        assert isinstance(stream, AudioStream)
        frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), "flt", layout)
        frame.sample_rate, frame.pts = rate_hz, 0
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return file.getvalue()


def mp3(sound: Samples, rate_hz: int = 48_000, *, xing: bool = True, vbr: bool = False) -> bytes:
    """Return an MP3 without tags."""
    options = {"write_xing": str(int(xing)), "id3v2_version": "0"}
    quality: dict[str, str] = {"q": "0", "flags": "+qscale", "global_quality": "0"} if vbr else {}
    return encoded(sound, rate_hz, "mp3", "libmp3lame", options, quality)


def libsndfile(sound: Samples, rate_hz: int, kind: str, subtype: str) -> bytes:
    """Return the sound as a file, written by libsndfile."""
    file = io.BytesIO()
    soundfile.write(file, sound, rate_hz, format=kind, subtype=subtype)
    return file.getvalue()


def noise(duration_s: float, rate_hz: int, seed: int = 1) -> Samples:
    """Return float32 (n, 1) of loud noise."""
    generator = np.random.default_rng(seed)
    return generator.uniform(-0.8, 0.8, (round(duration_s * rate_hz), 1)).astype(np.float32)


def id3(n_bytes: int, seed: int = 2) -> bytes:
    """Return an ID3v2 tag with a picture of random bytes, some of which look like MP3 frames."""
    body = b"\0image/jpeg\0\3\0" + np.random.default_rng(seed).bytes(n_bytes)
    frame = b"APIC" + len(body).to_bytes(4, "big") + b"\0\0" + body
    size = bytes(len(frame) >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3\3\0\0" + size + frame


def with_frame_count(data: bytes, n_frames: int) -> bytes:
    """Return an MP3 whose Xing or Info frame states another number of frames."""
    at = max(data.find(b"Info"), data.find(b"Xing"))
    assert at > 0
    return data[: at + 8] + n_frames.to_bytes(4, "big") + data[at + 12 :]


def write(path: Path, *parts: bytes) -> Path:
    """Write a file of these parts."""
    path.write_bytes(b"".join(parts))
    return path


class _Pipe(io.BytesIO):
    def seekable(self) -> bool:
        return False

    def seek(self, *_: Any) -> int:
        raise OSError("a pipe")
