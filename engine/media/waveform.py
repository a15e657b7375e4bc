"""Sound as float32 blocks at a given sample rate, from a music file or a clip.

Memory doesn't grow with the length: only one block is kept at a time.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import soundfile
import soxr
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer

from engine.errors import MediaTooLarge, MediaUnreadable, MissingStream
from engine.media.probe import audio_stream, moving_picture, read_only
from engine.media.source import open_container, open_regular, read_packets
from engine.media.time_stamps import TimedSamples, lay_by_time_stamps
from engine.translation import tr

Samples = npt.NDArray[np.float32]

MAX_WAVEFORM_S = 3600.0
# At most this much is lost to a damaged place.
_READ_SAMPLES = 1 << 14
# After seeking, a decoder needs some packets before its output is exact.
_PREROLL_S = 0.5


@dataclass(frozen=True, slots=True)
class AudioBlock:
    """A block of sound.

    Attributes:
        samples: float32 (n, channels), -1..1.
        rate_hz: sample rate.
        start_s: time of the first sample.
    """

    samples: Samples
    rate_hz: int
    start_s: float

    def __post_init__(self) -> None:
        if self.samples.ndim != 2 or self.samples.dtype != np.float32:
            raise ValueError("samples are float32 (n, channels)")


@dataclass(frozen=True, slots=True)
class _NativeSound:
    rate_hz: int
    chunks: Iterable[Samples]


def read_blocks(
    path: Path | str,
    rate_hz: int,
    n_channels: int,
    block_s: float = 10.0,
    start_s: float = 0.0,
    duration_s: float | None = None,
    layout: str = "",
) -> Iterator[AudioBlock]:
    """Decode a file block by block.

    Time zero is the file's first sample; in a clip it is the first frame, which keeps the sound in
    sync: sound that starts later is preceded by silence, earlier sound is left out. Mono is the
    mean of the stereo channels; libav first mixes more channels down to stereo.

    Args:
        path: a music file, or a clip with sound.
        rate_hz: sample rate of the result; soxr's high-quality filter converts.
        n_channels: 1 or 2, or the number of channels of `layout`.
        block_s: length of every block but the last.
        start_s: where to begin, in seconds from time zero.
        duration_s: how much to read; None for all.
        layout: libav's name of a surround layout, such as "5.1", to keep a clip's channels.

    Returns:
        The blocks, in order and without gaps.

    Raises:
        MediaNotFound, MediaUnreadable, MissingStream: when there is no sound to read.
    """
    if n_channels not in (1, 2) and not layout:
        raise ValueError("n_channels is 1 or 2, or that of a surround layout")
    n_block = max(round(block_s * rate_hz), 1)
    n_wanted = None if duration_s is None else round(duration_s * rate_hz)
    n_done = 0
    with _open_sound(path, start_s, layout) as sound:
        converted = _convert(sound, rate_hz, n_channels)
        for samples in _reblock(converted, n_block):
            if n_wanted is not None:
                samples = samples[: n_wanted - n_done]
            if len(samples) == 0:
                return
            yield AudioBlock(samples, rate_hz, start_s + n_done / rate_hz)
            n_done += len(samples)
            if n_done == n_wanted:
                return
    if n_done == 0 and start_s == 0:
        raise _no_sound(path)


def read_waveform(
    path: Path | str,
    rate_hz: int,
    n_channels: int,
    start_s: float = 0.0,
    duration_s: float | None = None,
    max_s: float = MAX_WAVEFORM_S,
) -> Samples:
    """Decode a file, or part of it, into one array.

    Args:
        path, rate_hz, n_channels, start_s, duration_s: as in `read_blocks`.
        max_s: refuse more than this, since all of it is in memory.

    Returns:
        float32 (n, n_channels).

    Raises:
        MediaTooLarge: when there is more than `max_s`; and as `read_blocks`.
    """
    blocks: list[Samples] = []
    n_samples = 0
    for block in read_blocks(path, rate_hz, n_channels, 10.0, start_s, duration_s):
        blocks.append(block.samples)
        n_samples += len(block.samples)
        if n_samples > max_s * rate_hz:
            raise MediaTooLarge(
                tr("the sound is longer than {minutes:.0f} minutes.").format(minutes=max_s / 60),
                path=path,
                remedy=tr("Cut it into parts."),
            )
    return np.concatenate(blocks) if blocks else np.zeros((0, n_channels), np.float32)


class _SequentialSound(soundfile.SoundFile):  # type: ignore[misc]  # soundfile has no types
    """A sound file that is read without seeking.

    After every read python-soundfile seeks to its own position; in an MP3 that garbles the next
    1,200 samples, which need bits of earlier packets.
    """

    def seekable(self) -> bool:
        return False


@contextmanager
def _open_sound(path: Path | str, start_s: float, layout: str) -> Iterator[_NativeSound]:
    with open_regular(path) as source:
        try:
            sound = _SequentialSound(source)
        except soundfile.LibsndfileError:
            sound = None
        if sound is not None:
            with sound:
                # Surround is left to libav, which can mix it down.
                if sound.channels <= 2 and sound.frames > 0:
                    yield _NativeSound(sound.samplerate, _soundfile_chunks(sound, start_s))
                    return
    with open_container(path) as container:
        stream = audio_stream(container)
        if stream is None:
            raise MissingStream(
                tr("the file has no sound."),
                path=path,
                remedy=tr("Choose a file with sound."),
            )
        rate_hz = stream.codec_context.sample_rate
        if not layout:
            layout = "mono" if stream.codec_context.channels == 1 else "stereo"
        yield _NativeSound(rate_hz, _container_chunks(container, stream, start_s, layout))


def _soundfile_chunks(sound: soundfile.SoundFile, start_s: float) -> Iterator[Samples]:
    first = round(start_s * sound.samplerate)
    if first >= sound.frames:
        return
    try:
        if first:
            n_preroll = min(first, round(_PREROLL_S * sound.samplerate))
            sound.seek(first - n_preroll)
            sound.read(n_preroll, dtype="float32")
        while len(chunk := sound.read(_READ_SAMPLES, dtype="float32", always_2d=True)):
            yield chunk
    except soundfile.LibsndfileError:
        # Cut off or damaged from here on: use what came before.
        return


def _container_chunks(
    container: InputContainer, stream: AudioStream, start_s: float, layout: str
) -> Iterator[Samples]:
    rate_hz = stream.codec_context.sample_rate
    zero_s = _time_zero_s(container, stream)
    read_only(container, stream)
    if start_s > _PREROLL_S:
        # Where seeking fails, everything before is decoded and left out.
        with suppress(av.error.FFmpegError):
            container.seek(round((zero_s + start_s - _PREROLL_S) * av.time_base))
    pieces = _mixed_down(_decoded(container, stream), rate_hz, layout, zero_s)
    from_zero = moving_picture(container) is None
    return lay_by_time_stamps(pieces, rate_hz, start_s, from_zero=from_zero)


def _mixed_down(
    frames: Iterable[AudioFrame], rate_hz: int, layout: str, zero_s: float
) -> Iterator[TimedSamples]:
    n_channels = av.AudioLayout(layout).nb_channels
    kind: tuple[str, str, int] | None = None
    resampler = AudioResampler()
    for frame in frames:
        # Some broadcasts change from mono to stereo midway.
        if (frame.format.name, frame.layout.name, frame.sample_rate) != kind:
            kind = (frame.format.name, frame.layout.name, frame.sample_rate)
            # Other layouts are mixed by libav; as arrays they once crashed PyAV.
            resampler = AudioResampler(format="flt", layout=layout, rate=rate_hz)
        try:
            pieces = resampler.resample(frame)
        except av.error.FFmpegError:
            # A damaged packet named a layout that doesn't exist.
            kind = None
            continue
        for piece in pieces:
            time_s = None
            if piece.pts is not None and piece.time_base:
                time_s = float(piece.pts * piece.time_base) - zero_s
            samples = np.asarray(piece.to_ndarray(), np.float32).reshape(-1, n_channels)
            yield TimedSamples(time_s, samples)


def _decoded(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    for packet in read_packets(container, stream):
        frames: list[Any] = []
        # One damaged packet; the next time stamp shows how much silence replaces it.
        with suppress(av.error.FFmpegError):
            frames = packet.decode()
        yield from frames


def resampled(
    chunks: Iterable[Samples], from_hz: int, to_hz: int, n_channels: int
) -> Iterator[Samples]:
    """Yield sound at another sample rate, converted by soxr's high-quality filter.

    Args:
        chunks: float32 (n, n_channels) each.
        from_hz, to_hz: sample rates.
        n_channels: of all chunks.
    """
    if from_hz == to_hz:
        yield from chunks
        return
    stream = soxr.ResampleStream(from_hz, to_hz, n_channels, dtype="float32", quality="HQ")
    for chunk in chunks:
        yield stream.resample_chunk(chunk)
    yield stream.resample_chunk(np.zeros((0, n_channels), np.float32), last=True)


def _convert(sound: _NativeSound, rate_hz: int, n_channels: int) -> Iterator[Samples]:
    shaped = (_to_channels(chunk, n_channels) for chunk in sound.chunks)
    return resampled(shaped, sound.rate_hz, rate_hz, n_channels)


def _to_channels(samples: Samples, n_channels: int) -> Samples:
    if samples.shape[1] == n_channels:
        return np.ascontiguousarray(samples)
    if n_channels == 1:
        return np.asarray(samples.mean(axis=1, keepdims=True), np.float32)
    return np.repeat(samples, 2, axis=1)


def _reblock(chunks: Iterable[Samples], n_block: int) -> Iterator[Samples]:
    pending: list[Samples] = []
    n_pending = 0
    for chunk in chunks:
        pending.append(chunk)
        n_pending += len(chunk)
        if n_pending >= n_block:
            joined = np.concatenate(pending)
            n_whole = n_pending // n_block * n_block
            for first in range(0, n_whole, n_block):
                yield joined[first : first + n_block]
            pending, n_pending = [joined[n_whole:]], n_pending - n_whole
    if n_pending:
        yield np.concatenate(pending)


def _time_zero_s(container: InputContainer, stream: AudioStream) -> float:
    zero = moving_picture(container) or stream
    return float((zero.start_time or 0) * (zero.time_base or Fraction(1)))


def _no_sound(path: Path | str) -> MediaUnreadable:
    return MediaUnreadable(
        tr("the file has no sound that can be read."),
        path=path,
        remedy=tr("Copy or export it again."),
    )
