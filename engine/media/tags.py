"""A music file's tags, as plain text of limited length."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from av.audio.stream import AudioStream
from av.container import InputContainer

_MAX_CHARACTERS = 300
_KEYS: Mapping[str, tuple[str, ...]] = {
    "title": ("title",),
    "artist": ("artist", "album_artist", "composer"),
    "album": ("album",),
    "licence": ("license", "licence", "copyright", "wcop"),
    "url": ("url", "website", "purl", "contact", "woas", "woaf", "woar"),
}


@dataclass(frozen=True, slots=True)
class TrackTags:
    """Title, artist, album, licence and web address from a file's tags; None where missing."""

    title: str | None = None
    artist: str | None = None
    album: str | None = None
    licence: str | None = None
    url: str | None = None


def read_tags(container: InputContainer, stream: AudioStream) -> TrackTags:
    """Read the tags of the file and of its stream, where Ogg keeps them."""
    stated: dict[str, str] = {}
    for metadata in (stream.metadata, container.metadata):
        stated.update({key.casefold(): value for key, value in metadata.items()})
    return TrackTags(
        **{
            field: next((text for key in keys if (text := plain_text(stated.get(key)))), None)
            for field, keys in _KEYS.items()
        }
    )


def plain_text(value: str | None) -> str | None:
    """Return one line without control, format or private characters; None when nothing remains.

    Among the format characters are direction overrides, which could disguise a name.
    """
    if value is None:
        return None
    spaced = "".join(
        " " if unicodedata.category(c) in ("Zs", "Zl", "Zp", "Cc") else c for c in value
    )
    kept = "".join(c for c in spaced if unicodedata.category(c)[0] != "C")
    return " ".join(kept.split())[:_MAX_CHARACTERS].strip() or None
