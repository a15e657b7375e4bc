"""Turns the parameters of a simulated world into benchmark data."""

from dataclasses import dataclass, replace

import numpy as np

from engine.training.data.benchmark_data import BenchmarkData, TestSet
from engine.training.data.pairs import PairSet
from engine.training.simulation.observe import (
    Lens,
    make_lens,
    picture_features,
    sound_features,
    track_extras,
    uploader_styles,
    video_extras,
)
from engine.training.simulation.pairsets import Observations, Picks, pair_set
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.professionals import make_professionals
from engine.training.simulation.testsets import as_test_set, held_out
from engine.training.simulation.world import (
    Choices,
    Floats,
    World,
    choose,
    generator,
    make_world,
    video_contents,
)


@dataclass(frozen=True, slots=True)
class Observed:
    """A simulated world and everything that can be observed of it.

    Attributes:
        world: with the contents, which nobody observes.
        lens: how contents turn into features.
        styles: float32 (n_uploaders, n_style), in the uploaders' pictures.
        pairs: what the uploaders picked: one pair for each video, in order.
        professionals: the PGC pairs.
    """

    world: World
    lens: Lens
    styles: Floats
    pairs: PairSet
    professionals: PairSet


def simulate(config: SimulationConfig) -> BenchmarkData:
    """Return training pairs, validation, T_diverse, T_matching and both T_do of a simulated world.

    Raises:
        InputError: when the parameters leave nothing to test on.
    """
    observed = observe(config)
    world, pairs = observed.world, observed.pairs
    rows = held_out(config, world, pairs)
    kept = np.ones(config.n_videos, dtype=np.bool_)
    kept[np.concatenate(list(rows.values()))] = False
    training = replace(pairs.take(kept), origin=f"{int(kept.sum())} simulated picks of uploaders")
    test_sets = {
        name: as_test_set(
            name, config, pairs.take(chosen), world.video_contents[chosen], world, training
        )
        for name, chosen in rows.items()
    }
    return BenchmarkData(
        name="simulated",
        ugc=training,
        pgc=observed.professionals,
        validation=test_sets["validation"],
        tests=(
            test_sets["diverse"],
            test_sets["matching"],
            randomised(config, observed, training, by_own_uploader=False),
            randomised(config, observed, training, by_own_uploader=True),
        ),
        is_simulated=True,
        description=config.describe(),
    )


def observe(config: SimulationConfig) -> Observed:
    """Return a world and the features and texts that a system observes."""
    world = make_world(config)
    lens = make_lens(config, world.uploaders.tastes.shape[1])
    styles = uploader_styles(config, lens, world.uploaders)
    sounds = world.tracks.contents
    tracks = Observations(
        sound_features(config, lens, sounds, generator(config, "sound")),
        track_extras(config, lens, sounds, generator(config, "track extras")),
    )
    pictures = picture_features(
        config,
        lens,
        world.video_contents,
        styles[world.uploaders.of_videos],
        generator(config, "pictures"),
    )
    extras = video_extras(
        config, lens, world.video_contents, generator(config, "video extras"), with_text=True
    )
    names = uploader_names(world)[world.uploaders.of_videos]
    pairs = pair_set(
        config,
        Observations(pictures, extras),
        tracks,
        world.tracks.genres,
        Picks(world.picks, uploaders=names, sources=names, moments=world.uploaders.moments),
        origin=f"{config.n_videos} simulated picks of uploaders",
    )
    return Observed(world, lens, styles, pairs, make_professionals(config, lens))


def randomised(
    config: SimulationConfig, observed: Observed, training: PairSet, by_own_uploader: bool
) -> TestSet:
    """Return T_do: someone of random taste chooses by the same rule from tracks drawn uniformly.

    Exposure no longer follows from taste or popularity: the arrow u → m of the causal graph is
    cut, as by `do(m)`. The adjustment averages over P(u) (Eq. 7b), so the taste is that of another
    random uploader than the one whose style the picture shows and whom the queries name.

    Args:
        config, observed: the world.
        training: see `as_test_set`.
        by_own_uploader: let the picture's own uploader choose: P(u | v) instead of P(u). What the
            picture reveals of taste then helps. Videos and tracks are the same.
    """
    rng = generator(config, "do")
    world, n = observed.world, config.n_queries
    n_tracks = len(world.tracks.genres)
    uploaders, choosers = rng.integers(world.uploaders.n, size=(2, n))
    if by_own_uploader:
        choosers = uploaders
    contents = video_contents(config, world.uploaders, uploaders, rng)
    offered = rng.random((n, n_tracks)).argsort(axis=1)[:, : config.pool_size]
    choices = Choices(contents, choosers, offered)
    picks = choose(config, world.tracks, world.uploaders, choices, rng)
    pictures = picture_features(config, observed.lens, contents, observed.styles[uploaders], rng)
    names = uploader_names(world)[uploaders]
    videos = replace(
        observed.pairs,
        video_vectors=pictures,
        pairs=np.stack([np.arange(n), picks], axis=1),
        weights=np.ones(n, dtype=np.float32),
        uploaders=names,
        sources=names,
        origin=f"{n} simulated picks from random tracks",
        extras=video_extras(config, observed.lens, contents, rng, with_text=True),
    )
    name = "do_own" if by_own_uploader else "do"
    return as_test_set(name, config, videos, contents, world, training)


def uploader_names(world: World) -> "np.ndarray[tuple[int], np.dtype[np.str_]]":
    """Return the uploaders' names (n_uploaders,), in alphabetical order."""
    return np.array([f"uploader {number:06d}" for number in range(world.uploaders.n)])
