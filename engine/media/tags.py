"""A music file's tags, as plain text of limited length."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

MAX_CHARACTERS = 300
_KEYS: Mapping[str, tuple[str, ...]] = {
    "title": ("title",),
    "artist": ("artist", "album_artist", "composer"),
    "album": ("album",),
    "licence": ("license", "licence", "copyright", "wcop"),
    "url": ("url", "website", "purl", "contact", "woas", "woaf", "woar"),
}


@dataclass(frozen=True, slots=True)
class Tags:
    """What a track is called, who made it, and on what terms; plain text, None where unknown.

    Attributes:
        title, artist, album: as a listener knows them.
        licence: a name such as "CC-BY-4.0", or the terms in words.
        url: where the track or its artist is found on the web.
    """

    title: str | None = None
    artist: str | None = None
    album: str | None = None
    licence: str | None = None
    url: str | None = None


def read_tags(container: "InputContainer", stream: "AudioStream") -> Tags:
    """Read the tags of the file and of its stream, where Ogg keeps them."""
    stated = stated_tags(container, stream)
    return Tags(**{field: plain_text(text) for field, text in stated.items()})


def read_genre(container: "InputContainer", stream: "AudioStream") -> str:
    """Return the genre that the file states, as one line; "" for none."""
    for metadata in (container.metadata, stream.metadata):
        for key, value in metadata.items():
            if key.casefold() == "genre" and (genre := plain_text(readable(value))):
                return genre
    return ""


def stated_tags(container: "InputContainer", stream: "AudioStream") -> dict[str, str | None]:
    """Return the tags as they are, by the names of the fields of `Tags`."""
    stated: dict[str, str] = {}
    for metadata in (stream.metadata, container.metadata):
        stated.update({key.casefold(): value for key, value in metadata.items()})
    return {
        field: next((stated[key] for key in keys if plain_text(readable(stated.get(key)))), None)
        for field, keys in _KEYS.items()
    }


def readable(value: str | None) -> str | None:
    """Return text with a replacement character for each byte that isn't UTF-8."""
    return value and value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


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
    return " ".join(kept.split())[:MAX_CHARACTERS].strip() or None
