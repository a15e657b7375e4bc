"""Draws batches of matched pairs from tensors that are already on the device."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.training.data.pairs import PairSet
from engine.training.data.tastes import leave_one_out_tastes
from engine.training.method.batch import Batch
from engine.training.method.experts import Encoder
from engine.training.method.scaling import Components
from engine.training.method.training_config import TrainingConfig


class PairSampler:
    """Draws batches of pairs.

    With `config.sampling` "weighted" each pair is drawn with replacement by its weight; with
    "epoch" each pair is drawn once, in random order and in batches of as equal size as possible,
    before any is drawn again.

    Args:
        pairs: the training pairs.
        mean_taste: (n_genres,) ū, used for an uploader without other picks.
        config: batch size and kind of sampling.
        device: where batches are made.
        encoders: of video and music, on the device: vectors are standardised once, here, and
            batches contain components. Without them batches contain the vectors.
    """

    def __init__(
        self,
        pairs: PairSet,
        mean_taste: npt.NDArray[np.float32],
        config: TrainingConfig,
        device: torch.device,
        encoders: tuple[Encoder | None, Encoder | None] = (None, None),
    ) -> None:
        tastes = leave_one_out_tastes(pairs, mean_taste)
        self._video = _inputs(pairs.video_vectors, encoders[0], device)
        self._music = _inputs(pairs.music_vectors, encoders[1], device)
        self._pairs = torch.from_numpy(pairs.pairs).to(device)
        self._tastes = torch.from_numpy(tastes).to(device)
        self._genres = torch.from_numpy(pairs.genres).to(device)
        self._weights = torch.from_numpy(pairs.weights)
        self._known = None if pairs.one_track_per_video else KnownTracks(pairs, device)
        self._batch_size = config.batch_size
        self._weighted = config.sampling == "weighted"
        self._order = torch.empty(0, dtype=torch.int64)
        self._n_drawn = 0
        n_per_epoch = pairs.n_videos if self._weighted else pairs.n_pairs
        # By weight, an epoch sees each video about once: several pairs of one video are alike.
        self.n_batches = math.ceil(n_per_epoch / config.batch_size)

    def draw(self) -> Batch:
        """Return the next batch."""
        if self._weighted:
            return self.batch_of(
                torch.multinomial(self._weights, self._batch_size, replacement=True)
            )
        if self._n_drawn % self.n_batches == 0:
            self._order, self._n_drawn = torch.randperm(len(self._pairs)), 0
        first, last = (
            (self._n_drawn + part) * len(self._order) // self.n_batches for part in (0, 1)
        )
        self._n_drawn += 1
        return self.batch_of(self._order[first:last])

    def batch_of(self, rows: Tensor) -> Batch:
        """Return the batch of the pairs in those rows, (n,)."""
        device = self._pairs.device
        if device.type == "cuda":
            # Pinned, the rows are copied while the GPU works on the steps before.
            rows = rows.pin_memory()
        rows = rows.to(device, non_blocking=True)
        videos, tracks = self._pairs[rows].unbind(dim=1)
        if self._known is None:
            positives = tracks[:, None] == tracks
        else:
            positives = self._known.among(videos, tracks)
        return Batch(
            video=_rows(self._video, videos),
            music=_rows(self._music, tracks),
            positives=positives,
            tastes=self._tastes[rows],
            genres=self._genres[tracks],
            pair_rows=rows,
            video_rows=videos,
            track_rows=tracks,
        )

    def state_dict(self) -> dict[str, Any]:
        """Return what the next batch depends on; drawing by weight depends on nothing earlier."""
        return {"order": self._order, "n_dealt": self._n_drawn}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from where `state_dict` was taken."""
        self._order, self._n_drawn = state["order"], state["n_dealt"]


def _inputs(
    vectors: npt.NDArray[np.float32], encoder: Encoder | None, device: torch.device
) -> Tensor | Components:
    whole = torch.from_numpy(vectors).to(device)
    return whole if encoder is None else encoder.components(whole)


def _rows(inputs: Tensor | Components, chosen: Tensor) -> Tensor | Components:
    if isinstance(inputs, Components):
        return inputs.rows(chosen)
    return inputs.index_select(0, chosen)


class KnownTracks:
    """Which tracks each video is known to match, for sets in which a video has several.

    The tracks of video i are at `_starts[i]` to `_starts[i + 1]`: as many numbers as pairs. A
    matrix of videos by tracks wouldn't fit into memory.
    """

    def __init__(self, pairs: PairSet, device: torch.device) -> None:
        order = np.argsort(pairs.pairs[:, 0], kind="stable")
        counts = np.bincount(pairs.pairs[:, 0], minlength=pairs.n_videos)
        self._tracks = torch.from_numpy(pairs.pairs[order, 1]).to(device)
        self._counts = torch.from_numpy(counts).to(device)
        self._starts = torch.from_numpy(np.cumsum(counts) - counts).to(device)
        self._n_tracks = pairs.n_tracks
        keys = np.unique(pairs.pairs[:, 0] * pairs.n_tracks + pairs.pairs[:, 1])
        self._keys = torch.from_numpy(keys).to(device)

    def among(self, videos: Tensor, tracks: Tensor) -> Tensor:
        """Return bool (n, m), true where video i is known to match track j.

        Args:
            videos: int64 (n,).
            tracks: int64 (m,).
        """
        device = videos.device
        if device.type == "cuda":
            return self.by_search(videos, tracks)
        counts = self._counts[videos]
        rows = torch.arange(len(videos), device=device).repeat_interleave(counts)
        firsts = (self._starts[videos] - counts.cumsum(0) + counts).repeat_interleave(counts)
        known = self._tracks[firsts + torch.arange(len(rows), device=device)]
        wanted, column_of = torch.unique(tracks, return_inverse=True)
        column = torch.full((self._n_tracks,), len(wanted), device=device)
        column[wanted] = torch.arange(len(wanted), device=device)
        # Tracks that aren't wanted share one more column, which is dropped.
        matches = torch.zeros(len(videos), len(wanted) + 1, dtype=torch.bool, device=device)
        matches[rows, column[known]] = True
        return matches[:, column_of]

    def by_search(self, videos: Tensor, tracks: Tensor) -> Tensor:
        """Return the same by a binary search for each pair.

        It is more work, but no result says how long the next one is, for which a GPU would wait.
        """
        wanted = videos[:, None] * self._n_tracks + tracks
        places = torch.searchsorted(self._keys, wanted).clamp(max=len(self._keys) - 1)
        return self._keys[places] == wanted
