"""Parts of networks that the experts share."""

import numpy as np
import numpy.typing as npt

from models.graph import Graph
from wants.regression import Line

Float64Array = npt.NDArray[np.float64]


def linear(graph: Graph, value: str, line: Line, output: str = "") -> str:
    """Add a line of regression."""
    bias = line.mean - line.centre @ line.weights
    product = graph.node("MatMul", value, graph.constant(line.weights))
    return graph.node("Add", product, row(graph, bias), output=output)


def row(graph: Graph, values: Float64Array) -> str:
    """Add a constant with one row."""
    return graph.constant(values[None])


def clipped(graph: Graph, value: str, limit: float) -> str:
    """Add a limit in both directions."""
    return graph.node("Clip", value, graph.constant(-limit), graph.constant(limit))
