"""Whether reasons are reasons: how much more often they hold for the top ten than for all tracks.

    PYTHONPATH=packaging python -m tests.benchmarks.reasons [--data FOLDER] [--cache FOLDER]
                                                            [--pack FOLDER]

Ranks the bundled library for each clip of micro_clips, micro_clips_2 and music_videos, and gives
every track its reasons. Asked are the clip alone; the clip with a wish of tests/words/wishes.csv;
with a mood, valence or arousal that the user sets; with the taste of somebody who picks one genre.
For each kind of reason: the share of the top ten rows and of all rows that have it, and the lift,
the one over the other. Also: rows of the top ten without any reason, rows that name a bare rank,
and how the fits are spread. The features of the clips are kept in the cache's folder "pictures".
"""

import argparse
import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.encoders.active import matching_pack
from engine.encoders.text import text_expert
from engine.encoders.wants import WANTED_MOODS
from engine.library.columns import TrackColumns
from engine.library.libraries import Libraries
from engine.progress import silent
from engine.ranking.candidates import Candidates
from engine.ranking.diversity import spread_out
from engine.ranking.explain import Asked, Explained, Explainer, Reason
from engine.ranking.query import ClipWants, Correction, make_query, similarity_axes
from engine.ranking.scores import best_first, first_copies
from engine.ranking.taste import expected_bias, genre_matrix
from engine.ranking.words import (
    beside,
    instrument_bonus,
    parse_wish,
    reasons_by_words,
    word_expert,
)
from engine.stories.candidates import candidates_for
from engine.stories.ranking_options import RankingOptions
from engine.training.data.features_cache import default_cache
from wants.pictures import describe_pictures, read_pictures

if TYPE_CHECKING:
    from engine.encoders.fit_levels import Fit
    from engine.encoders.matching import MatchingPack
    from engine.video.clip_features import VideoFeatures

