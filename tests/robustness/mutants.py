"""Mutants of ONNX files and manifests: the same number gives the same mutant."""

import copy
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import onnx
from onnx import TensorProto, helper

from engine.encoders.matching import CONTENT, DYNAMICS, MUSIC, VIDEO
from engine.encoders.pack_manifest import manifest_json
from engine.paths import bundled_models_dir
from tests.robustness.hostile_networks import Networks
from tests.tiny_matching import TinyPack

_HOSTILE_VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 2**63, -(2**70), 1e308, -1e308, "", "x" * 3000, "../../etc/passwd", "\0", [],
    {}, [[]] * 50, {"a": {"b": {}}}, "NaN", "Infinity", [1] * 200, "\ud800", "ä" * 200,
)  # fmt: skip
_NUMBERS = (0, 1, -1, 2, 7, 96, 2**15, 2**31 - 1, 2**31, 2**40, 2**62, -(2**62))
_TEXTS = ("weights.bin", "/etc/passwd", "../x", "Loop", "embedding", "features", "", "W")
_LITERALS = (b"NaN", b"1e999", b"-1e999", b"9" * 400, b"[" * 80, b"{}", b'"\\ud800"', b"null")


@dataclass(frozen=True)
class Mutants:
    """Makes mutants of a few good files.

    Attributes:
        networks: ONNX files with the names of their files in a pack.
        manifest: of a model pack, as JSON.
        music_manifest: of a music pack, as JSON.
    """

    networks: tuple[tuple[str, bytes], ...]
    manifest: bytes
    music_manifest: bytes

    @classmethod
    def of_good_packs(cls, music_manifest: bytes) -> "Mutants":
        """Return mutants of the tiny pack, two bundled networks, and a manifest of a music pack."""
        manifest, files = TinyPack().contents()
        bundled = bundled_models_dir() / "soundbed-2"
        networks = [(name, files[name]) for name in (CONTENT, DYNAMICS, VIDEO, MUSIC)]
        networks += [(name, (bundled / name).read_bytes()) for name in (DYNAMICS, MUSIC)]
        return cls(tuple(networks), manifest_json(manifest).encode(), music_manifest)

    def network(self, number: int) -> tuple[str, bytes]:
        """Return the name of the file in a pack, and a mutant of it."""
        chance = random.Random(f"network {number}")
        # Small files have more to change in each byte.
        name, data = self.networks[chance.choice((0, 1, 2, 3, 3, 3, 4, 5))]
        if chance.random() < 0.5:
            return name, _changed_bytes(data, chance, [each for _, each in self.networks])
        return name, _changed_network(data, chance)

    def model_manifest(self, number: int) -> bytes:
        """Return a mutant of a model pack's manifest."""
        return _changed_json(self.manifest, random.Random(f"manifest {number}"))

    def pack_manifest(self, number: int) -> bytes:
        """Return a mutant of a music pack's manifest."""
        return _changed_json(self.music_manifest, random.Random(f"music {number}"))


def _changed_bytes(data: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 5, 20))):
        place = chance.randrange(len(changed) or 1)
        end = place + chance.choice((1, 2, 4, 16, 100, 1000))
        kind = chance.randrange(7)
        if kind == 0 and changed:
            changed[place] ^= 1 << chance.randrange(8)
        elif kind == 1 and changed:
            changed[place] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        elif kind == 2:
            del changed[place:end]
        elif kind == 3:
            changed[place:place] = chance.randbytes(end - place)
        elif kind == 4:
            changed[place:place] = changed[place:end]
        elif kind == 5:
            other = chance.choice(list(others))
            start = chance.randrange(len(other))
            changed[place:end] = other[start : start + end - place]
        else:
            # A number of ten bytes where a small one was.
            changed[place : place + 1] = b"\xff" * 9 + b"\x01"
    return bytes(changed)


def _changed_network(data: bytes, chance: random.Random) -> bytes:
    model = onnx.load_model_from_string(data)
    for _ in range(chance.choice((1, 1, 2, 4))):
        try:
            chance.choice(_CHANGES)(model, chance)
        # A number may not fit into its field.
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
    return bytes(model.SerializeToString())


def _other_operator(model: onnx.ModelProto, chance: random.Random) -> None:
    names = sorted({schema.name for schema in onnx.defs.get_all_schemas()})
    chance.choice(model.graph.node).op_type = chance.choice(names)


def _other_wire(model: onnx.ModelProto, chance: random.Random) -> None:
    node = chance.choice(model.graph.node)
    others = [name for each in model.graph.node for name in (*each.input, *each.output)]
    node.input[chance.randrange(len(node.input))] = chance.choice(others)


