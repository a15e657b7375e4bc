"""Music networks that mean harm, or are merely wrong: each with what the message about it says."""

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from engine.encoders.operators import OPERATORS

Bytes = bytes | onnx.ModelProto
# The message as a regular expression, and the network.
Hostile = tuple[str, Bytes]
N_OUT = 96
# Found when it runs: by onnxruntime, or by the limits of the process.
UNABLE = "can't be used|needed more|can't be loaded"
node = helper.make_node
value = helper.make_tensor_value_info


def to_bytes(network: Bytes) -> bytes:
    """Return a network as a file."""
    return network if isinstance(network, bytes) else bytes(network.SerializeToString())


class Networks:
    """Builds music networks.

    Args:
        n_in: length of the features.
    """

    def __init__(self, n_in: int) -> None:
        self.n_in = n_in
        weights = np.random.default_rng(0).normal(0, 0.1, (n_in, N_OUT)).astype("f4")
        self.weights = numpy_helper.from_array(weights, "W")
        self.product = node("MatMul", ["features", "W"], ["m"])
        self.unit = self.unit_of("e")

    def unit_of(self, name: str) -> onnx.NodeProto:
        """Return the node that makes the embedding: a value, scaled to length 1."""
        return node("LpNormalization", [name], ["embedding"], axis=1, p=2)

    def model(self, nodes: Any, constants: Any = (), **other: Any) -> onnx.ModelProto:
        """Return a network of these nodes.

        Args:
            nodes: in their order.
            constants: tensors, or (name, array).
            other: n_in, shape (of the output), kinds (of input and output), domains, functions.
        """
        kinds = other.get("kinds", (TensorProto.FLOAT, TensorProto.FLOAT))
        tensors = [
            each if isinstance(each, TensorProto) else numpy_helper.from_array(each[1], each[0])
            for each in constants
        ]
        graph = helper.make_graph(
            list(nodes),
            "g",
            [value("features", kinds[0], ["n", other.get("n_in", self.n_in)])],
            [value("embedding", kinds[1], list(other.get("shape", ("n", N_OUT))))],
            tensors,
            sparse_initializer=other.get("sparse", ()),
        )
        domains = [helper.make_opsetid(domain, 17) for domain in ("", *other.get("domains", ()))]
        return helper.make_model(
            graph, opset_imports=domains, ir_version=9, functions=other.get("functions", ())
        )

    def added(self, nodes: Any, constants: Any = (), **other: Any) -> onnx.ModelProto:
        """Return a network that adds the number or row "r", which the nodes make, to a product."""
        both = [*nodes, self.product, node("Add", ["m", "r"], ["e"]), self.unit]
        return self.model(both, [self.weights, *constants], **other)

    def external(self, location: str) -> TensorProto:
        """Return a tensor whose numbers are in a file."""
        tensor = TensorProto(name="r", data_type=TensorProto.FLOAT)
        tensor.data_location = TensorProto.EXTERNAL
        tensor.dims.append(N_OUT)
        for key, text in (("location", location), ("offset", "0"), ("length", str(4 * N_OUT))):
            tensor.external_data.add(key=key, value=text)
        return tensor


def branch(name: str, *nodes: onnx.NodeProto, constants: Any = ()) -> onnx.GraphProto:
    """Return a graph without inputs, for If."""
    return helper.make_graph(
        list(nodes), name, [], [value("y", TensorProto.FLOAT, [1])], list(constants)
    )


def loop_body() -> onnx.GraphProto:
    """Return the body of an endless loop."""
    return helper.make_graph(
        [node("Identity", ["c"], ["c2"]), node("Identity", ["a"], ["a2"])],
        "body",
        [
            value("i", TensorProto.INT64, []),
            value("c", TensorProto.BOOL, []),
            value("a", TensorProto.FLOAT, [1]),
        ],
        [value("c2", TensorProto.BOOL, []), value("a2", TensorProto.FLOAT, [1])],
    )


