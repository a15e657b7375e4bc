"""How good the heads are on pieces that they weren't trained on: 10-fold cross-validation."""

import numpy as np
import numpy.typing as npt

from heads.data import ADMITTED, LabelledMusic, Music, fit_heads
from heads.genre import GENRES
from heads.mood import TARGETS, NamedMusic

Floats = npt.NDArray[np.float64]
UNSURE_BELOW = 0.45
N_FOLDS = 10
# Which emotions of the music videos a target should tell from the others, up or down.
_TOLD_APART: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "happy": (frozenset({"Excited"}), frozenset()),
    "sad": (frozenset({"Sad"}), frozenset()),
    "calm": (frozenset({"Relaxation"}), frozenset()),
    "energetic": (frozenset({"Excited"}), frozenset()),
    "tense": (frozenset({"Fear", "Tension"}), frozenset()),
    "dark": (frozenset({"Fear"}), frozenset()),
    "valence": (frozenset({"Excited", "Relaxation"}), frozenset({"Fear", "Sad", "Tension"})),
    "arousal": (frozenset({"Excited", "Fear", "Tension"}), frozenset({"Relaxation", "Sad"})),
}


def cross_validate(music: Music) -> dict[str, float]:
    """Return the results on held-out pieces.

    Emotify is split by piece, the bundled library by track, the music videos by source.
    """
    rng = np.random.default_rng(0)
    rated_folds = rng.permutation(len(music.rated.vectors)) % N_FOLDS
    library_folds = rng.permutation(len(music.library.genres)) % N_FOLDS
    named_folds = _folds_by_source(music.named, rng)
    of_rated, of_library, of_named = (
        np.zeros((len(folds), width))
        for folds, width in (
            (rated_folds, len(GENRES)), (library_folds, len(GENRES)), (named_folds, len(TARGETS))
        )
    )  # fmt: skip
    moods = np.zeros((len(rated_folds), len(TARGETS)))
    for fold in range(N_FOLDS):
        rated, library, named = rated_folds == fold, library_folds == fold, named_folds == fold
        genre_head, mood_head = fit_heads(music.without(rated, library, named))
        of_rated[rated] = genre_head.probabilities(music.rated.vectors[rated])
        of_library[library] = genre_head.probabilities(music.library.vectors[library])
        moods[rated] = mood_head.scores(music.rated.vectors[rated])
        of_named[named] = mood_head.scores(music.named.vectors[named])
    results = _of_genres(music, of_rated, of_library)
    targets = music.rated.targets
    for column, name in enumerate(TARGETS):
        found = np.corrcoef(moods[:, column], targets[:, column])[0, 1]
        results[f"emotify r of {name}"] = float(found)
    for name, (high, low) in _TOLD_APART.items():
        results[f"music videos AUC of {name}"] = _auc(
            of_named[:, TARGETS.index(name)], music.named.names, high, low
        )
    return {name: round(value, 3) for name, value in results.items()}


def _of_genres(music: Music, of_rated: Floats, of_library: Floats) -> dict[str, float]:
    results = {}
    for label, admits in ADMITTED.items():
        rows = np.array([genre == label for genre in music.rated_genres])
        (
            results[f"emotify {label} named {' or '.join(admits)} (sure)"],
            results[f"emotify {label} unsure"],
        ) = _shares(of_rated[rows], [admits] * int(rows.sum()))
    admitted: list[tuple[str, ...]] = [(genre,) for genre in music.library.genres]
    results["bundled tracks named right (sure)"], results["bundled tracks unsure"] = _shares(
        of_library, admitted
    )
    results["bundled tracks named right (all)"] = _named_right(of_library, music.library)
    return results


def _named_right(probabilities: Floats, library: LabelledMusic) -> float:
    named = [GENRES[row.argmax()] for row in probabilities]
    return float(np.mean([a == b for a, b in zip(named, library.genres, strict=True)]))


def _shares(probabilities: Floats, admitted: list[tuple[str, ...]]) -> tuple[float, float]:
    """Return the share of correct pieces among the sure ones, and the share of unsure pieces."""
    sure = probabilities.max(axis=1) >= UNSURE_BELOW
    named = [GENRES[row.argmax()] for row in probabilities]
    right = np.array([name in admits for name, admits in zip(named, admitted, strict=True)])
    return float(right[sure].mean()) if sure.any() else 0.0, float((~sure).mean())


def _folds_by_source(named: NamedMusic, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    sources, index = np.unique(named.sources, return_inverse=True)
    return np.asarray((rng.permutation(len(sources)) % N_FOLDS)[index], np.int64)


def _auc(
    scores: Floats, names: npt.NDArray[np.str_], high: frozenset[str], low: frozenset[str]
) -> float:
    """Return how often a piece of `high` is above one of `low`, or of all others."""
    above = scores[np.isin(names, list(high))]
    below = scores[np.isin(names, list(low)) if low else ~np.isin(names, list(high))]
    return float((above[:, None] > below[None]).mean())
