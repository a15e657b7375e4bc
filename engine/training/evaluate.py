"""How well scores order tracks, measured on pairs that training never saw."""

import numpy as np
import numpy.typing as npt


def own_ranks(
    scores: npt.NDArray[np.float32], positives: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Return the mean normalised rank of each video's own tracks: 0 first, 1 last, .5 chance.

    It is the share of the other tracks that score higher than the own one (ties count half),
    which is 1 - AUC; videos without own or without other tracks are left out.

    Args:
        scores: (n_videos, n_tracks).
        positives: (n_videos, n_tracks), true where a pair is known.

    Returns:
        (n,) for the n videos that can be judged.
    """
    ranks = []
    for row, own in zip(scores, positives, strict=True):
        if own.any() and not own.all():
            others = row[~own]
            above = (others[None, :] > row[own][:, None]).mean()
            level = (others[None, :] == row[own][:, None]).mean()
            ranks.append(float(above + 0.5 * level))
    return np.asarray(ranks, dtype=np.float64)


def label_share(
    scores: npt.NDArray[np.float32],
    video_labels: npt.NDArray[np.str_],
    track_labels: npt.NDArray[np.str_],
    candidates: npt.NDArray[np.bool_],
    n_top: int,
) -> npt.NDArray[np.float64]:
    """Return each video's share of tracks with its own label among its best candidates.

    Args:
        scores: (n_videos, n_tracks).
        video_labels: (n_videos,), such as the emotion of the picture.
        track_labels: (n_tracks,).
        candidates: (n_videos, n_tracks), the tracks that a video may be given.
        n_top: length of the list that is judged.

    Returns:
        (n_videos,)
    """
    eligible = np.where(candidates, scores, -np.inf)
    best = np.argsort(-eligible, axis=1, kind="stable")[:, :n_top]
    same = track_labels[best] == video_labels[:, None]
    return np.asarray(same.mean(axis=1), dtype=np.float64)