def scan_body() -> onnx.GraphProto:
    """Return the body of a scan."""
    return helper.make_graph(
        [node("Identity", ["s"], ["s2"])],
        "body",
        [value("s", TensorProto.FLOAT, [1]), value("x", TensorProto.FLOAT, [N_OUT])],
        [value("s2", TensorProto.FLOAT, [1])],
    )


def int64(name: str, *numbers: int) -> tuple[str, npt.NDArray[np.int64]]:
    """Return a constant of whole numbers."""
    return name, np.array(numbers, np.int64)


def with_subgraphs(net: Networks) -> dict[str, Hostile]:
    """Return networks with graphs in graphs."""
    zero = ("zero", np.zeros(1, "f4"))
    loop = node("Loop", ["rounds", "on", "zero"], ["r"], body=loop_body())
    loop_inputs = [("rounds", np.array(10**15)), ("on", np.array(True)), zero]
    one = numpy_helper.from_array(np.ones(1, "f4"), "y0")
    then, other = (branch(name, node("Identity", ["y0"], ["y"]), constants=[one]) for name in "ab")
    condition = node("If", ["on"], ["r"], then_branch=then, else_branch=other)
    inner = helper.make_function(
        "own", "Endless", [], ["r"], [node("Constant", [], ["on"], value_int=1), condition],
        [helper.make_opsetid("", 17)],
    )  # fmt: skip
    attribute = node("Constant", [], ["r"], value=net.external("weights.bin"))
    hidden = node("Relu", ["zero"], ["r"])
    hidden.attribute.append(helper.make_attribute("body", loop_body()))
    return {
        "loop": ("Loop", net.added([loop], loop_inputs)),
        "if": ("If", net.added([condition], [("on", np.array(True))])),
        "scan": (
            "Scan",
            net.added(
                [
                    net.product,
                    node("Scan", ["zero", "m"], ["r"], body=scan_body(), num_scan_inputs=1),
                ],
                [zero],
            ),
        ),
        "if_in_function": (
            "outside the standard",
            net.added(
                [node("Endless", [], ["r"], domain="own")], functions=[inner], domains=["own"]
            ),
        ),
        "graph_in_relu": ("Relu has a graph", net.added([hidden], [zero])),
        "external_in_attribute": ("another file", net.added([attribute])),
        "custom_domain": (
            "outside the standard",
            net.added([node("EPContext", ["zero"], ["r"], domain="com.microsoft")], [zero],
                      domains=["com.microsoft"]),
        ),
        "sequence": (
            "SequenceAt", net.added([node("SequenceAt", ["zero", "zero"], ["r"])], [zero])
        ),
        "random": ("Random", net.added([node("RandomNormal", [], ["r"], shape=[1])])),
    }  # fmt: skip


