"""The bundled library evaluated by networks: genres, distances, moods.

    PYTHONPATH=packaging python -m tests.benchmarks.library_judged [--library FOLDER]
        [--emotify FOLDER] [--cache FOLDER] [--jobs 2] [--tuning]

--library names a folder with scores.json and tracks/, such as a trial of
packaging/build_library.py --into; --emotify one with ratings.csv and its pieces. Sounds were tuned
with the MSD network on tracks with odd numbers and the odd rows of ratings.csv (the first row of
data is 1); the evaluation uses the even ones:

- genre: the area under the ROC curve of the family's tag, its even tracks against all other even
  tracks, by MTT where it has the tag, else by MSD; with several tags, the sum of their mean
  probabilities. Neither network has a tag for reggae, cinematic or corporate music: these use the
  nearest tag, marked *, and a head trained on the odd tracks' embeddings. The head is shown for all
  genres; it knows the library's own instruments, so it shows that a family is distinct, not that it
  is right. Emotify's four genres are also evaluated by a head on embeddings, trained on the even
  rows. Levels are compared with the median and the top 5 % of real music: Emotify's genre where
  there is one, else all of Emotify.
- distance: the nearest other track in sound and in harmony (`library_features.py`), compared with
  the nearest 1 % of pairs within a genre of Emotify, using half a minute of each track; whole
  tracks, whose averages are nearer to the centre, for comparison.
- mood: energy (power + joyful activation - calmness) and tension, by ridge regression on the
  ratings of Emotify's listeners; Spearman's rank correlation with the composer's arousal.

--tuning shows only the odd tracks by the MSD network. Needs the extras "dev" and "train".
"""

import argparse
import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr

from engine.encoders.audio import MSD_TAGS, MTT_TAGS
from engine.paths import bundled_library_dir
from engine.training.data.features_cache import default_cache
from engine.training.method.genre_classifier import Excerpts, fit_pooled_head
from heads.mood import EMOTIONS, ridge
from tests.benchmarks.library_features import (
    EXCERPT_S,
    AnalysedPiece,
    Spaces,
    analyse_all,
    nearest_of_real,
)

ROOT = Path(__file__).resolve().parents[2]
Float64Array = npt.NDArray[np.float64]
# Columns of the embedding.
_MSD, _BOTH_NETWORKS = slice(200), slice(400)
_MOOD_PENALTY = 3.0
_N_FOLDS = 5
# Loudness is left out: it is the same in all our files and differs in Emotify.
_LOUDNESS = 600 + 3
_FELT = {
    "energy": {"power": 1.0, "joyful_activation": 1.0, "calmness": -1.0},
    "tension": {"tension": 1.0},
}


@dataclass(frozen=True, slots=True)
class Family:
    """How a genre of the library is evaluated.

    Attributes:
        judge: tags, each after "mtt:" or "msd:"; their probabilities are added.
        tuned: tags of MSD that --tuning shows.
        emotify: its genre in Emotify; empty when there is none.
        is_named: whether the tag names the family; else it is the nearest one.
    """

    judge: tuple[str, ...]
    tuned: tuple[str, ...]
    emotify: str = ""
    is_named: bool = True


