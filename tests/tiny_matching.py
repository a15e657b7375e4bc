"""A matching pack of four tiny networks whose results can be worked out by hand.

What a sample shows is four numbers: the first three are what it asks for of hip-hop, jazz and
classical, the fourth goes to the first learned axis. The first number of the spread asks for
"energetic", and goes to the second learned axis. Music features are copied to the learned axes, and
scaled to length 1.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from engine.encoders.matching import BANK, CONTENT, DYNAMICS, MUSIC, VIDEO, MatchingPack
from engine.encoders.pack_manifest import PackManifest, Tensors, save_manifest, sha256_of
from engine.encoders.score_weights import N_EMBEDDING, N_LEARNED
from engine.encoders.session import OnnxModel
from engine.encoders.wants import AXES, N_AXES
from engine.video.clip_features import VideoFeatures
from engine.video.descriptors import N_DESCRIPTORS, Motion, describe
from models.graph import Graph

N_SHOWN = 4
N_VIDEO = 2 * N_SHOWN + N_DESCRIPTORS
VIDEO_VERSION, MUSIC_VERSION = "video-1", "music-1"
CONTENT_PRECISION, DYNAMICS_PRECISION = 3.0, 1.0
SCENES = ("beach", "office")
GENRES = ("jazz", "pop")
ENERGETIC = AXES.index("energetic")
SCORE: Mapping[str, Any] = {
    "gains": dict.fromkeys(AXES, 1.0),
    "learned": 1.0,
    "prior_share": 0.0,
    "avoided": 1.0,
    "hub_share": 0.0,
    "n_closest": 2,
    "affect": 0.5,
    "still_cap": 0.1,
    "taste": 1.0,
}
PRIOR: Mapping[str, Any] = {"mean": [0.0] * N_AXES, "covariance": np.eye(N_AXES).tolist()}
TASTE: Mapping[str, Any] = {
    "mean": [0.5, 0.5],
    "log_weight": 0.2,
    "genre_weights": [[0.1, 0.0], [0.0, 0.3]],
    "epsilon": 0.1,
}
EXTRA: Mapping[str, Any] = {
    "axes": list(AXES),
    "genres": list(GENRES),
    "taste": TASTE,
    "prior": PRIOR,
    "scenes": list(SCENES),
    "score": SCORE,
    "fit": {"scores": [0.0, 1.0], "probabilities": [0.0, 1.0]},
    "wants_data": "nothing",
}


@dataclass(frozen=True)
class TinyPack:
    """What a tiny pack is made of.

    Attributes:
        n_music: length of the music features.
        bank: queries of reference clips, (n, 128).
        files: other bytes for some of its files; None leaves one out.
        extra: other entries for the manifest's extra; None leaves one out.
        fields: other fields of the manifest.
    """

    n_music: int = 3
    bank: npt.NDArray[np.floating] = field(default_factory=lambda: np.zeros((1, N_EMBEDDING)))
    files: Mapping[str, bytes | None] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)

    def contents(self) -> tuple[PackManifest, dict[str, bytes]]:
        """Return the manifest and all files."""
        files = {**_networks(self.n_music), BANK: npy(self.bank), **self.files}
        kept = {name: data for name, data in files.items() if data is not None}
        inputs, outputs = _tensors(self.n_music)
        extra = {**EXTRA, **self.extra}
        values: dict[str, Any] = {
            "id": "tiny-1",
            "kind": "matching",
            "version": "1",
            "files": {name: sha256_of(data) for name, data in kept.items()},
            "inputs": {name: each for name, each in inputs.items() if name in kept},
            "outputs": {name: each for name, each in outputs.items() if name in kept},
            "training_data": "none",
            "licence": "CC0-1.0",
            "feature_versions": {"video": VIDEO_VERSION, "music": MUSIC_VERSION},
            "embedding_space": "tiny-1:0000",
            "extra": {name: value for name, value in extra.items() if value is not None},
        }
        return PackManifest(**{**values, **self.fields}), kept

    def write(self, folder: Path) -> Path:
        """Write the pack into a new folder, which is returned."""
        manifest, files = self.contents()
        folder.mkdir(parents=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
        save_manifest(folder, manifest)
        return folder

    def load(self) -> MatchingPack:
        """Return the pack without a folder."""
        manifest, files = self.contents()
        folder = Path("/tiny")
        models = {name: OnnxModel(files[name], folder / name) for name in manifest.inputs}
        return MatchingPack(manifest, models, files[BANK], folder)


def npy(bank: npt.NDArray[np.floating]) -> bytes:
    """Return a bank as a file."""
    buffer = io.BytesIO()
    np.save(buffer, bank.astype(np.float16), allow_pickle=False)
    return buffer.getvalue()


def tiny_clip(
    shown: npt.ArrayLike,
    *,
    details: float = 0.2,
    cuts_s: Sequence[float] = (),
    version: str = VIDEO_VERSION,
) -> VideoFeatures:
    """Return features of a clip.

    Args:
        shown: four numbers for each sample, one a second.
        details: of each sample; 0 for a clip of one colour.
        cuts_s: start of each new shot; a clip without cuts that hardly varies is a still.
        version: of the features.
    """
    embeddings = np.asarray(shown, np.float16)
    n = len(embeddings)
    colours = np.zeros((n, 4), np.float32)
    motion = Motion(np.array(cuts_s, np.float32), 0.0, np.zeros(n, np.float32))
    return VideoFeatures(
        embeddings=embeddings,
        times_s=np.arange(n, dtype=np.float32) + np.float32(0.5),
        colours=colours,
        details=np.full(n, details, np.float32),
        descriptors=describe(motion, colours),
        version=version,
    )


@cache
def _networks(n_music: int) -> dict[str, bytes]:
    return {CONTENT: _content(), DYNAMICS: _dynamics(), VIDEO: _video(), MUSIC: _music(n_music)}


def _tensors(n_music: int) -> tuple[Tensors, Tensors]:
    factor = {"mean": ("n", N_AXES), "precision": ("n", N_AXES)}
    parts = [f"{one}_{value}" for one in ("content", "dynamics") for value in ("mean", "precision")]
    return {
        CONTENT: {"embeddings": ("n", N_SHOWN)},
        DYNAMICS: {"features": ("n", N_SHOWN + N_DESCRIPTORS)},
        VIDEO: {"features": ("n", N_VIDEO)},
        MUSIC: {"features": ("n", n_music)},
    }, {
        CONTENT: {**factor, "still_mean": ("n", N_AXES), "scenes": ("n", len(SCENES))},
        DYNAMICS: factor,
        VIDEO: dict.fromkeys(parts, ("n", N_LEARNED)),
        MUSIC: {"embedding": ("n", N_LEARNED)},
    }


def _content() -> bytes:
    graph = Graph("content")
    mean = graph.node("ReduceMean", "embeddings", axes=[0], keepdims=1)
    for output in ("mean", "still_mean"):
        _copy(graph, mean, {0: 0, 1: 1, 2: 2}, N_SHOWN, N_AXES, output)
    _constant(graph, CONTENT_PRECISION, N_AXES, "precision")
    scenes = _copy(graph, mean, {0: 0, 1: 1}, N_SHOWN, len(SCENES))
    graph.node("Softmax", scenes, axis=1, output="scenes")
    return graph.serialise(
        {"embeddings": (TensorProto.FLOAT, ("n", N_SHOWN))},
        {
            "mean": (1, N_AXES),
            "still_mean": (1, N_AXES),
            "precision": (1, N_AXES),
            "scenes": (1, len(SCENES)),
        },
    )


def _dynamics() -> bytes:
    graph, n = Graph("dynamics"), N_SHOWN + N_DESCRIPTORS
    _copy(graph, "features", {0: ENERGETIC}, n, N_AXES, "mean")
    _constant(graph, DYNAMICS_PRECISION, N_AXES, "precision")
    return graph.serialise(
        {"features": (TensorProto.FLOAT, (1, n))}, {"mean": (1, N_AXES), "precision": (1, N_AXES)}
    )


def _video() -> bytes:
    graph = Graph("video")
    _copy(graph, "features", {N_SHOWN - 1: 0}, N_VIDEO, N_LEARNED, "content_mean")
    _copy(graph, "features", {N_SHOWN: 1}, N_VIDEO, N_LEARNED, "dynamics_mean")
    parts = ("content_mean", "content_precision", "dynamics_mean", "dynamics_precision")
    for name in parts[1::2]:
        _constant(graph, 1.0, N_LEARNED, name)
    return graph.serialise(
        {"features": (TensorProto.FLOAT, ("n", N_VIDEO))}, dict.fromkeys(parts, ("n", N_LEARNED))
    )


def _music(n_music: int) -> bytes:
    graph = Graph("music")
    copied = {number: number for number in range(min(n_music, N_LEARNED))}
    wide = _copy(graph, "features", copied, n_music, N_LEARNED)
    graph.node("LpNormalization", wide, axis=1, p=2, output="embedding")
    return graph.serialise(
        {"features": (TensorProto.FLOAT, ("n", n_music))}, {"embedding": ("n", N_LEARNED)}
    )


def _copy(
    graph: Graph, value: str, places: Mapping[int, int], n_from: int, n_to: int, output: str = ""
) -> str:
    """Add a copy of some numbers to other places; the others are 0."""
    weights = np.zeros((n_from, n_to), np.float32)
    for source, target in places.items():
        weights[source, target] = 1
    return graph.node("MatMul", value, graph.constant(weights), output=output)


def _constant(graph: Graph, value: float, n: int, output: str) -> None:
    graph.node("Identity", graph.constant(np.full((1, n), value)), output=output)
