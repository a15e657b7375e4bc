"""Cache of the sounds of clips by content, so that each is measured only once."""

import logging

import msgspec

from engine.errors import ExportError
from engine.files import write_bytes
from engine.paths import cache_dir
from engine.sound.clip_sound import VERSION, ClipSound

_log = logging.getLogger(__name__)
# Entries of a few kilobytes.
_MAX_ENTRIES = 300


def load_sound(content_hash: str) -> ClipSound | None:
    """Return what is known of the sound of a clip with these bytes; None when nothing is."""
    path = cache_dir() / "sounds" / f"{content_hash}-{VERSION}.json"
    try:
        found = msgspec.json.decode(path.read_bytes(), type=ClipSound)
        path.touch()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        _log.info("a cached analysis can't be used: %s: %s", path, error)
        return None
    return found


def store_sound(content_hash: str, sound: ClipSound) -> None:
    """Cache what is known of a clip's sound; a full disk isn't an error."""
    folder = cache_dir() / "sounds"
    try:
        write_bytes(folder / f"{content_hash}-{VERSION}.json", msgspec.json.encode(sound))
        entries = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
        for path in entries[:-_MAX_ENTRIES]:
            path.unlink(missing_ok=True)
    except (ExportError, OSError) as error:
        _log.info("an analysis isn't cached: %s", error)
