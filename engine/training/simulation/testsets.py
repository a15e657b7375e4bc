"""Chooses the videos to hold out, and turns them into test sets with the true match."""

import numpy as np
import numpy.typing as npt

from engine.errors import InputError
from engine.training.data.benchmark_data import (
    Queries,
    TestSet,
    draw_negatives,
    target_popularity,
    true_match,
)
from engine.training.data.pairs import PairSet
from engine.training.data.tastes import Tastes, genre_entropies, tastes_of
from engine.training.simulation.observe import rhythm_fit
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.world import Floats, Indices, World, generator
from engine.translation import tr


def held_out(config: SimulationConfig, world: World, pairs: PairSet) -> dict[str, Indices]:
    """Return the rows of the videos of T_diverse, T_matching and validation (section 5.1).

    T_diverse: videos of the uploaders whose picks spread most over the genres. T_matching:
    popular videos whose rhythm fits their music. Validation: any videos. No video is in two
    sets, and every uploader keeps part of their history for training.

    Args:
        config: sizes.
        world: who picked what.
        pairs: (n_videos) pairs of all videos, row by row.

    Raises:
        InputError: when uploaders make too few videos to hold any out.
    """
    rng = generator(config, "held out")
    entropies = genre_entropies(tastes_of(pairs).histograms)[world.uploaders.of_videos]
    scores = {
        "diverse": entropies,
        "matching": matching_degrees(config, world, pairs),
        "validation": rng.random(config.n_videos),
    }
    sizes = np.bincount(world.uploaders.of_videos)
    room = np.floor(config.held_out_share * sizes).astype(np.int64)
    taken = np.zeros(config.n_videos, dtype=np.bool_)
    sets = {}
    for name, score in scores.items():
        # Videos of one uploader have the same entropy: equal ones are ordered at random.
        order = np.lexsort([rng.random(config.n_videos), -score])
        rows = _within_room(order[~taken[order]], world.uploaders.of_videos, room)
        rows = np.sort(rows[: config.n_queries])
        if len(rows) < config.n_queries:
            raise InputError(
                tr("The simulated uploaders make too few videos to hold any out for tests."),
                remedy=tr("Simulate more videos per uploader."),
            )
        taken[rows] = True
        room -= np.bincount(world.uploaders.of_videos[rows], minlength=len(room))
        sets[name] = rows
    return sets


def matching_degrees(
    config: SimulationConfig, world: World, pairs: PairSet
) -> npt.NDArray[np.float64]:
    """Return how well each video seems to match its track (n_videos,), between 0 and 1.

    The mean of its rank by popularity and of its rank by rhythm. A matching track makes a video
    popular, with a spread of 1 in the logarithm of its views.
    """
    contents, picks = world.video_contents, world.picks
    cosines = (contents * world.tracks.contents[picks]).sum(axis=1)
    fitting = (cosines - cosines.mean()) / cosines.std().clip(min=1e-6)
    views = config.views_match * fitting + generator(config, "views").normal(size=len(picks))
    cuts, beats = pairs.extras.cut_vectors, pairs.extras.beat_vectors
    if cuts is None or beats is None:
        raise ValueError("the pairs have no rhythm")
    return (_ranks(views) + _ranks(rhythm_fit(cuts, beats[picks]))) / 2


def as_test_set(
    name: str,
    config: SimulationConfig,
    videos: PairSet,
    contents: Floats,
    world: World,
    training: PairSet,
    pool: Indices | None = None,
) -> TestSet:
    """Return the test set of the given videos, with negatives and the true match.

    Args:
        name: of the set; it also seeds the negatives.
        config: how many negatives.
        videos: pairs of the queries and their targets, one for each video in order, over the
            whole catalogue.
        contents: (n, n_content) of these videos.
        world: its tracks' contents determine the true match.
        training: the training pairs, for the uploaders' tastes and the tracks' popularity.
        pool: tracks that may be recommended; None for all.
    """
    targets = videos.pairs[:, 1]
    candidates = np.arange(videos.n_tracks) if pool is None else pool
    rng = generator(config, "negatives", name)
    scores = contents @ world.tracks.contents[candidates].T
    top, shares = true_match(scores, training.genres[candidates], len(training.genre_names))
    return TestSet(
        name=name,
        queries=queries_of(videos, tastes_of(training)),
        targets=targets,
        negatives=draw_negatives(targets, candidates, config.n_negatives, rng),
        popularity=target_popularity(targets, training.pairs[:, 1], training.n_tracks),
        candidates_pool=pool,
        true_top=candidates[top],
        true_genre_shares=shares,
    )


def queries_of(videos: PairSet, tastes: Tastes) -> Queries:
    """Return the videos of a set as queries, asked by their uploaders.

    Args:
        videos: one pair for each video, in order.
        tastes: of the uploaders, from training pairs.
    """
    histograms, drifts = tastes.of(videos.uploaders)
    return Queries(
        video_vectors=videos.video_vectors,
        tastes=histograms,
        text_vectors=videos.extras.text_vectors,
        has_text=videos.extras.has_text,
        drifts=drifts,
        uploaders=videos.uploaders,
    )


def _within_room(order: Indices, uploaders: Indices, room: Indices) -> Indices:
    # The first `room` rows of each uploader, in the same order.
    of_order = uploaders[order]
    grouped = np.argsort(of_order, kind="stable")
    sizes = np.bincount(of_order, minlength=len(room))
    first = np.cumsum(sizes) - sizes
    place = np.empty(len(order), dtype=np.int64)
    place[grouped] = np.arange(len(order)) - first[of_order[grouped]]
    return order[place < room[of_order]]


def _ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.argsort(np.argsort(values, kind="stable"), kind="stable") / max(len(values) - 1, 1)
