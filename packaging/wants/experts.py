"""The picture's two experts: what is shown, and how it changes, each to the wants.

*Content* reads the mean embedding, the classifier's posterior over ImageNet's classes, and what
these classes ask for by their names. *Dynamics* reads how much the embeddings vary, motion, cuts
and colours. Both are ridge regressions; how certain they are is measured on held-out sources.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from engine.encoders.wants import N_AXES
from models.graph import Graph
from wants.dynamics import DynamicsExpert, DynamicsScaling
from wants.layers import linear
from wants.pictures import Described
from wants.regression import Block, Certainty, Line, fit_ridge, held_out_predictions

Float32Array = npt.NDArray[np.float32]
Float64Array = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

# Penalties and weights by cross-validation over sources of clips and classes of scenes.
_EMBEDDING_PENALTY = 8.0
_CLASSES_PENALTY = 6.0
_WANTS_PENALTY = 0.15
_STILL_WEIGHT = 1.0
_NAMES_IN_STILLS = 0.5
_CLIP_WEIGHT = 15.0
# Valence and arousal are learnt from what people felt at OASIS's photographs; written ones count
# little.
_AFFECT_WEIGHTS = {"oasis": 5.0, "clip": 1.0, "scenes": 0.05}
_DYNAMICS_PENALTY = 1.0
_N_FOLDS = 4
# Sharpness of the scene words: ridge estimates of 0 and 1 are much too timid as probabilities.
_SCENE_SHARPNESS = 12.0


@dataclass(frozen=True, slots=True, eq=False)
class Classifier:
    """The last layer of a picture network, and what its classes ask for.

    Attributes:
        weights: float32 (d, c).
        bias: float32 (c,).
        wants: float64 (c, 24).
    """

    weights: Float32Array
    bias: Float32Array
    wants: Float64Array

    def posterior(self, embeddings: npt.NDArray[np.floating]) -> Float64Array:
        """Return the mean posterior over the classes, (c,), of embeddings (n, d)."""
        logits = embeddings.astype(np.float64) @ self.weights + self.bias
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray((odds / odds.sum(axis=1, keepdims=True)).mean(axis=0))

    def inputs(self, embeddings: npt.NDArray[np.floating]) -> Float64Array:
        """Return the inputs of the content expert, (d + c + 24,)."""
        mean = embeddings.astype(np.float64).mean(axis=0)
        posterior = self.posterior(embeddings)
        # The square root of the square root: small shares count too.
        flat = np.sqrt(posterior)
        return np.concatenate(
            [mean / np.linalg.norm(mean), np.sqrt(flat / flat.sum()), posterior @ self.wants]
        )

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The parts of the inputs with their penalties."""
        n_features, n_classes = self.weights.shape
        return (
            Block(n_features, _EMBEDDING_PENALTY),
            Block(n_classes, _CLASSES_PENALTY),
            Block(self.wants.shape[1], _WANTS_PENALTY),
        )


@dataclass(frozen=True, slots=True, eq=False)
class ContentExpert:
    """From the embeddings of a picture's samples to the wants.

    Attributes:
        classifier: of the picture network.
        line: to the mean of the factor.
        still_line: the same for a still.
        precision: float64 (26,), of the factor.
        scenes: to one number per scene word.
        scene_words: their names.
    """

    classifier: Classifier
    line: Line
    still_line: Line
    precision: Float64Array
    scenes: Line
    scene_words: tuple[str, ...]

    def to_onnx(self) -> bytes:
        """Return the network: `embeddings` (n, d) of the samples that count to `mean` (for a still
        `still_mean`) and `precision` (1, 26) of the factor, and `scenes` (1, s), probabilities of
        the scene words.
        """
        graph = Graph("content")
        mean = graph.node("ReduceMean", "embeddings", axes=[0], keepdims=1)
        length = graph.node("ReduceL2", mean, axes=[1], keepdims=1)
        direction = graph.node("Div", mean, length)
        half = graph.constant(self.classifier.weights, np.float16)
        weights = graph.node("Cast", half, to=TensorProto.FLOAT)
        logits = graph.node("MatMul", "embeddings", weights)
        logits = graph.node("Add", logits, graph.constant(self.classifier.bias))
        posterior = graph.node("Softmax", logits, axis=1)
        posterior = graph.node("ReduceMean", posterior, axes=[0], keepdims=1)
        flat = graph.node("Sqrt", posterior)
        total = graph.node("ReduceSum", flat, graph.constant([1], np.int64), keepdims=1)
        flat = graph.node("Sqrt", graph.node("Div", flat, total))
        asked = graph.node("MatMul", posterior, graph.constant(self.classifier.wants))
        inputs = graph.node("Concat", direction, flat, asked, axis=1)
        linear(graph, inputs, self.line, "mean")
        linear(graph, inputs, self.still_line, "still_mean")
        scenes = linear(graph, inputs, self.scenes)
        sharp = graph.node("Mul", scenes, graph.constant(_SCENE_SHARPNESS))
        graph.node("Softmax", sharp, axis=1, output="scenes")
        graph.node("Identity", graph.constant(self.precision[None]), output="precision")
        return graph.serialise(
            {"embeddings": (TensorProto.FLOAT, ("n", len(self.classifier.weights)))},
            {
                "mean": (1, N_AXES),
                "still_mean": (1, N_AXES),
                "precision": (1, N_AXES),
                "scenes": (1, len(self.scene_words)),
            },
        )


