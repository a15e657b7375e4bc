"""Matching packs made by the bundled pack's recipe without some sources, and what they rank.

For benchmarks by folds. Only what is seen in a clip is read from a cache; the pack, the query, the
correction for hubs and the order of the list are the app's own.
"""

import contextlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

import build_profile
from build_matching import Learned, Material, build
from engine.encoders.experts import Gaussian, product
from engine.encoders.matching import VIDEO, ClipReading, MatchingPack
from engine.encoders.pack_manifest import load_manifest
from engine.encoders.profile import Profile, ProfilePack
from engine.encoders.score_weights import N_LEARNED, SCALE, STILL
from engine.encoders.session import OnnxModel, open_model
from engine.library.columns import content_key
from engine.library.library import Library
from engine.music.features import MusicFeatures
from engine.ranking.diversity import spread_out
from engine.ranking.hubs import still_offsets
from engine.ranking.query import make_query, similarity_axes
from engine.ranking.scores import first_copies
from engine.video.clip_features import VideoFeatures
from heads import data as heads_data

BOTH, CONTENT, DYNAMICS = "both", "content", "dynamics"
WAYS = (BOTH, CONTENT, DYNAMICS)

Float32Array = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Music:
    """Tracks to rank.

    Attributes:
        files: their names.
        features: of each.
        profiles: of each.
        hashes: of their bytes.
    """

    files: tuple[str, ...]
    features: tuple[MusicFeatures, ...]
    profiles: tuple[Profile, ...]
    hashes: tuple[str, ...]

    @classmethod
    def bundled(cls) -> "Music":
        """Return the bundled library."""
        library = Library.open_bundled()
        tracks = sorted(library.tracks.all(), key=lambda track: track.path.name)
        return cls(
            tuple(track.path.name for track in tracks),
            tuple(library.tracks.features(track.file.id) for track in tracks),
            tuple(track.profile for track in tracks),
            tuple(track.file.content_hash for track in tracks),
        )

    def vectors(self, pack: MatchingPack) -> Float32Array:
        """Return the tracks in the space of a pack, float32 (n, 128)."""
        return np.stack(
            [
                pack.embed_music(features, profile).vector
                for features, profile in zip(self.features, self.profiles, strict=True)
            ]
        )

    def orders(self, scores: Float32Array, vectors: Float32Array) -> Indices:
        """Return the app's lists (m, n) of all tracks, the best first.

        Args:
            scores: (m, n).
            vectors: (n, 128), of the tracks.
        """
        alike = similarity_axes(vectors).__getitem__
        contents = np.array([content_key(each) for each in self.hashes], np.uint64)
        orders = [first_copies(np.argsort(-row, kind="stable"), contents) for row in scores]
        return np.array(
            [
                spread_out(order, row, alike, len(order))
                for order, row in zip(orders, scores, strict=True)
            ],
            np.int64,
        )


@dataclass(frozen=True, slots=True, eq=False)
class FoldPack:
    """A pack that doesn't know some sources.

    Attributes:
        pack: as the app loads it.
        video: its network of the clips' learned axes.
    """

    pack: MatchingPack
    video: OnnxModel

    @classmethod
    def build(
        cls, material: Material, learned: Learned, kept: Bools, folder: Path, seed: int
    ) -> "FoldPack":
        """Build a pack from some pictures; see `build_matching.build`."""
        pack = build(material, learned, kept, folder, seed)
        return cls(pack, open_model(folder, load_manifest(folder), VIDEO, n_threads=1))

    def queries(self, features: Sequence[VideoFeatures]) -> dict[str, Float32Array]:
        """Return the queries of clips, float32 (n, 128), by both experts and by each alone."""
        readings = [self.readings(one) for one in features]
        return {
            way: np.stack([make_query(self.pack, each[way]).vector for each in readings])
            for way in WAYS
        }

    def readings(self, features: VideoFeatures) -> Mapping[str, ClipReading]:
        """Return what is read in a clip, by both experts and by each alone."""
        whole = self.pack.read_clip(features)
        return {
            BOTH: whole,
            **{
                expert: replace(
                    whole,
                    wants={expert: whole.wants[expert]},
                    learned=self._learned(features, expert),
                )
                for expert in (CONTENT, DYNAMICS)
            },
        }

    def _learned(self, features: VideoFeatures, expert: str) -> Float32Array:
        """Return a clip on the learned axes by one expert, float32 (96,), of length 1 or 0."""
        nothing = np.zeros(N_LEARNED, np.float32)
        if features.n_seen == 0 or (expert == DYNAMICS and features.is_still):
            return nothing
        found = self.video.run(features=features.vector[None].astype(np.float32))
        factor = Gaussian(found[f"{expert}_mean"][0], found[f"{expert}_precision"][0])
        mean = product(Gaussian(nothing, np.ones(N_LEARNED, np.float32)), [factor]).mean
        length = float(np.linalg.norm(mean))
        return mean / np.float32(length) if length > 0 else nothing


def scores_of(pack: MatchingPack, queries: Float32Array, tracks: Float32Array) -> Float32Array:
    """Return the scores (m, n) of n tracks, as the app corrects them.

    Args:
        pack: of the queries.
        queries: float32 (m, 128).
        tracks: float32 (n, 128).
    """
    scores = np.asarray(queries @ tracks.T / SCALE, np.float32)
    stills = queries[:, STILL] > 0
    if stills.any():
        scores[stills] -= still_offsets(pack, [tracks])
    return scores


def profiles_without(
    heads: heads_data.Music, rated: Bools, named: Bools, features: Sequence[MusicFeatures]
) -> tuple[Profile, ...]:
    """Return the profiles of music, by heads that don't know some pieces.

    Args:
        heads: all music that the heads of the bundled profile pack learn from.
        rated: bool, which of Emotify's pieces to leave out.
        named: bool, which of the music videos.
        features: of the music to profile.
    """
    others = heads.without(rated, np.zeros(len(heads.library.genres), bool), named)
    with TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        build_profile.write_pack(Path(folder), others, {})
        pack = ProfilePack.load(Path(folder))
    return tuple(pack.profile(one) for one in features)
