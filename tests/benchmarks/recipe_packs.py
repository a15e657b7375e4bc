"""The table's systems as recipes of a pack, on real clips that they never saw.

    python packaging/prepare_training.py --out PAIRS
    OMP_NUM_THREADS=1 PYTHONPATH=packaging:. python -m tests.benchmarks.recipe_packs PAIRS
        [--recipes shipped,debcm,cmvae] [--seeds 3] [--members 1] [--packs]

Five folds by source; a fold's pack learns from neither the clips of its sources nor their music.
Each clip of a fold ranks the music of the fold's clips: micro-videos by uploaders (`ugc`) and music
videos (`films`), each among their own. Shown is the mean normalised rank of the own music (0 best,
.5 chance) by the learned axes alone and, with `--packs`, by a pack as the app uses it, whose wants
are the bundled pack's and have seen these clips in every recipe alike. Figures are means and
standard deviations over seeds, of folds and fits; the interval is of the difference from the first
recipe, of each clip's mean over seeds, over sources. Needs the extra "train".
"""

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import torch

from engine.encoders.matching import BUNDLED_PACK, MatchingPack
from engine.encoders.pack_fingerprints import SeenClips
from engine.paths import bundled_models_dir
from engine.progress import silent
from engine.training.data.benchmark_data import TrainingData
from engine.training.data.pairs import PairSet, join, load_pairs
from engine.training.fitting.metrics import own_ranks as ranks_of
from engine.training.fitting.validation import content_scores
from engine.training.method.onnx_export import export_networks
from engine.training.pack_writer import PackContents, PictureParts, empty_bank, write_pack
from engine.training.paired_ranks import own_ranks, paired_interval
from engine.training.systems.members import Member, fit_members
from engine.training.systems.registry import configuration, make_system, require_encoders
from prepare_training import without_sources
from wants.regression import folds_of

N_FOLDS = 5
FILM = "music video"

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def own_music(pairs: PairSet, prefix: str) -> PairSet:
    """Return the clips whose source has the prefix, each with its own sound alone."""
    _, first = np.unique(pairs.pairs[:, 0], return_index=True)
    alone = pairs.take(np.sort(first))
    return alone.of_videos(np.array([name.startswith(prefix) for name in alone.sources]))


def alone(members: tuple[Member, ...], asked: PairSet) -> Floats:
    """Return the rank of each clip's own music by the mean of the members' scores."""
    vectors = asked.video_vectors, asked.music_vectors
    scores = np.mean([content_scores(one.student, *vectors) for one in members], axis=0)
    return ranks_of(np.asarray(scores, np.float32), asked.positives)


def as_pack(members: tuple[Member, ...], learnt: PairSet, asked: PairSet) -> Floats:
    """Return the same by a pack with the bundled pack's wants."""
    networks = export_networks([one.student for one in members], learnt)
    parts = PictureParts.of_pack(bundled_models_dir() / BUNDLED_PACK)
    with TemporaryDirectory() as folder:
        contents = PackContents("fold", parts, networks, "", {}, SeenClips())
        write_pack(Path(folder), contents, learnt, empty_bank())
        return own_ranks(MatchingPack.load(Path(folder)), asked)


def measure(
    recipe: str, seed: int, ugc: PairSet, pgc: PairSet, n_members: int, packs: bool
) -> dict[str, Floats]:
    """Return the ranks of all clips, by set and way; every clip is asked in its own fold."""
    sets = {"ugc": own_music(ugc, ""), "films": own_music(pgc, FILM)}
    folds = {name: folds_of(one.sources, N_FOLDS, seed) for name, one in sets.items()}
    config = replace(configuration(recipe), seed=seed, n_members=n_members, device="cpu")
    found: dict[str, Floats] = {}
    for fold in range(N_FOLDS):
        held_out = {
            source for name, one in sets.items() for source in one.sources[folds[name] == fold]
        }
        data = TrainingData(without_sources(ugc, held_out), without_sources(pgc, held_out))
        members = fit_members(data, config, silent(), system=make_system(recipe))
        for name, one in sets.items():
            rows = folds[name] == fold
            asked = one.of_videos(rows)
            ways = {"alone": alone(members, asked)}
            if packs:
                assert data.pgc is not None
                ways["pack"] = as_pack(members, join(data.ugc, data.pgc), asked)
            for way, ranks in ways.items():
                found.setdefault(f"{name} {way}", np.full(one.n_videos, np.nan))[rows] = ranks
    return found


def show(recipe: str, ranks: Mapping[str, Floats], first: Mapping[str, Floats], by: object) -> None:
    """Print a line for each set and way.

    Args:
        recipe: its name.
        ranks: (n_seeds, n_clips) by set and way.
        first: of the first recipe.
        by: sources (n_clips,) by set.
    """
    assert isinstance(by, dict)
    for key, values in ranks.items():
        means = values.mean(axis=1)
        spread = means.std(ddof=1) if len(means) > 1 else float("nan")
        line = f"  {recipe:22} {key:12} {means.mean():.3f} ± {spread:.3f}"
        if ranks is not first:
            sources = by[key.split()[0]]
            found = paired_interval(first[key].mean(axis=0), values.mean(axis=0), sources)
            line += f"   {found.mean:+.3f} [{found.low:+.3f}, {found.high:+.3f}]"
        print(line, flush=True)


def main() -> None:
    """Print the ranks of each recipe."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", type=Path, help="the folder of ugc.npz and pgc.npz")
    parser.add_argument("--recipes", default="shipped,debcm,cmvae,cmvae+within+erasure,teacher")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--members", type=int, default=1)
    parser.add_argument("--packs", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    recipes = arguments.recipes.split(",")
    for recipe in recipes:
        require_encoders(recipe)
    ugc, pgc = (load_pairs(arguments.pairs / f"{name}.npz") for name in ("ugc", "pgc"))
    sources = {"ugc": own_music(ugc, "").sources, "films": own_music(pgc, FILM).sources}
    first: dict[str, Floats] = {}
    for recipe in recipes:
        by_seed = [
            measure(recipe, seed, ugc, pgc, arguments.members, arguments.packs)
            for seed in range(arguments.seeds)
        ]
        ranks = {key: np.stack([one[key] for one in by_seed]) for key in by_seed[0]}
        first = first or ranks
        show(recipe, ranks, first, sources)


if __name__ == "__main__":
    main()
