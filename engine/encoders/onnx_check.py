"""Check an ONNX file before onnxruntime reads it.

A network from somewhere else is hostile input: it can name files to read, loop for ever, or ask
for petabytes. Only plain networks pass: operators from a list, weights inside the file, no
subgraphs, no functions. What a network that passes takes in time and memory is limited by the
process that it runs in (`engine.encoders.isolated`).
"""

import math
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.encoders import onnx_schema
from engine.encoders.operators import OPERATORS
from engine.encoders.protobuf import Reader, Schema, Value, n_varints, numbers, text

# Of a single ONNX file; protobuf has no larger ones.
MAX_BYTES: Final = 2**31 - 1
# CLIP's largest image encoder has about 3,000 nodes and 400 weights.
_MAX_NODES: Final = 10_000
_MAX_TENSORS: Final = 10_000
_MAX_VALUES: Final = 200
_MAX_RANK: Final = 8
_MAX_LENGTH: Final = 2**31 - 1
# What one operation may make from a constant shape: 400 MB of float32.
_MAX_MADE: Final = 100_000_000
_MAX_NAME_BYTES: Final = 1000
_MAX_ATTRIBUTES: Final = 50
_MAX_INTS: Final = 1000
_OPSETS: Final = range(7, 27)
# In the place where onnxruntime looks for the mark of its own format.
_OTHER_FORMAT: Final = b"ORTM"

FLOAT, UINT8, INT64 = 1, 2, 7
# Size in bytes of each data type that a network may use; texts aren't among them.
_ITEM_BYTES: Final[Mapping[int, int]] = {
    FLOAT: 4, UINT8: 1, 3: 1, 4: 2, 5: 2, 6: 4, INT64: 8, 9: 1, 10: 2, 11: 8, 12: 4, 13: 8, 16: 2,
}  # fmt: skip
_TYPE_NAMES: Final[Mapping[int, str]] = {
    FLOAT: "float", UINT8: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", INT64: "int64",
    8: "text", 9: "bool", 10: "float16", 11: "double", 12: "uint32", 13: "uint64", 16: "bfloat16",
}  # fmt: skip
# The typed fields of a tensor, and which data types they hold.
_TYPED_DATA: Final[Mapping[str, frozenset[int]]] = {
    "float_data": frozenset({FLOAT}),
    "int32_data": frozenset({UINT8, 3, 4, 5, 6, 9, 10, 16}),
    "int64_data": frozenset({INT64}),
    "double_data": frozenset({11}),
    "uint64_data": frozenset({12, 13}),
}
# Operators that make as many numbers as a shape says, and the number of the input with the shape.
_MAKERS: Final[Mapping[str, int]] = {"ConstantOfShape": 0, "Expand": 1, "Tile": 1}
# A float, whole number, text or tensor, floats, whole numbers.
_ATTRIBUTE_KINDS: Final = frozenset({1, 2, 3, 4, 6, 7})
_EMPTY: Final = memoryview(b"")
# Texts for people, and names of nodes: they change nothing.
_IGNORED: Final = frozenset(
    {
        "ir_version", "producer_name", "producer_version", "domain", "model_version", "doc_string",
        "metadata_props", "name", "value_info", "quantization_annotation",
    }
)  # fmt: skip
_REFUSED: Final[Mapping[str, str]] = {
    "g": "a graph inside",
    "graphs": "graphs inside",
    "tensors": "a list of tensors",
    "strings": "a list of texts",
    "tp": "a type",
    "type_protos": "types",
    "ref_attr_name": "a reference to a function",
    "sparse_tensor": "a sparse tensor",
    "sparse_tensors": "sparse tensors",
}


@dataclass(frozen=True, slots=True)
class Tensor:
    """An input or output of a network.

    Attributes:
        data_type: number of the type in ONNX.
        shape: lengths; None where any is allowed.
    """

    data_type: int
    shape: tuple[int | None, ...]

    @property
    def type_name(self) -> str:
        """Such as "float"."""
        return _type_name(self.data_type)


