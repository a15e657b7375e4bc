"""Open the sound of a file: how long it is and its samples, by the same rules for every caller.

libsndfile reads what states its length exactly, libav the rest. An MP3's length isn't to be known
from its head (a variable bit rate, a frame count that is wrong or missing, files joined end to
end), so libav reads it to the end; files of several parts are read part by part.
"""

import itertools
import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import soundfile
from av.audio.stream import AudioStream
from av.container import InputContainer

from engine.errors import MediaError, MediaUnreadable, MissingStream
from engine.media.container_sound import (
    HEADERLESS,
    PREROLL_S,
    Packets,
    Tally,
    container_chunks,
    counted,
    time_zero_s,
)
from engine.media.ends import demuxed_end_s, stated_duration_s
from engine.media.joined_files import as_one
from engine.media.matroska_blocks import claimed_blocks_s
from engine.media.resampling import resampled
from engine.media.sound_chunks import claimed_chunk_s
from engine.media.sound_claims import (
    claimed_boxes_s,
    claimed_headerless_s,
    claimed_ogg_s,
    sound_bytes,
)
from engine.media.sound_parts import part_ranges
from engine.media.source import open_container, open_regular
from engine.media.spliced import Source, SplicedFile
from engine.media.streams import audio_stream, read_only
from engine.translation import tr

Samples = npt.NDArray[np.float32]
Range = tuple[int, int]

# At most this much is lost to a damaged place.
_READ_SAMPLES = 1 << 14
# The formats that libsndfile reads to their real end.
_EXACT_FORMATS = (b"RIFF", b"RIFX", b"RF64", b"FORM", b"fLaC", b"OggS", b"caff", b".snd", b"riff")
# A smaller difference between the stated and the real length is rounding, not damage.
_SPAN_TOLERANCE_S = 0.5
# Others are damage; converting between them would fill the memory.
_RATES_HZ = range(1000, 1_536_001)
# Opus counts in 48 kHz, whatever the rate of the original was.
_OPUS_HZ = 48_000


@dataclass(frozen=True, slots=True)
class SoundLength:
    """How long the sound of a file is.

    Attributes:
        length_s: what can be read; None where that isn't known before it is decoded.
        claimed_s: what the header states, None where it states nothing.
    """

    length_s: float | None
    claimed_s: float | None


@dataclass(frozen=True, slots=True)
class NativeSound:
    """The sound of an open file.

    Attributes:
        rate_hz: sample rate.
        chunks: float32 (n, channels) each, in order; the number of channels may change.
        tally: counts what was decoded.
    """

    rate_hz: int
    chunks: Iterable[Samples]
    tally: Tally


@contextmanager
def open_sound(path: Path | str, start_s: float, layout: str) -> Iterator[NativeSound]:
    """Open the sound of a music file or a clip.

    Args:
        path: any local file.
        start_s: where to begin, in seconds from time zero (see `engine.media.waveform`).
        layout: libav's name of the channels' places that are wanted; "" for mono or stereo,
            "mono" for one or two channels, more being mixed to one.

    Raises:
        MediaNotFound, MediaUnreadable, MissingStream: when there is no sound to read.
    """
    ranges = _ranges(path)
    tally = Tally()
    if len(ranges) == 1:
        with _open_part(path, ranges[0], layout) as part:
            yield NativeSound(part.rate_hz, part.chunks(start_s, tally), tally)
        return
    rate_hz = _first_rate_hz(path, ranges, layout)
    chunks = _joined(path, ranges, layout, rate_hz, start_s, tally)
    yield NativeSound(rate_hz, chunks, tally)


def sound_length(path: Path | str) -> SoundLength:
    """Return how long the sound of a file is; decodes nothing.

    Raises:
        MediaNotFound, MediaUnreadable, MissingStream: when there is no sound to read.
    """
    ranges = _ranges(path)
    if len(ranges) == 1:
        with _open_part(path, ranges[0], "") as part:
            return part.length()
    length_s = claimed_s = 0.0
    unread = set(ranges)
    for part in _usable_parts(path, ranges, ""):
        length = part.length()
        length_s += length.length_s or 0.0
        claimed_s += max(length.claimed_s or 0.0, length.length_s or 0.0)
        unread.discard(part.byte_range)
    n_read = sum(_n_bytes(path, each) for each in ranges if each not in unread)
    n_lost = sum(_n_bytes(path, each) for each in unread if not _is_picture(path, each))
    # Parts that can't be read, by their size.
    return SoundLength(length_s, claimed_s * (1 + n_lost / max(n_read, 1)))