ROOT = Path(__file__).resolve().parents[2]
WISHES = ROOT / "tests" / "words" / "wishes.csv"
N_TOP = 10
TASTE = 0.5
# A number and a total, or a superlative, without anything in picture or sound.
BARE_RANK = re.compile(r"\b(number \d+|closest|best match|trained model)\b")
CORRECTIONS = (
    *(Correction(moods=(mood,)) for mood in WANTED_MOODS),
    *(Correction(valence=value) for value in (-0.7, 0.7)),
    *(Correction(arousal=value) for value in (-0.7, 0.7)),
)


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked beside a clip.

    Attributes:
        text: a wish; "" for none.
        correction: by the user.
        genre: number of the one genre that the user picks; None for no taste.
    """

    text: str = ""
    correction: Correction = field(default_factory=Correction)
    genre: int | None = None


@dataclass(slots=True)
class Counts:
    """Rows with each kind of reason.

    Attributes:
        top, all: by kind.
        n_top, n_all: rows.
        n_without: rows of the top ten without a reason.
        n_bare: rows that name a bare rank.
        fits: of the first rows.
    """

    top: Counter[str] = field(default_factory=Counter)
    all: Counter[str] = field(default_factory=Counter)
    n_top: int = 0
    n_all: int = 0
    n_without: int = 0
    n_bare: int = 0
    fits: "Counter[Fit]" = field(default_factory=Counter)

    def add(self, place: int, reasons: list[Reason]) -> None:
        """Count a row."""
        kinds = {reason.kind for reason in reasons}
        self.n_all += 1
        self.all.update(kinds)
        self.n_bare += any(BARE_RANK.search(reason.text) for reason in reasons)
        if place < N_TOP:
            self.n_top += 1
            self.top.update(kinds)
            self.n_without += not reasons

    def lines(self) -> Iterator[str]:
        """Yield the rows of the table."""
        for kind, n_all in self.all.most_common():
            top, share = self.top[kind] / self.n_top, n_all / self.n_all
            lift = f"lift {top / share:.2f} ({n_all} rows)"
            yield f"  {kind:9} top ten {top:.3f}  all {share:.3f}  {lift}"
        fits = ", ".join(f"{fit} {n / self.fits.total():.2f}" for fit, n in self.fits.most_common())
        yield f"  top ten without a reason: {self.n_without} of {self.n_top}"
        yield f"  bare ranks: {self.n_bare} of {self.n_all}"
        yield f"  fit of the first: {fits}"


class Judge:
    """Ranks the bundled tracks and counts their reasons.

    Args:
        pack: the matching pack.
        candidates: the bundled tracks.
    """

    def __init__(self, pack: "MatchingPack", candidates: Candidates) -> None:
        self._pack = pack
        tracks = candidates.tracks(range(len(candidates)))
        self._tracks = [track for track in tracks if track is not None]
        self._columns = TrackColumns.of(self._tracks)
        self._vectors = candidates.vectors(range(len(candidates)))
        self._genres = genre_matrix(self._columns, pack.genres)
        self._alike = similarity_axes(self._vectors)

    def count(self, features: "VideoFeatures", asking: Asking, counts: Counts) -> None:
        """Add the rows for one clip."""
        wish = parse_wish(asking.text)
        others = {}
        if asking.text:
            others["words"] = beside(self._pack.prior, word_expert(wish, text_expert()))
        reading = self._pack.read_clip(features)
        query = make_query(self._pack, reading, asking.correction, others)
        by_words = instrument_bonus(self._columns, wish)
        taste = self._taste(asking.genre)
        matches = query.scores(self._vectors) + by_words
        scores = matches + taste
        wants = ClipWants(reading.scenes, query.wants)
        asked = Asked(features.descriptors, wants, query, asking.correction)
        explainer = Explainer(asked, self._vectors.mean(axis=0), matches, taste, by_words)
        order = best_first(scores, self._names, len(scores))
        order = first_copies(order, self._columns.contents)
        spread = spread_out(order, scores, self._alike.__getitem__, len(order))
        for place, row in enumerate(spread.tolist()):
            track = self._tracks[row]
            words = reasons_by_words(track.profile, wish, text_expert()) if wish.wanted else ()
            one = Explained(
                *(track, self._vectors[row], float(matches[row])),
                *(float(taste[row]), float(by_words[row])),
            )
            counts.add(place, explainer.reasons(one, "".join(words)))
            if place == 0:
                counts.fits[self._pack.fit_levels.fit(float(matches[row]))] += 1

    def _names(self, rows: Sequence[int]) -> list[tuple[object, ...]]:
        return [(self._tracks[row].title, self._tracks[row].path) for row in rows]

    def _taste(self, genre: int | None) -> npt.NDArray[np.float32]:
        if genre is None:
            return np.zeros(len(self._tracks), np.float32)
        picked = np.eye(len(self._pack.genres), dtype=np.float32)[genre % len(self._pack.genres)]
        histogram = (picked + self._pack.mean_taste) / 2
        by_genre = self._pack.taste_bias(histogram, np.arange(len(self._pack.genres)))
        return np.float32(TASTE) * expected_bias(self._genres, by_genre)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--cache", type=Path, default=default_cache())
    parser.add_argument("--pack", type=Path, help="matching pack; default the bundled one")
    arguments = parser.parse_args()
    clips = [one for one in read_pictures(arguments.data) if not one.is_still]
    described = describe_pictures(clips, arguments.cache / "pictures")
    pack = matching_pack(arguments.pack)
    candidates, _ = candidates_for(RankingOptions(), Libraries(), pack, silent())
    judge = Judge(pack, candidates)
    with WISHES.open(encoding="utf-8", newline="") as file:
        wishes = [row["text"] for row in csv.DictReader(file)]
    askings: dict[str, Callable[[int], Asking]] = {
        "the clip alone": lambda _: Asking(),
        "with words": lambda n: Asking(text=wishes[n % len(wishes)]),
        "with a correction": lambda n: Asking(correction=CORRECTIONS[n % len(CORRECTIONS)]),
        "with taste": lambda n: Asking(genre=n),
    }
    for name, asking in askings.items():
        counts = Counts()
        for number, features in enumerate(described.features):
            judge.count(features, asking(number), counts)
        print(f"{name}, {len(clips)} clips × {len(candidates)} tracks")
        print(*counts.lines(), sep="\n", flush=True)


if __name__ == "__main__":
    main()
