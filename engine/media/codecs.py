"""Which of the codecs that Soundbed needs this PyAV can decode and encode."""

from typing import Literal

import av
from av.codec import Codec

# By libav's names.
DECODED = ("h264", "hevc", "av1", "vp9", "prores", "mpeg4", "aac", "opus", "vorbis", "mp3", "flac")
ENCODED = ("libx264", "aac", "pcm_s24le", "pcm_s16le")


def missing_codecs() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the missing decoders and the missing encoders."""
    return (
        tuple(name for name in DECODED if not _exists(name, "r")),
        tuple(name for name in ENCODED if not _exists(name, "w")),
    )


def library_versions() -> dict[str, str]:
    """Return the versions of the FFmpeg libraries inside PyAV."""
    return {
        name: ".".join(map(str, version)) for name, version in sorted(av.library_versions.items())
    }


def _exists(name: str, mode: Literal["r", "w"]) -> bool:
    try:
        Codec(name, mode)
    except ValueError:
        return False
    return True
