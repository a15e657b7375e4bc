"""What a benchmark runs on: training pairs, and test sets of videos that ask for music."""

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from engine.training.data.pairs import PairSet, join

LIST_LENGTH = 15
"""Length of the lists that are measured: K of Recall@K, NDCG@K and the genre shares."""
N_TRUE_TOP = 30
"""How many of the best true matches count as right in the true-match NDCG."""
N_NEGATIVES = 100
"""How many sampled negatives a target is ranked among."""

Indices = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Queries:
    """Videos that ask for music, and who asks.

    Attributes:
        video_vectors: float32 (n, D_V).
        tastes: float32 (n, n_genres), the histogram of the uploader's training picks over the
            genres, summing to 1; the mean over the uploaders ū where an uploader has none.
        text_vectors: float32 (n, D_T), a row of zeros for a video without text; None when the set
            has none.
        has_text: bool (n,), which videos have a text; given with `text_vectors`.
        drifts: float32 (n,), symmetric KL between the halves of the uploader's history in time,
            0 where there is none.
        uploaders: str (n,), who asks, as named in the training pairs.
    """

    video_vectors: Floats
    tastes: Floats
    text_vectors: Floats | None = None
    has_text: npt.NDArray[np.bool_] | None = None
    drifts: Floats | None = None
    uploaders: npt.NDArray[np.str_] | None = None

    def __post_init__(self) -> None:
        _require(self.video_vectors.ndim == 2, "video_vectors isn't a matrix")
        _require(self.tastes.ndim == 2, "tastes isn't a matrix")
        _require(len(self.tastes) == self.n, f"tastes isn't ({self.n}, n_genres)")
        _require((self.text_vectors is None) == (self.has_text is None), "text goes with has_text")
        for field in fields(self):
            values = getattr(self, field.name)
            if values is None:
                continue
            _require(len(values) == self.n, f"{field.name} hasn't {self.n} rows")
            if values.dtype.kind == "f":
                _require(bool(np.isfinite(values).all()), f"{field.name} contains NaN or infinity")
        _require(bool((self.tastes >= 0).all()), "a taste is negative")
        _require(bool(np.allclose(self.tastes.sum(axis=1), 1.0, atol=1e-3)), "a taste isn't 1")

    @property
    def n(self) -> int:
        """How many videos ask."""
        return int(self.video_vectors.shape[0])

    def take(self, rows: npt.NDArray[np.bool_] | Indices) -> "Queries":
        """Return the queries of the chosen rows, a mask (n,) or indices."""
        chosen = {
            field.name: getattr(self, field.name)[rows]
            for field in fields(self)
            if getattr(self, field.name) is not None
        }
        return replace(self, **chosen)


@dataclass(frozen=True, slots=True)
class TestSet:
    """Queries with the track that was chosen for each, and what is known of the true match.

    Attributes:
        name: of the set, as in the results: diverse, matching, do, do_own, x50, …, validation.
        queries: n videos that ask.
        targets: int64 (n,), the chosen track, as an index into the catalogue.
        negatives: int64 (n, n_negatives), tracks of the catalogue that the target is ranked among,
            without the target; usually `N_NEGATIVES`.
        popularity: float32 (n,), share of the target among the training picks, more than 0
            (a target without any counts as half a pick); see `target_popularity`.
        candidates_pool: int64 (n_candidates,), the tracks that "among all" ranks, None for every
            track of the catalogue.
        true_top: int64 (n, N_TRUE_TOP), the tracks that truly match best by content, best first;
            only a simulation knows them.
        true_genre_shares: float32 (n, n_genres), genre shares of the `LIST_LENGTH` best of them.
    """

    __test__ = False  # pytest would take it for a test case

    name: str
    queries: Queries
    targets: Indices
    negatives: Indices
    popularity: Floats
    candidates_pool: Indices | None = None
    true_top: Indices | None = None
    true_genre_shares: Floats | None = None

    def __post_init__(self) -> None:
        n = self.queries.n
        _require(n > 0, f"test set {self.name} is empty")
        _require(self.targets.shape == (n,), f"targets isn't ({n},)")
        _require(self.popularity.shape == (n,), f"popularity isn't ({n},)")
        _require(bool((self.popularity > 0).all()), "a popularity isn't positive")
        _require(self.negatives.ndim == 2 and len(self.negatives) == n, f"negatives isn't ({n}, k)")
        for name in ("targets", "negatives", "candidates_pool", "true_top"):
            values = getattr(self, name)
            _require(values is None or bool((values >= 0).all()), f"{name} holds a negative index")
        own = self.negatives == self.targets[:, None]
        _require(not bool(own.any()), "a target stands among its negatives")
        if self.candidates_pool is not None:
            inside = np.isin(self.targets, self.candidates_pool)
            _require(bool(inside.all()), "a target isn't in candidates_pool")
        _require(
            (self.true_top is None) == (self.true_genre_shares is None),
            "true_top goes with true_genre_shares",
        )
        if self.true_top is not None and self.true_genre_shares is not None:
            _require(len(self.true_top) == n, f"true_top isn't ({n}, k)")
            shape = self.queries.tastes.shape
            _require(self.true_genre_shares.shape == shape, f"true_genre_shares isn't {shape}")

    @property
    def n(self) -> int:
        """How many queries there are."""
        return self.queries.n

    @property
    def n_tracks_needed(self) -> int:
        """The size of the smallest catalogue that holds every track named here."""
        named = (self.targets, self.negatives, self.candidates_pool, self.true_top)
        return 1 + max(int(part.max()) for part in named if part is not None and part.size)


