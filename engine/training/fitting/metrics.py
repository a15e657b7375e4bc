"""Metrics of recommendations: by what was chosen, by the true match, by taste and popularity."""

import numpy as np
import numpy.typing as npt

TASTE_FLOOR = 0.02
"""Added to both shares before they are divided: histograms count few picks."""
MAX_TASTE_WEIGHT = 5.0
"""Where inverse propensities are clipped: a few rare picks must not decide alone."""

Floats = npt.NDArray[np.float64]
Scores = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]


def target_ranks(target_scores: Scores, other_scores: Scores) -> Floats:
    """Return how many candidates rank before the target; equal scores count half.

    Args:
        target_scores: (n,) scores of the chosen tracks.
        other_scores: (n, k) scores of the other candidates.

    Returns:
        float64 (n,), 0 for the first place.
    """
    own = target_scores[:, None]
    above = (other_scores > own).sum(axis=1)
    equal = (other_scores == own).sum(axis=1)
    return np.asarray(above + 0.5 * equal, dtype=np.float64)


def inverse_popularity_weights(popularity: npt.NDArray[np.float32]) -> Floats:
    """Return λ_v = (1 / P(v → m)) / Σ_i (1 / P(i → m)) (Eq. 13).

    Args:
        popularity: (n,) share of each target among the training picks, more than 0.

    Returns:
        float64 (n,), summing to 1.
    """
    inverse = 1.0 / popularity.astype(np.float64)
    return np.asarray(inverse / inverse.sum(), dtype=np.float64)


def inverse_taste_weights(
    tastes: npt.NDArray[np.float32],
    target_genres: Indices,
    mean_taste: npt.NDArray[np.float32],
) -> Floats:
    """Return self-normalised inverse propensities ū_g / u_g of each target's genre g, clipped.

    An uploader's histogram u of other picks estimates P(g | u), whether by what they come across
    or by what they like; ū is P(g) of an unknown uploader. With these weights, choices count as if
    taste had no part in them, as far as genres show. No true match is needed.

    Args:
        tastes: (n, n_genres), u without the target itself.
        target_genres: (n,), -1 when unsure: such a target has the weight that u = ū would give.
        mean_taste: (n_genres,) ū.

    Returns:
        float64 (n,), summing to 1.
    """
    known = target_genres >= 0
    genres = np.where(known, target_genres, 0)
    own = tastes[np.arange(len(tastes)), genres].astype(np.float64)
    ratio = (mean_taste[genres] + TASTE_FLOOR) / (own + TASTE_FLOOR)
    clipped = np.clip(np.where(known, ratio, 1.0), 1.0 / MAX_TASTE_WEIGHT, MAX_TASTE_WEIGHT)
    return np.asarray(clipped / clipped.sum(), dtype=np.float64)


def recall_at(ranks: Floats, k: int) -> Floats:
    """Return # Hits_v @ K of each query (Eq. 11): 1 where the target is among the first k.

    Args:
        ranks: (n,) of `target_ranks`.
        k: length of the list.

    Returns:
        float64 (n,); Recall@K is its mean weighted by `inverse_popularity_weights`.
    """
    return (ranks < k).astype(np.float64)


def ndcg_at(ranks: Floats, k: int) -> Floats:
    """Return log2(2) · (2^r - 1) / log2(i + 1) of each query's target at place i ≤ K (Eq. 12).

    Args:
        ranks: (n,) of `target_ranks`, i - 1.
        k: length of the list.

    Returns:
        float64 (n,); NDCG@K is its mean weighted by `inverse_popularity_weights`.
    """
    return np.where(ranks < k, 1.0 / np.log2(ranks + 2.0), 0.0)


def true_ndcg_at(lists: Indices, true_top: Indices) -> Floats:
    """Return the NDCG of each list against the true match: gain 1 for any track of the true top.

    Args:
        lists: (n, k) recommended tracks, best first.
        true_top: (n, m) the tracks that truly match best, m ≥ k.

    Returns:
        float64 (n,), 1 where all k tracks are of the true top.
    """
    hits = (lists[:, :, None] == true_top[:, None, :]).any(axis=2)
    discounts = 1.0 / np.log2(np.arange(lists.shape[1]) + 2.0)
    return np.asarray(hits @ discounts / discounts.sum(), dtype=np.float64)


def best_tracks(scores: Scores, k: int, pool: Indices | None = None) -> Indices:
    """Return each query's k best tracks, best first; equal scores by index.

    Args:
        scores: (n, n_tracks).
        k: length of the lists.
        pool: (n_candidates,) the tracks that may be recommended; None for all.

    Returns:
        int64 (n, min(k, n_candidates)).
    """
    if pool is None:
        return np.argsort(-scores, axis=1, kind="stable")[:, :k].astype(np.int64)
    order = np.argsort(-scores[:, pool], axis=1, kind="stable")[:, :k]
    return np.asarray(pool[order], dtype=np.int64)


