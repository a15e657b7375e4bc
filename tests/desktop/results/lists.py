"""Long lists whose rows are made when they are read."""

import threading
from pathlib import Path
from typing import cast

import numpy as np

from engine.arrangement.segments import Segment
from engine.encoders.profile import Profile
from engine.errors import LibraryError
from engine.library.columns import content_key
from engine.media.tags import Tags
from engine.ranking.ranked import RankedTracks
from engine.stories.analyse import ClipAnalysis
from engine.stories.recommend import Recommendation, Recommendations
from tests.arrangements import arranged
from tests.tracks import make_track


def made_item(number: int) -> Recommendation:
    """Return the row of a track by its number, as it is in its list."""
    track = make_track(
        number,
        Path(f"/music/{number}.opus"),
        tags=Tags(f"Song {number}", artist=f"Artist {number}"),
        profile=Profile(genre="folk", moods={"happy": 1.5}, bpm=90.0, key="D minor"),
    )
    arrangement = arranged(Segment(3.0, 0.0, 12.0))
    return Recommendation(number, 1 / number, track, arrangement, ("warm ↔ folk",), "fair")


class LongList:
    """A list of tracks with the numbers that are given, the first three of them placed.

    Attributes:
        asked: parts that were read.
        gone: numbers of tracks that vanished.
        gate: keeps reading waiting until it is set.
        error: what reading raises.
    """

    def __init__(self, numbers: range) -> None:
        self.numbers = numbers
        self.asked: list[tuple[int, int]] = []
        self.gone: set[int] = set()
        self.gate: threading.Event | None = None
        self.error: LibraryError | None = None
        keys = [content_key(f"hash{number}") for number in numbers]
        n = len(numbers)
        self.ranked = RankedTracks(
            np.asarray(keys, np.uint64), np.ones(n, np.float32), np.zeros((n, 2), np.float32),
            self._read,
        )  # fmt: skip

    @property
    def recommendations(self) -> Recommendations:
        first = tuple(made_item(number) for number in self.numbers[:3] if number not in self.gone)
        return Recommendations(cast(ClipAnalysis, None), "fake", first, self.ranked)

    def _read(self, start: int, stop: int) -> tuple[Recommendation | None, ...]:
        if self.gate is not None:
            assert self.gate.wait(5)
        self.asked.append((start, stop))
        if self.error is not None:
            raise self.error
        numbers = self.numbers[start:stop]
        return tuple(None if number in self.gone else made_item(number) for number in numbers)
