"""How well the bundled pack's recipe matches emotions and finds a clip's own music.

    PYTHONPATH=packaging:. python -m tests.benchmarks.emotion_match PGC.npz UGC.npz
        [--clips FOLDER] [--seeds 3] [--members 1]

Reads the pairs that packaging/prepare_training.py wrote. For each seed, the real clips are split
into five folds by source. Teacher and student are trained like the bundled pack, without the
sources of the fold, and evaluated on its clips:

- music videos: each clip ranks the sounds of all other sources; the share of its top 10 with the
  clip's emotion, compared with chance. Most of these sounds are in the training set, though not
  with the query's source. The stricter figure ranks only the unseen sounds of the fold: the
  probability that a sound of the same emotion ranks above another (0.5 is chance). Also the rank
  of the own sound among all, as a share of the list (0.5 is chance).
- micro clips: the rank of the own music among all sounds, how often it is in the top 10, and the
  stricter rank among the sounds of the fold.

Each figure is given for a recipe in which one encoder reads the whole picture, for the one with
two experts, and for each of its experts alone.
"""

import argparse
import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.progress import silent
from engine.training.data.benchmark_data import TrainingData
from engine.training.data.pairs import CONTENT, DYNAMICS, PairSet, load_pairs
from engine.training.fitting.metrics import label_share, own_ranks
from engine.training.fitting.validation import content_scores
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.members import Member, fit_members
from wants.regression import folds_of

N_FOLDS = 5
N_TOP = 10
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Clips:
    """Real clips in the order of their pair set.

    Attributes:
        video: float32 (n, D_V).
        music: float32 (n, D_M), each clip's own sound.
        sources: (n,).
    """

    video: npt.NDArray[np.float32]
    music: npt.NDArray[np.float32]
    sources: npt.NDArray[np.str_]


@dataclass(frozen=True)
class Figures:
    """The results of one seed; see the module's docstring."""

    emotion_top: float
    emotion_auc: float
    own_film_rank_median: float
    own_film_rank_mean: float
    own_rank_median: float
    own_rank_mean: float
    own_recall: float
    own_rank_mean_of_fold: float


def own_sounds(pairs: PairSet, prefix: str) -> Clips:
    """Return the clips whose source starts with `prefix`, each with its original track."""
    rows = np.array([source.startswith(prefix) for source in pairs.sources])
    # A clip's original track is in its first pair; partial matches were added later.
    first = {int(video): int(track) for video, track in pairs.pairs[::-1]}
    own = np.array([first[int(video)] for video in np.flatnonzero(rows)])
    return Clips(pairs.video_vectors[rows], pairs.music_vectors[own], pairs.sources[rows])


def without(pairs: PairSet, held_out: set[str]) -> PairSet:
    """Return the pairs whose video and track have no source in `held_out`.

    A track's source is that of its original clip.
    """
    source_of = {int(track): str(pairs.sources[video]) for video, track in pairs.pairs[::-1]}
    track_held_out = np.array([source_of.get(n, "") in held_out for n in range(pairs.n_tracks)])
    kept = ~track_held_out[pairs.pairs[:, 1]]
    partial = replace(
        pairs,
        pairs=pairs.pairs[kept],
        weights=pairs.weights[kept],
        uploaders=pairs.uploaders[kept],
        extras=pairs.extras.chosen(np.arange(pairs.n_videos), None, np.flatnonzero(kept)),
    )
    return partial.of_videos(np.array([source not in held_out for source in pairs.sources]))


def run_seed(
    pgc: PairSet, ugc: PairSet, emotions: npt.NDArray[np.str_], config: TrainingConfig
) -> dict[str, Figures]:
    """Train without each fold and evaluate on its clips, with both experts and with each alone."""
    films = own_sounds(pgc, "music video")
    parts = [own_sounds(pgc, "micro clips"), own_sounds(ugc, "micro clips")]
    micro = Clips(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Clips.__annotations__)
    )
    film_folds = folds_of(films.sources, N_FOLDS, config.seed)
    micro_folds = folds_of(micro.sources, N_FOLDS, config.seed)
    ways = _ways(pgc)
    results = {name: _Results([], [], [], [], [], []) for name in ways}
    for fold in range(N_FOLDS):
        asked, micro_asked = film_folds == fold, micro_folds == fold
        held_out = set(films.sources[asked]) | set(micro.sources[micro_asked])
        members = fit_members(
            TrainingData(without(ugc, held_out), without(pgc, held_out)), config, silent()
        )
        for name, silent_columns in ways.items():
            of_films, of_micro = (
                _scores(members, clips, queries, silent_columns)
                for clips, queries in ((films, asked), (micro, micro_asked))
            )
            results[name].add_films(of_films, films, asked, emotions)
            results[name].add_micro(of_micro, micro, micro_asked)
    return {name: result.figures() for name, result in results.items()}