@dataclass(frozen=True, slots=True, eq=False)
class PictureExperts:
    """Both experts and their prior.

    Attributes:
        content, dynamics: the experts.
        prior_mean, prior_variance: float64 (26,), of the wants of clips.
        covariance: float64 (26, 26), of the wants of clips: what one axis says about another.
    """

    content: ContentExpert
    dynamics: DynamicsExpert
    prior_mean: Float64Array
    prior_variance: Float64Array
    covariance: Float64Array


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """The inputs of both experts for all pictures, computed once for all folds.

    Attributes:
        content: float64 (n, d + c + 24).
        spread: float64 (n, d).
        descriptors: float64 (n, 11).
        wants: float64 (n, 26), NaN where unknown.
        is_clip: bool (n,).
        sources, labels: (n,).
        felt: float64 (n, 2), valence and arousal as people rated them; NaN where nobody did.
    """

    content: Float64Array
    spread: Float64Array
    descriptors: Float64Array
    wants: Float64Array
    is_clip: BoolArray
    sources: tuple[str, ...]
    labels: tuple[str, ...]
    felt: Float64Array

    @property
    def weights(self) -> Float64Array:
        """Weight of each picture, (n,)."""
        return np.where(self.is_clip, _CLIP_WEIGHT, _STILL_WEIGHT)

    @property
    def affect(self) -> tuple[Float64Array, Float64Array]:
        """Valence and arousal to learn from, (n, 2), and the weight (n,) of each picture; 0 where
        neither people nor tables say anything.
        """
        rated = np.asarray(np.isfinite(self.felt).all(axis=1))
        written = np.isfinite(self.wants[:, -2:]).all(axis=1)
        targets = np.where(rated[:, None], self.felt, np.nan_to_num(self.wants[:, -2:]))
        kinds = np.where(self.is_clip, _AFFECT_WEIGHTS["clip"], _AFFECT_WEIGHTS["scenes"])
        weights = np.where(rated, _AFFECT_WEIGHTS["oasis"], kinds * written)
        return targets, weights


def expert_inputs(described: Described, classifier: Classifier) -> Inputs:
    """Return the inputs of the experts for all pictures."""
    features = described.features
    seen = [one.embeddings[one.seen] if one.n_seen else one.embeddings for one in features]
    return Inputs(
        content=np.stack([classifier.inputs(embeddings) for embeddings in seen]),
        spread=np.stack([one.spread for one in features]).astype(np.float64),
        descriptors=np.stack([one.descriptors.as_vector() for one in features]).astype(np.float64),
        wants=described.wants,
        is_clip=np.array([not one.is_still for one in described.pictures]),
        sources=tuple(one.source for one in described.pictures),
        labels=tuple(one.label for one in described.pictures),
        felt=np.array([one.felt or (np.nan, np.nan) for one in described.pictures]),
    )


def fit_experts(
    inputs: Inputs, classifier: Classifier, kept: BoolArray, seed: int = 0
) -> tuple[PictureExperts, Float64Array, Float64Array]:
    """Fit both experts.

    Args:
        inputs: of all pictures.
        classifier: of the picture network.
        kept: bool (n,), the pictures to learn from.
        seed: of the inner folds.

    Returns:
        The experts, and for all kept clips the means of the factors of content and of dynamics by
        fits without their source, float64 (n, 26), zero for other pictures.
    """
    known = kept & np.isfinite(inputs.wants).all(axis=1)
    clips = np.flatnonzero(known & inputs.is_clip)
    weights = inputs.weights

    def content_line(rows: BoolArray) -> Line:
        line = fit_ridge(inputs.content[rows], inputs.wants[rows], weights[rows], classifier.blocks)
        return _with_affect(line, inputs, rows | (kept & ~inputs.is_clip), classifier)

    def predict_content(of_clips: BoolArray) -> Float64Array:
        rows = known & ~inputs.is_clip
        rows[clips[of_clips]] = True
        return content_line(rows).predict(inputs.content[clips])

    def predict_dynamics(of_clips: BoolArray) -> Float64Array:
        scaling, line = _fit_dynamics(inputs, clips[of_clips])
        return line.predict(scaling.inputs(inputs.spread[clips], inputs.descriptors[clips]))

    wants = inputs.wants[clips]
    mean, covariance = wants.mean(axis=0), np.cov(wants.T, bias=True)
    prior_variance = covariance.diagonal().copy()
    groups = [inputs.sources[row] for row in clips]
    estimates, certainties = [], []
    for predict in (predict_content, predict_dynamics):
        found = held_out_predictions(predict, groups, _N_FOLDS, seed + 100)
        error = np.square(wants - found).mean(axis=0)
        certainties.append(Certainty(mean, prior_variance, error))
        everywhere = np.zeros_like(inputs.wants)
        everywhere[clips] = mean + (found - mean) * certainties[-1].stretch
        estimates.append(everywhere)
    scaling, line = _fit_dynamics(inputs, clips)
    shown = content_line(known)
    of_content = (
        certainties[0].apply(shown),
        certainties[0].apply(_for_stills(shown, inputs, known)),
        certainties[0].precision,
    )
    content = ContentExpert(classifier, *of_content, *_fit_scenes(inputs, classifier, kept))
    dynamics = DynamicsExpert(scaling, certainties[1].apply(line), certainties[1].precision)
    experts = PictureExperts(content, dynamics, mean, prior_variance, covariance)
    return experts, estimates[0], estimates[1]


