"""Hubs: what the user's own clips correct, stills with larger libraries, and the time it takes.

    PYTHONPATH=packaging:. python -m tests.benchmarks.hubs DATA [--cache FOLDER] [--draws 40]

The clips are those of the bundled pack's bank, whose wants are by experts that never saw their
source. DATA is the folder of the shared data.

- Own clips: half of the sources of the user's clips are ranked for, n clips of the other half are
  the user's own, and the pack's bank has clips of none of these sources. Columns: the difference to
  the pack's correction alone, in tracks that are in some top ten and in the share of the lists with
  the most frequent first track, mean and standard error over draws. *A narrow user*: the 120 clips
  whose queries are closest to a random one; the pack knows the farther half of all clips.
- Stills: the same 160 pictures of OASIS as in `still_wants`, by the bundled pack, which learnt from
  them. Larger libraries are mixtures of two bundled tracks, with noise of .3 of their spread.
- Time of one request with 100 own clips.
"""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from engine.encoders.matching import MatchingPack
from engine.encoders.profile import ProfilePack
from engine.encoders.score_weights import HUB, SCALE, STILL
from engine.ranking.hubs import still_offsets
from engine.ranking.own_clips import own_clips, own_offsets
from engine.ranking.query import make_query
from engine.training.data.features_cache import default_cache, music_features
from engine.video.cache import store_analysis
from tests.benchmarks.fold_packs import Music
from tests.benchmarks.still_wants import N_VARIED, varied
from wants.pictures import Picture, describe_pictures, read_pictures

N_OWN = (10, 20, 30, 40, 60, 80)
N_TRACKS = (126, 500, 1_000, 1_001, 2_000, 10_000)
_N_LIKE, _N_UNLIKE = 120, 160

Float32Array = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


class Draw(NamedTuple):
    """Rows of clips to rank for, of own clips in random order, and of the pack's."""

    asked: Indices
    own: Indices
    known: Indices


Draws = Callable[[np.random.Generator], Draw]


