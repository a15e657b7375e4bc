"""Tiny pairs with a known truth: video and music features are views of one content vector."""

from dataclasses import replace

import numpy as np

from engine.training.data.pairs import PairSet
from engine.video.descriptors import N_DESCRIPTORS

N_CONTENT = 4
GENRE_NAMES = ("jazz", "pop", "metal")


def make_pairs(n_pairs: int = 60, n_uploaders: int = 12, seed: int = 0) -> PairSet:
    """Pairs whose features are linear views of the same content, with a little noise."""
    world = np.random.default_rng(99)
    to_video = world.normal(size=(N_CONTENT, 10))
    to_music = world.normal(size=(N_CONTENT, 8))
    rng = np.random.default_rng(seed)
    content = rng.normal(size=(n_pairs, N_CONTENT))
    uploaders = np.arange(n_pairs) % n_uploaders
    return PairSet(
        video_vectors=(content @ to_video + 0.1 * rng.normal(size=(n_pairs, 10))).astype("f4"),
        music_vectors=(content @ to_music + 0.1 * rng.normal(size=(n_pairs, 8))).astype("f4"),
        pairs=np.stack([np.arange(n_pairs)] * 2, axis=1),
        weights=np.ones(n_pairs, dtype=np.float32),
        uploaders=uploaders.astype(np.str_),
        genres=(content[:, 0] > 0).astype(np.int64) + (content[:, 1] > 0.5),
        sources=np.array([f"source {n}" for n in uploaders]),
        genre_names=GENRE_NAMES,
        video_blocks=(7, 3),
        music_blocks=(8,),
        video_version="video-1",
        music_version="music-1",
        origin=f"{n_pairs} simulated pairs",
    )


def make_clip_pairs(
    n_pairs: int = 60,
    n_uploaders: int = 12,
    seed: int = 0,
    *,
    n_shown: int = 4,
    version: str = "video-1",
) -> PairSet:
    """Return such pairs with video vectors as a pack reads them: content, spread, descriptors.

    Args:
        n_pairs, n_uploaders, seed: as there.
        n_shown: length of an embedding, by default that of a `TinyPack`.
        version: of the video features.
    """
    pairs = make_pairs(n_pairs, n_uploaders, seed)
    n_changing = n_shown + N_DESCRIPTORS
    to_clip = np.random.default_rng(98).normal(size=(10, n_shown + n_changing))
    vectors = (pairs.video_vectors @ to_clip / 10).astype(np.float32)
    spread = slice(n_shown, 2 * n_shown)
    vectors[:, spread] = np.abs(vectors[:, spread])
    return replace(
        pairs,
        video_vectors=vectors,
        video_blocks=(n_shown, n_changing),
        video_experts=(1, 1),
        video_version=version,
    )
