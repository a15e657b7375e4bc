"""Arrangements for tests, built from a few arguments."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from engine.arrangement.arrangement import Arrangement, ClipReference, MusicItem, TrackReference
from engine.arrangement.segments import Segment
from engine.media.tags import Tags

CLIP = Path("/clips/clip.mp4")
TRACK = Path("/music/track.ogg")


def arranged(
    *segments: Segment, clip_s: float = 12.0, clip: Path = CLIP, track: Path = TRACK
) -> Arrangement:
    """One track under a clip of 25 frames per second."""
    item = MusicItem(TrackReference(track), segments)
    return Arrangement(ClipReference(clip, clip_s, Fraction(25)), (item,))


def with_item(arrangement: Arrangement, **changes: Any) -> Arrangement:
    """The arrangement with its first music item changed."""
    first, *others = arrangement.items
    return replace(arrangement, items=(replace(first, **changes), *others))


def with_tags(arrangement: Arrangement, tags: Tags) -> Arrangement:
    """The arrangement with other tags of its first track."""
    return with_item(arrangement, track=replace(arrangement.items[0].track, tags=tags))
