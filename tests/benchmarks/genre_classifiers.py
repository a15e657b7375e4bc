"""Genre classifiers: the paper's LSTM over frames, compared with a head on their mean.

    python -m tests.benchmarks.genre_classifiers --data FOLDER [--cache FOLDER] [--seeds 3]
                                                 [--folds 5]

FOLDER holds Emotify: `ratings.csv` with the columns `file` and `genre`, and the music files. Each
piece is analysed as in the app; a frame is the output of the two musicnn networks for a patch of
three seconds. Both classifiers get the same input, first the log-odds of the tags (as the app's
head) and then the embeddings: the LSTM frame by frame, the head their mean. For each seed the
pieces are split into folds with the same share of each genre. Hyperparameters (the head's penalty,
the LSTM's epoch) are chosen within the training part. Emotify doesn't say which pieces share an
album or a performer, so all figures are optimistic. Needs the extra "train".
"""

import argparse
import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.encoders.audio import MusicTagger, MusicTags
from engine.files import replacing
from engine.music.features import describe_music
from engine.music.vector import VERSION, log_odds
from engine.progress import silent
from engine.training.data.features_cache import default_cache, track_id
from engine.training.method.genre_classifier import (
    Excerpts,
    fit_pooled_head,
    fit_sequence_classifier,
)

CHANCE = "largest genre"


class _Recorder:
    """Passes patches to the tagger and records its outputs."""

    def __init__(self, tagger: MusicTagger) -> None:
        self._tagger = tagger
        self.outputs: list[MusicTags] = []

    def tag(self, patches: npt.NDArray[np.float32]) -> MusicTags:
        self.outputs.append(self._tagger.tag(patches))
        return self.outputs[-1]


@dataclass(frozen=True)
class Frames:
    """The frames of one piece.

    Attributes:
        tags: float32 (n, 100), log-odds.
        embedding: float32 (n, 400).
    """

    tags: npt.NDArray[np.float32]
    embedding: npt.NDArray[np.float32]


def frames_of(path: Path, cache: Path, tagger: MusicTagger) -> Frames:
    """Return the frames of a piece, from the cache where possible."""
    entry = cache / f"{track_id(path)}.{VERSION}.frames.npz"
    if entry.is_file():
        with np.load(entry, allow_pickle=False) as archive:
            return Frames(archive["tags"], archive["embedding"])
    recorder = _Recorder(tagger)
    describe_music(path, recorder, silent())  # type: ignore[arg-type]  # acts as one
    tags = [
        np.concatenate([log_odds(output.msd_patches), log_odds(output.mtt_patches)], axis=1)
        for output in recorder.outputs
    ]
    embeddings = [output.embedding_patches for output in recorder.outputs]
    frames = Frames(np.concatenate(tags), np.concatenate(embeddings))
    with replacing(entry) as beside, beside.open("wb") as file:
        np.savez_compressed(file, tags=frames.tags, embedding=frames.embedding)
    return frames


def deal_folds(
    labels: npt.NDArray[np.int64], n_folds: int, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Return the fold (n,) of each piece, with genres spread evenly."""
    folds = np.zeros(len(labels), dtype=np.int64)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        folds[rng.permutation(rows)] = np.arange(len(rows)) % n_folds
    return folds


def cross_validate(
    excerpts: Excerpts,
    predict: Callable[[Excerpts, Excerpts, int], npt.NDArray[np.int64]],
    n_folds: int,
    seed: int,
) -> float:
    """Return the accuracy by cross-validation."""
    folds = deal_folds(excerpts.labels, n_folds, np.random.default_rng(seed))
    right = np.zeros(len(folds), dtype=bool)
    for fold in range(n_folds):
        asked = folds == fold
        named = predict(excerpts.take(~asked), excerpts.take(asked), seed)
        right[asked] = named == excerpts.labels[asked]
    return float(right.mean())


def by_lstm(train: Excerpts, test: Excerpts, seed: int) -> npt.NDArray[np.int64]:
    """Return the genres predicted by the LSTM."""
    return fit_sequence_classifier(train, seed=seed).name(test)


def by_head(train: Excerpts, test: Excerpts, seed: int) -> npt.NDArray[np.int64]:
    """Return the genres predicted by the head on the mean of the frames."""
    return fit_pooled_head(train, seed=seed).name(test)


def main() -> None:
    """Print the accuracy of each classifier and input: mean and deviation over seeds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=None)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--folds", type=int, default=5)
    arguments = parser.parse_args()
    with (arguments.data / "ratings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    cache = arguments.cache or default_cache()
    tagger = MusicTagger.load(n_threads=1)
    pieces = [frames_of(arguments.data / row["file"], cache, tagger) for row in rows]
    genres, labels = np.unique([row["genre"] for row in rows], return_inverse=True)
    counts = np.bincount(labels)
    print(f"{len(rows)} pieces, {len(genres)} genres ({', '.join(genres)})")
    print(f"{CHANCE}: {counts.max() / counts.sum():.3f}")
    for part in ("tags", "embedding"):
        excerpts = Excerpts.of([getattr(piece, part) for piece in pieces], labels, tuple(genres))
        for name, predict in (("LSTM over frames", by_lstm), ("head on their mean", by_head)):
            shares = np.array(
                [
                    cross_validate(excerpts, predict, arguments.folds, seed)
                    for seed in range(arguments.seeds)
                ]
            )
            spread = f" ± {shares.std(ddof=1):.3f}" if len(shares) > 1 else ""
            print(f"{part}, {name}: {shares.mean():.3f}{spread}", flush=True)


if __name__ == "__main__":
    main()
