"""Open a media file from an untrusted source: one local, regular file and nothing else."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from itertools import islice
from pathlib import Path
from typing import Any, Literal, NoReturn

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from engine.errors import MediaEncrypted, MediaNotFound, MediaUnreadable
from engine.media.boxes import FIRST_BOXES, boxes
from engine.media.encryption import is_encrypted
from engine.media.joined_files import as_one
from engine.media.spliced import SplicedFile
from engine.translation import tr

# Containers only. Playlists, image sequences, concatenations, devices and raw streams would open
# other files, or accept any text as media.
CONTAINERS = (
    "mov,mp4,m4a,3gp,3g2,mj2",
    "matroska,webm",
    "avi",
    "mpegts",
    "mpeg",
    "flv",
    "asf",
    "ogg",
    "mxf",
    "dv",
    "wav",
    "w64",
    "aiff",
    "caf",
    "au",
    "flac",
    "mp3",
    "aac",
    "ac3",
    "eac3",
    "wv",
    "ape",
    "tta",
    "amr",
)
# The end of a file that is searched for sound; a long one may start before the sound.
_TAIL_BYTES = tuple(1 << n for n in range(13, 23))
# Then as many places, evenly spread, of this size each.
_N_PLACES = 16
_PLACE_BYTES = 1 << 20
_PICTURES = {
    b"GIF8": "GIF",
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG": "PNG",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
}
# Of files that are made like MP4: stills, and rows of pictures.
PICTURE_BRANDS = frozenset(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")
)
_HEIF = "HEIF"
_MOST_BOXES = 1000


class _MediaFile(FileIO):
    """A file in which any place can be sought, such as damaged headers name; nothing is there."""

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Change the position; return the new one."""
        try:
            return super().seek(offset, whence)
        except (OSError, OverflowError):
            return super().seek(0, os.SEEK_END)


def absolute(path: Path | str) -> Path:
    """Return the absolute path without resolving links, so that messages name the user's file."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() follows links


def open_regular(path: Path | str) -> FileIO:
    """Open a regular, non-empty local file for reading; never blocks on a pipe.

    Raises:
        MediaNotFound: when there is no such file.
        MediaUnreadable: when it is a folder, a pipe, a socket, a device, empty or not readable.
    """
    try:
        # Non-blocking, in case a pipe takes the file's place after the check.
        mode = Path(path).stat().st_mode
        if not stat.S_ISREG(mode):
            _refuse_kind(path, mode)
        source = _MediaFile(os.fspath(path), "rb", opener=_open_nonblocking)
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise MediaNotFound(
            tr("there is no such file."),
            path=path,
            remedy=tr("Check the name, and whether the drive is connected."),
        ) from error
    except OSError as error:
        raise MediaUnreadable(
            tr("the file can't be opened ({reason}).").format(reason=error.strerror or error),
            path=path,
            remedy=tr("Check that you have permission to read it, or copy it to another folder."),
        ) from error
    status = os.fstat(source.fileno())
    if not stat.S_ISREG(status.st_mode):
        source.close()
        _refuse_kind(path, status.st_mode)
    if status.st_size == 0:
        source.close()
        raise MediaUnreadable(
            tr("the file is empty."),
            path=path,
            remedy=tr("Copy or export it again."),
        )
    return source


@contextmanager
def open_container(
    path: Path | str,
    part: tuple[int, int] | None = None,
    metadata_errors: Literal["replace", "surrogateescape"] = "replace",
) -> Iterator[InputContainer]:
    """Open a media file in PyAV, without access to any other file, format or protocol.

    Args:
        path: any local file.
        part: only these bytes (start, end) of it, as a file; None for all.
        metadata_errors: what becomes of tags that aren't UTF-8, as in `bytes.decode`.

    Raises:
        MediaNotFound: when there is no such file.
        MediaEncrypted: when its picture or sound is encrypted.
        MediaUnreadable: when it isn't a media file, or is cut off before its index.
    """
    with open_regular(path) as source:
        if is_encrypted(source):
            raise MediaEncrypted(
                tr("the file is encrypted (copy protection)."),
                path=path,
                remedy=tr("Use a copy without protection."),
            )
        if _picture_kind(source) == _HEIF:
            # libav opens it, and shows a single tile of a photo.
            raise _unopened(path, source)
        # libav interprets some names (`%d`, `concat:`), so it never gets the real one.
        suffix = Path(path).suffix.lower()
        source.name = "media" + (suffix if suffix.isascii() and suffix[1:].isalnum() else "")
        try:
            container = av.open(
                as_one(source) if part is None else SplicedFile(source, [part]),
                mode="r",
                options={
                    "protocol_whitelist": "file",
                    "format_whitelist": ",".join(CONTAINERS),
                },
                metadata_errors=metadata_errors,
                buffer_size=1 << 16,
                io_open=_refuse_nested,
            )
        except (av.error.FFmpegError, ValueError, IndexError) as error:
            raise _unopened(path, source) from error
        with container:
            if container.format.name == "mpegts" and part is None:
                _learn_late_sound(container, path)
            yield container


def _learn_late_sound(container: InputContainer, path: Path | str) -> None:
    """Set the rate and the channels of sound that libav didn't see at the start of a file."""
    unknown = {
        stream.id: stream.codec_context
        for stream in container.streams.audio
        if stream.codec_context is not None and not stream.codec_context.sample_rate
    }
    if not unknown:
        return
    size = Path(path).stat().st_size
    for start, end in _parts_with_sound(size):
        with suppress(MediaUnreadable), open_container(path, (start, end)) as part:
            for stream in part.streams.audio:
                found, late = stream.codec_context, unknown.get(stream.id)
                if late is not None and found is not None and found.sample_rate:
                    late.sample_rate, late.layout = found.sample_rate, found.layout
                    del unknown[stream.id]
        if not unknown:
            return


