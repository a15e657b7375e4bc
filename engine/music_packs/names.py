"""File names that are valid on every system."""

import re
import unicodedata
from pathlib import PurePosixPath

_FORBIDDEN = frozenset('<>:"|?*\\/')
# Windows opens a device for a file of such a name, whatever its suffix.
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?", re.I)
_MAX_PART_BYTES = 120
# With the folder of the packs, a path stays below the 260 characters of older Windows.
_MAX_BYTES = 180
_MAX_DEPTH = 8


def is_portable(name: str) -> bool:
    """Return whether a relative path, its parts joined by "/", is valid on every system."""
    parts = name.split("/")
    return (
        len(name.encode("utf-8", "surrogatepass")) <= _MAX_BYTES
        and len(parts) <= _MAX_DEPTH
        and all(_is_portable_part(part) for part in parts)
    )


def folded(name: str) -> str:
    """Return a form that is equal for two names that some file system treats as the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def portable(name: str, taken: set[str]) -> str:
    """Return a portable name close to the given one that isn't taken yet, and take it.

    Args:
        name: a relative path, its parts joined by "/".
        taken: the folded names in use; the new one is added.
    """
    path = PurePosixPath(name)
    suffix = "".join("_" if _is_forbidden(c) else c for c in path.suffix.lower())
    stem = _cleaned(path.stem, 80)
    # The first part is the kind of the member. Of the folders below it, the two next to the file
    # stay: artist and album.
    first, inner = path.parts[:-1][:1], path.parts[1:-1]
    above = [_cleaned(part, 30) for part in (*first, *inner[-2:])]
    number = 1
    while True:
        counted = stem if number == 1 else f"{stem}-{number}"
        candidate = "/".join([*above, counted + suffix])
        if folded(candidate) not in taken:
            taken.add(folded(candidate))
            return candidate
        number += 1


def slug(text: str) -> str:
    """Return the text as lower-case ASCII words joined by "-", "" when nothing is left."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return "-".join(re.findall("[a-z0-9]+", ascii_text.lower()))[:60].strip("-")


def _is_portable_part(part: str) -> bool:
    return (
        part != ""
        and len(part.encode("utf-8", "surrogatepass")) <= _MAX_PART_BYTES
        and part[-1] not in ". "
        # A scan skips hidden files, whose names begin with a dot.
        and part[0] not in ". "
        and unicodedata.is_normalized("NFC", part)
        and not any(_is_forbidden(character) for character in part)
        and _DEVICE.fullmatch(part) is None
    )


def _is_forbidden(character: str) -> bool:
    # Control, format, private and unassigned characters, and halves of surrogate pairs.
    return character in _FORBIDDEN or unicodedata.category(character)[0] == "C"


def _cleaned(part: str, max_bytes: int = _MAX_PART_BYTES) -> str:
    text = unicodedata.normalize("NFC", part)
    text = "".join("_" if _is_forbidden(character) else character for character in text)
    text = text.encode("utf-8")[:max_bytes].decode("utf-8", "ignore").strip(" ").rstrip(". ")
    if not text or text[0] == "." or _DEVICE.fullmatch(text):
        return f"_{text}"
    return text
