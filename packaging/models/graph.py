"""Build an ONNX file node by node; the same weights give the same bytes."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

# Supported by every onnxruntime that the application allows.
_OPSET = 17
_IR_VERSION = 8

Shape = Sequence[int | str]


class Graph:
    """An ONNX graph being built; each method returns the name of the tensor that it adds."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def constant(self, value: npt.ArrayLike, dtype: npt.DTypeLike = np.float32) -> str:
        """Add a constant."""
        name = f"w{len(self._constants)}"
        array = np.ascontiguousarray(np.asarray(value, dtype=dtype))
        self._constants.append(numpy_helper.from_array(array, name))
        return name

    def node(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """Add an operation with one output."""
        name = output or f"t{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [name], name, **attributes))
        return name

    def split(self, value: str, lengths: str, axis: int) -> tuple[str, str]:
        """Add a split into two parts."""
        names = (f"t{len(self._nodes)}a", f"t{len(self._nodes)}b")
        node = helper.make_node("Split", [value, lengths], list(names), names[0], axis=axis)
        self._nodes.append(node)
        return names

    def reshape(self, value: str, shape: Sequence[int]) -> str:
        """Add a reshape; 0 keeps a dimension, -1 is inferred."""
        return self.node("Reshape", value, self.constant(shape, np.int64))

    def serialise(
        self, inputs: Mapping[str, tuple[int, Shape]], outputs: Mapping[str, Shape]
    ) -> bytes:
        """Return the file, checked; inputs are (TensorProto type, shape), outputs float32."""
        graph = helper.make_graph(
            self._nodes,
            self._name,
            [helper.make_tensor_value_info(n, t, list(s)) for n, (t, s) in inputs.items()],
            [
                helper.make_tensor_value_info(n, TensorProto.FLOAT, list(s))
                for n, s in outputs.items()
            ],
            self._constants,
        )
        model = helper.make_model(
            graph,
            producer_name="soundbed",
            ir_version=_IR_VERSION,
            opset_imports=[helper.make_opsetid("", _OPSET)],
        )
        onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString(deterministic=True))