@dataclass(frozen=True, slots=True)
class BenchmarkData:
    """Everything one benchmark needs, simulated or real.

    Attributes:
        name: of the data set, such as "simulated" or "x50".
        ugc: what uploaders chose for their videos, for training; its tracks are the catalogue that
            every test set indexes, including those without a pair.
        pgc: professionals' pairs with their own tracks, or None.
        validation: for early stopping and the search; never reported as a result.
        tests: what is reported.
        is_simulated: whether the data were made by `soundbed simulate`.
        description: what the data are, in a sentence for the tables.
    """

    name: str
    ugc: PairSet
    pgc: PairSet | None
    validation: TestSet
    tests: tuple[TestSet, ...]
    is_simulated: bool
    description: str

    def __post_init__(self) -> None:
        _require(bool(self.tests), "there is no test set")
        n_genres = len(self.ugc.genre_names)
        for test in (self.validation, *self.tests):
            _require(
                test.n_tracks_needed <= self.ugc.n_tracks,
                f"test set {test.name} names a track that doesn't exist",
            )
            _require(
                test.queries.tastes.shape[1] == n_genres,
                f"test set {test.name} counts taste in other genres",
            )
            _require(
                test.queries.video_vectors.shape[1] == self.ugc.video_vectors.shape[1],
                f"test set {test.name} holds other video features than the training pairs",
            )
        if self.pgc is not None:
            _require(self.pgc.genre_names == self.ugc.genre_names, "pgc names other genres")
        names = [test.name for test in (self.validation, *self.tests)]
        _require(len(set(names)) == len(names), "two test sets have one name")

    def training(self, with_pgc: bool) -> "TrainingData":
        """Return what systems learn from, with or without the professionals' pairs."""
        return TrainingData(self.ugc, self.pgc if with_pgc else None, self.validation)


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What a system may learn from: never a test set.

    Attributes:
        ugc: pairs that uploaders chose.
        pgc: pairs that professionals chose, with their own tracks; None for the data setting
            "ugc", else "ugc+pgc".
        validation: uploaders' choices that aren't among the pairs, for early stopping; None where
            nothing was set apart.
        held_out: uploaders' pairs of sources that aren't among `ugc`, for early stopping instead.
        reference: the data of which these are a part: what doesn't depend on the part, such as the
            input scalings and the mean taste, is of the whole. None for the whole itself.
    """

    ugc: PairSet
    pgc: PairSet | None
    validation: TestSet | None = None
    held_out: PairSet | None = None
    reference: "TrainingData | None" = None

    @property
    def whole(self) -> "TrainingData":
        """The data of which these are a part, or these."""
        return self if self.reference is None else self.reference

    @property
    def catalogue(self) -> PairSet:
        """The uploaders' pairs whose tracks are scored."""
        return self.whole.ugc

    def joined(self) -> PairSet:
        """Return uploaders' and professionals' pairs as one set, the uploaders' first.

        All professionals count as one uploader: their choices carry no taste to tell apart.
        """
        if self.pgc is None:
            return self.ugc
        one = np.full(self.pgc.n_pairs, self.pgc.uploaders[0] if self.pgc.n_pairs else "")
        return join(self.ugc, replace(self.pgc, uploaders=one))


def true_match(
    true_scores: Floats, genres: Indices, n_genres: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Return `true_top` and `true_genre_shares` of a test set from its true match scores.

    Args:
        true_scores: (n, n_tracks), how well each track truly matches; ties go to the lower index.
        genres: (n_tracks,), -1 when unsure, which counts for no genre.
        n_genres: how many genres there are.

    Returns:
        int64 (n, N_TRUE_TOP) and float32 (n, n_genres).
    """
    order = np.argsort(-true_scores, axis=1, kind="stable")[:, :N_TRUE_TOP]
    return order.astype(np.int64), genre_shares(order[:, :LIST_LENGTH], genres, n_genres)


def genre_shares(
    lists: npt.NDArray[np.int64], genres: npt.NDArray[np.int64], n_genres: int
) -> npt.NDArray[np.float32]:
    """Return the genre shares of lists of tracks.

    Args:
        lists: (n, k) tracks.
        genres: (n_tracks,), -1 when unsure, which counts for no genre.
        n_genres: how many genres there are.

    Returns:
        float32 (n, n_genres), each row at most 1 in sum.
    """
    found = genres[lists]
    shares = [(found == genre).mean(axis=1) for genre in range(n_genres)]
    return np.stack(shares, axis=1).astype(np.float32)


def target_popularity(
    targets: npt.NDArray[np.int64], picks: npt.NDArray[np.int64], n_tracks: int
) -> npt.NDArray[np.float32]:
    """Return the share of each target among the training picks (the popularity of Eq. 11-13).

    A target that was never picked in training (the X-splits) counts as half a pick, so that its
    inverse stays finite.

    Args:
        targets: (n,) tracks.
        picks: (n_pairs,) the track of each training pair.
        n_tracks: size of the catalogue.

    Returns:
        float32 (n,), more than 0.
    """
    counts = np.bincount(picks, minlength=n_tracks).astype(np.float64)
    return np.asarray(np.maximum(counts[targets], 0.5) / max(len(picks), 1), dtype=np.float32)


def draw_negatives(
    targets: Indices, candidates: Indices, n_negatives: int, rng: np.random.Generator
) -> Indices:
    """Return different candidates (n, n_negatives) without each target; fewer if there aren't.

    Args:
        targets: (n,) tracks.
        candidates: (k,) tracks.
        n_negatives: how many for each target.
        rng: which.
    """
    keys = rng.random((len(targets), len(candidates)), dtype=np.float32)
    keys[candidates[None, :] == targets[:, None]] = 2.0
    n_kept = min(n_negatives, len(candidates) - 1)
    return candidates[np.argsort(keys, axis=1, kind="stable")[:, :n_kept]]


def _require(condition: bool, problem: str) -> None:
    if not condition:
        raise ValueError(problem)
