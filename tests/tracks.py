"""Tracks that need no file."""

from pathlib import Path

from engine.encoders.profile import Profile
from engine.library.marks import Marks
from engine.library.tracks import Origin, Track, TrackFile
from engine.media.tags import Tags


def make_track(
    number: int = 1,
    path: Path | None = None,
    *,
    origin: Origin = "own",
    duration_s: float = 0.0,
    tags: Tags | None = None,
    profile: Profile | None = None,
    marks: Marks | None = None,
) -> Track:
    """Return a track; without a path or tags, both are made of its number."""
    return Track(
        TrackFile(
            path or Path(f"/m/{number}.mp3"),
            content_hash=f"hash{number}",
            duration_s=duration_s,
            id=number,
            origin=origin,
        ),
        tags or Tags(title=f"Track {number}"),
        profile or Profile(),
        marks,
    )