FAMILIES: dict[str, Family] = {
    "hip-hop": Family(("msd:Hip-Hop",), ("msd:Hip-Hop",)),
    "lo-fi": Family(("msd:chillout", "msd:chill"), ("msd:chillout", "msd:chill")),
    "jazz": Family(("msd:jazz",), ("msd:jazz",)),
    "classical": Family(("mtt:classical",), ("msd:instrumental",), "classical"),
    "reggae": Family(
        ("msd:chill", "msd:funk", "msd:soul"), ("msd:chill", "msd:funk", "msd:soul"), "", False
    ),
    "pop": Family(("mtt:pop",), ("msd:pop",), "pop"),
    "metal": Family(("mtt:metal",), ("msd:metal",), "rock"),
    "ambient": Family(("mtt:ambient",), ("msd:ambient",)),
    "electronic": Family(
        ("mtt:techno", "mtt:dance"), ("msd:electronic", "msd:House"), "electronic"
    ),
    # MTT's "synth" means any synthesiser; the decade and the style are MSD's.
    "synthwave": Family(("msd:80s", "msd:electro"), ("msd:80s", "msd:electro")),
    "cinematic": Family(
        ("mtt:strings", "mtt:choir", "mtt:choral"), ("msd:instrumental",), "", False
    ),
    "folk": Family(("msd:folk", "msd:acoustic"), ("msd:folk", "msd:acoustic")),
    "funk": Family(("msd:funk",), ("msd:funk",)),
    "corporate": Family(
        ("msd:happy", "msd:catchy", "msd:instrumental"), ("msd:happy", "msd:catchy"), "", False
    ),
}
# Further tags whose levels are shown.
_COMPANIONS = {
    "hip-hop": ("mtt:beat", "mtt:beats", "mtt:drums"),
    "metal": ("msd:metal",),
    "synthwave": ("mtt:synth",),
}


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """A set of pieces.

    Attributes:
        names: of the pieces.
        genres: of the pieces.
        pieces: the analysed pieces.
        excerpts: half a minute of each, analysed.
        rows: their entries in scores.json or ratings.csv, with a number.
    """

    names: list[str]
    genres: list[str]
    pieces: list[AnalysedPiece]
    excerpts: list[AnalysedPiece]
    rows: list[dict[str, Any]]

    def take(self, chosen: Sequence[int] | npt.NDArray[np.intp]) -> "Collection":
        """Return the chosen pieces."""
        return Collection(
            [self.names[n] for n in chosen],
            [self.genres[n] for n in chosen],
            [self.pieces[n] for n in chosen],
            [self.excerpts[n] for n in chosen],
            [self.rows[n] for n in chosen],
        )

    def every_second(self, parity: int) -> "Collection":
        """Return the pieces with odd (1) or even (0) numbers."""
        return self.take([n for n, r in enumerate(self.rows) if r["number"] % 2 == parity])

    def level(self, tags: Sequence[str]) -> Float64Array:
        """Return the sum of the mean probabilities of tags, (n,)."""
        levels = [[_probability(one, tag) for one in self.pieces] for tag in tags]
        return np.asarray(np.sum(levels, axis=0), np.float64)

    @property
    def is_of(self) -> npt.NDArray[np.str_]:
        """The genres as an array, (n,)."""
        return np.array(self.genres)

    @property
    def embeddings(self) -> npt.NDArray[np.float32]:
        """(n, 400)."""
        return np.stack([one.embedding for one in self.pieces])


def read_library(folder: Path, cache: Path, n_jobs: int, parity: int | None) -> Collection:
    """Analyse a library, or only its odd (1) or even (0) numbers."""
    rows = json.loads((folder / "scores.json").read_text(encoding="utf-8"))["tracks"]
    for row in rows:
        row["number"] = int(Path(row["file"]).stem.rsplit("-", 1)[1])
    rows = [row for row in rows if parity is None or row["number"] % 2 == parity]
    paths = [folder / "tracks" / row["file"] for row in rows]
    pieces = analyse_all(paths, cache, n_jobs)
    excerpts = analyse_all(paths, cache, n_jobs, EXCERPT_S)
    names = [path.stem for path in paths]
    return Collection(names, [row["genre"] for row in rows], pieces, excerpts, rows)


def read_emotify(folder: Path, cache: Path, n_jobs: int) -> Collection:
    """Analyse Emotify."""
    with (folder / "ratings.csv").open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    for number, row in enumerate(rows, 1):
        row["number"] = number
    pieces = analyse_all([folder / row["file"] for row in rows], cache, n_jobs)
    names, genres = [row["file"] for row in rows], [row["genre"] for row in rows]
    return Collection(names, genres, pieces, pieces, rows)


def auc(scores: Float64Array, is_own: npt.NDArray[np.bool_]) -> float:
    """Return how often a piece of the genre scores above another one; ties count half."""
    own, others = scores[is_own][:, None], scores[~is_own][None]
    if not own.size or not others.size:
        return float("nan")
    return float(((own > others) + 0.5 * (own == others)).mean())


def log_odds_by_head(
    train: Collection, test: Collection, columns: slice = _BOTH_NETWORKS
) -> dict[str, Float64Array]:
    """Train a head on the embeddings of one collection; return each genre's log-odds in another."""
    genres, labels = np.unique(train.genres, return_inverse=True)
    known = [embedding[None, columns] for embedding in train.embeddings]
    head = fit_pooled_head(Excerpts.of(known, labels, tuple(map(str, genres))), seed=0)
    logits = head.logits(test.embeddings[:, columns]).astype(np.float64)
    found = {}
    for column, genre in enumerate(genres):
        others = np.delete(logits, column, axis=1)
        found[str(genre)] = logits[:, column] - np.logaddexp.reduce(others, axis=1)
    return found


