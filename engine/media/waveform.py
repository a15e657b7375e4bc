"""Sound as float32 blocks at a given sample rate, from a music file or a clip.

Memory doesn't grow with the length: only one block is kept at a time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import MediaTooLarge, MediaUnreadable
from engine.media.in_phase import in_phase
from engine.media.probe import MAX_DURATION_S, too_long
from engine.media.resampling import resampled
from engine.media.sound_reading import NativeSound, open_sound
from engine.translation import tr

Samples = npt.NDArray[np.float32]

MAX_WAVEFORM_S = 3600.0


@dataclass(frozen=True, slots=True)
class AudioBlock:
    """A block of sound.

    Attributes:
        samples: float32 (n, channels), -1..1.
        rate_hz: sample rate.
        start_s: time of the first sample.
        decoded_s: what has been decoded so far, without the silence that replaces damage.
    """

    samples: Samples
    rate_hz: int
    start_s: float
    decoded_s: float = 0.0

    def __post_init__(self) -> None:
        if self.samples.ndim != 2 or self.samples.dtype != np.float32:
            raise ValueError("samples are float32 (n, channels)")


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
    mean of the stereo channels, each turned over where it is out of phase; of more channels it is
    the mean of libav's mix to stereo.

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
    with open_sound(path, start_s, layout or ("mono" if n_channels == 1 else "")) as sound:
        converted = _convert(sound, rate_hz, n_channels)
        for samples in _reblock(converted, n_block):
            if n_wanted is not None:
                samples = samples[: n_wanted - n_done]
            if len(samples) == 0:
                return
            time_s = start_s + n_done / rate_hz
            if time_s > MAX_DURATION_S:
                raise too_long(path)
            yield AudioBlock(samples, rate_hz, time_s, sound.tally.decoded_s)
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


def _convert(sound: NativeSound, rate_hz: int, n_channels: int) -> Iterator[Samples]:
    if n_channels == 1:
        shaped = in_phase(sound.chunks, sound.rate_hz)
    else:
        shaped = (_to_channels(chunk, n_channels) for chunk in sound.chunks)
    return resampled(shaped, sound.rate_hz, rate_hz, n_channels)


def _to_channels(samples: Samples, n_channels: int) -> Samples:
    if samples.shape[1] == n_channels:
        return np.ascontiguousarray(samples)
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


def _no_sound(path: Path | str) -> MediaUnreadable:
    return MediaUnreadable(
        tr("the file has no sound that can be read."),
        path=path,
        remedy=tr("Copy or export it again."),
    )
