"""STORY: tags in wrong encodings → what they were meant to be, to be shown after asking."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import SoundbedError
from engine.library.library import Library
from engine.library.repaired_tags import RepairTags
from engine.limits import PROBING_CLIP, n_cores
from engine.media.tags import Tags
from engine.progress import Progress
from engine.translation import tr

if TYPE_CHECKING:
    from engine.library.tracks import Track

# Tags of the other formats are UTF-8 or UTF-16 by their definition.
_SUFFIXES = frozenset((".mp3", ".mp2", ".aac", ".wav", ".aif", ".aiff", ".tta", ".flac", ".ape"))
_FIELDS = ("title", "artist", "album")


@dataclass(frozen=True, slots=True)
class TagRepair:
    """Tags of one track as they are and as they were meant.

    Attributes:
        track_id: its number.
        path: its file.
        before, after: as shown now, and as they would be shown.
    """

    track_id: int
    path: Path
    before: Tags
    after: Tags

    def changes(self) -> Iterator[tuple[str, str]]:
        """Yield the texts that change, before and after."""
        for field in _FIELDS:
            before, after = getattr(self.before, field), getattr(self.after, field)
            if before != after:
                yield before or "", after or ""


def find_repairs(library: Library, progress: Progress) -> tuple[TagRepair, ...]:
    """Return which tags can be repaired; nothing is changed, and no file is written.

    Args:
        library: the user's own.
        progress: may cancel.

    Raises:
        Cancelled: when the user stopped it.
    """
    from engine.media.track_probe import read_meant_tags
    from engine.media.worker import WorkerPool

    # What the user edited stays as it is, over the repaired tags.
    tracks = {
        track.path: track
        for track in replace(library.tracks, with_edits=False).all()
        if track.file.state == "ready" and track.path.suffix.lower() in _SUFFIXES
    }
    found = []
    stage = tr("Reading tags")
    with WorkerPool(max(1, min(n_cores(), len(tracks)))) as pool:
        results = pool.map_unordered(
            read_meant_tags, [(path, (path,)) for path in tracks], PROBING_CLIP, progress
        )
        for n_done, (path, result) in enumerate(results, 1):
            progress.step(stage, n_done, len(tracks))
            if not isinstance(result, SoundbedError):
                repair = _repair(tracks[path], *result)
                if repair is not None:
                    found.append(repair)
    return tuple(sorted(found, key=lambda repair: repair.track_id))


def repair_operation(repairs: tuple[TagRepair, ...]) -> RepairTags:
    """Return the operation that shows tags as they were meant."""
    return RepairTags(tuple((repair.track_id, repair.after) for repair in repairs))


def _repair(track: "Track", as_read: Tags, meant: Tags) -> TagRepair | None:
    # What is no longer as it was read was repaired or stated elsewhere.
    changed = {
        field: getattr(meant, field)
        for field in _FIELDS
        if getattr(meant, field) != getattr(as_read, field)
        and getattr(track.tags, field) in (getattr(as_read, field), track.path.stem)
    }
    if not changed:
        return None
    return TagRepair(track.file.id, track.path, track.tags, replace(track.tags, **changed))