def held_out_log_odds(library: Collection) -> dict[str, Float64Array]:
    """Return each genre's log-odds by MSD's embedding, cross-validated over the numbers."""
    found = {genre: np.zeros(len(library.names)) for genre in dict.fromkeys(library.genres)}
    numbers = np.array([row["number"] for row in library.rows])
    for number in np.unique(numbers):
        inside, rest = np.flatnonzero(numbers == number), np.flatnonzero(numbers != number)
        heads = log_odds_by_head(library.take(rest), library.take(inside), _MSD)
        for genre, log_odds in heads.items():
            found[genre][inside] = log_odds
    return found


def judge_genres(library: Collection, emotify: Collection) -> None:
    """Print the area under the curve and the level of each family."""
    even = library.every_second(0)
    probe = log_odds_by_head(library.every_second(1), even)
    real = log_odds_by_head(emotify.every_second(0), even)
    checked = emotify.every_second(1)
    named = log_odds_by_head(emotify.every_second(0), checked)
    right = np.array(list(named))[np.argmax(list(named.values()), axis=0)] == checked.is_of
    print(
        f"Genres: {len(even.names)} even tracks. Emotify's head names {right.mean():.2f} of its "
        "odd rows right.\n"
        "family       tag (* means only the nearest)           AUC  head  Emotify   level"
        "   real median, best 5 %"
    )
    by_tag, by_probe = {}, {}
    for genre in dict.fromkeys(library.genres):
        family = FAMILIES[genre]
        is_own = even.is_of == genre
        by_tag[genre] = auc(even.level(family.judge), is_own)
        by_probe[genre] = auc(probe.get(genre, np.zeros(len(is_own))), is_own)
        by_real = f"{auc(real[family.emotify], is_own):.3f}" if family.emotify else "    –"
        tags = "+".join(family.judge) + ("" if family.is_named else " *")
        levels = [_levels(genre, family.judge, even, emotify)]
        levels += [f"{tag} {_levels(genre, (tag,), even, emotify)}"
                   for tag in _COMPANIONS.get(genre, ())]  # fmt: skip
        print(
            f"{genre:12} {tags:38} {by_tag[genre]:5.3f} {by_probe[genre]:5.3f}  {by_real}    "
            + "; ".join(levels)
        )
    best = {g: by_tag[g] if FAMILIES[g].is_named else by_probe[g] for g in by_tag}
    for title, figures in (("the tags alone", by_tag), ("the head where no tag fits", best)):
        lowest = min(figures, key=lambda genre: figures[genre])
        print(
            f"with {title}: mean AUC {np.mean(list(figures.values())):.3f}, "
            f"lowest {figures[lowest]:.3f} ({lowest})"
        )


def judge_distances(library: Collection, emotify: Collection) -> None:
    """Print the nearest pairs, and which are too near."""
    spaces = Spaces.of(emotify.pieces)
    for space, measure in (("sound", spaces.in_sound), ("harmony", spaces.in_harmony)):
        bound = nearest_of_real(measure(emotify.pieces), emotify.genres)
        _print_nearest(space, measure(library.excerpts), library, bound)
        whole = measure(library.pieces)[np.triu_indices(len(library.names), 1)]
        print(f"  (whole tracks: least {whole.min():.3f}, {(whole < bound).sum()} pairs too near)")


def judge_moods(library: Collection, emotify: Collection) -> None:
    """Print how predicted energy and tension correlate with the intended arousal."""
    intended = [row.get("arousal") for row in library.rows]
    felt = np.sqrt([[float(row[name]) for name in EMOTIONS] for row in emotify.rows])
    felt = (felt - felt.mean(axis=0)) / felt.std(axis=0)
    real = np.delete(np.stack([one.features.vector for one in emotify.pieces]), _LOUDNESS, axis=1)
    ours = np.delete(np.stack([one.features.vector for one in library.pieces]), _LOUDNESS, axis=1)
    print("Moods, by regressions on Emotify:")
    for mood, weights in _FELT.items():
        target = np.sum([w * felt[:, EMOTIONS.index(e)] for e, w in weights.items()], axis=0)
        folds = np.random.default_rng(0).permutation(len(target)) % _N_FOLDS
        predicted_real = np.zeros(len(target))
        for fold in range(_N_FOLDS):
            rest = folds != fold
            predicted_real[~rest] = _regressed(real[rest], target[rest], real[~rest])
        known = spearmanr(predicted_real, target).statistic
        print(f"  {mood}: on held-out pieces of Emotify, Spearman {known:.3f} with the listeners")
        if all(value is not None for value in intended):
            predicted = _regressed(real, target, ours)
            found = spearmanr(predicted, intended).statistic
            print(f"    over the library, with arousal: {found:.3f}")
        else:
            print("    scores.json has no arousal: not compared")