def with_other_data(net: Networks) -> dict[str, Hostile]:
    """Return networks whose weights are elsewhere, or aren't what they say."""
    found = {
        f"ext_{name}": ("another file", net.added([], [net.external(location)]))
        for name, location in (
            ("working_directory", "weights.bin"),
            ("absolute", "/etc/passwd"),
            ("parent", "../../../../etc/passwd"),
            ("url", "http://localhost/weights"),
            ("memory", "*/_ORT_MEM_ADDR_/*"),
        )
    }
    location_only = numpy_helper.from_array(np.ones(N_OUT, "f4"), "r")
    location_only.external_data.add(key="location", value="weights.bin")
    sparse = helper.make_sparse_tensor(
        numpy_helper.from_array(np.ones(1, "f4"), "r"),
        numpy_helper.from_array(np.zeros(1, np.int64), "r_indices"),
        [N_OUT],
    )
    short = numpy_helper.from_array(np.ones(N_OUT, "f4"), "r")
    short.raw_data = short.raw_data[:-1]
    huge = numpy_helper.from_array(np.ones(N_OUT, "f4"), "r")
    huge.dims[0] = 2**50
    negative = numpy_helper.from_array(np.ones(N_OUT, "f4"), "r")
    negative.dims[0] = -N_OUT
    texts = TensorProto(name="r", data_type=TensorProto.STRING, dims=[1], string_data=[b"x"])
    twice = [numpy_helper.from_array(np.ones(N_OUT, "f4"), "r")] * 2
    constant = node("Constant", [], ["r"], sparse_value=sparse)
    return found | {
        "external_unmarked": ("another file", net.added([], [location_only])),
        "sparse_weights": ("sparse", net.added([], sparse=[sparse])),
        "sparse_attribute": ("sparse", net.added([constant])),
        "short_weights": ("another size", net.added([], [short])),
        "petabyte_weights": ("impossible shape", net.added([], [huge])),
        "negative_weights": ("impossible shape", net.added([], [negative])),
        "text_weights": ("texts", net.added([], [texts])),
        "weights_twice": ("same name", net.added([], twice)),
        "value_twice": (
            "computed twice",
            net.model(
                [net.product, net.product, node("Identity", ["m"], ["embedding"])], [net.weights]
            ),
        ),
        "garbage": ("it", np.random.default_rng(1).bytes(5000)),
        "nothing": ("isn't an ONNX file", b""),
        "own_format": ("isn't an ONNX file", b"\0\0\0\0ORTM" + bytes(5000)),
        "graph_twice": ("twice", 2 * net.added([], [short]).SerializeToString()),
        "unknown_field": (
            "unknown field", net.added([], [short]).SerializeToString() + b"\xfa\x3f\x01x"
        ),
    }  # fmt: skip


def of_other_shapes(net: Networks) -> dict[str, Hostile]:
    """Return networks with networks of other shapes, kinds or values than the manifest says."""
    text, whole, real = TensorProto.STRING, TensorProto.INT64, TensorProto.FLOAT
    wide = ("W", np.ones((net.n_in, 64), "f4"))
    log = [net.product, node("Neg", ["m"], ["q"]), node("Abs", ["q"], ["a"]),
           node("Neg", ["a"], ["b"]), node("Sqrt", ["b"], ["embedding"])]  # fmt: skip
    zero = ("zero", np.zeros(1, "f4"))
    infinite = [net.product, node("Div", ["m", "zero"], ["embedding"])]
    product = node("MatMul", ["features", "W"], ["embedding"])
    return {
        "out_64": ("shape|output", net.model([product], [wide], shape=("n", 64))),
        "out_64_undeclared": ("output", net.model([product], [wide], shape=("n", "d"))),
        "in_7": (
            "another shape", net.model([product], [("W", np.ones((7, N_OUT), "f4"))], n_in=7)
        ),
        "in_whole_numbers": (
            "of the type int64",
            net.model([node("Cast", ["features"], ["embedding"], to=real)], kinds=(whole, real)),
        ),
        "out_text": (
            "of the type text",
            net.model([node("Cast", ["features"], ["embedding"], to=text)], kinds=(real, text)),
        ),
        "out_half": (
            "of the type",
            net.model(
                [net.product, node("Cast", ["m"], ["embedding"], to=TensorProto.FLOAT16)],
                [net.weights], kinds=(real, TensorProto.FLOAT16),
            ),
        ),
        "out_scalar": (
            "output",
            net.model([node("ReduceSum", ["features"], ["embedding"], keepdims=0)], shape=()),
        ),
        "out_nan": ("isn't finite", net.model(log, [net.weights])),
        "out_infinite": ("isn't finite", net.model(infinite, [net.weights, zero])),
        "more_outputs": (
            "inputs and outputs differ", _more_outputs(net.added([], [("r", np.ones(1, "f4"))]))
        ),
    }  # fmt: skip


def _more_outputs(model: onnx.ModelProto) -> onnx.ModelProto:
    model.graph.output.append(value("m", TensorProto.FLOAT, ["n", N_OUT]))
    return model