def _is_picture(path: Path | str, byte_range: Range | None) -> bool:
    """Whether a part holds a picture, and no sound."""
    with suppress(MediaError), open_container(path, byte_range) as container:
        return bool(container.streams.video) and not container.streams.audio
    return False


class _Part(Protocol):
    """One part of a file, open."""

    @property
    def rate_hz(self) -> int:
        """Its sample rate."""

    @property
    def byte_range(self) -> Range | None:
        """Its start and end in the file; None for all of it."""

    def chunks(self, start_s: float, tally: Tally) -> Iterator[Samples]:
        """Yield the sound from a time on."""

    def length(self) -> SoundLength:
        """Return how long it is."""


def _ranges(path: Path | str) -> tuple[Range | None, ...]:
    """Return where the parts of a file start and end, in bytes; None for one that is all of it."""
    with open_regular(path) as source:
        ranges = part_ranges(source)
        is_whole = ranges == ((0, source.seek(0, os.SEEK_END)),)
    return (None,) if is_whole else ranges


@contextmanager
def _open_bytes(path: Path | str, byte_range: Range | None) -> Iterator[Source]:
    """Open a file, or a range of its bytes as a file."""
    with open_regular(path) as file:
        yield file if byte_range is None else SplicedFile(file, [byte_range])


@contextmanager
def _open_part(path: Path | str, byte_range: Range | None, layout: str) -> Iterator[_Part]:
    with _open_bytes(path, byte_range) as source:
        sound = None
        magic = source.read(4)
        source.seek(0)
        if magic in _EXACT_FORMATS:
            with suppress(soundfile.LibsndfileError):
                sound = _SequentialSound(source)
        if sound is not None:
            with sound:
                # Surround is left to libav, which can mix it down; MP3 in a WAV too.
                is_plain = sound.channels <= 2 and "MPEG" not in sound.subtype
                if is_plain and sound.frames > 0 and sound.samplerate in _RATES_HZ:
                    yield _ExactPart(path, byte_range, sound)
                    return
    with open_container(path, byte_range) as container:
        stream = audio_stream(container)
        if stream is None:
            raise MissingStream(
                tr("the file has no sound."),
                path=path,
                remedy=tr("Choose a file with sound."),
            )
        rate_hz = stream.codec_context.sample_rate
        if rate_hz and rate_hz not in _RATES_HZ:
            raise MediaUnreadable(
                tr("the file has no sound that can be read."),
                path=path,
                remedy=tr("Copy or export it again."),
            )
        yield _ContainerPart(path, byte_range, container, stream, layout)


def _usable_parts(
    path: Path | str, ranges: tuple[Range | None, ...], layout: str
) -> Generator[_Part]:
    """Yield the parts that can be opened, one after the other; the first error if none can."""
    first_error: MediaError | None = None
    n_opened = 0
    for byte_range in ranges:
        try:
            opened = _open_part(path, byte_range, layout)
            with opened as part:
                n_opened += 1
                yield part
        except MediaError as error:
            first_error = first_error or error
    if n_opened == 0 and first_error is not None:
        raise first_error


def _first_rate_hz(path: Path | str, ranges: tuple[Range | None, ...], layout: str) -> int:
    parts = _usable_parts(path, ranges, layout)
    try:
        return next(parts).rate_hz
    finally:
        parts.close()


def _joined(
    path: Path | str,
    ranges: tuple[Range | None, ...],
    layout: str,
    rate_hz: int,
    start_s: float,
    tally: Tally,
) -> Iterator[Samples]:
    """Yield the sound of all parts at one rate."""
    for part in _usable_parts(path, ranges, layout):
        if start_s > 0:
            length_s = part.length().length_s or 0.0
            if start_s >= length_s:
                start_s -= length_s
                continue
        chunks = part.chunks(start_s, tally)
        first = next(chunks, None)
        if first is not None:
            every = itertools.chain([first], chunks)
            yield from resampled(every, part.rate_hz, rate_hz, first.shape[1])
        start_s = 0.0


