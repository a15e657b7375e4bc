"""Which of the formats that clips and tracks use this PyAV can read and write."""

import av
from av.codec import Codec

# What the app meets, by libav's names.
DECODED = ("h264", "hevc", "av1", "vp9", "prores", "mpeg4", "aac", "opus", "vorbis", "mp3", "flac")
ENCODED = ("libx264", "aac", "pcm_s24le", "pcm_s16le")


def missing_codecs() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the decoders and the encoders that aren't there."""
    return (
        tuple(name for name in DECODED if not _exists(name, "r")),
        tuple(name for name in ENCODED if not _exists(name, "w")),
    )


def library_versions() -> dict[str, str]:
    """Return the versions of the FFmpeg libraries inside PyAV."""
    return {
        name: ".".join(map(str, version)) for name, version in sorted(av.library_versions.items())
    }


def _exists(name: str, mode: str) -> bool:
    try:
        Codec(name, mode)  # type: ignore[arg-type]
    except ValueError:
        return False
    return True
