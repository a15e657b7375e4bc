"""The dynamics expert: from how a clip changes to the wants."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from engine.encoders.wants import N_AXES
from models.graph import Graph
from wants.layers import clipped, linear, row
from wants.regression import Line

Float64Array = npt.NDArray[np.float64]

_N_COMPONENTS = 20
_COMPONENT_SCALE = 0.3
_LIMIT = 3.0
_LEAST_SPREAD = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class DynamicsScaling:
    """How the features of change over time become the inputs of the dynamics expert.

    Attributes:
        spread_mean: float64 (d,), of the square roots.
        components: float64 (d, 20).
        total: mean and deviation of the logarithm of the spread's length.
        mean, deviation: float64 (11,), of the descriptors.
    """

    spread_mean: Float64Array
    components: Float64Array
    total: tuple[float, float]
    mean: Float64Array
    deviation: Float64Array

    @classmethod
    def fit(cls, spread: Float64Array, descriptors: Float64Array) -> "DynamicsScaling":
        """Fit to clips: spread (n, d) and descriptors (n, 11)."""
        roots = np.sqrt(spread)
        centred = roots - roots.mean(axis=0)
        _, _, directions = np.linalg.svd(centred, full_matrices=False)
        components = directions[:_N_COMPONENTS].T
        # The sign of a singular vector is arbitrary.
        components = components * np.sign(components.sum(axis=0))
        scores = centred @ components
        components = components * (_COMPONENT_SCALE / scores.std(axis=0))
        total = np.log(np.linalg.norm(spread, axis=1) + _LEAST_SPREAD)
        return cls(
            roots.mean(axis=0),
            components,
            (float(total.mean()), float(total.std())),
            descriptors.mean(axis=0),
            descriptors.std(axis=0) + 1e-6,
        )

    def inputs(self, spread: Float64Array, descriptors: Float64Array) -> Float64Array:
        """Return the inputs (n, 32)."""
        scores = (np.sqrt(spread) - self.spread_mean) @ self.components
        total = np.log(np.linalg.norm(spread, axis=1, keepdims=True) + _LEAST_SPREAD)
        numbers = (descriptors - self.mean) / self.deviation
        total = (total - self.total[0]) / self.total[1]
        limit = _LIMIT * _COMPONENT_SCALE
        return np.concatenate(
            [
                np.clip(numbers, -_LIMIT, _LIMIT),
                np.clip(total, -_LIMIT, _LIMIT),
                np.clip(scores, -limit, limit),
            ],
            axis=1,
        )


@dataclass(frozen=True, slots=True, eq=False)
class DynamicsExpert:
    """From how a clip changes to the wants.

    Attributes:
        scaling: to the inputs.
        line: to the mean of the factor.
        precision: float64 (26,), of the factor.
    """

    scaling: DynamicsScaling
    line: Line
    precision: Float64Array

    def to_onnx(self) -> bytes:
        """Return the network: `features` (1, d + 11), spread and descriptors, to `mean` and
        `precision` (1, 26) of the factor.
        """
        graph, scaling = Graph("dynamics"), self.scaling
        n_spread, n_all = len(scaling.spread_mean), len(scaling.spread_mean) + len(scaling.mean)
        lengths = graph.constant([n_spread, n_all - n_spread], np.int64)
        spread, descriptors = graph.split("features", lengths, axis=1)
        roots = graph.node("Sqrt", spread)
        roots = graph.node("Sub", roots, row(graph, scaling.spread_mean))
        scores = graph.node("MatMul", roots, graph.constant(scaling.components))
        scores = clipped(graph, scores, _LIMIT * _COMPONENT_SCALE)
        total = graph.node("ReduceL2", spread, axes=[1], keepdims=1)
        total = graph.node("Log", graph.node("Add", total, graph.constant(_LEAST_SPREAD)))
        total = graph.node("Sub", total, graph.constant(scaling.total[0]))
        total = clipped(graph, graph.node("Div", total, graph.constant(scaling.total[1])), _LIMIT)
        numbers = graph.node("Sub", descriptors, row(graph, scaling.mean))
        numbers = graph.node("Div", numbers, row(graph, scaling.deviation))
        numbers = clipped(graph, numbers, _LIMIT)
        inputs = graph.node("Concat", numbers, total, scores, axis=1)
        linear(graph, inputs, self.line, "mean")
        graph.node("Identity", graph.constant(self.precision[None]), output="precision")
        return graph.serialise(
            {"features": (TensorProto.FLOAT, (1, n_all))},
            {"mean": (1, N_AXES), "precision": (1, N_AXES)},
        )