@dataclass(frozen=True, slots=True)
class NetworkSummary:
    """What a checked file contains.

    Attributes:
        inputs, outputs: by name.
        weight_bytes: size of all weights.
    """

    inputs: Mapping[str, Tensor]
    outputs: Mapping[str, Tensor]
    weight_bytes: int


def check_network(data: bytes) -> NetworkSummary:
    """Check an ONNX file without running anything.

    Args:
        data: the file.

    Returns:
        Its inputs and outputs.

    Raises:
        ValueError: with the reason why it can't be used.
    """
    if len(data) > MAX_BYTES:
        raise ValueError("it is too large")
    if data[4:8] == _OTHER_FORMAT:
        raise ValueError("it isn't an ONNX file")
    checker = _Checker()
    try:
        return checker.model(memoryview(data))
    except UnicodeDecodeError as error:
        raise ValueError("a name in it isn't a text") from error


@dataclass(slots=True)
class _Checker:
    """The state of one check.

    Attributes:
        reader: counts fields.
        names: of all values that something computes or stores.
        shapes: constant tensors of whole numbers by name, where they are short.
        n_tensors, weight_bytes: so far.
    """

    reader: Reader = field(default_factory=Reader)
    names: set[str] = field(default_factory=set)
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    n_tensors: int = 0
    weight_bytes: int = 0

    def model(self, data: memoryview) -> NetworkSummary:
        graph, has_opset = None, False
        for name, value in self._fields(data, onnx_schema.MODEL, "model"):
            if name == "graph":
                graph = value
            elif name == "opset_import":
                has_opset = True
                self._opset(value)
            elif name not in _IGNORED:
                raise ValueError(f"it has {name.replace('_', ' ')}, which networks don't need")
        if graph is None or not has_opset:
            raise ValueError("it isn't an ONNX file")
        return self._graph(graph)

    def _opset(self, data: Value) -> None:
        values = dict(self._fields(data, onnx_schema.OPSET, "opset"))
        domain = text(values.get("domain", _EMPTY), _MAX_NAME_BYTES)
        _check_domain(domain)
        if values.get("version") not in _OPSETS:
            raise ValueError("it needs another version of ONNX")

    def _graph(self, data: Value) -> NetworkSummary:
        nodes, weights = [], []
        inputs: dict[str, Tensor] = {}
        outputs: dict[str, Tensor] = {}
        for name, value in self._fields(data, onnx_schema.GRAPH, "graph"):
            if name == "node":
                nodes.append(value)
            elif name == "initializer":
                weights.append(value)
            elif name in ("input", "output"):
                self._value_info(value, inputs if name == "input" else outputs)
            elif name not in _IGNORED:
                raise ValueError(f"it has {name.replace('_', ' ')}, which networks don't need")
        if len(nodes) > _MAX_NODES or len(weights) > _MAX_TENSORS:
            raise ValueError("it has too many operations or weights")
        stored = {self._tensor(each, needs_name=True) for each in weights}
        if len(stored) != len(weights):
            raise ValueError("two of its weights have the same name")
        # Old exporters list the weights among the inputs, too.
        given = {name: each for name, each in inputs.items() if name not in stored}
        self.names = stored | set(given)
        for each in nodes:
            self._node(each)
        if not outputs.keys() <= self.names:
            raise ValueError("nothing computes one of its outputs")
        return NetworkSummary(given, outputs, self.weight_bytes)

    def _value_info(self, data: Value, found: dict[str, Tensor]) -> None:
        values = dict(self._fields(data, onnx_schema.VALUE_INFO, "value"))
        name = text(values.get("name", _EMPTY), _MAX_NAME_BYTES)
        if not name or name in found or len(found) == _MAX_VALUES:
            raise ValueError("its inputs or outputs have no names, or the same")
        kinds = dict(self._fields(values.get("type", _EMPTY), onnx_schema.TYPE, "type"))
        if "tensor_type" not in kinds or not kinds.keys() <= {"tensor_type", "denotation"}:
            raise ValueError(f"“{name[:80]}” isn't a tensor")
        tensor = dict(self._fields(kinds["tensor_type"], onnx_schema.TENSOR_TYPE, "tensor type"))
        data_type = tensor.get("elem_type", 0)
        if not isinstance(data_type, int) or data_type not in _ITEM_BYTES:
            raise ValueError(f"“{name[:80]}” is of the type {_type_name(data_type)}")
        found[name] = Tensor(data_type, tuple(self._dimensions(tensor.get("shape", _EMPTY))))

    def _dimensions(self, data: Value) -> Iterator[int | None]:
        dimensions = [value for _, value in self._fields(data, onnx_schema.SHAPE, "shape")]
        if len(dimensions) > _MAX_RANK:
            raise ValueError("a tensor has too many dimensions")
        for value in dimensions:
            length = dict(self._fields(value, onnx_schema.DIMENSION, "dimension")).get("dim_value")
            if isinstance(length, int) and not 0 <= length <= _MAX_LENGTH:
                raise ValueError("a tensor has an impossible shape")
            # Exporters write 0 for a length that isn't known.
            yield length if isinstance(length, int) and length > 0 else None

    def _node(self, data: Value) -> None:
        operator = domain = ""
        inputs, outputs, attributes = [], [], []
        for name, value in self._fields(data, onnx_schema.NODE, "node"):
            if name == "op_type":
                operator = text(value, _MAX_NAME_BYTES)
            elif name == "domain":
                domain = text(value, _MAX_NAME_BYTES)
            elif name == "input":
                inputs.append(text(value, _MAX_NAME_BYTES))
            elif name == "output":
                outputs.append(text(value, _MAX_NAME_BYTES))
            elif name == "attribute":
                attributes.append(value)
            elif name not in _IGNORED:
                raise ValueError(f"an operation has {name.replace('_', ' ')}")
        _check_domain(domain)
        if operator not in OPERATORS:
            raise ValueError(f"the operator {operator[:40] or 'without a name'} isn't allowed")
        for name in outputs:
            if name and name in self.names:
                raise ValueError(f"“{name[:80]}” is computed twice")
            self.names.add(name)
        if len(attributes) > _MAX_ATTRIBUTES:
            raise ValueError("an operation has too many attributes")
        names = [self._attribute(operator, each, outputs) for each in attributes]
        if len(set(names)) != len(names):
            raise ValueError("an operation has an attribute twice")
        self._check_made(operator, inputs)

    def _attribute(self, operator: str, data: Value, outputs: list[str]) -> str:
        values: dict[str, Value] = {}
        ints: list[int] = []
        for name, value in self._fields(data, onnx_schema.ATTRIBUTE, "attribute"):
            if name == "ints":
                ints += numbers(value, _MAX_INTS)
            elif name == "t":
                self._tensor(value, outputs=outputs)
            elif name in _REFUSED:
                raise ValueError(f"the operator {operator} has {_REFUSED[name]}")
            values[name] = value
        if len(ints) > _MAX_INTS:
            raise ValueError("an attribute has too many numbers")
        if values.get("type", 0) not in _ATTRIBUTE_KINDS:
            raise ValueError("an attribute is of a type that networks don't need")
        name = text(values.get("name", _EMPTY), _MAX_NAME_BYTES)
        if name in ("to", "dtype", "output_dtype") and values.get("i", 0) not in _ITEM_BYTES:
            raise ValueError(f"the operator {operator} makes {_type_name(values.get('i', 0))}")
        if name in ("value_string", "value_strings"):
            raise ValueError("it has texts")
        if name == "value_ints" and outputs:
            self.shapes[outputs[0]] = tuple(ints)
        return name

    def _tensor(self, data: Value, *, needs_name: bool = False, outputs: Iterable[str] = ()) -> str:
        """Check a tensor and return its name."""
        self.n_tensors += 1
        if self.n_tensors > _MAX_TENSORS:
            raise ValueError("it has too many weights")
        values: dict[str, Value] = {}
        shape: list[int] = []
        typed: dict[str, int] = {}
        for name, value in self._fields(data, onnx_schema.TENSOR, "tensor"):
            if name == "dims":
                shape += numbers(value, _MAX_RANK)
            elif name in ("external_data", "data_location"):
                if name == "external_data" or value != 0:
                    raise ValueError("its weights are in another file")
            elif name in ("string_data", "segment"):
                raise ValueError("it has texts or parts of tensors as weights")
            elif name in _TYPED_DATA:
                typed[name] = typed.get(name, 0) + _n_items(name, value)
            values[name] = value
        name = text(values.get("name", _EMPTY), _MAX_NAME_BYTES)
        if needs_name and not name:
            raise ValueError("one of its weights has no name")
        raw = values.get("raw_data")
        size = _checked_size(name, values.get("data_type", 0), shape, raw, typed)
        self.weight_bytes += size
        self._remember_shape([name, *outputs], values, shape)
        return name

    def _remember_shape(
        self, names: Iterable[str], values: Mapping[str, Value], shape: list[int]
    ) -> None:
        """Store a short constant of whole numbers: it may be the shape that a node makes."""
        if values.get("data_type") != INT64 or math.prod(shape) > _MAX_RANK:
            return
        raw = values.get("raw_data")
        if isinstance(raw, memoryview):
            found = struct.unpack(f"<{len(raw) // 8}q", raw)
        else:
            found = tuple(numbers(values.get("int64_data", _EMPTY), _MAX_RANK))
        self.shapes.update((name, found) for name in names if name)

    def _check_made(self, operator: str, inputs: list[str]) -> None:
        place = _MAKERS.get(operator)
        if place is None or place >= len(inputs):
            return
        # 0 and -1 mean a length that isn't known here.
        if math.prod(max(n, 1) for n in self.shapes.get(inputs[place], ())) > _MAX_MADE:
            raise ValueError(f"the operator {operator} would make too many numbers")

    def _fields(self, data: Value, schema: Schema, message: str) -> Iterator[tuple[str, Value]]:
        if isinstance(data, int):
            raise ValueError("it isn't an ONNX file")
        return self.reader.fields(data, schema, message)


