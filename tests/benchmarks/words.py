"""Whether lists for wishes in words fit them, stay the same in other words, and leave things out.

    python -m tests.benchmarks.words [--list]

Ranks the bundled library by each wish of tests/words/wishes.csv alone, as `soundbed recommend
--text` does, ten tracks a list. The wishes were written by a language model before anything was
trained. A track's genre and moods are those it was written for (../shared/data/wants/library.csv;
where that is absent, those of scores.json), its instruments those of its score.

- fits: the share of the ten that have one of the moods, genres or instruments asked for.
- closely: the share that have an instrument asked for, where one is, and a mood or genre asked for;
  beside it, the same in units of what the library allows (of the ten, or of the fitting tracks
  where there are fewer).
- chance: the same for all tracks.
- overlap: how many of the ten the list in other words shares.
- obeyed: of wishes with something to leave out, the share of the ten that don't have it.

By language, too. --list prints the wishes with the least overlap and the titles of their lists.
"""

import argparse
import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.encoders.instruments import VOCALS
from engine.encoders.wants import WANTED_GENRES, WANTED_MOODS
from engine.paths import bundled_library_dir
from engine.progress import silent
from engine.stories.ranking_options import RankingOptions
from engine.stories.words import rank_by_words

ROOT = Path(__file__).resolve().parents[2]
WISHES = ROOT / "tests" / "words" / "wishes.csv"
WRITTEN_FOR = ROOT.parent / "shared" / "data" / "wants" / "library.csv"
N_LISTED = 10