def too_large(net: Networks) -> dict[str, Hostile]:
    """Return networks that ask for more memory or time than there is."""
    total = node("ReduceSum", ["big"], ["r"], keepdims=0)
    constant = net.added([node("ConstantOfShape", ["s"], ["big"]), total], [int64("s", 10**15)])
    by_constant = net.added(
        [
            node("Constant", [], ["s"], value_ints=[2**50]),
            node("ConstantOfShape", ["s"], ["big"]),
            total,
        ]
    )
    computed = net.added(
        [node("Mul", ["s", "s"], ["s2"]), node("ConstantOfShape", ["s2"], ["big"]), total],
        [int64("s", 2**25)],
    )
    ones = ("ones", np.ones((1, 1), "f4"))
    expand = net.added(
        [node("Expand", ["ones", "s"], ["big"]), total], [ones, int64("s", 2**25, 2**25)]
    )
    tile = net.added(
        [node("Tile", ["ones", "s"], ["big"]), total], [ones, int64("s", 2**25, 2**25)]
    )
    pad = net.added(
        [node("Pad", ["ones", "s"], ["big"]), total], [ones, int64("s", 0, 0, 2**17, 2**17)]
    )
    resize = net.added(
        [node("Resize", ["ones", "", "", "s"], ["big"]), total], [ones, int64("s", 2**17, 2**17)]
    )
    spread = net.added(
        [node("Range", ["zero", "end", "one"], ["big"]), total],
        [("zero", np.float32(0)), ("end", np.float32(2.0**40)), ("one", np.float32(1))],
    )
    return {
        "allocate_petabytes": ("too many numbers", constant),
        "constant_of_2_50": ("too many numbers", by_constant),
        "computed_shape": (UNABLE, computed),
        "expand": ("too many numbers", expand),
        "tile": ("too many numbers", tile),
        "pad": (UNABLE, pad),
        "resize": (UNABLE, resize),
        "range": (UNABLE, spread),
        "slow": ("needed more time", net.added(*slow_nodes())),
        "many_nodes": ("too many", net.added(_chain(20_000), [("x0", np.zeros(1, "f4"))])),
    }  # fmt: skip


def slow_nodes(n: int = 1000, n_products: int = 2000) -> tuple[list[onnx.NodeProto], list[Any]]:
    """Return nodes that take minutes, within little memory."""
    nodes = [
        node("ReduceSum", ["features"], ["f"], keepdims=0),
        node("Expand", ["f", "square"], ["p0"]),
    ]
    for k in range(n_products):
        nodes += [node("MatMul", [f"p{k}", f"p{k}"], [f"q{k}"]),
                  node("Tanh", [f"q{k}"], [f"p{k + 1}"])]  # fmt: skip
    nodes.append(node("ReduceMax", [f"p{n_products}"], ["r"], keepdims=0))
    return nodes, [int64("square", n, n)]


def _chain(n: int) -> list[onnx.NodeProto]:
    nodes = [node("Relu", [f"x{k}"], [f"x{k + 1}"]) for k in range(n)]
    return [*nodes, node("Identity", [f"x{n}"], ["r"])]


def refused_operators(n_in: int) -> dict[str, onnx.ModelProto]:
    """Return a network for each operator of ONNX that isn't allowed, whatever it needs.

    Args:
        n_in: length of the features.
    """
    net = Networks(n_in)
    names = {(schema.name, schema.domain) for schema in onnx.defs.get_all_schemas()}
    return {
        f"{name} {domain}".strip(): net.added(
            [node(name, ["features"], ["r"], domain=domain)], domains=[domain] if domain else ()
        )
        for name, domain in sorted(names)
        if domain or name not in OPERATORS
    }


def hostile_networks(n_in: int) -> dict[str, Hostile]:
    """Return all of them by name.

    Args:
        n_in: length of the features.
    """
    net = Networks(n_in)
    return {
        **with_subgraphs(net),
        **with_other_data(net),
        **of_other_shapes(net),
        **too_large(net),
    }