def _checked_size(
    name: str, data_type: Value, shape: list[int], raw: Value | None, typed: Mapping[str, int]
) -> int:
    """Return the size of a tensor in bytes; its data must have that size."""
    if not isinstance(data_type, int) or data_type not in _ITEM_BYTES:
        raise ValueError(f"the weight “{name[:80]}” is of the type {_type_name(data_type)}")
    if len(shape) > _MAX_RANK or any(not 0 <= length <= _MAX_LENGTH for length in shape):
        raise ValueError(f"the weight “{name[:80]}” has an impossible shape")
    n_items = math.prod(shape)
    if isinstance(raw, memoryview):
        found = len(raw) if not typed else -1
    else:
        allowed = {each for each in typed if data_type in _TYPED_DATA[each]}
        found = sum(typed.values()) * _ITEM_BYTES[data_type] if allowed == set(typed) else -1
    if found != n_items * _ITEM_BYTES[data_type]:
        raise ValueError(f"the weight “{name[:80]}” has another size than its shape says")
    return found


def _n_items(name: str, value: Value) -> int:
    if name == "float_data" or name == "double_data":
        size = 4 if name == "float_data" else 8
        return len(value) // size if isinstance(value, memoryview) else 1
    return n_varints(value)


def _check_domain(domain: str) -> None:
    if domain not in ("", "ai.onnx"):
        raise ValueError(f"it needs operators outside the standard ({domain[:40]})")


def _type_name(data_type: Value) -> str:
    return _TYPE_NAMES.get(data_type, f"number {data_type}") if isinstance(data_type, int) else "?"