def _ways(pairs: PairSet) -> dict[str, slice]:
    """Return the columns that are silent when each expert, or both, are asked."""
    columns = pairs.expert_columns
    if len(columns) == 1:
        return {"one expert": slice(0)}
    return {
        "two experts": slice(0),
        "content alone": columns[DYNAMICS],
        "dynamics alone": columns[CONTENT],
    }


def _scores(
    members: Sequence[Member],
    clips: Clips,
    queries: npt.NDArray[np.bool_],
    silent_columns: slice,
) -> npt.NDArray[np.float32]:
    video = clips.video[queries]
    video[:, silent_columns] = 0.0
    each = [content_scores(member.student, video, clips.music) for member in members]
    return np.asarray(np.mean(each, axis=0), np.float32)


@dataclass(frozen=True)
class _Results:
    """What the folds gave so far, one number for each clip."""

    shares: list[float]
    aucs: list[float]
    film_ranks: list[float]
    ranks: list[float]
    found: list[bool]
    fold_ranks: list[float]

    def add_films(
        self,
        scores: npt.NDArray[np.float32],
        films: Clips,
        asked: npt.NDArray[np.bool_],
        emotions: npt.NDArray[np.str_],
    ) -> None:
        others = films.sources[asked][:, None] != films.sources[None]
        self.shares.extend(label_share(scores, emotions[asked], emotions, others, N_TOP).tolist())
        same = emotions[asked][:, None] == emotions[None]
        self.film_ranks.extend(own_ranks(scores, np.eye(len(asked), dtype=bool)[asked]).tolist())
        self.aucs.extend(_pairwise(scores, same & others & asked, ~same & others & asked))

    def add_micro(
        self, scores: npt.NDArray[np.float32], micro: Clips, asked: npt.NDArray[np.bool_]
    ) -> None:
        own = np.eye(len(micro.sources), dtype=bool)[asked]
        self.ranks.extend(own_ranks(scores, own).tolist())
        own_score = scores[own][:, None]
        self.found.extend(((scores > own_score).sum(axis=1) < N_TOP).tolist())
        others = micro.sources[asked][:, None] != micro.sources[None]
        self.fold_ranks.extend(1.0 - auc for auc in _pairwise(scores, own, others & asked))

    def figures(self) -> Figures:
        return Figures(
            float(np.mean(self.shares)),
            float(np.mean(self.aucs)),
            float(np.median(self.film_ranks)),
            float(np.mean(self.film_ranks)),
            float(np.median(self.ranks)),
            float(np.mean(self.ranks)),
            float(np.mean(self.found)),
            float(np.mean(self.fold_ranks)),
        )


def _pairwise(
    scores: npt.NDArray[np.float32],
    better: npt.NDArray[np.bool_],
    worse: npt.NDArray[np.bool_],
) -> list[float]:
    """Return for each row how often a member of `better` scores above one of `worse`."""
    return [
        float((row[good][:, None] > row[bad][None]).mean())
        for row, good, bad in zip(scores, better, worse, strict=True)
        if good.any() and bad.any()
    ]


def chance(pgc: PairSet, emotions: npt.NDArray[np.str_]) -> float:
    """Return the share of sounds of other sources that have a clip's emotion."""
    sources = own_sounds(pgc, "music video").sources
    others = sources[:, None] != sources[None]
    same = emotions[:, None] == emotions[None]
    return float(np.mean([row[mask].mean() for row, mask in zip(same, others, strict=True)]))


def main() -> None:
    """Print the results of each seed, their mean and standard deviation."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pgc", type=Path)
    parser.add_argument("ugc", type=Path)
    parser.add_argument("--clips", type=Path, default=ROOT.parent / "shared/data/music_videos")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--members", type=int, default=1)
    arguments = parser.parse_args()
    pgc, ugc = load_pairs(arguments.pgc), load_pairs(arguments.ugc)
    with (arguments.clips / "clips.csv").open(encoding="utf-8", newline="") as file:
        emotions = np.array([row["emotion"] for row in csv.DictReader(file)])
    print(f"chance of the same emotion: {chance(pgc, emotions):.3f}")
    found: dict[str, list[Figures]] = {}
    for seed in range(arguments.seeds):
        config = TrainingConfig(seed=1000 * seed, n_members=arguments.members, device="cpu")
        results: dict[str, Figures] = {}
        for experts in ((), pgc.video_experts):
            one, other = (replace(pairs, video_experts=experts) for pairs in (pgc, ugc))
            results |= run_seed(one, other, emotions, config)
        for name, figures in results.items():
            print(f"seed {seed}, {name}: {figures}", flush=True)
            found.setdefault(name, []).append(figures)
    for name, of_seeds in found.items():
        print(name)
        for figure in Figures.__annotations__:
            values = np.array([getattr(figures, figure) for figures in of_seeds])
            print(f"  {figure}: {values.mean():.3f}, deviation over seeds {values.std():.3f}")


if __name__ == "__main__":
    main()
