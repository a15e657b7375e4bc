"""What was picked for the clips of the start page."""

from collections.abc import Mapping
from pathlib import Path

from engine.library.library import Library


def picked_titles(library: Library) -> Mapping[Path, tuple[str, ...]]:
    """Return the titles of the picked tracks by the clip's path, the latest first; in a job."""
    found: dict[Path, tuple[str, ...]] = {}
    for pick in reversed(library.picks.all()):
        if pick.clip_path is not None:
            titles = found.get(pick.clip_path, ())
            found[pick.clip_path] = (*titles, pick.track_title)
    return found
