"""The genre interventions of DebCM, section 5.6.1: other genres in testing than in training."""

import numpy as np

from engine.errors import InputError
from engine.training.data.benchmark_data import BenchmarkData, TestSet
from engine.training.data.given_splits import SHARES
from engine.training.simulation.parameters import GENRE_NAMES, SimulationConfig
from engine.training.simulation.simulated_data import Observed, observe
from engine.training.simulation.testsets import as_test_set
from engine.training.simulation.world import Indices, generator
from engine.translation import tr

_REVERSED = (GENRE_NAMES.index("hiphop"), GENRE_NAMES.index("jazz"))
_TRAINING_SHARE = 0.8


def intervention_split(config: SimulationConfig, share: float) -> BenchmarkData:
    """Return a split by track with hiphop : jazz = X : 1 - X in training, reversed in testing.

    Training, validation and test have disjoint tracks in the ratio 8 : 1 : 1 ("strong
    generalisation"), stratified by popularity within each genre. The number of hiphop and jazz
    tracks is the same for every X up to .8, so that only their ratio changes; the remaining ones
    are in no split. Test sets recommend among their own tracks.

    Args:
        config: of the world.
        share: X, between 0 and 1.

    Raises:
        InputError: when X isn't between 0 and 1, or the world is too small for such a split.
    """
    if not 0.0 < share < 1.0:
        raise InputError(
            tr("The share of an intervention must be between 0 and 1, not {share}.").format(
                share=share
            )
        )
    observed = observe(config)
    training, validation, test = split_tracks(config, observed, share)
    pairs = observed.pairs.take(np.isin(observed.world.picks, training))
    if not pairs.n_pairs or min(len(validation), len(test)) < 2:
        raise InputError(
            tr("The simulated world is too small to split by track."),
            remedy=tr("Simulate more videos and tracks."),
        )

    def test_set(name: str, pool: Indices) -> TestSet:
        rows = np.flatnonzero(np.isin(observed.world.picks, pool))
        rng = generator(config, "held out")
        rows = np.sort(rng.permutation(rows)[: config.n_queries])
        contents = observed.world.video_contents[rows]
        videos = observed.pairs.take(rows)
        return as_test_set(name, config, videos, contents, observed.world, pairs, pool)

    name = f"x{round(100 * share)}"
    return BenchmarkData(
        name=name,
        ugc=pairs,
        pgc=observed.professionals,
        validation=test_set("validation", validation),
        tests=(test_set(name, test),),
        is_simulated=True,
        description=(
            f"{config.describe()} Training has hiphop and jazz tracks as {share:g} to "
            f"{1 - share:g}, testing the other way round, with other tracks."
        ),
    )


def split_tracks(
    config: SimulationConfig, observed: Observed, share: float
) -> tuple[Indices, Indices, Indices]:
    """Return the tracks of training, validation and test, each sorted; picked tracks alone."""
    rng = generator(config, "splits")
    n_picks = np.bincount(observed.world.picks, minlength=len(observed.world.tracks.genres))
    by_genre = []
    for genre in range(len(GENRE_NAMES)):
        tracks = np.flatnonzero((observed.world.tracks.genres == genre) & (n_picks > 0))
        by_genre.append(tracks[np.argsort(n_picks[tracks], kind="stable")])
    n_hiphop, n_jazz = (len(by_genre[genre]) for genre in _REVERSED)
    # As many as every X allows: X = .8 needs the most hiphop, X = .5 the most jazz.
    most, least = max(share, SHARES[-1]), min(share, SHARES[0])
    n_both = min(n_hiphop / _needed(most), n_jazz / _needed(1 - least))
    parts: tuple[list[Indices], list[Indices], list[Indices]] = ([], [], [])
    for genre, tracks in enumerate(by_genre):
        n_used, trained = len(tracks), _TRAINING_SHARE
        if genre in _REVERSED:
            own = share if genre == _REVERSED[0] else 1 - share
            n_used = int(n_both * _needed(own))
            trained = _TRAINING_SHARE * own / _needed(own)
        used = tracks[spread_evenly(len(tracks), n_used, rng)]
        out = spread_evenly(n_used, 2 * round(n_used * (1 - trained) / 2), rng)
        turns = rng.integers(2, size=(len(out) + 1) // 2)
        # Of two neighbours in popularity, one goes to validation and the other to the test.
        to_test = np.stack([turns, 1 - turns], axis=1).ravel()[: len(out)].astype(np.bool_)
        parts[0].append(np.delete(used, out))
        parts[1].append(used[out[~to_test]])
        parts[2].append(used[out[to_test]])
    training, validation, test = (np.sort(np.concatenate(part)) for part in parts)
    return training, validation, test


def spread_evenly(n: int, n_chosen: int, rng: np.random.Generator) -> Indices:
    """Return `n_chosen` of n places in order, a random one from each of equal stretches."""
    edges = np.arange(n_chosen + 1) * n // max(n_chosen, 1)
    return np.asarray(rng.integers(edges[:-1], edges[1:]), dtype=np.int64)


def _needed(share: float) -> float:
    # Share of a genre among all hiphop and jazz tracks that are used: X in training, 1 - X else.
    return _TRAINING_SHARE * share + (1 - _TRAINING_SHARE) * (1 - share)
