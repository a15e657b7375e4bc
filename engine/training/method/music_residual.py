"""A small change of a pack's music encoder: learnt from few pairs, one more layer of its network.

A pack scores a clip i and a track j by s(i, j), of which the learned axes are the dot product of
the clip's v and the track's unit vector m. The residual R, (96, 96), adds vᵀR m: a bilinear term on
what the pack already knows of both. R maximises, with the mean over the pairs (i, j) that belong
together,

  mean (log softmax_j s(i, j)/T + log softmax_i s(i, j)/T) / 2  -  λ |R|² / 2,

in which the sums run over the clips and tracks of all pairs, but for other tracks of the same clip.
The last term is a Gaussian prior around 0: a large λ leaves the pack as it is. The function is
concave, so that R doesn't depend on a start.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

from engine.encoders.score_weights import N_LEARNED

# Chosen on makers other than those of the results, see tests/benchmarks/RESULTS.md.
TEMPERATURE = 0.4
_N_STEPS = 40
_MAX_SHARE = 4.0
_OUTPUT = "embedding"

Float32Array = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def fit_residuals(
    scores: Floats, clips: Floats, tracks: Floats, same: Bools, penalties: Sequence[float]
) -> list[Floats]:
    """Return R, float64 (96, 96), for each penalty.

    Args:
        scores: (n, n), s of the clip of pair p with the track of pair q, by the pack.
        clips: (n, 96), v of each pair's clip.
        tracks: (n, 96), m of each pair's track.
        same: (n, n), whether the track of pair q belongs to the clip of pair p too.
        penalties: λ, above 0, from the largest to the smallest: each fit starts from the last.
    """
    n = len(scores)
    own = np.eye(n)
    hidden = np.where(same & (own == 0), -np.inf, 0.0)
    # That of even shares; no step overshoots while none is more than this many times larger.
    curvature = (
        _MAX_SHARE
        / TEMPERATURE**2
        * max(
            _largest(clips) * _largest(tracks - tracks.mean(axis=0)),
            _largest(tracks) * _largest(clips - clips.mean(axis=0)),
        )
    )
    found = []
    residual = np.zeros((clips.shape[1], tracks.shape[1]))
    for penalty in penalties:
        step = 1.0 / (curvature + penalty)
        ahead, before = residual, residual
        for number in range(_N_STEPS):
            wanted = (scores + clips @ ahead @ tracks.T + hidden) / TEMPERATURE
            gap = 2 * own - _softmax(wanted, 1) - _softmax(wanted, 0)
            slope = clips.T @ gap @ tracks / (2 * n * TEMPERATURE) - penalty * ahead
            residual = ahead + step * slope
            # Nesterov's acceleration.
            ahead = residual + number / (number + 3) * (residual - before)
            before = residual
        found.append(residual)
    return found


def _largest(rows: Floats) -> float:
    """Return the largest variance of rows (n, 96) in any direction."""
    return float(np.linalg.norm(rows, ord=2) ** 2 / len(rows))


def _softmax(scores: Floats, axis: int) -> Floats:
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis=axis, keepdims=True))


def with_residual(network: bytes, residual: Float32Array) -> bytes:
    """Return a music network whose embeddings m become (m + R m) / |m + R m|.

    Args:
        network: an ONNX network with the output "embedding", (n, 96).
        residual: float32 (96, 96), R.
    """
    model = onnx.load_model_from_string(network)
    graph = model.graph
    taken = {value.name for value in (*graph.input, *graph.initializer)}
    taken |= {name for node in graph.node for name in (*node.input, *node.output)}
    before, matrix, moved = (_unused(taken, name) for name in ("base", "residual", "moved"))
    for node in graph.node:
        for names in (node.input, node.output):
            for number, name in enumerate(names):
                if name == _OUTPUT:
                    names[number] = before
    whole = (np.eye(N_LEARNED) + residual).T
    graph.initializer.append(
        numpy_helper.from_array(np.ascontiguousarray(whole, np.float32), matrix)
    )
    graph.node.append(helper.make_node("MatMul", [before, matrix], [moved]))
    graph.node.append(helper.make_node("LpNormalization", [moved], [_OUTPUT], axis=1, p=2))
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))


def _unused(taken: set[str], name: str) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name
