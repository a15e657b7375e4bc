"""The whole list as numbers; its rows are read when they are asked for."""

import numpy as np

from engine.library.columns import content_key
from engine.library.tracks import TrackFile
from engine.ranking.ranked import RankedTracks
from tests.tracks import make_track


def listed(asked: list[tuple[int, int]]) -> RankedTracks[str]:
    def reader(start: int, stop: int) -> tuple[str | None, ...]:
        asked.append((start, stop))
        return tuple("abc"[start:stop])

    keys = [content_key("x"), 0, content_key("y")]
    return RankedTracks(
        np.asarray(keys, np.uint64), np.zeros(3, np.float32), np.zeros((3, 2), np.float32), reader
    )


def test_rows_are_read_within_the_list() -> None:
    asked: list[tuple[int, int]] = []
    ranked = listed(asked)
    assert len(ranked) == 3
    assert asked == []
    assert ranked.read(1, 3) == ("b", "c")
    assert ranked.read(-5, 99) == ("a", "b", "c")
    assert (ranked.read(3, 9), ranked.read(2, 1)) == ((), ())
    assert asked == [(1, 3), (0, 3)]


def test_a_track_is_found_by_the_content_of_its_file() -> None:
    ranked = listed([])
    track = make_track(1)

    def position(content_hash: str) -> int | None:
        file = TrackFile(track.path, content_hash=content_hash)
        return ranked.position_of(type(track)(file))

    assert [position(each) for each in ("x", "y", "z", "")] == [0, 2, None, None]