def genre_divergence(first: npt.NDArray[np.float32], second: npt.NDArray[np.float32]) -> Floats:
    """Return the Jensen-Shannon divergence of genre shares in bits: 0 the same, 1 disjoint.

    Args:
        first: (n, n_genres) shares; each row may have any positive sum.
        second: (n, n_genres).

    Returns:
        float64 (m,) of the m rows in which both sides have a known genre.
    """
    known = (first.sum(axis=1) > 0) & (second.sum(axis=1) > 0)
    p, q = (side[known].astype(np.float64) for side in (first, second))
    p, q = p / p.sum(axis=1, keepdims=True), q / q.sum(axis=1, keepdims=True)
    middle = (p + q) / 2.0
    return (_relative_entropy(p, middle) + _relative_entropy(q, middle)) / 2.0


def _relative_entropy(p: Floats, q: Floats) -> Floats:
    ratio = np.divide(p, q, out=np.ones_like(p), where=p > 0)
    return np.asarray((p * np.log2(ratio)).sum(axis=1), dtype=np.float64)


def taste_slope(
    recommended: npt.NDArray[np.float32],
    truly_matching: npt.NDArray[np.float32],
    tastes: npt.NDArray[np.float32],
) -> float:
    """Return how strongly the recommended genres follow taste beyond the true match; 0 is right.

    Least squares of (shares of the recommended list - shares of the true top) on the uploader's
    histogram, both centred by genre, over all queries and genres at once.

    Args:
        recommended: (n, n_genres) genre shares of the lists.
        truly_matching: (n, n_genres) genre shares of the true top.
        tastes: (n, n_genres) the uploaders' histograms.

    Returns:
        1 where lists follow the histograms fully; NaN where all tastes are equal.
    """
    excess = recommended.astype(np.float64) - truly_matching
    excess -= excess.mean(axis=0)
    taste = tastes - tastes.mean(axis=0, dtype=np.float64)
    spread = float((taste**2).sum())
    return float((excess * taste).sum()) / spread if spread > 1e-12 else float("nan")


def popularity_amplification(lists: Indices, n_picks: npt.NDArray[np.int64]) -> float:
    """Return how much more popular recommended tracks are than those that uploaders pick.

    The mean popularity of the recommended tracks over that of the training picks: 1 keeps the
    popularity as it is, more amplifies it.

    Args:
        lists: (n, k) recommended tracks.
        n_picks: (n_tracks,) training picks of each track.
    """
    picked = float((n_picks.astype(np.float64) ** 2).sum() / max(n_picks.sum(), 1))
    return float(n_picks[lists].mean()) / picked if picked else float("nan")


def bootstrap_interval(
    values: Floats,
    weights: Floats | None = None,
    level: float = 0.95,
    n_resamples: int = 1000,
    seed: int = 0,
) -> tuple[float, float]:
    """Return the percentile interval of a (weighted) mean over resampled queries.

    Args:
        values: (n,) of the queries.
        weights: (n,), renormalised in each resample; None for equal ones.
        level: share of the resamples inside the interval.
        n_resamples: how often to draw n queries with replacement.
        seed: of the draws.

    Returns:
        The lower and the upper end.
    """
    n = len(values)
    weights = np.ones(n) if weights is None else weights
    # A resample is fully described by how often each query is drawn: (n_resamples, n) counts.
    counts = np.random.default_rng(seed).multinomial(n, np.full(n, 1.0 / n), size=n_resamples)
    means = (counts @ (weights * values)) / (counts @ weights)
    low, high = np.quantile(means, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return float(low), float(high)


def own_ranks(scores: Scores, positives: npt.NDArray[np.bool_]) -> Floats:
    """Return the mean normalised rank of each video's own tracks: 0 first, 1 last, .5 chance.

    It is the share of the other tracks that score higher than the own one (equal scores count
    half), which is 1 - AUC. Videos without own or without other tracks are left out.

    Args:
        scores: (n_videos, n_tracks).
        positives: (n_videos, n_tracks), true where a pair is known.

    Returns:
        (n,) for the n videos that can be ranked.
    """
    ranks = []
    for row, own in zip(scores, positives, strict=True):
        if own.any() and not own.all():
            others = row[~own]
            above = (others[None, :] > row[own][:, None]).mean()
            equal = (others[None, :] == row[own][:, None]).mean()
            ranks.append(float(above + 0.5 * equal))
    return np.asarray(ranks, dtype=np.float64)


def label_share(
    scores: Scores,
    video_labels: npt.NDArray[np.str_],
    track_labels: npt.NDArray[np.str_],
    candidates: npt.NDArray[np.bool_],
    n_top: int,
) -> Floats:
    """Return each video's share of tracks with its own label among its best candidates.

    Args:
        scores: (n_videos, n_tracks).
        video_labels: (n_videos,), such as the emotion of the picture.
        track_labels: (n_tracks,).
        candidates: (n_videos, n_tracks), the tracks that a video may be given.
        n_top: length of the list.

    Returns:
        (n_videos,)
    """
    eligible = np.where(candidates, scores, -np.inf)
    best = np.argsort(-eligible, axis=1, kind="stable")[:, :n_top]
    same = track_labels[best] == video_labels[:, None]
    return np.asarray(same.mean(axis=1), dtype=np.float64)
