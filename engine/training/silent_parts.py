"""Experts on the wants that say nothing, for a picture network whose wants nobody has taught."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from engine.encoders.matching import CONTENT, DYNAMICS
from engine.encoders.pack_manifest import Shape
from engine.encoders.wants import N_AXES
from engine.training.pack_writer import PictureParts
from engine.video.descriptors import N_DESCRIPTORS

# Supported by every onnxruntime that the application allows.
_OPSET = 17
_IR_VERSION = 8


def silent_parts(parts: PictureParts, n_content: int) -> PictureParts:
    """Return parts with silent experts; prior, weights and fits stay.

    Args:
        parts: of a pack for another picture network.
        n_content: length of this network's embeddings.
    """
    factor: Mapping[str, Shape] = {"mean": ("n", N_AXES), "precision": ("n", N_AXES)}
    of_content: Mapping[str, Shape] = {
        **factor,
        "still_mean": ("n", N_AXES),
        "scenes": ("n", 0),
    }
    n_changing = n_content + N_DESCRIPTORS
    return replace(
        parts,
        content=_zeros("embeddings", n_content, of_content),
        dynamics=_zeros("features", n_changing, factor),
        tensors={
            CONTENT: ({"embeddings": ("n", n_content)}, of_content),
            DYNAMICS: ({"features": ("n", n_changing)}, factor),
        },
        extra={**parts.extra, "scenes": []},
        training_data="no pictures with written wants",
    )


def _zeros(source: str, n_inputs: int, outputs: Mapping[str, Shape]) -> bytes:
    """Return a network that gives one row of zeros for any input."""
    values = {name: np.zeros((1, int(shape[1])), np.float32) for name, shape in outputs.items()}
    graph = helper.make_graph(
        [
            helper.make_node("Constant", [], [name], value=numpy_helper.from_array(value))
            for name, value in values.items()
        ],
        "silent",
        [helper.make_tensor_value_info(source, TensorProto.FLOAT, ["n", n_inputs])],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, list(value.shape))
            for name, value in values.items()
        ],
    )
    model = helper.make_model(
        graph,
        producer_name="soundbed",
        ir_version=_IR_VERSION,
        opset_imports=[helper.make_opsetid("", _OPSET)],
    )
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))