def show_tuning(library: Collection, emotify: Collection) -> None:
    """Print the tags of MSD for the odd tracks."""
    print("Odd tracks by MSD alone (head: cross-validated over the numbers):")
    heads = held_out_log_odds(library)
    for genre in dict.fromkeys(library.genres):
        tags = FAMILIES[genre].tuned
        is_own = library.is_of == genre
        area = auc(library.level(tags), is_own)
        print(
            f"{genre:12} {'+'.join(tags)}  AUC {area:.3f}, head {auc(heads[genre], is_own):.3f}  "
            + _levels(genre, tags, library, emotify)
        )
        for n in np.flatnonzero(is_own):
            msd = library.pieces[n].features.msd_tags
            loudest = np.argsort(msd)[::-1][:7]
            print(
                f"  {library.names[n]:14}", *(f"{MSD_TAGS[tag]} {msd[tag]:.2f}" for tag in loudest)
            )
    spaces = Spaces.of(emotify.pieces)
    bound = nearest_of_real(spaces.in_sound(emotify.pieces, _MSD), emotify.genres)
    _print_nearest("sound", spaces.in_sound(library.excerpts, _MSD), library, bound)


def _levels(genre: str, tags: Sequence[str], ours: Collection, emotify: Collection) -> str:
    own = ours.level(tags)[ours.is_of == genre]
    asked = FAMILIES[genre].emotify
    peers = emotify.level(tags)[(emotify.is_of == asked) | (not asked)]
    return (
        f"{np.median(own):.2f} ({own.min():.2f}–{own.max():.2f}) beside "
        f"{np.median(peers):.2f}, {np.quantile(peers, 0.95):.2f} ({asked or 'all'})"
    )


def _print_nearest(space: str, distances: Float64Array, library: Collection, bound: float) -> None:
    rows, columns = np.triu_indices(len(distances), 1)
    order = np.argsort(distances[rows, columns])
    near = [n for n in order if distances[rows[n], columns[n]] < bound]
    nearest = np.min(distances + np.diag(np.full(len(distances), np.inf)), axis=1)
    print(
        f"Distance in {space}: the nearest 1 % of real pairs within a genre lie below {bound:.3f}; "
        f"nearest other track: median {np.median(nearest):.3f}, least {nearest.min():.3f}; "
        f"{len(near)} pairs too near"
    )
    for n in near or order[:3]:
        pair = f"{library.names[rows[n]]} – {library.names[columns[n]]}"
        print(f"  {'too near: ' if near else ''}{pair}  {distances[rows[n], columns[n]]:.3f}")


def _regressed(
    train: npt.NDArray[np.float32], target: Float64Array, asked: npt.NDArray[np.float32]
) -> Float64Array:
    mean, deviation = train.mean(axis=0), np.maximum(train.std(axis=0), 1e-6)
    features = ((train - mean) / deviation).astype(np.float64)
    penalty = _MOOD_PENALTY * len(train)
    weights = ridge(features, target[:, None], np.ones(len(train)), penalty)
    return np.asarray((asked - mean) / deviation @ weights[0])


def _probability(piece: AnalysedPiece, tag: str) -> float:
    network, name = tag.split(":")
    if network == "msd":
        return float(piece.features.msd_tags[MSD_TAGS.index(name)])
    return float(piece.features.mtt_tags[MTT_TAGS.index(name)])


def main() -> None:
    """Analyse, and print the results."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--library", type=Path, default=bundled_library_dir())
    parser.add_argument("--emotify", type=Path, default=ROOT.parent / "shared/data/emotify")
    parser.add_argument("--cache", type=Path, default=default_cache())
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--tuning", action="store_true", help="odd tracks, by MSD alone")
    arguments = parser.parse_args()
    cache, n_jobs = arguments.cache, arguments.jobs
    emotify = read_emotify(arguments.emotify, cache, n_jobs)
    library = read_library(arguments.library, cache, n_jobs, 1 if arguments.tuning else None)
    if arguments.tuning:
        show_tuning(library, emotify)
        return
    judge_genres(library, emotify)
    judge_distances(library, emotify)
    judge_moods(library, emotify)


if __name__ == "__main__":
    main()
