"""Check a music file and describe it, decoding nothing."""

from dataclasses import dataclass
from pathlib import Path

from engine.errors import MediaUnreadable, MissingStream
from engine.media.probe import check_duration, check_streams
from engine.media.sound_reading import sound_length
from engine.media.source import absolute, open_container
from engine.media.streams import audio_stream
from engine.media.tags import Tags, read_tags
from engine.translation import tr


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """A checked sound file.

    Attributes:
        path: absolute.
        size_bytes: of the file.
        duration_s: length of the sound that can be read.
        claimed_s: length that the file states; None where it states none.
        rate_hz: sample rate.
        n_channels: number of channels.
        codec: libav's name.
        tags: title, artist and so on.
    """

    path: Path
    size_bytes: int
    duration_s: float
    claimed_s: float | None
    rate_hz: int
    n_channels: int
    codec: str
    tags: Tags

    def __post_init__(self) -> None:
        if self.duration_s <= 0 or self.rate_hz <= 0 or self.n_channels <= 0:
            raise ValueError("a track has a length, a rate and channels")


def probe_audio(path: Path | str) -> AudioInfo:
    """Check a sound file and describe it, tags included.

    Raises:
        MediaNotFound, MediaUnreadable, MissingStream, MediaTooLarge: each with a remedy.
    """
    path = absolute(path)
    with open_container(path) as container:
        check_streams(container, path)
        stream = audio_stream(container)
        if stream is None:
            raise MissingStream(
                tr("the file has no sound."), path=path, remedy=tr("Choose a file with music.")
            )
        length = sound_length(path)
        if length.length_s is None:
            raise MediaUnreadable(
                tr("the file has no sound that can be read."),
                path=path,
                remedy=tr("Copy or export it again."),
            )
        check_duration(length.length_s, path)
        return AudioInfo(
            path=path,
            size_bytes=path.stat().st_size,
            duration_s=length.length_s,
            claimed_s=length.claimed_s,
            rate_hz=stream.codec_context.sample_rate,
            n_channels=stream.codec_context.channels,
            codec=stream.codec_context.codec.canonical_name,
            tags=read_tags(container, stream),
        )