class _SequentialSound(soundfile.SoundFile):  # type: ignore[misc]  # soundfile has no types
    """A sound file that is read without seeking.

    After every read python-soundfile seeks to its own position, which costs an Ogg decoder time.
    """

    def seekable(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class _ExactPart:
    """A part that libsndfile reads."""

    path: Path | str
    byte_range: Range | None
    sound: soundfile.SoundFile

    @property
    def rate_hz(self) -> int:
        return int(self.sound.samplerate)

    def chunks(self, start_s: float, tally: Tally) -> Iterator[Samples]:
        sound = self.sound
        first = round(start_s * sound.samplerate)
        if first >= sound.frames:
            return
        try:
            if first:
                n_preroll = min(first, round(PREROLL_S * sound.samplerate))
                sound.seek(first - n_preroll)
                sound.read(n_preroll, dtype="float32")
            while len(chunk := sound.read(_READ_SAMPLES, dtype="float32", always_2d=True)):
                tally.decoded_s += len(chunk) / sound.samplerate
                yield chunk
        except soundfile.LibsndfileError:
            # Cut off or damaged from here on: use what came before.
            return

    def length(self) -> SoundLength:
        length_s = float(self.sound.frames / self.sound.samplerate)
        if self.sound.format == "FLAC":
            # Its header states the length; only the end of the file tells whether it is there.
            return SoundLength(_end_found(self.path, self.byte_range, length_s), length_s)
        with _open_bytes(self.path, self.byte_range) as source:
            if self.sound.format == "OGG":
                rate_hz = _OPUS_HZ if self.sound.subtype == "OPUS" else self.rate_hz
                return SoundLength(length_s, claimed_ogg_s(source, length_s, rate_hz))
            return SoundLength(length_s, claimed_chunk_s(source, self.rate_hz, length_s))


@dataclass(frozen=True, slots=True)
class _ContainerPart:
    """A part that libav reads."""

    path: Path | str
    byte_range: Range | None
    container: InputContainer
    stream: AudioStream
    layout: str

    @property
    def rate_hz(self) -> int:
        return int(self.stream.codec_context.sample_rate)

    def chunks(self, start_s: float, tally: Tally) -> Iterator[Samples]:
        return container_chunks(
            Path(self.path), self.container, self.stream, self.layout, start_s, tally
        )

    def length(self) -> SoundLength:
        container, stream = self.container, self.stream
        stated_s = stated_duration_s(container, stream)
        form = container.format.name
        if stated_s is not None and form not in HEADERLESS:
            length_s = _end_found(self.path, self.byte_range, stated_s)
            claimed_s = stated_s if length_s is None else self._claimed_s(length_s, stated_s)
            return SoundLength(length_s, claimed_s)
        packets = _packets(self.path, self.byte_range)
        length_s = packets.length_s
        if form in HEADERLESS:
            with _open_bytes(self.path, self.byte_range) as source:
                claimed_s = claimed_headerless_s(source, length_s or 0.0, packets.n_bytes)
            return SoundLength(length_s, claimed_s)
        if length_s is None:
            return SoundLength(None, None)
        if form.startswith("matroska"):
            with open_regular(self.path) as file:
                claimed_s = claimed_blocks_s(as_one(file), length_s, packets.span)
            return SoundLength(length_s, claimed_s)
        return SoundLength(length_s, self._claimed_s(length_s, None))

    def _claimed_s(self, length_s: float, stated_s: float | None) -> float | None:
        """Return the length that the file had by its header and its bytes."""
        form = self.container.format.name
        claimed_s: float | None = None
        with _open_bytes(self.path, self.byte_range) as source:
            if form.startswith("mov"):
                n_indexed = _n_indexed(self.container)
                return claimed_boxes_s(source, stated_s or length_s, n_indexed)
            if form == "ogg":
                claimed_s = claimed_ogg_s(source, length_s, self.rate_hz)
            else:
                claimed_s = claimed_chunk_s(source, self.rate_hz, length_s)
        return max((s for s in (stated_s, claimed_s) if s is not None), default=None)


def _n_indexed(container: InputContainer) -> int:
    return sum(entry.size for stream in container.streams for entry in stream.index_entries)


def _n_bytes(path: Path | str, byte_range: Range | None) -> int:
    with _open_bytes(path, byte_range) as source:
        return sound_bytes(source)


def _packets(path: Path | str, byte_range: Range | None) -> Packets:
    """Return what the packets are; they are read from another opening.

    The part whose length is asked for may still be read from its start.
    """
    with open_container(path, byte_range) as container:
        stream = audio_stream(container)
        return (
            Packets(None, 0, (0, 0)) if stream is None else counted(Path(path), container, stream)
        )


def _end_found(path: Path | str, byte_range: Range | None, stated_s: float) -> float | None:
    """Return the stated length, or a shorter one where the file ends before it."""
    with open_container(path, byte_range) as container:
        stream = audio_stream(container)
        if stream is None:
            return stated_s
        zero_s = time_zero_s(Path(path), container, stream)
        read_only(container, stream)
        found_s = demuxed_end_s(container, stream, zero_s + stated_s) - zero_s
    return stated_s if stated_s - found_s <= _SPAN_TOLERANCE_S else max(found_s, 0.0) or None
