"""A picture network from somewhere else, wrapped so that it takes the frames that Soundbed gives.

Around the network come nodes that turn uint8 frames (n, size, size, 3) into its own input: cast,
normalise, transpose. Its weights and operators stay as they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, compose, helper, inliner, numpy_helper

from engine.encoders.onnx_check import check_network
from engine.encoders.session import OnnxModel
from engine.errors import InputError, PackError

Float32Array = npt.NDArray[np.float32]
Triple = tuple[float, float, float]

# Mean and deviation of red, green and blue, as shares of full scale.
NORMALISATIONS: dict[str, tuple[Triple, Triple]] = {
    "clip": ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)),
    "imagenet": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "half": ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
    "none": ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
}
# What exporters call the embedding, where a network has other outputs too.
_KNOWN_OUTPUTS = ("image_embeds", "image_features", "embedding", "pooler_output")
_PREFIX = "network/"
# Of the largest number; half-precision numbers have three digits.
_TOLERANCE = 1e-4
_HALF_TOLERANCE = 5e-3
_N_FRAMES = 5


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user says about a network, where its file doesn't.

    Attributes:
        normalise: a name in `NORMALISATIONS`; not used by a network that takes uint8.
        output: name of the embedding; None where it can be found.
        size: of the frames, in pixels; None for what the file says.
    """

    normalise: str = "clip"
    output: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """What a network takes and gives.

    Attributes:
        source: name of its input.
        kind: its type, a `TensorProto` number.
        channels_first: whether the colours come before height and width.
        size: height and width of a frame.
        output: name of the embedding.
        output_kind: its type.
    """

    source: str
    kind: int
    channels_first: bool
    size: int
    output: str
    output_kind: int


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A network that takes frames.

    Attributes:
        data: the ONNX file.
        size: of the frames.
        n_features: length of an embedding.
        normalisation: what was put before it: a name in `NORMALISATIONS`, "" for nothing.
        difference: largest difference from the original, as a share of its largest number.
    """

    data: bytes
    size: int
    n_features: int
    normalisation: str
    difference: float


def wrap(path: Path, wishes: Wishes) -> Wrapped:
    """Return the network in `path`, wrapped and compared with the original.

    Raises:
        InputError: when it isn't an image encoder that can be used, or the two disagree.
    """
    original = _read(path)
    layout = _layout(original, wishes, path)
    data = _wrapped(original, layout, wishes)
    n_features, difference = _compare(original, data, layout, wishes, path)
    normalisation = "" if layout.kind == TensorProto.UINT8 else wishes.normalise
    return Wrapped(data, layout.size, n_features, normalisation, difference)


def _read(path: Path) -> onnx.ModelProto:
    try:
        model = onnx.load_model_from_string(path.read_bytes())
    except OSError as error:
        raise InputError(f"the file can't be read ({error.strerror}).", path=path) from error
    # protobuf's error has no public name.
    except Exception as error:
        raise InputError("this is no ONNX file.", path=path) from error
    if not model.graph.node:
        raise InputError("this is no ONNX file.", path=path)
    model = inliner.inline_local_functions(model) if model.functions else model
    _check_operators(model, path)
    try:
        check_network(model.SerializeToString())
    except ValueError as error:
        raise InputError(
            f"the network isn't one that Soundbed runs ({error}).",
            path=path,
            remedy="Export it with standard operators only, as a single file.",
        ) from error
    return model


def _check_operators(model: onnx.ModelProto, path: Path) -> None:
    custom = {node.op_type for node in _nodes(model.graph) if node.domain not in ("", "ai.onnx")}
    if custom:
        raise InputError(
            f"the network needs operators outside the standard: {', '.join(sorted(custom))}.",
            path=path,
            remedy="Export it with standard operators only, without optimising for one runtime.",
        )
    if any(each.data_location == TensorProto.EXTERNAL for each in _tensors(model.graph)):
        raise InputError(
            "its weights are in another file.",
            path=path,
            remedy="Save the network as a single file.",
        )


def _nodes(graph: onnx.GraphProto) -> Iterator[onnx.NodeProto]:
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            for inner in (attribute.g, *attribute.graphs):
                yield from _nodes(inner)


def _tensors(graph: onnx.GraphProto) -> Iterator[onnx.TensorProto]:
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            yield from (attribute.t, *attribute.tensors)
            for inner in (attribute.g, *attribute.graphs):
                yield from _tensors(inner)


def _layout(model: onnx.ModelProto, wishes: Wishes, path: Path) -> Layout:
    constants = {each.name for each in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in constants]
    if len(inputs) != 1:
        names = ", ".join(value.name for value in inputs)
        raise InputError(
            f"the network has {len(inputs)} inputs ({names}), not one.",
            path=path,
            remedy="Export the image encoder alone.",
        )
    shape, kind = _shape(inputs[0]), inputs[0].type.tensor_type.elem_type
    channels_first = len(shape) == 4 and shape[1] == 3
    if len(shape) != 4 or not (channels_first or shape[3] == 3):
        raise InputError(f"its input has the shape {shape}: no colour pictures.", path=path)
    if kind not in (TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.UINT8):
        raise InputError("its input is neither floating-point nor uint8.", path=path)
    sides = shape[2:] if channels_first else shape[1:3]
    sizes = {side or wishes.size for side in sides}
    size = sizes.pop()
    if sizes or not size or (wishes.size or size) != size:
        raise InputError(
            f"its pictures are {sides[1] or 'any'} x {sides[0] or 'any'} pixels.",
            path=path,
            remedy="Name their size with --size; only squares can be used.",
        )
    output = _output(model, wishes.output, path)
    return Layout(
        inputs[0].name, kind, channels_first, size, output.name, output.type.tensor_type.elem_type
    )


def _output(model: onnx.ModelProto, wanted: str | None, path: Path) -> onnx.ValueInfoProto:
    found: dict[str, onnx.ValueInfoProto] = {value.name: value for value in model.graph.output}
    flat = [name for name, value in found.items() if len(_shape(value)) == 2]
    if wanted is None:
        known = [name for name in _KNOWN_OUTPUTS if name in flat]
        wanted = known[0] if known else flat[0] if len(flat) == 1 else None
    if wanted is None or wanted not in flat:
        raise InputError(
            "which output is the embedding isn't known."
            if wanted is None
            else f"it has no output {wanted} of the shape (n, length).",
            path=path,
            remedy=f"Name one with --output; it has {', '.join(found)}.",
        )
    return found[wanted]


def _shape(value: onnx.ValueInfoProto) -> tuple[int, ...]:
    """Return the dimensions, 0 for any."""
    return tuple(axis.dim_value for axis in value.type.tensor_type.shape.dim)


def _wrapped(original: onnx.ModelProto, layout: Layout, wishes: Wishes) -> bytes:
    model = compose.add_prefix(original, _PREFIX)
    graph = model.graph
    mean, deviation = (
        255 * np.asarray(each, np.float32) for each in NORMALISATIONS[wishes.normalise]
    )
    source, n = _PREFIX + layout.source, "frames"
    before = []
    if layout.kind != TensorProto.UINT8:
        graph.initializer.extend(
            [
                numpy_helper.from_array(mean, "mean"),
                numpy_helper.from_array(deviation, "deviation"),
            ]
        )
        before = [
            helper.make_node("Cast", ["frames"], ["numbers"], to=TensorProto.FLOAT),
            helper.make_node("Sub", ["numbers", "mean"], ["centred"]),
            helper.make_node("Div", ["centred", "deviation"], ["scaled"]),
            helper.make_node("Cast", ["scaled"], ["normalised"], to=layout.kind),
        ]
        n = "normalised"
    if layout.channels_first:
        before.append(helper.make_node("Transpose", [n], [source], perm=[0, 3, 1, 2]))
    else:
        before.append(helper.make_node("Identity", [n], [source]))
    after = helper.make_node("Cast", [_PREFIX + layout.output], ["embedding"], to=TensorProto.FLOAT)
    nodes = [*before, *graph.node, after]
    del graph.node[:], graph.input[:], graph.output[:], graph.value_info[:]
    graph.node.extend(nodes)
    frames: list[str | int | None] = ["n", layout.size, layout.size, 3]
    graph.input.append(helper.make_tensor_value_info("frames", TensorProto.UINT8, frames))
    graph.output.append(helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", "d"]))
    _remove_traces(model)
    return bytes(model.SerializeToString(deterministic=True))


def _remove_traces(model: onnx.ModelProto) -> None:
    """Remove what exporters note of the computer that they ran on."""
    model.doc_string = model.graph.doc_string = ""
    del model.metadata_props[:]
    for node in _nodes(model.graph):
        node.doc_string = ""
        del node.metadata_props[:]


def _compare(
    original: onnx.ModelProto, data: bytes, layout: Layout, wishes: Wishes, path: Path
) -> tuple[int, float]:
    """Return the length of an embedding, and how much the wrapped network differs."""
    frames = _frames(layout.size)
    try:
        reference = OnnxModel(original.SerializeToString(), path)
        expected = np.concatenate(
            [_run_original(reference, frame[None], layout, wishes) for frame in frames]
        )
        found = OnnxModel(data, path).run(frames=frames)["embedding"]
    except PackError as error:
        raise InputError("onnxruntime can't load the network.", path=path) from error
    # onnxruntime's errors have no other common base class.
    except Exception as error:
        raise InputError(
            f"the network can't embed {_N_FRAMES} frames at once ({error}).",
            path=path,
            remedy="Export it for any number of pictures.",
        ) from error
    if found.ndim != 2 or found.shape != expected.shape or not np.isfinite(expected).all():
        raise InputError("its embeddings aren't one row of finite numbers per frame.", path=path)
    largest = float(np.abs(expected).max())
    difference = float(np.abs(found - expected).max()) / max(largest, 1e-9)
    tolerance = _HALF_TOLERANCE if layout.kind == TensorProto.FLOAT16 else _TOLERANCE
    if not difference <= tolerance:
        raise InputError(
            f"several frames at once give other embeddings than one ({difference:.1e}).",
            path=path,
            remedy="Export it for any number of pictures.",
        )
    if float(np.abs(expected - expected[0]).max()) <= tolerance * largest:
        raise InputError("it gives every picture the same embedding.", path=path)
    return found.shape[1], difference


def _frames(size: int) -> npt.NDArray[np.uint8]:
    """Return frames of noise, of a colour, and with a slope from dark to bright."""
    frames = np.random.default_rng(0).integers(0, 256, (_N_FRAMES, size, size, 3), dtype=np.uint8)
    frames[1] = (230, 120, 20)
    frames[2] = np.linspace(0, 255, size, dtype=np.uint8)[:, None, None]
    return frames


def _run_original(
    model: OnnxModel, frames: npt.NDArray[np.uint8], layout: Layout, wishes: Wishes
) -> Float32Array:
    given: npt.NDArray[Any] = frames
    if layout.kind != TensorProto.UINT8:
        mean, deviation = NORMALISATIONS[wishes.normalise]
        given = ((frames / 255 - mean) / deviation).astype(
            helper.tensor_dtype_to_np_dtype(layout.kind)
        )
    if layout.channels_first:
        given = np.ascontiguousarray(given.transpose(0, 3, 1, 2))
    outputs = model.run(**{layout.source: given})
    return np.asarray(outputs[layout.output], np.float32)
