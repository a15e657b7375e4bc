"""Check a music file and describe it, decoding nothing."""

from dataclasses import dataclass
from pathlib import Path

import av
import soundfile

from engine.errors import (
    MediaEncrypted,
    MediaError,
    MediaTooShort,
    MediaUnreadable,
    MissingStream,
    MovingPicture,
)
from engine.media.code_pages import meant
from engine.media.probe import AUDIO_SUFFIXES, check_duration, check_streams
from engine.media.sound_reading import sound_length
from engine.media.source import absolute, open_container
from engine.media.streams import audio_stream, moving_picture
from engine.media.tags import Tags, plain_text, read_genre, read_tags, readable, stated_tags
from engine.translation import tr

# Containers of films, which may hold music alone.
FILM_SUFFIXES = frozenset((".mp4", ".mov", ".webm", ".mkv", ".3gp"))
# Of shops, encrypted by their definition.
_PROTECTED_SUFFIXES = frozenset((".m4p", ".aax", ".aa"))
SCANNED_SUFFIXES = AUDIO_SUFFIXES | FILM_SUFFIXES | _PROTECTED_SUFFIXES
# Music in formats that no decoder here reads.
# fmt: off
UNREADABLE_SUFFIXES = frozenset((
    ".dsf", ".dff", ".mpc", ".mpp", ".ofr", ".ofs", ".ra", ".ram", ".rm", ".shn", ".spx", ".tak",
    ".mid", ".midi", ".kar", ".rmi", ".mod", ".xm", ".s3m", ".it", ".sid", ".vgm", ".nsf", ".spc",
))
# fmt: on
MIN_MUSIC_S = 1.0
# Increased when files are read in another way, so that those that failed are tried again.
_READER = 2


def decoder_version() -> str:
    """Return the version of everything that decodes sound here."""
    codecs, formats = (
        ".".join(map(str, av.library_versions[name])) for name in ("libavcodec", "libavformat")
    )
    return f"{_READER} libav {codecs} {formats} libsndfile {soundfile.__libsndfile_version__}"


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
        genre_tag: the genre that the file states, as it is; "" for none.
    """

    path: Path
    size_bytes: int
    duration_s: float
    claimed_s: float | None
    rate_hz: int
    n_channels: int
    codec: str
    tags: Tags
    genre_tag: str = ""

    def __post_init__(self) -> None:
        if self.duration_s <= 0 or self.rate_hz <= 0 or self.n_channels <= 0:
            raise ValueError("a track has a length, a rate and channels")


def probe_music(path: Path) -> AudioInfo:
    """Check a file that a scan found, and describe it.

    Raises:
        MovingPicture: when it is a film.
        MediaTooShort: when it is shorter than a second.
        MediaEncrypted, MediaError: as `probe_audio`.
    """
    suffix = path.suffix.lower()
    try:
        if suffix in FILM_SUFFIXES and _is_film(path):
            raise MovingPicture(
                tr("the file is a film, not music."),
                path=path,
                remedy=tr("Export its sound as a file of its own."),
            )
        info = probe_audio(path)
    except MediaUnreadable as error:
        if suffix in _PROTECTED_SUFFIXES:
            raise MediaEncrypted(
                tr("the file is encrypted (copy protection)."),
                path=path,
                remedy=tr("Use a copy without protection."),
            ) from error
        raise
    if info.duration_s < MIN_MUSIC_S:
        raise too_short(path, info.duration_s)
    return info


def too_short(path: Path, duration_s: float) -> MediaError:
    """Return the error that a file is too short to be music."""
    return MediaTooShort(
        tr("the file is too short: {duration:.2f} s of sound.").format(duration=duration_s),
        path=path,
        remedy=tr("Music has at least a second."),
    )


def read_meant_tags(path: Path) -> tuple[Tags, Tags]:
    """Return the tags of a file as they are read, and as they were meant, see `code_pages`.

    Raises:
        MediaNotFound, MediaUnreadable, MissingStream: when there is no sound.
    """
    stated: dict[str, str | None] = {}
    with open_container(path, metadata_errors="surrogateescape") as container:
        stream = audio_stream(container)
        if stream is not None:
            stated = stated_tags(container, stream)
    read = {field: readable(text) for field, text in stated.items()}
    right = {field: text and (meant(text) or read[field]) for field, text in stated.items()}
    as_read, as_meant = (
        Tags(**{field: plain_text(text) for field, text in texts.items()})
        for texts in (read, right)
    )
    return as_read, as_meant


def read_genre_tag(path: Path) -> str:
    """Return the genre that a file states, decoding nothing; "" for none.

    Raises:
        MediaNotFound, MediaUnreadable: when it can't be read.
    """
    with open_container(path) as container:
        stream = audio_stream(container)
        return "" if stream is None else read_genre(container, stream)


def _is_film(path: Path) -> bool:
    with open_container(path) as container:
        return moving_picture(container, path) is not None


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
            genre_tag=read_genre(container, stream),
        )
