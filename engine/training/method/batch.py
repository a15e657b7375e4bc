"""What a network sees at a time: matched pairs, each the others' negative."""

from dataclasses import dataclass

from torch import Tensor

from engine.training.method.scaling import Components


@dataclass(frozen=True, slots=True)
class Batch:
    """n pairs that are learnt from together; everything is on the device.

    Attributes:
        video: what the video encoder reads, (n, D_V) or their components.
        music: what the music encoder reads, (n, D_M) or their components.
        positives: bool (n, n), true where video i and track j are known to match.
        tastes: float32 (n, n_genres), u of each pair's uploader without that pair.
        genres: int64 (n,), genre index of each track, -1 when unsure.
        pair_rows: int64 (n,), row of each pair in its set, to look up what else is known of it.
        video_rows: int64 (n,), row of each video in its set.
        track_rows: int64 (n,), row of each track in its set.
    """

    video: Tensor | Components
    music: Tensor | Components
    positives: Tensor
    tastes: Tensor
    genres: Tensor
    pair_rows: Tensor
    video_rows: Tensor
    track_rows: Tensor
