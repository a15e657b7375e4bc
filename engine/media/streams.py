"""Which of a file's streams are the clip's picture and its sound, as players choose them."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard, Disposition
from av.video.stream import VideoStream

from engine.errors import MediaUnreadable, MissingStream
from engine.media.source import open_container, read_packets
from engine.translation import tr

# Of files that are named as music though their containers hold pictures as well.
_MUSIC_SUFFIXES = frozenset(
    (".m4a", ".m4b", ".mka", ".mp3", ".ogg", ".oga", ".opus", ".flac", ".wma", ".aif", ".aiff")
)
MAX_CHANNELS = 64
# Codecs of still pictures: at most this many of them a second are a slide show or previews.
_STILL_CODECS = frozenset(("mjpeg", "png", "bmp", "gif", "webp", "tiff"))
_PREVIEWS_PER_S = 2
# A frame that lasts as long as its sound.
_SHORT_S = 1.0
# The second frame comes within this much of the file, or there is none.
_MOST_PACKETS = 5_000
_MOST_BYTES = 64 << 20


def video_stream(container: InputContainer, path: Path) -> VideoStream:
    """Return the clip's picture.

    Args:
        container: open for reading; it stays where it is.
        path: of the clip.

    Raises:
        MissingStream: when there is no video.
        MediaUnreadable: when no decoder supports it.
    """
    stream = picture_stream(container, path)
    if stream is None:
        raise MissingStream(
            tr("the file has no video."),
            path=path,
            remedy=tr(
                "Choose a video clip. Add music under “Your music” in the window, or with: "
                "soundbed library add FOLDER"
            ),
        )
    if not _can_be_shown(stream):
        raise MediaUnreadable(
            tr("the video is in a format that can't be decoded."),
            path=path,
            remedy=tr("Convert the clip to H.264 in MP4."),
        )
    return stream


def picture_stream(container: InputContainer, path: Path) -> VideoStream | None:
    """Return the picture that players show; covers and marked previews don't count.

    Of several, a picture of more than one frame comes before a still, a film before previews,
    the default one before others, and the largest before smaller ones.

    Args:
        container: open for reading; it stays where it is.
        path: of the file.
    """
    streams = [
        stream
        for stream in container.streams.video
        if not stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails)
    ]
    if len(streams) < 2:
        return streams[0] if streams else None
    n_frames = _frame_counts(streams, path)
    return max(
        streams,
        key=lambda stream: (
            n_frames[stream.index] > 1,
            not _is_preview(stream),
            bool(stream.disposition & Disposition.default),
            _n_pixels(stream),
        ),
    )


def moving_picture(container: InputContainer, path: Path) -> VideoStream | None:
    """Return the picture of a film; None for music, whose only picture is a cover.

    A single frame under sound is a cover, and in a file that is named as music a picture of a
    still format, or one that ends before half of the sound. A single frame without sound, or with
    sound that is as short, is a film.

    Args:
        container: open for reading; it stays where it is.
        path: of the file.
    """
    stream = picture_stream(container, path)
    if stream is None or not container.streams.audio:
        return stream
    if path.suffix.lower() in _MUSIC_SUFFIXES and _is_cover_of(container, stream):
        return None
    is_short = 0 < (container.duration or 0) <= _SHORT_S * av.time_base
    return stream if is_short or _frame_counts([stream], path)[stream.index] > 1 else None


def audio_stream(container: InputContainer) -> AudioStream | None:
    """Return the audio stream that players play: of those that can be decoded, the default one."""
    streams = [stream for stream in container.streams.audio if _can_be_decoded(stream)]
    return max(
        streams, key=lambda stream: bool(stream.disposition & Disposition.default), default=None
    )


def read_only(container: InputContainer, wanted: VideoStream | AudioStream) -> None:
    """Have the demuxer skip every other stream, which takes a third of the time."""
    for stream in container.streams:
        stream.discard = Discard.default if stream.index == wanted.index else Discard.all


def _can_be_shown(stream: VideoStream) -> bool:
    # A stream without a decoder has no context.
    return stream.codec_context is not None and stream.codec_context.is_decoder


def _can_be_decoded(stream: AudioStream) -> bool:
    context = stream.codec_context
    return context is not None and context.sample_rate > 0 and 0 < context.channels <= MAX_CHANNELS


def _n_pixels(stream: VideoStream) -> int:
    context = stream.codec_context
    return context.width * context.height if context is not None else 0


def _is_still_format(stream: VideoStream) -> bool:
    return stream.codec_context is not None and stream.codec_context.name in _STILL_CODECS


def _is_preview(stream: VideoStream) -> bool:
    rate = stream.average_rate or stream.guessed_rate
    return _is_still_format(stream) and (not rate or rate <= _PREVIEWS_PER_S)


def _is_cover_of(container: InputContainer, stream: VideoStream) -> bool:
    if _is_still_format(stream):
        return True
    if not stream.duration or not stream.time_base or not container.duration:
        return False
    return float(stream.duration * stream.time_base) < container.duration / av.time_base / 2


def _frame_counts(streams: Sequence[VideoStream], path: Path) -> Counter[int]:
    """Return how many frames the streams have, by their index; 2 stands for more."""
    counts = Counter({stream.index: min(stream.frames, 2) for stream in streams})
    unknown = {index for index, n in counts.items() if n == 0}
    if not unknown:
        return counts
    # Not with the same container, which couldn't always return to where it was.
    with open_container(path) as again:
        for stream in again.streams:
            stream.discard = Discard.default if stream.index in unknown else Discard.all
        n_bytes = 0
        for n, packet in enumerate(read_packets(again)):
            n_bytes += packet.size
            if not unknown or n > _MOST_PACKETS or n_bytes > _MOST_BYTES:
                break
            if packet.size and packet.stream_index in unknown and not packet.is_discard:
                counts[packet.stream_index] += 1
                if counts[packet.stream_index] > 1:
                    unknown.discard(packet.stream_index)
    return counts