def _fit_dynamics(inputs: Inputs, rows: npt.NDArray[np.int64]) -> tuple[DynamicsScaling, Line]:
    """Return the scaling and the line of the dynamics expert, learnt from some clips."""
    scaling = DynamicsScaling.fit(inputs.spread[rows], inputs.descriptors[rows])
    of_rows = scaling.inputs(inputs.spread[rows], inputs.descriptors[rows])
    blocks = [Block(of_rows.shape[1], _DYNAMICS_PENALTY)]
    return scaling, fit_ridge(of_rows, inputs.wants[rows], np.ones(len(rows)), blocks)


def _with_affect(line: Line, inputs: Inputs, rows: BoolArray, classifier: Classifier) -> Line:
    """Return the line with valence and arousal learnt mostly from people's ratings."""
    targets, weights = inputs.affect
    said = np.asarray(rows & (weights > 0))
    affect = fit_ridge(inputs.content[said], targets[said], weights[said], classifier.blocks)
    # One centre for both: the mean is moved to where the other line has it.
    shift = (line.centre - affect.centre) @ affect.weights
    return Line(
        line.centre,
        np.concatenate([line.weights[:, :-2], affect.weights], axis=1),
        np.concatenate([line.mean[:-2], affect.mean + shift]),
    )


def _for_stills(line: Line, inputs: Inputs, rows: BoolArray) -> Line:
    """Return a line that adds what the names of the classes ask for, as far as unusual.

    Photographs show one thing, as ImageNet's do; for clips, the names say next to nothing.
    """
    n_named = N_AXES - 2
    stills = np.asarray(rows & ~inputs.is_clip)
    usual = inputs.content[stills, -n_named:].mean(axis=0)
    weights, mean = line.weights.copy(), line.mean.copy()
    weights[-n_named:, :n_named] += _NAMES_IN_STILLS * np.eye(n_named)
    mean[:n_named] += _NAMES_IN_STILLS * (line.centre[-n_named:] - usual)
    return Line(line.centre, weights, mean)


def held_out_stills(
    inputs: Inputs, classifier: Classifier, experts: PictureExperts, kept: BoolArray, seed: int
) -> Float64Array:
    """Return means of the content's factors of stills, by fits without their class or theme.

    Returns:
        float64 (n, 26), zero for other pictures.
    """
    known = kept & np.isfinite(inputs.wants).all(axis=1)
    stills = np.flatnonzero(known & ~inputs.is_clip)
    weights = inputs.weights

    def predict(of_stills: BoolArray) -> Float64Array:
        rows = known.copy()
        rows[stills] = of_stills
        line = fit_ridge(inputs.content[rows], inputs.wants[rows], weights[rows], classifier.blocks)
        line = _with_affect(line, inputs, rows, classifier)
        return _for_stills(line, inputs, rows).predict(inputs.content[stills])

    groups = [inputs.labels[row] for row in stills]
    found = held_out_predictions(predict, groups, _N_FOLDS, seed + 200)
    prior = experts.prior_mean
    precision = experts.content.precision
    stretch = (1 / experts.prior_variance + precision) / precision
    everywhere = np.zeros_like(inputs.wants)
    everywhere[stills] = prior + (found - prior) * stretch
    return everywhere


def _fit_scenes(
    inputs: Inputs, classifier: Classifier, kept: BoolArray
) -> tuple[Line, tuple[str, ...]]:
    """Return the line to the scene words and their names, learnt from the photographs of scenes."""
    rows = np.flatnonzero(kept & ~inputs.is_clip & ~np.char.startswith(inputs.sources, "oasis "))
    words = tuple(sorted({inputs.labels[row] for row in rows}))
    targets = np.array([[inputs.labels[row] == word for word in words] for row in rows], float)
    line = fit_ridge(
        inputs.content[rows], targets, 1 / (targets @ targets.sum(axis=0)), classifier.blocks
    )
    return line, words
