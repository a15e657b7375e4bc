"""Tracks that need no file."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import numpy.typing as npt

from engine.encoders.profile import Profile
from engine.library.columns import TrackColumns
from engine.library.library import Library
from engine.library.marks import Marks
from engine.library.tracks import Origin, Track, TrackFile
from engine.media.tags import Tags
from engine.ranking.candidates import Candidates, Part


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


def candidates_of(
    tracks: Sequence[Track], vectors: npt.NDArray[np.float32] | None = None
) -> Candidates:
    """Return tracks as candidates of a library that has no rows.

    Args:
        tracks: n of them.
        vectors: float32 (n, d), their embeddings.
    """
    columns = TrackColumns.of(tracks, vectors)
    library = cast(Library, SimpleNamespace(origin="own"))
    return Candidates((Part(library, columns, np.arange(len(tracks))),))