def _parts_with_sound(size: int) -> Iterator[tuple[int, int]]:
    """Yield parts of a file in which its sound may be, in bytes."""
    for n_bytes in _TAIL_BYTES:
        yield max(size - n_bytes, 0), size
        if n_bytes >= size:
            return
    for place in range(_N_PLACES):
        start = place * size // _N_PLACES
        yield start, min(start + _PLACE_BYTES, size)


def read_packets(
    container: InputContainer, *streams: VideoStream | AudioStream
) -> Iterator["Packet[Any]"]:
    """Yield the packets of the streams, or of all; ends where the file is cut off or damaged.

    The last ones are empty: they flush the decoders.
    """
    packets = container.demux(*streams)
    while True:
        try:
            packet = next(packets, None)
        except IndexError:
            # PyAV doesn't know streams that a broadcast starts later; continue reading.
            packets = container.demux(*streams)
            continue
        except av.error.FFmpegError:
            return
        if packet is None:
            return
        yield packet


def _open_nonblocking(name: str | bytes, flags: int) -> int:
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))


def _refuse_kind(path: Path | str, mode: int) -> NoReturn:
    if stat.S_ISDIR(mode):
        raise MediaUnreadable(
            tr("this is a folder, not a file."), path=path, remedy=tr("Choose a file inside it.")
        )
    raise MediaUnreadable(
        tr("this is a pipe, a socket or a device, not a file."),
        path=path,
        remedy=tr("Save the media to a file first."),
    )


def _refuse_nested(url: str, flags: int, options: dict[str, str]) -> Any:
    raise PermissionError("a media file may not open another one")


def _unopened(path: Path | str, source: FileIO) -> MediaUnreadable:
    if kind := _picture_kind(source):
        return MediaUnreadable(
            tr("this is a {kind} picture, not a video or audio file.").format(kind=kind),
            path=path,
            remedy=tr("Convert it to a video clip first, such as an MP4."),
        )
    if _lacks_index(source):
        return MediaUnreadable(
            tr("the file is incomplete: its index is missing."),
            path=path,
            remedy=tr("Copy or record it again; nothing can be read without the index."),
        )
    return MediaUnreadable(
        tr("this isn't a video or audio file that can be opened."),
        path=path,
        remedy=tr("Choose an MP4, MOV, MKV, WebM or AVI clip, or a WAV, FLAC, MP3, Ogg or M4A."),
    )


def _picture_kind(source: FileIO) -> str:
    """Return the name of the format of a picture file; "" of another file."""
    source.seek(0)
    head = source.read(16)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    if head[4:8] == b"ftyp" and head[8:12] in PICTURE_BRANDS:
        return _HEIF
    return next((name for start, name in _PICTURES.items() if head.startswith(start)), "")


def _lacks_index(source: FileIO) -> bool:
    """Whether this is an MP4 or MOV without its `moov` box (ISO/IEC 14496-12, 4.2)."""
    size = source.seek(0, os.SEEK_END)
    kinds = [box.kind for box in islice(boxes(source, 0, size), _MOST_BOXES)]
    return bool(kinds) and kinds[0] in FIRST_BOXES and b"moov" not in kinds
