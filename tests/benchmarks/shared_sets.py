"""Real feature sets as benchmark data: av_pairs and micro_videos.

Neither says who chose a sound or what truly matches, so there is no test under `do`, no true match
and no slope; the test is whether a held-out video finds its own sound.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import TrainingError
from engine.training.data.archives import read_archive
from engine.training.data.benchmark_data import (
    N_NEGATIVES,
    BenchmarkData,
    Queries,
    TestSet,
    draw_negatives,
    target_popularity,
)
from engine.training.data.pairs import PairSet
from engine.training.data.same_clips import linked
from engine.training.data.splits import held_out_sources
from engine.training.data.tastes import tastes_of
from engine.translation import tr

TEST_SHARE = 0.2
VALIDATION_SHARE = 0.1
N_CLUSTERS = 10
_N_CLUSTERING_ROUNDS = 100

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Clips:
    """Clips with their own sounds; equal sounds are one track.

    Attributes:
        video_vectors: float32 (n, D_V).
        music_vectors: float32 (n_tracks, D_M), all different.
        tracks: int64 (n,), the sound of each clip.
        sources: str (n,), the same for clips with equal video or equal sound.
    """

    video_vectors: Floats
    music_vectors: Floats
    tracks: Indices
    sources: npt.NDArray[np.str_]


def read_av_pairs(folder: Path, seed: int) -> BenchmarkData:
    """Return the clips of sound events in `av_pairs` (not background music), split by clip.

    A fifth of the clips is held out for the test, a tenth of the rest for validation. Each test
    ranks the held-out sounds of its part. Nobody chose these sounds: each clip has a different
    uploader and all sounds have the same genre, so that taste has no effect.

    Args:
        folder: with pairs.npz (visual, acoustic).
        seed: of the split.

    Raises:
        TrainingError: when the file is missing or damaged.
    """
    arrays = _read(folder / "pairs.npz", ("visual", "acoustic"))
    clips = _clips(folder, arrays["visual"], arrays["acoustic"])
    n = len(clips.tracks)
    pairs = _pair_set(
        clips,
        np.stack([np.arange(n), clips.tracks], axis=1),
        np.array([f"clip {row}" for row in range(n)]),
        np.zeros(len(clips.music_vectors), dtype=np.int64),
        ("sound",),
        (2, 2),
        f"{n} real clips of sound events (av_pairs)",
    )
    return _split("av_pairs", pairs, seed, "Real clips of sound events; split by clip.")


def read_micro_videos(folder: Path, seed: int, n_viewers: int | None = None) -> BenchmarkData:
    """Return `micro_videos` with viewers as uploaders and sound clusters as genres.

    The set doesn't say who made a video or chose its sound. A viewer of a video replaces the
    uploader who picked its sound: each training view gives one pair, weighted so that every video
    counts once. Ten clusters of the training sounds (k-means) replace genres. A fifth of the videos
    is held out for the test, a tenth of the rest for validation; each test ranks the sounds of its
    part. The uploader of a held-out video is one of its viewers, drawn at random, with the taste of
    their training videos.

    Args:
        folder: with features.npz (visual, acoustic) and interactions.npz (train_user,
            train_video).
        seed: of split, clusters and draws.
        n_viewers: maximum number of pairs per video, drawn at random; None for all its viewers.

    Raises:
        TrainingError: when a file is missing or damaged.
    """
    features = _read(folder / "features.npz", ("visual", "acoustic"))
    views = _read(folder / "interactions.npz", ("train_user", "train_video"))
    clips = _clips(folder, features["visual"], features["acoustic"])
    users, videos = (views[name].astype(np.int64) for name in ("train_user", "train_video"))
    n = len(clips.tracks)
    if users.shape != videos.shape or (len(videos) and not 0 <= videos.min() <= videos.max() < n):
        raise _damaged(folder / "interactions.npz", tr("its views name videos that don't exist"))
    rng = np.random.default_rng([seed, 1])
    users, videos = _at_most(n_viewers, users, videos, rng)
    unseen = np.setdiff1d(np.arange(n), videos)
    rows = np.concatenate([videos, unseen])
    # Each video without a known viewer gets its own.
    viewers = [
        *(f"viewer {user}" for user in users),
        *(f"viewer of video {row}" for row in unseen),
    ]
    pairs = _pair_set(
        clips,
        np.stack([rows, clips.tracks[rows]], axis=1),
        np.array(viewers),
        np.zeros(len(clips.music_vectors), dtype=np.int64),
        tuple(f"cluster {number}" for number in range(N_CLUSTERS)),
        (1, 1),
        f"{n} real micro-videos, viewers as uploaders, sound clusters as genres (micro_videos)",
    )
    pairs = replace(pairs, weights=(1.0 / np.bincount(rows)[rows]).astype(np.float32))
    return _split(
        "micro_videos",
        pairs,
        seed,
        "Real micro-videos; viewers are used as uploaders, clusters of the sound as genres.",
    )


def cluster(
    vectors: Floats, fitted: npt.NDArray[np.bool_], n_clusters: int, seed: int
) -> npt.NDArray[np.int64]:
    """Return the cluster (n,) of each vector: k-means on standardised features.

    Lloyd's rounds from k-means++ centres (Arthur and Vassilvitskii 2007).

    Args:
        vectors: (n, D).
        fitted: (n,), which of them the centres are fitted to; each vector gets its nearest centre.
        n_clusters: k.
        seed: of the first centres.
    """
    known = vectors[fitted].astype(np.float64)
    mean, deviation = known.mean(axis=0), known.std(axis=0)
    wide = (vectors - mean) / np.maximum(deviation, 1e-6)
    known = wide[fitted]
    rng = np.random.default_rng(seed)
    centres = known[rng.integers(len(known))][None]
    while len(centres) < n_clusters:
        nearest = _squared_distances(known, centres).min(axis=1)
        centres = np.vstack([centres, known[rng.choice(len(known), p=nearest / nearest.sum())]])
    for _ in range(_N_CLUSTERING_ROUNDS):
        own = _squared_distances(known, centres).argmin(axis=1)
        # A centre without any points stays in place.
        moved = np.stack(
            [
                known[own == k].mean(axis=0) if (own == k).any() else centres[k]
                for k in range(len(centres))
            ]
        )
        if np.allclose(moved, centres):
            break
        centres = moved
    return np.asarray(_squared_distances(wide, centres).argmin(axis=1), dtype=np.int64)


def _squared_distances(
    points: npt.NDArray[np.float64], centres: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    squares = (points**2).sum(axis=1)[:, None] - 2.0 * points @ centres.T
    return np.asarray((squares + (centres**2).sum(axis=1)).clip(min=0.0))


def _split(name: str, pairs: PairSet, seed: int, description: str) -> BenchmarkData:
    """Hold out videos for test and validation; fit the genres to the training sounds."""
    tested = held_out_sources(pairs.sources, TEST_SHARE, seed)
    rest = np.flatnonzero(~tested)
    validated = np.zeros(pairs.n_videos, dtype=np.bool_)
    validated[rest[held_out_sources(pairs.sources[rest], VALIDATION_SHARE, seed + 1)]] = True
    learnt = ~tested & ~validated
    if len(pairs.genre_names) > 1:
        is_known = np.zeros(pairs.n_tracks, dtype=np.bool_)
        is_known[pairs.pairs[learnt[pairs.pairs[:, 0]], 1]] = True
        clusters = cluster(pairs.music_vectors, is_known, len(pairs.genre_names), seed)
        pairs = replace(pairs, genres=clusters)
    ugc = pairs.take(learnt[pairs.pairs[:, 0]])
    return BenchmarkData(
        name=name,
        ugc=ugc,
        pgc=None,
        validation=_test_set("validation", pairs, validated, ugc, seed),
        tests=(_test_set("held out", pairs, tested, ugc, seed),),
        is_simulated=False,
        description=description,
    )


def _test_set(
    name: str, pairs: PairSet, held_out: npt.NDArray[np.bool_], ugc: PairSet, seed: int
) -> TestSet:
    """Return the held-out videos, each with one of its uploaders, and their sounds."""
    rng = np.random.default_rng([seed, sum(name.encode())])
    rows = rng.permutation(np.flatnonzero(held_out[pairs.pairs[:, 0]]))
    _, first = np.unique(pairs.pairs[rows, 0], return_index=True)
    asked = pairs.take(rows[first])
    targets = asked.pairs[:, 1]
    pool = np.unique(targets)
    tastes, _ = tastes_of(ugc).of(asked.uploaders)
    return TestSet(
        name=name,
        queries=Queries(asked.video_vectors, tastes, uploaders=asked.uploaders),
        targets=targets,
        negatives=draw_negatives(targets, pool, N_NEGATIVES, rng),
        popularity=target_popularity(targets, ugc.pairs[:, 1], ugc.n_tracks),
        candidates_pool=pool,
    )


def _clips(folder: Path, visual: npt.NDArray[Any], acoustic: npt.NDArray[Any]) -> Clips:
    if visual.ndim != 2 or acoustic.ndim != 2 or len(visual) != len(acoustic):
        raise _damaged(folder, tr("video and sound have different lengths"))
    videos, sounds = visual.astype(np.float32), acoustic.astype(np.float32)
    if not (np.isfinite(videos).all() and np.isfinite(sounds).all()):
        raise _damaged(folder, tr("a feature isn't a number"))
    _, one, of_video = np.unique(videos, axis=0, return_index=True, return_inverse=True)
    _, first, tracks = np.unique(sounds, axis=0, return_index=True, return_inverse=True)
    tracks = tracks.reshape(-1)
    every = np.arange(len(videos))
    # Clips with an equal video or sound are of one source.
    same = np.stack([np.append(one[of_video.reshape(-1)], first[tracks]), [*every, *every]], axis=1)
    sources = np.char.add("clip ", linked(len(videos), same).astype(np.str_))
    return Clips(videos, sounds[first], tracks, sources)


def _at_most(
    n_viewers: int | None, users: Indices, videos: Indices, rng: np.random.Generator
) -> tuple[Indices, Indices]:
    """Return the views with at most so many of each video, drawn at random."""
    if n_viewers is None:
        return users, videos
    order = rng.permutation(len(videos))
    order = order[np.argsort(videos[order], kind="stable")]
    _, first, counts = np.unique(videos[order], return_index=True, return_counts=True)
    place = np.arange(len(order)) - np.repeat(first, counts)
    kept = np.sort(order[place < n_viewers])
    return users[kept], videos[kept]


def _pair_set(
    clips: Clips,
    pairs: Indices,
    uploaders: npt.NDArray[np.str_],
    genres: Indices,
    genre_names: tuple[str, ...],
    n_blocks: tuple[int, int],
    origin: str,
) -> PairSet:
    # The blocks are equally wide: mean and standard deviation, or one alone.
    widths = (clips.video_vectors.shape[1], clips.music_vectors.shape[1])
    video_blocks, music_blocks = (
        (width // n,) * (n - 1) + (width - width // n * (n - 1),)
        for width, n in zip(widths, n_blocks, strict=True)
    )
    return PairSet(
        video_vectors=clips.video_vectors,
        music_vectors=clips.music_vectors,
        pairs=pairs,
        weights=np.ones(len(pairs), dtype=np.float32),
        uploaders=uploaders,
        genres=genres,
        sources=clips.sources,
        genre_names=genre_names,
        video_blocks=video_blocks,
        music_blocks=music_blocks,
        video_version=f"video of {origin}",
        music_version=f"sound of {origin}",
        origin=origin,
    )


def _read(path: Path, names: tuple[str, ...]) -> dict[str, npt.NDArray[Any]]:
    try:
        arrays = read_archive(path)
        return {name: arrays[name] for name in names}
    except FileNotFoundError as error:
        raise TrainingError(
            tr("there is no such file."), path=path, remedy=tr("Check the name of the folder.")
        ) from error
    except (ValueError, KeyError) as error:
        raise _damaged(path, str(error)) from error


def _damaged(path: Path, reason: str) -> TrainingError:
    return TrainingError(
        tr("the real data can't be used ({reason}).").format(reason=reason),
        path=path,
        remedy=tr("Get the data set again."),
    )