def _other_shape(model: onnx.ModelProto, chance: random.Random) -> None:
    dims = chance.choice(model.graph.initializer).dims
    dims[chance.randrange(len(dims))] = chance.choice(_NUMBERS)


def _other_type(model: onnx.ModelProto, chance: random.Random) -> None:
    chance.choice(model.graph.initializer).data_type = chance.randrange(25)


def _other_value_type(model: onnx.ModelProto, chance: random.Random) -> None:
    value = chance.choice([*model.graph.input, *model.graph.output])
    value.type.tensor_type.elem_type = chance.randrange(25)


def _external(model: onnx.ModelProto, chance: random.Random) -> None:
    tensor = chance.choice(model.graph.initializer)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=chance.choice(_TEXTS))
    tensor.ClearField("raw_data")


def _other_attribute(model: onnx.ModelProto, chance: random.Random) -> None:
    name = chance.choice(("axis", "axes", "to", "p", "keepdims", "perm", "value_ints", "body"))
    value: Any = chance.choice((*_NUMBERS, *_TEXTS))
    if name in ("axes", "perm", "value_ints"):
        value = [chance.choice(_NUMBERS) for _ in range(chance.randrange(1, 4))]
    chance.choice(model.graph.node).attribute.append(helper.make_attribute(name, value))


def _other_numbers(model: onnx.ModelProto, chance: random.Random) -> None:
    tensor = chance.choice(model.graph.initializer)
    data = bytearray(tensor.raw_data)
    place = 4 * chance.randrange(len(data) // 4)
    data[place : place + 4] = chance.choice(
        (b"\0\0\xc0\x7f", b"\0\0\x80\x7f", b"\xff" * 4, bytes(4))
    )
    tensor.raw_data = bytes(data)


def _larger(model: onnx.ModelProto, chance: random.Random) -> None:
    graph = model.graph
    shape = [chance.choice((1, 2**12, 2**20, 2**31, 2**40)) for _ in range(chance.randrange(1, 4))]
    graph.initializer.append(helper.make_tensor("s", TensorProto.INT64, [len(shape)], shape))
    maker = chance.choice(("ConstantOfShape", "Expand", "Tile", "Reshape", "Pad"))
    inputs = ["s"] if maker == "ConstantOfShape" else [graph.node[0].output[0], "s"]
    graph.node.insert(1, helper.make_node(maker, inputs, ["big"]))
    graph.node.insert(2, helper.make_node("ReduceSum", ["big"], ["total"]))


def _function(model: onnx.ModelProto, chance: random.Random) -> None:
    net = Networks(3)
    model.functions.append(
        helper.make_function("own", "Own", [], ["r"], [net.product], [helper.make_opsetid("", 17)])
    )
    chance.choice(model.graph.node).domain = "own"


def _node_twice(model: onnx.ModelProto, chance: random.Random) -> None:
    model.graph.node.append(chance.choice(model.graph.node))


def _node_gone(model: onnx.ModelProto, chance: random.Random) -> None:
    del model.graph.node[chance.randrange(len(model.graph.node))]


_CHANGES: tuple[Callable[[onnx.ModelProto, random.Random], None], ...] = (
    _other_operator, _other_operator, _other_wire, _other_shape, _other_type, _other_value_type,
    _external, _other_attribute, _other_attribute, _other_numbers, _other_numbers, _larger,
    _function, _node_twice, _node_gone,
)  # fmt: skip


def _changed_json(data: bytes, chance: random.Random) -> bytes:
    if chance.random() < 0.4:
        changed = bytearray(data)
        for _ in range(chance.choice((1, 1, 2, 6))):
            place = chance.randrange(len(changed))
            end = place + chance.choice((0, 1, 3, 30, 300))
            changed[place:end] = chance.choice((*_LITERALS, chance.randbytes(3), b""))
        return bytes(changed)
    values = json.loads(data)
    for _ in range(chance.choice((1, 1, 2, 4))):
        _change_leaf(values, chance)
    return json.dumps(values).encode("utf-8", "surrogatepass")


def _change_leaf(values: Any, chance: random.Random) -> None:
    """Walk to a random place and put something else there."""
    place = values
    while True:
        keys: list[Any] = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return
        key = chance.choice(keys)
        inner = place[key]
        if isinstance(inner, dict | list) and inner and chance.random() < 0.85:
            place = inner
            continue
        kind = chance.randrange(4)
        if kind == 0:
            del place[key]
        elif kind == 1 and isinstance(place, dict):
            place[chance.choice(("id", "x", "../a", str(key) + "x"))] = inner
        else:
            place[key] = copy.deepcopy(chance.choice(_HOSTILE_VALUES))
        return
