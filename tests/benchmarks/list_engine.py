"""The engine of the list: what ranking, sorting, filters, search, counts and rows take.

    python -m tests.benchmarks.scale make HOME --tracks 100000
    python -m tests.benchmarks.list_engine HOME CLIP [--runs 9]

Prints medians of CPU time in one process, each beside that of a named alternative that gives the
same answer: so a slow machine doesn't matter, and a change that makes the list slower shows as a
ratio. Each ranking is a whole one, as after a click: with masks, counts, order and five rows
placed.
"""

import argparse
import json
import os
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that is measured.

    Attributes:
        name: what it is.
        ours: does it.
        alternative: what is done instead.
        theirs: does that.
    """

    name: str
    ours: Callable[[int], object]
    alternative: str
    theirs: Callable[[int], object]


def cpu_ms(work: Callable[[int], object], n_runs: int) -> float:
    """Return the median of CPU milliseconds; the number of the run is given to the work."""
    taken = []
    for number in range(n_runs + 1):
        started = time.process_time()
        work(number)
        taken.append(time.process_time() - started)
    # The first one fills caches.
    return 1000 * statistics.median(taken[1:])


class Engine:
    """The library in SOUNDBED_HOME, and a clip.

    Args:
        clip: its file.
    """

    def __init__(self, clip: Path) -> None:
        from engine.encoders.active import matching_pack
        from engine.library.libraries import Libraries
        from engine.progress import silent
        from engine.stories.analyse import analyse_clip
        from engine.stories.candidates import narrowed_candidates
        from engine.stories.ranking_options import RankingOptions

        self.libraries = Libraries()
        self.plain = RankingOptions(top=5)
        self._clip = analyse_clip(clip, silent())
        found = narrowed_candidates(self.plain, self.libraries, matching_pack(), silent())
        self.candidates = found[0].candidates
        parts = self.candidates.parts
        self.own = next(part.library for part in parts if part.library.origin == "own")
        self.texts = [self.libraries.texts.of(part.library) for part in parts]

    def rank(self, **changes: Any) -> Any:
        """Rank with changed options."""
        return self._rank(replace(self.plain, **changes), self.libraries)

    def rank_as_before(self, **changes: Any) -> Any:
        """Rank as before the whole list could be reached: the first hundred rows are placed."""
        from engine.library.libraries import Libraries

        return self._rank(replace(self.plain, **changes, top=100), Libraries())

    def _rank(self, options: Any, libraries: Any) -> Any:
        from engine.progress import silent
        from engine.stories.recommend import recommend

        return recommend(self._clip, options, silent(), libraries, may_be_empty=True)


def rankings(engine: Engine) -> Iterator[Case]:
    """Yield whole rankings, as after a click."""
    from engine.ranking.query import Correction
    from engine.ranking.sort_keys import Sort

    words = ("sad piano", "epic drums", "calm")
    asked: dict[str, Callable[[int], dict[str, Any]]] = {
        "nothing changed": lambda _: {},
        "pad moved": lambda n: {"correction": Correction(-0.5 + 0.1 * (n % 10), 0.3)},
        "other words": lambda n: {"text": words[n % 3]},
        "dial moved": lambda n: {"taste": 0.1 * (n % 10)},
        "genre and tempo": lambda _: {"filters": {"genre": ("jazz",), "bpm": (90, 120)}},
    }
    for name, options in asked.items():
        yield Case(
            f"rank: {name}",
            partial(lambda options, n: engine.rank(**options(n)), options),
            "the first 100 rows placed",
            partial(lambda options, n: engine.rank_as_before(**options(n)), options),
        )
    titles = [title for library in engine.texts for title in library.titles]
    yield Case(
        "rank: sorted by title",
        lambda _: engine.rank(sort=Sort("title")),
        "the titles sorted in Python alone",
        lambda _: sorted(range(len(titles)), key=titles.__getitem__),
    )
    yield Case(
        "rank: searched",
        lambda n: engine.rank(search=f"artist {n}"),
        *("the first 100 rows placed", lambda _: engine.rank_as_before()),
    )


def parts(engine: Engine) -> Iterator[Case]:
    """Yield what rankings are made of, each alone."""
    from engine.library.texts import TextCache
    from engine.ranking.facets import count_facets
    from engine.ranking.narrowing import Narrowing, narrow
    from engine.ranking.search import find

    candidates = engine.candidates
    narrowed = narrow(candidates, Narrowing(filters={"genre": ("jazz",)}))
    yield Case(
        "counts of all filters",
        lambda _: count_facets(narrowed),
        "one narrowing for each word",
        lambda _: _count_one_by_one(candidates),
    )
    index = _Index([text for library in engine.texts for text in library.texts])
    for word in ("track 00012", "artist 12", "rack", "a", "12", "雨"):
        yield Case(
            f"search “{word}”",
            partial(lambda word, _: find(candidates, word, engine.libraries.texts.of), word),
            "SQLite FTS5, trigrams" if min(map(len, word.split())) > 2 else "SQLite LIKE",
            partial(lambda word, _: index.find(word), word),
        )
    yield Case(
        "texts read for the first search",
        lambda _: TextCache().of(engine.own),
        "all tracks read",
        lambda _: engine.own.tracks.names(engine.texts[-1].ids.tolist()),
    )


def rows(engine: Engine) -> Iterator[Case]:
    """Yield what is read while the list is scrolled."""
    whole = engine.rank().ranked

    def one_by_one(number: int) -> object:
        ids = engine.texts[-1].ids[50 * (number % 20) :][:50].tolist()
        tracks = engine.own.tracks
        return [(tracks.get(each), tracks.features(each)) for each in ids]

    def new(number: int) -> object:
        return whole.read(500 + 50 * number, 550 + 50 * number)

    name = "tracks and features one by one"
    yield Case("50 new rows", new, name, one_by_one)
    yield Case("50 rows seen before", lambda _: whole.read(500, 550), name, one_by_one)


class _Index:
    """The texts in SQLite, as an index of trigrams, which is read whole for shorter words."""

    def __init__(self, texts: list[str]) -> None:
        self._database = sqlite3.connect(":memory:")
        self._database.execute("CREATE VIRTUAL TABLE found USING fts5(text, tokenize='trigram')")
        rows = ((text,) for text in texts)
        self._database.executemany("INSERT INTO found (text) VALUES (?)", rows)

    def find(self, text: str) -> list[tuple[int]]:
        words = text.split()
        if min(map(len, words)) > 2:
            asked = " AND ".join(json.dumps(word, ensure_ascii=False) for word in words)
            query = self._database.execute("SELECT rowid FROM found WHERE text MATCH ?", (asked,))
        else:
            where = " AND ".join("text LIKE ?" for _ in words)
            query = self._database.execute(
                f"SELECT rowid FROM found WHERE {where}", [f"%{word}%" for word in words]
            )
        return query.fetchall()


def _count_one_by_one(candidates: Any) -> dict[str, int]:
    from engine.ranking.filter_kinds import Choices
    from engine.ranking.filters import FILTERS
    from engine.ranking.narrowing import Narrowing, narrow

    counts = {}
    contents = candidates.column(lambda tracks: tracks.contents)
    for each in FILTERS:
        if isinstance(each, Choices):
            for word in each.words_in(next(candidates.filterable(Narrowing().decided))[1]):
                filters = {"genre": ("jazz",), each.name: (word,)}
                kept = narrow(candidates, Narrowing(filters=filters)).kept
                counts[word] = len(np.unique(contents[kept]))
    return counts


def main() -> None:
    """Measure with the library in a home."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--runs", type=int, default=9)
    arguments = parser.parse_args()
    os.environ["SOUNDBED_HOME"] = str(arguments.home.resolve())
    engine = Engine(arguments.clip.resolve())
    print(f"{len(engine.candidates):,} tracks")
    print(f"{'what':36} {'CPU ms':>8}  {'alternative':40} {'CPU ms':>8} {'ratio':>7}")
    for case in chain(rankings(engine), parts(engine), rows(engine)):
        ours, theirs = cpu_ms(case.ours, arguments.runs), cpu_ms(case.theirs, arguments.runs)
        ratio = ours / max(theirs, 1e-3)
        print(f"{case.name:36} {ours:8.1f}  {case.alternative:40} {theirs:8.1f} {ratio:7.2f}")


if __name__ == "__main__":
    main()