def by_source(pictures: list[Picture], user: list[str], pack: list[str]) -> Draws:
    """Return how to draw, for a user and a pack with clips of some sets."""
    sets = np.array([one.set for one in pictures])
    sources = np.array([one.source for one in pictures])
    rows, known = np.flatnonzero(np.isin(sets, user)), np.flatnonzero(np.isin(sets, pack))

    def draw(rng: np.random.Generator) -> Draw:
        names = rng.permutation(np.unique(sources[rows]))
        is_asked = np.isin(sources[rows], names[: len(names) // 2])
        asked = rows[is_asked]
        others = known[~np.isin(sources[known], sources[asked])]
        return Draw(asked, rng.permutation(rows[~is_asked]), others)

    return draw


def narrow(queries: Float32Array) -> Draws:
    """Return how to draw a user whose clips are alike."""

    def draw(rng: np.random.Generator) -> Draw:
        one = queries[rng.integers(len(queries))]
        order = np.argsort(np.linalg.norm(queries - one, axis=1), kind="stable")
        near = rng.permutation(order[:_N_LIKE])
        return Draw(near[: _N_LIKE // 2], near[_N_LIKE // 2 :], order[_N_UNLIKE:])

    return draw


def variety(scores: Float32Array) -> Floats:
    """Return the tracks in some top ten, and the share of the most frequent first track."""
    order = np.argsort(-scores, axis=1, kind="stable")
    firsts = np.bincount(order[:, 0])
    return np.array([len(np.unique(order[:, :10])), firsts.max() / len(scores)])


def print_own(
    pack: MatchingPack, queries: Float32Array, tracks: Float32Array, draws: Draws, n_draws: int
) -> None:
    """Print the table of one user and library."""
    rng = np.random.default_rng(0)
    found: dict[tuple[str, int], list[Floats]] = {}
    levels = []
    for _ in range(n_draws):
        asked, own, known = draws(rng)
        part = pack.weights.n_closest / len(queries)

        def hub(rows: Indices, part: float = part) -> Float32Array:
            n_closest = max(round(part * len(rows)), 1)
            return pack.weights.hub(tracks, queries[rows], n_closest)

        corrected = tracks.copy()
        corrected[:, HUB] = hub(known)
        scores = queries[asked] @ corrected.T / np.float32(SCALE)
        usual = variety(scores)
        levels.append(usual)
        for n in (n for n in N_OWN if n <= len(own)):
            alone = (hub(own[:n]) - corrected[:, HUB]) / SCALE
            both = own_offsets(pack, [corrected], queries[own[:n]])
            for name, offsets in (("own alone", alone), ("as in the app", both)):
                found.setdefault((name, n), []).append(variety(scores - offsets) - usual)
    n_top, first = np.mean(levels, axis=0)
    print(f"The pack's correction alone: {n_top:.1f} tracks, first in {first:.3f}\n")
    print("| own clips | own alone: tracks | first | as in the app: tracks | first |")
    print("|---|---|---|---|---|")
    for n in N_OWN:
        # Only where all draws have so many: fewer would be draws of other sources.
        if any(len(found.get((name, n), ())) < n_draws for name in ("own alone", "as in the app")):
            continue
        cells = []
        for name in ("own alone", "as in the app"):
            values = np.array(found[name, n])
            means, errors = values.mean(axis=0), values.std(axis=0) / np.sqrt(n_draws)
            cells.append(f"{means[0]:+.1f} ± {errors[0]:.1f} | {means[1]:+.3f} ± {errors[1]:.3f}")
        print(f"| {n} | {' | '.join(cells)} |")
    print(flush=True)


def larger(tracks: Float32Array, n: int, rng: np.random.Generator) -> Float32Array:
    """Return n tracks made of two others each, float32 (n, 128)."""
    first, second = rng.integers(len(tracks), size=(2, n))
    share = rng.uniform(size=(n, 1)).astype(np.float32)
    noise = rng.standard_normal((n, tracks.shape[1])).astype(np.float32)
    mixed = share * tracks[first] + (1 - share) * tracks[second]
    return np.asarray(mixed + np.float32(0.3) * tracks.std(axis=0) * noise, np.float32)


def print_stills(pack: MatchingPack, bundled: Float32Array, data: Path, cache: Path) -> None:
    """Print the table of stills."""
    rng = np.random.default_rng(0)
    pictures = [one for one in read_pictures(data) if one.set == "oasis"]
    chosen = varied(np.array([one.source for one in pictures]), N_VARIED)
    described = describe_pictures([pictures[row] for row in chosen], cache / "pictures")
    stills = [make_query(pack, pack.read_clip(one)).vector for one in described.features]
    print("| tracks | in some top five: without | with | most frequent: without | with | s |")
    print("|---|---|---|---|---|---|")
    for n in N_TRACKS:
        tracks = bundled if n == len(bundled) else larger(bundled, n, rng)
        start = time.perf_counter()
        offsets = still_offsets(pack, [tracks])
        seconds = time.perf_counter() - start
        scores = np.stack(stills) @ tracks.T / np.float32(SCALE)
        cells = []
        for each in (scores, scores - offsets):
            top = np.argsort(-each, axis=1, kind="stable")[:, :5]
            counts = np.bincount(top.ravel(), minlength=n)
            cells.append((int((counts > 0).sum()), counts.max() / len(each)))
        (n_plain, plain), (n_with, capped) = cells
        print(f"| {n:,} | {n_plain} | {n_with} | {plain:.3f} | {capped:.3f} | {seconds:.3f} |")
    print(flush=True)


def print_time(pack: MatchingPack, bundled: Float32Array, data: Path, cache: Path) -> None:
    """Print the seconds of one request with 100 cached clips of the shared data."""
    pictures = [one for one in read_pictures(data) if one.wants and not one.is_still][::3][:100]
    described = describe_pictures(pictures, cache / "pictures")
    tracks = larger(bundled, 10_000, np.random.default_rng(0))
    with TemporaryDirectory() as home:
        os.environ["SOUNDBED_HOME"] = home
        for number, features in enumerate(described.features):
            store_analysis(f"{number:03}", (features, ()))
        for what in ("first time", "later"):
            start = time.perf_counter()
            clips = own_clips(pack, "000")
            read = time.perf_counter()
            own_offsets(pack, [tracks], clips)
            end = time.perf_counter()
            print(f"{what}: {len(clips)} clips in {read - start:.3f} s, ", end="")
            print(f"offsets of 10,000 tracks in {end - read:.3f} s")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, default=default_cache())
    parser.add_argument("--draws", type=int, default=40)
    arguments = parser.parse_args()
    pack, profiles = MatchingPack.load(), ProfilePack.load()
    pictures = [one for one in read_pictures(arguments.data) if one.wants and not one.is_still]
    queries = pack.bank[pack.bank[:, STILL] == 0]
    if len(queries) != len(pictures):
        raise SystemExit("the bundled pack's bank has other clips")
    sounds = [music_features(one.path, arguments.cache) for one in pictures]
    bundled = Music.bundled().vectors(pack)
    libraries = {
        "bundled tracks": bundled,
        "sounds of the clips": np.stack(
            [pack.embed_music(one, profiles.profile(one)).vector for one in sounds]
        ),
    }
    micro, videos = ["micro_clips", "micro_clips_2"], ["music_videos"]
    users = {
        "music videos; the pack knows micro-clips": by_source(pictures, videos, micro),
        "micro-clips; the pack knows music videos": by_source(pictures, micro, videos),
        "a narrow user": narrow(queries),
        "micro-clips; the pack knows such clips too": by_source(pictures, micro, micro + videos),
    }
    for library, tracks in libraries.items():
        for user, draws in users.items():
            print(f"{len(tracks)} {library}, {user}")
            print_own(pack, queries, tracks, draws, arguments.draws)
    print_stills(pack, bundled, arguments.data, arguments.cache)
    print_time(pack, bundled, arguments.data, arguments.cache)


if __name__ == "__main__":
    main()
