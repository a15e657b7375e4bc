"""musicnn as ONNX: log-mel patches of three seconds to 50 tags and 200 features.

The network of Pons & Serra, "musicnn: pre-trained convolutional neural networks for music audio
tagging" (2019): a front end of timbral (tall) and temporal (long) filters, three residual
convolutions over time, and pooling over time with two dense layers. Dropout is left out; batch
normalisation has its inference form.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from engine import files
from engine.encoders.pack_manifest import PackManifest, save_manifest, sha256_of
from models.graph import Graph
from models.tensor_bundle import read_tensors
from models.wheels import Wheel, fetch, read_member

WHEEL = Wheel(
    distribution="musicnn",
    version="0.1.0",
    file_name="musicnn-0.1.0-py3-none-any.whl",
    sha256="f38a4890c648c1ddbb141c5d96d2b0a8cfcd36746002d896989f7b88beb65cfa",
    licence="ISC",
)
N_FRAMES = 187
N_BANDS = 96
N_TAGS = 50
N_FEATURES = 200
BATCH_NORM_EPSILON = 1e-3
NETWORKS = {"msd.onnx": "MSD_musicnn", "mtt.onnx": "MTT_musicnn"}

INPUTS = {"patches": ("n", N_FRAMES, N_BANDS)}
OUTPUTS = {"tags": ("n", N_TAGS), "embedding": ("n", N_FEATURES)}

Weights = Mapping[str, npt.NDArray[np.float32]]


def write_pack(wheel_folder: Path, out: Path) -> None:
    """Write the pack musicnn.

    Args:
        wheel_folder: where wheels are kept.
        out: the pack's folder.
    """
    path = fetch(WHEEL, wheel_folder)
    digests = {}
    for name, network in NETWORKS.items():
        index, data = (read_member(path, member) for member in members(network))
        onnx_file = build(network, read_tensors(index, data))
        files.write_bytes(out / name, onnx_file)
        digests[name] = sha256_of(onnx_file)
    manifest = PackManifest(
        id="musicnn",
        kind="audio",
        version="1",
        files=digests,
        inputs=dict.fromkeys(digests, INPUTS),
        outputs=dict.fromkeys(digests, OUTPUTS),
        training_data="Million Song Dataset (msd.onnx) and MagnaTagATune (mtt.onnx), "
        "by the authors of musicnn.",
        licence=WHEEL.licence,
        sources={WHEEL.file_name: WHEEL.sha256},
        extra={
            "input": "log10(10000 m + 1) of the Slaney mel power spectrogram m: 16 kHz, "
            "Hann window of 512, hop 256, 96 bands to 8 kHz; 187 frames a patch",
        },
    )
    save_manifest(out, manifest)


def members(network: str) -> tuple[str, str]:
    """Return the wheel's index and data file of a network."""
    return f"musicnn/{network}/.index", f"musicnn/{network}/.data-00000-of-00001"


def build(name: str, weights: Weights) -> bytes:
    """Return the ONNX file: `patches` (n, 187, 96) to `tags` (n, 50), `embedding` (n, 200)."""
    graph = Graph(name)
    builder = _Builder(graph, weights)
    # Tensors are (n, channels, time, bands): TensorFlow's kernels (height, width, in, out) become
    # ONNX's (out, in, height, width).
    patches = builder.batch_norm(graph.reshape("patches", [0, 1, N_FRAMES, N_BANDS]), 0)
    timbral = [builder.front(patches, layer) for layer in (0, 1)]
    temporal = [builder.front(patches, layer) for layer in (2, 3, 4)]
    front = graph.node("Concat", *timbral, *temporal, axis=1)
    first = builder.middle(front, 5)
    second = graph.node("Add", builder.middle(first, 6), first)
    third = graph.node("Add", builder.middle(second, 7), second)
    features = graph.node("Concat", front, first, second, third, axis=1)
    builder.pooled_head(features)
    inputs = {key: (TensorProto.FLOAT, shape) for key, shape in INPUTS.items()}
    return graph.serialise(inputs, OUTPUTS)


class _Builder:
    """Adds the layers, numbered as TensorFlow numbered their variables."""

    def __init__(self, graph: Graph, weights: Weights) -> None:
        self._graph = graph
        self._weights = weights

    def batch_norm(self, value: str, number: int) -> str:
        """Add batch normalisation over axis 1."""
        name = _numbered("batch_normalization", number)
        parts = ("gamma", "beta", "moving_mean", "moving_variance")
        constants = [self._graph.constant(self._weights[f"{name}/{part}"]) for part in parts]
        return self._graph.node("BatchNormalization", value, *constants, epsilon=BATCH_NORM_EPSILON)

    def front(self, patches: str, layer: int) -> str:
        """Add convolution, ReLU, normalisation and the maximum over bands: (n, c, time)."""
        value = self._conv(patches, layer)
        normed = self.batch_norm(self._graph.node("Relu", value), layer + 1)
        return self._graph.node("ReduceMax", normed, axes=[3], keepdims=0)

    def middle(self, value: str, layer: int) -> str:
        """Add a convolution over time across all channels: (n, c, time) to (n, 64, time)."""
        graph = self._graph
        name = _numbered("conv2d", layer)
        # The kernel (time, channels, 1, out) of an image with one channel becomes (out, channels,
        # time) for a sequence.
        kernel = self._weights[f"{name}/kernel"][:, :, 0, :].transpose(2, 1, 0)
        bias = graph.constant(self._weights[f"{name}/bias"])
        before, after = _same(kernel.shape[2])
        out = graph.node("Conv", value, graph.constant(kernel), bias, pads=[before, after])
        return self.batch_norm(graph.node("Relu", out), layer + 1)

    def pooled_head(self, features: str) -> None:
        """Add pooling over time, the penultimate layer and the tags."""
        graph = self._graph
        maximum = graph.node("ReduceMax", features, axes=[2], keepdims=1)
        mean = graph.node("ReduceMean", features, axes=[2], keepdims=1)
        # Flattening (n, c, 2) interleaves maximum and mean of each channel.
        pooled = graph.node("Flatten", graph.node("Concat", maximum, mean, axis=2), axis=1)
        dense = graph.node("Relu", self._dense(self.batch_norm(pooled, 9), 0))
        penultimate = self.batch_norm(dense, 10)
        graph.node("Identity", penultimate, output="embedding")
        graph.node("Sigmoid", self._dense(penultimate, 1), output="tags")

    def _conv(self, value: str, layer: int) -> str:
        name = _numbered("conv2d", layer)
        kernel = self._weights[f"{name}/kernel"].transpose(3, 2, 0, 1)
        bias = self._graph.constant(self._weights[f"{name}/bias"])
        before, after = _same(kernel.shape[2])
        kernel_name = self._graph.constant(kernel)
        return self._graph.node("Conv", value, kernel_name, bias, pads=[before, 0, after, 0])

    def _dense(self, value: str, number: int) -> str:
        name = _numbered("dense", number)
        kernel, bias = (self._weights[f"{name}/{part}"] for part in ("kernel", "bias"))
        return self._graph.node(
            "Gemm", value, self._graph.constant(kernel), self._graph.constant(bias)
        )


def _same(length: int) -> tuple[int, int]:
    # TensorFlow's SAME padding at stride 1 puts the odd sample at the end.
    return (length - 1) // 2, length // 2


def _numbered(name: str, number: int) -> str:
    return name if number == 0 else f"{name}_{number}"
