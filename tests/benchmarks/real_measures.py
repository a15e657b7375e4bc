"""The paper's measures on real pairs: rhythm (CMT), T_diverse, T_matching, X-splits, Figure 5.

    python -m tests.benchmarks.real_measures DATA --out FOLDER [--cache FOLDER] [--seeds 0,1,2]
        [--systems random,cca,cmvae,cmvae+within+erasure,debcm] [--with-pgc]

DATA holds `micro_clips` and `music_videos`, each with clips.csv, whose column `source` stands for
the uploader. For each set it prints

- rhythm: `course` and `accents` (see `engine/training/data/rhythm.py`) of the makers' own music,
  and where the own music ranks by each among the music of clips of other sources (0 first, .5
  chance), with 95 % intervals that resample sources;
- what `soundbed benchmark --splits` measures, mean ± deviation over seeds, each its own split: the
  held-out test, T_diverse and T_matching (its harder halves), X-splits, and later picks. With
  --with-pgc, micro_clips are also learnt beside the music videos, as professionals' pairs.

FOLDER gets the results, tables and figures of each set, of which taste_drift.png is Figure 5. Needs
the extra "train". An interrupted run resumes.
"""

import argparse
import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.__main__ import main as soundbed
from engine.progress import silent
from engine.training.benchmark.results import RESULTS_NAME, Results
from engine.training.data.edits import Edit
from engine.training.data.features_cache import (
    FeatureOptions,
    default_cache,
    music_features,
    note_onsets,
    video_features,
)
from engine.training.data.pairs import save_pairs
from engine.training.data.readers import describe_edits
from engine.training.data.rhythm import measure_rhythm
from engine.training.fitting.metrics import target_ranks

SETS = ("micro_clips", "music_videos")
SYSTEMS = "random,cca,cmvae,cmvae+within+erasure,debcm"
_METRIC = "recall@15"
_DRIFT = ("drift_main_share", "drift_chosen_share")
"""Shares of the lists, where a pick left the uploader's main genre (Figure 5)."""
_N_RESAMPLES = 2000
Floats = npt.NDArray[np.float64]


def read_edits(folder: Path) -> list[Edit]:
    """Return the clips of a set with their own sound; their sources are their uploaders."""
    with (folder / "clips.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [Edit(folder / row["file"], None, row["source"], row["source"]) for row in rows]


def rhythm_tables(edits: Sequence[Edit], cache: Path) -> Mapping[str, Floats]:
    """Return `course` and `accents` (n, n) of each clip with the music of each clip."""
    videos = [video_features(edit.clip, cache) for edit in edits]
    tracks = [music_features(edit.clip, cache) for edit in edits]
    onsets = [
        note_onsets(edit.clip, music, cache) for edit, music in zip(edits, tracks, strict=True)
    ]
    found = [
        [measure_rhythm(video, music, times) for music, times in zip(tracks, onsets, strict=True)]
        for video in videos
    ]
    return {
        name: np.array([[getattr(one, name) for one in row] for row in found])
        for name in ("course", "accents")
    }


def own_ranks(table: Floats, sources: npt.NDArray[np.str_]) -> Floats:
    """Return where each clip's own music ranks among that of clips of other sources, 0 to 1."""
    ranks = []
    for row, values in enumerate(table):
        others = values[sources != sources[row]]
        rank = target_ranks(values[None, row].astype("f4"), others[None].astype("f4"))
        ranks.append(float(rank[0]) / max(len(others), 1))
    return np.array(ranks)


def with_interval(values: Floats, sources: npt.NDArray[np.str_]) -> str:
    """Return the mean with its 95 % interval over resampled sources."""
    _, of_source = np.unique(sources, return_inverse=True)
    sums = np.bincount(of_source, weights=values)
    counts = np.bincount(of_source)
    drawn = np.random.default_rng(0).multinomial(
        len(sums), np.full(len(sums), 1 / len(sums)), size=_N_RESAMPLES
    )
    low, high = np.quantile(drawn @ sums / (drawn @ counts), (0.025, 0.975))
    return f"{values.mean():.3f} ({low:.3f} to {high:.3f})"


def print_rhythm(edits: Sequence[Edit], cache: Path) -> None:
    """Print how the rhythm of the own music fits, and how it ranks."""
    sources = np.array([edit.source for edit in edits])
    for name, table in rhythm_tables(edits, cache).items():
        # A clip without cuts or beats says nothing of either.
        told = np.ptp(table, axis=1) > 0
        own = table.diagonal()[told]
        ranks = own_ranks(table, sources)[told]
        print(
            f"  {name}: own music {with_interval(own, sources[told])}, its rank "
            f"{with_interval(ranks, sources[told])}; {told.sum()} of {len(edits)} clips"
        )


def print_results(out: Path) -> None:
    """Print Recall@15 of each system on each test set, and what it ranks where tastes drifted."""
    results = Results(out / RESULTS_NAME)
    names = results.test_sets()
    print(f"  {_METRIC:24}" + "".join(name.rjust(16) for name in names))
    for system, data in results.fits():
        means = [results.mean(system, data, name, _METRIC) for name in names]
        cells = ("" if mean is None else str(mean) for mean in means)
        print(f"  {system + ' ' + data:24}" + "".join(cell.rjust(16) for cell in cells))
    for name in names:
        for system, data in results.fits():
            left, chosen = (results.mean(system, data, name, metric) for metric in _DRIFT)
            if left is not None and chosen is not None:
                print(f"  drift, {name}, {system} {data}: left genre {left}, chosen {chosen}")


def main() -> None:
    """Prepare, measure, and print each set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=default_cache())
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--with-pgc", action="store_true")
    parser.add_argument("--systems", default=SYSTEMS)
    asked = parser.parse_args()
    sets = {name: read_edits(asked.data / name) for name in SETS}
    paths = {name: asked.out / f"{name}.npz" for name in SETS}
    for name, edits in sets.items():
        folder = asked.data / name
        save_pairs(
            describe_edits(edits, folder, FeatureOptions(asked.cache), silent()).pairs, paths[name]
        )
    for name, edits in sets.items():
        print(f"{name}: {len(edits)} real clips")
        print_rhythm(edits, asked.cache)
        options = ["--pairs", str(paths[name]), "--seeds", asked.seeds, "--splits"]
        if asked.with_pgc and name == "micro_clips":
            options += ["--pgc", str(paths["music_videos"])]
        options += ["--systems", asked.systems, "--device", "cpu"]
        out = asked.out / name
        soundbed(["benchmark", *options, "--out", str(out)])
        print_results(out)


if __name__ == "__main__":
    main()