# The benchmark's own kinds of instruments: it doesn't judge by the table that ranks.
KINDS = {
    "piano": {"electric piano"},
    "guitar": {"electric guitar", "ukulele"},
    "strings": {"violin", "viola", "cello", "fiddle"},
    "violin": {"fiddle"},
    "brass": {"trumpet", "trombone", "tuba", "horn"},
    "flute": {"whistle"},
    "whistle": {"flute"},
    "marimba": {"vibraphone", "kalimba"},
    VOCALS: {"choir"},
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A row of wishes.csv.

    Attributes:
        text, rephrased, language, without: as written there.
        moods, genres, instruments: asked for.
        avoid: moods, genres and instruments to leave out.
    """

    text: str
    rephrased: str
    language: str
    without: str
    moods: frozenset[str]
    genres: frozenset[str]
    instruments: frozenset[str]
    avoid: frozenset[str]


@dataclass(frozen=True, slots=True)
class Written:
    """What a track was written for, and what plays it."""

    genre: str
    moods: frozenset[str]
    instruments: frozenset[str]


def read_wishes() -> list[Wish]:
    """Read wishes.csv."""
    with WISHES.open(newline="", encoding="utf-8") as stream:
        return [
            Wish(
                text=row["text"],
                rephrased=row["rephrased"],
                language=row["language"],
                without=row["without"],
                moods=_names(row["moods"]),
                genres=_names(row["genres"]),
                instruments=_names(row["instruments"]),
                avoid=_names(row["avoid"]),
            )
            for row in csv.DictReader(stream)
        ]


def read_library() -> dict[str, Written]:
    """Return the bundled tracks by the names of their files."""
    text = (bundled_library_dir() / "scores.json").read_text("utf-8")
    entries = json.loads(text)["tracks"]
    tracks = {
        entry["file"]: Written(
            entry["genre"], frozenset(entry["moods"]), frozenset(entry["instruments"])
        )
        for entry in entries
    }
    if WRITTEN_FOR.is_file():
        with WRITTEN_FOR.open(newline="", encoding="utf-8") as stream:
            for row in csv.DictReader(stream):
                played = tracks[row["file"]].instruments
                tracks[row["file"]] = Written(row["genre"], _names(row["moods"]), played)
    return tracks


def fits(track: Written, wish: Wish) -> bool:
    """Whether the track has a mood, genre or instrument asked for."""
    return _has_axis(track, wish) or _has_instrument(track, wish.instruments)


def fits_closely(track: Written, wish: Wish) -> bool:
    """Whether it has one of each kind: an instrument, and a mood or genre."""
    has_axis = _has_axis(track, wish) or not (wish.moods or wish.genres)
    return has_axis and (not wish.instruments or _has_instrument(track, wish.instruments))


def obeys(track: Written, wish: Wish) -> bool:
    """Whether the track has nothing that is to be left out."""
    has_axis = track.genre in wish.avoid or bool(track.moods & wish.avoid)
    played = wish.avoid - set(WANTED_GENRES) - set(WANTED_MOODS)
    return not (has_axis or _has_instrument(track, played))


def shares(
    lists: Sequence[Sequence[str]],
    wishes: Sequence[Wish],
    library: dict[str, Written],
    criterion: Callable[[Written, Wish], bool],
) -> tuple[float, float, float]:
    """Return the share of the listed tracks that meet a criterion, of those possible, by chance."""
    listed, possible, chance = [], [], []
    for files, wish in zip(lists, wishes, strict=True):
        n_there = sum(criterion(track, wish) for track in library.values())
        n_found = sum(criterion(library[file], wish) for file in files)
        listed.append(n_found / len(files))
        possible.append(n_found / min(len(files), n_there) if n_there else 1.0)
        chance.append(n_there / len(library))
    return float(np.mean(listed)), float(np.mean(possible)), float(np.mean(chance))


def overlap(lists: Sequence[Sequence[str]], others: Sequence[Sequence[str]]) -> list[float]:
    """Return for each pair of lists the share of tracks that both have."""
    return [
        len(set(one) & set(other)) / max(len(one), len(other))
        for one, other in zip(lists, others, strict=True)
    ]


def ranked(text: str, without: str = "") -> list[str]:
    """Return the files of the best tracks for a wish."""
    options = RankingOptions(text=text, without=without, top=N_LISTED)
    return [item.track.path.name for item in rank_by_words(options, silent()).items]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--list", action="store_true", help="show the least stable wishes")
    arguments = parser.parse_args()
    library = read_library()
    wishes = [wish for wish in read_wishes() if wish.rephrased]
    lists = [ranked(wish.text) for wish in wishes]
    others = [ranked(wish.rephrased) for wish in wishes]
    print(f"{'wishes':16} {'n':>3} {'fits':>6} {'closely':>8} {'possible':>9} {'overlap':>8}")
    for name in ("all", "en", "de", "zh"):
        rows = [row for row, wish in enumerate(wishes) if name in ("all", wish.language)]
        asked = [wishes[row] for row in rows]
        for label, made in (("", lists), (" (other words)", others)):
            found = [made[row] for row in rows]
            any_fit, close = (
                shares(found, asked, library, criterion) for criterion in (fits, fits_closely)
            )
            stable = np.mean(overlap(found, [others[row] for row in rows])) if not label else None
            print(
                f"{name + label:16.16} {len(rows):3} {any_fit[0]:6.3f} {close[0]:8.3f} "
                f"{close[1]:9.3f} {'' if stable is None else f'{stable:8.3f}'}"
            )
    any_fit, close = (
        shares(lists, wishes, library, criterion) for criterion in (fits, fits_closely)
    )
    print(f"{'chance':16} {'':3} {any_fit[2]:6.3f} {close[2]:8.3f}")
    without = [wish for wish in read_wishes() if wish.avoid]
    kept = [ranked(wish.text, wish.without) for wish in without]
    share, _, chance = shares(kept, without, library, obeys)
    print(f"left out: {len(without)} wishes, obeyed {share:.3f} (chance {chance:.3f})")
    if arguments.list:
        _show_unstable(wishes, lists, others)


def _show_unstable(
    wishes: Sequence[Wish], lists: Sequence[Sequence[str]], others: Sequence[Sequence[str]]
) -> None:
    stable = overlap(lists, others)
    for row in np.argsort(stable, kind="stable")[:12]:
        print(f"\n{stable[row]:.1f}  {wishes[row].text}\n     {wishes[row].rephrased}")
        for files in (lists[row], others[row]):
            print("     ", *(file.removesuffix(".opus") for file in files))


def _has_axis(track: Written, wish: Wish) -> bool:
    return track.genre in wish.genres or bool(track.moods & wish.moods)


def _has_instrument(track: Written, asked: frozenset[str]) -> bool:
    return any(track.instruments & {name, *KINDS.get(name, ())} for name in asked)


def _names(text: str) -> frozenset[str]:
    return frozenset(name for name in text.split(";") if name)


if __name__ == "__main__":
    main()
