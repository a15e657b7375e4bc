"""Each count is the length that the list would have."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from engine.encoders.profile import Profile
from engine.library.columns import KEY_NAMES, TrackColumns
from engine.library.decided import Decided
from engine.library.library import Library
from engine.library.tracks import Track
from engine.media.tags import Tags
from engine.ranking.candidates import Candidates, Part
from engine.ranking.facets import count_facets
from engine.ranking.filter_kinds import Range
from engine.ranking.filters import FILTERS, Filters
from engine.ranking.narrowing import Narrowing, narrow
from tests.tracks import make_track


def made(number: int, random: np.random.Generator) -> Track:
    def any_of(*values: Any) -> Any:
        return values[random.integers(len(values))]

    track = make_track(
        number,
        duration_s=float(random.integers(20, 200)),
        tags=Tags(licence=any_of("CC0-1.0", "CC-BY-4.0", None)),
        profile=Profile(
            genre=any_of("jazz", "metal", "polka", None),
            moods={"calm": any_of(-1.0, 2.0), "epic": any_of(-1.0, 2.0)},
            bpm=any_of(60.0, 100.0, None),
            key=any_of(*KEY_NAMES[:3], None),
            vocals=any_of(0.1, 0.9, None),
            arousal=any_of(-0.6, 0.1, 0.6, None),
        ),
    )
    # Files with several copies, in this and in the other library; some unknown.
    digest = any_of(*(f"content {each}" for each in range(25)), "")
    return replace(track, file=replace(track.file, content_hash=digest))


@pytest.fixture(scope="module")
def candidates() -> Candidates:
    random = np.random.default_rng(5)
    parts = []
    for origin, n_tracks in (("bundled", 30), ("own", 60)):
        columns = TrackColumns.of([made(number, random) for number in range(n_tracks)])
        library = cast(Library, SimpleNamespace(origin=origin))
        parts.append(Part(library, columns, np.arange(0, n_tracks, 1 + (origin == "bundled"))))
    return Candidates(tuple(parts))


DECIDED = Decided.of(
    favourites=[f"content {number}" for number in range(8)],
    hidden=["content 3", "content 20"],
    used=["content 1", "content 12"],
)


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"genre": ("jazz",)},
        {"genre": ("jazz", "polka"), "bpm": (90, 110)},
        {"mood": ("calm",), "licence": True, "key": ("C major", "D major")},
        {"favourite": True, "unused": True, "energy": ("low",)},
        {"origin": ("bundled",), "vocals": True},
        {"vocals": True, "no-vocals": True},
    ],
)
def test_counts_are_the_lengths_of_the_lists(candidates: Candidates, filters: Filters) -> None:
    found = np.arange(len(candidates)) % 7 != 0
    by = Narrowing(filters, search="x", found=found, decided=DECIDED)
    counts = count_facets(narrow(candidates, by))
    contents = candidates.column(lambda tracks: tracks.contents)

    def length(name: str, value: object) -> int:
        kept = narrow(candidates, replace(by, filters={**filters, name: value})).kept
        known = contents[kept]
        return len(set(known[known > 0].tolist())) + int((known == 0).sum())

    assert counts.keys() == {each.name for each in FILTERS if not isinstance(each, Range)}
    for name, words in counts.items():
        for word, n_tracks in words.items():
            value = True if word == name else (word,)
            assert n_tracks == length(name, value), (name, word)
    if not filters:
        assert counts["genre"].keys() == {"jazz", "metal", "polka"}
        assert min(counts["genre"].values()) > 0


def test_hidden_tracks_count_where_they_are_listed(candidates: Candidates) -> None:
    hiding = narrow(candidates, Narrowing(decided=DECIDED))
    showing = narrow(candidates, Narrowing(decided=DECIDED, show_hidden=True))
    assert hiding.kept.sum() < showing.kept.sum() == len(candidates)
    assert count_facets(hiding)["origin"]["own"] < count_facets(showing)["origin"]["own"]


def test_why_nothing_is_left_is_said_for_all_that_narrows(candidates: Candidates) -> None:
    nothing = np.zeros(len(candidates), np.bool_)
    problem = narrow(candidates, Narrowing(search=" zzz ", found=nothing)).problem
    assert problem is not None and problem.problem == "Nothing is found for “zzz”."
    some = nothing.copy()
    some[0] = True
    both = narrow(
        candidates, Narrowing(search="one", found=some, filters={"length": (3000.0, 3001.0)})
    ).problem
    assert both is not None
    assert both.problem == "No track passes both “the length 3000-3001 s” and “the search one”."
    hashes = ["", *(f"content {number}" for number in range(25))]
    known = candidates.keep(candidates.column(lambda tracks: tracks.contents) > 0)
    hidden = narrow(known, Narrowing(decided=Decided.of(hidden=hashes)))
    assert hidden.problem is not None and hidden.problem.problem == "All tracks are hidden."
    assert not hidden.kept.any()
