"""Picking a track for a clip."""

from engine.library.picks import AddPick, Pick
from engine.library.tracks import Track
from engine.stories.analyse import ClipAnalysis


def pick_of(clip: ClipAnalysis, track: Track) -> AddPick:
    """Return the operation that picks a track for a clip, now."""
    return AddPick(Pick.of(clip.content_hash, track, clip.info.path))
