"""The user's decisions as sets of contents."""

import numpy as np

from engine.library.columns import content_key
from engine.library.decided import Decided, is_in
from engine.library.decisions import SetFavourite, SetHidden
from engine.library.libraries import Libraries
from engine.library.library import Library
from engine.library.picks import Pick
from tests.tracks import make_track


def test_contents_are_looked_up_in_ascending_keys() -> None:
    contents = np.asarray([5, 0, 9, 5, 1], np.uint64)
    assert is_in(contents, np.asarray([1, 5], np.uint64)).tolist() == [
        True,
        False,
        False,
        True,
        True,
    ]
    assert is_in(contents, np.zeros(0, np.uint64)).tolist() == [False] * 5
    assert is_in(contents[:0], np.asarray([1], np.uint64)).tolist() == []


def test_unknown_contents_are_never_decided() -> None:
    assert len(Decided.of(hidden=["", "a"]).hidden) == 1


def test_they_are_read_from_the_users_library() -> None:
    assert not len(Libraries().decided().hidden)
    own = Library.open()
    own.apply(SetFavourite(("a", "b"), True))
    own.apply(SetHidden(("c",), True))
    for clip in ("one", "other"):
        own.picks.add(Pick.of(clip, make_track(7)))
    decided = Libraries().decided()
    assert sorted(decided.favourites.tolist()) == sorted([content_key("a"), content_key("b")])
    assert decided.hidden.tolist() == [content_key("c")]
    assert decided.used.tolist() == [content_key("hash7")]
