"""The text expert: from the embedding of a sentence to what music it asks for.

Kernel ridge regression from sentences whose wants are written down, with the kernel
k(a, b) = exp(γ (a·b - 1)) of unit vectors. How far to trust it is learnt from sentences kept back:
the nearer a sentence is to known ones, the smaller its error, and far from all of them the expert
says nothing. The known sentences are in sentences.csv; they and their wants were written by a
language model, not by people.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from engine.encoders.wants import AXES, N_AXES, WANTED_GENRES, WANTED_MOODS
from models.graph import Graph

TABLE = Path(__file__).with_name("sentences.csv")

# γ and the penalty λ; held-out wishes change little between a third and three times of these.
_KERNEL_WIDTH = 3.0
_PENALTY = 0.1
# Nearness is a smooth maximum of the cosines: log Σ exp(β cos) / β.
_SMOOTHNESS = 40.0
# A sentence that is half like those that say nothing says nothing.
_CAUTION = 2.0
_N_FOLDS = 5
_SCALES = (0.8, 1.0, 1.25, 1.5)
_MIDDLES = tuple(np.arange(0.4, 1.05, 0.05))
_WIDTHS = (0.03, 0.05, 0.08, 0.12)
_STRENGTHS = (1.0, 2.0, 4.0, 8.0, 16.0)

Float32Array = npt.NDArray[np.float32]
Float64Array = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Sentences:
    """Sentences with what they ask for.

    Attributes:
        texts: n of them.
        concepts: what each is about; sentences of one concept ask for the same.
        wants: float32 (n, 26), along `AXES`.
        said: (n, 26), whether the sentence says anything about an axis.
    """

    texts: tuple[str, ...]
    concepts: tuple[str, ...]
    wants: Float32Array
    said: BoolArray


def read_sentences(path: Path = TABLE) -> Sentences:
    """Read sentences.csv: in each row one concept, its wants, and phrases that name it.

    A mood says nothing about genres nor a genre about moods unless its row names some; an
    instrument says what its row names; a scene says something about everything; "nothing" says
    nothing: no words at all, another subject, or a language that the network doesn't know.
    """
    texts, concepts, wants, said = [], [], [], []
    with path.open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            values = parse_wants(row)
            about = _said(row)
            for phrase in row["phrases"].split("|"):
                texts.append(phrase)
                concepts.append(row["concept"])
                wants.append(values)
                said.append(about)
    return Sentences(tuple(texts), tuple(concepts), np.stack(wants), np.stack(said))


def parse_wants(row: dict[str, str]) -> Float32Array:
    """Return float32 (26,) of a row: moods and genres "name:weight;…", avoided ones "name;…"."""
    values = np.zeros(N_AXES, np.float32)
    for column in ("moods", "genres"):
        for entry in filter(None, row[column].split(";")):
            name, _, weight = entry.partition(":")
            values[AXES.index(name)] = float(weight or 1)
    for column in ("avoid_moods", "avoid_genres"):
        for name in filter(None, row[column].split(";")):
            values[AXES.index(name)] = -1
    for axis in ("valence", "arousal"):
        values[AXES.index(axis)] = float(row[axis])
    return values


def _said(row: dict[str, str]) -> BoolArray:
    is_scene = row["kind"] == "scene"
    about = np.full(N_AXES, row["kind"] != "nothing")
    genres = slice(0, len(WANTED_GENRES))
    moods = slice(genres.stop, genres.stop + len(WANTED_MOODS))
    about[genres] = is_scene or row["kind"] == "genre" or bool(row["genres"])
    about[moods] = is_scene or row["kind"] == "mood" or bool(row["moods"])
    return about


@dataclass(frozen=True, slots=True)
class Certainty:
    """How certain the expert is: strength·σ((nearness - middle) / width), in prior precisions.

    Attributes:
        strength: far above the middle.
        middle: the nearness at which half of it is reached.
        width: of the passage.
    """

    strength: float
    middle: float
    width: float

    def of(self, nearness: Float64Array) -> Float64Array:
        """Return the precision of the expert's factor in units of the prior's."""
        out: Float64Array = self.strength / (1 + np.exp(-(nearness - self.middle) / self.width))
        return out


@dataclass(frozen=True, slots=True, eq=False)
class TextHead:
    """The text expert.

    Attributes:
        known: float32 (m, d), unit vectors of the known sentences.
        weights: float32 (m, 26).
        nonsense: float32 (m,), weights of how much a sentence is like those that say nothing.
        variance: float32 (26,), of the wants of the known sentences.
        certainty: by nearness.
    """

    known: Float32Array
    weights: Float32Array
    nonsense: Float32Array
    variance: Float32Array
    certainty: Certainty

    def predict(self, sentence: Float32Array) -> tuple[Float32Array, Float32Array]:
        """Return mean and precision, float32 (n, 26) each, of unit vectors (n, d)."""
        cosines = sentence.astype(np.float64) @ self.known.astype(np.float64).T
        kernel = _kernel(cosines)
        mean = np.clip(kernel @ self.weights, -1, 1)
        sense = np.clip(1 - _CAUTION * (kernel @ self.nonsense), 0, 1)
        ratio = sense * self.certainty.of(_nearness(cosines))
        precision = ratio[:, None] / self.variance
        return mean.astype(np.float32), precision.astype(np.float32)

    def to_onnx(self) -> bytes:
        """Return the head as ONNX: `sentence` (n, d) to `mean` and `precision`, (n, 26) each."""
        graph = Graph("text")
        # Half precision changes the mean by less than a thousandth and halves the file.
        known = graph.node("Cast", graph.constant(self.known.T, np.float16), to=TensorProto.FLOAT)
        cosines = graph.node("MatMul", "sentence", known)
        apart = graph.node("Sub", cosines, graph.constant(1))
        kernel = graph.node("Exp", graph.node("Mul", apart, graph.constant(_KERNEL_WIDTH)))
        mean = graph.node("MatMul", kernel, graph.constant(self.weights))
        graph.node("Clip", mean, graph.constant(-1), graph.constant(1), output="mean")
        near = graph.node("Mul", cosines, graph.constant(_SMOOTHNESS))
        near = graph.node("ReduceLogSumExp", near, axes=[1], keepdims=1)
        near = graph.node("Mul", near, graph.constant(1 / _SMOOTHNESS))
        above = graph.node("Sub", near, graph.constant(self.certainty.middle))
        above = graph.node("Mul", above, graph.constant(1 / self.certainty.width))
        share = graph.node("Sigmoid", above)
        nonsense = graph.constant((_CAUTION * self.nonsense)[:, None])
        sense = graph.node("Sub", graph.constant(1), graph.node("MatMul", kernel, nonsense))
        sense = graph.node("Clip", sense, graph.constant(0), graph.constant(1))
        scale = graph.constant((self.certainty.strength / self.variance)[None])
        graph.node("Mul", graph.node("Mul", share, sense), scale, output="precision")
        n_features = self.known.shape[1]
        return graph.serialise(
            {"sentence": (TensorProto.FLOAT, ("n", n_features))},
            {"mean": ("n", N_AXES), "precision": ("n", N_AXES)},
        )


def fit_words(embeddings: Float32Array, sentences: Sentences, seed: int = 0) -> TextHead:
    """Fit the text expert; takes half a minute.

    Args:
        embeddings: float32 (n, d), unit vectors of the sentences.
        sentences: n of them.
        seed: of the folds.
    """
    # Wants are learnt as differences from the average, so that a list doesn't follow it.
    counts = np.maximum(sentences.said.sum(axis=0), 1)
    average = (sentences.wants * sentences.said).sum(axis=0) / counts
    targets = np.where(sentences.said, sentences.wants - average, 0).astype(np.float64)
    variance = np.maximum((targets**2).sum(axis=0) / counts, 1e-3)
    known = embeddings.astype(np.float64)
    held_out = _held_out(known, targets, sentences, np.random.default_rng(seed))
    scale, certainty = _calibrate(held_out, targets, sentences.said, variance)
    weights = _ridge(known, targets, sentences.said)
    says_nothing = np.asarray(~sentences.said.any(axis=1))[:, None]
    nonsense = _ridge(known, says_nothing.astype(np.float64), np.ones_like(says_nothing))
    return TextHead(
        embeddings,
        (scale * weights).astype(np.float32),
        nonsense[:, 0].astype(np.float32),
        variance.astype(np.float32),
        certainty,
    )


def _ridge(known: Float64Array, targets: Float64Array, said: BoolArray) -> Float64Array:
    """Return the weights (n, 26); a sentence has none on an axis about which it says nothing."""
    kernel = _kernel(known @ known.T)
    weights = np.zeros(targets.shape)
    # Axes about which the same sentences say something share a system of equations.
    patterns, which = np.unique(said, axis=1, return_inverse=True)
    for number, pattern in enumerate(patterns.T):
        rows, axes = np.flatnonzero(pattern), np.flatnonzero(which.ravel() == number)
        if len(rows):
            system = kernel[np.ix_(rows, rows)] + _PENALTY * np.eye(len(rows))
            weights[np.ix_(rows, axes)] = np.linalg.solve(system, targets[np.ix_(rows, axes)])
    return weights


@dataclass(frozen=True, slots=True, eq=False)
class _HeldOut:
    """Predictions for sentences kept back.

    Attributes:
        rows: which sentences, (k,).
        mean: (k, 26).
        nearness: (k,), to the sentences trained on.
    """

    rows: npt.NDArray[np.int64]
    mean: Float64Array
    nearness: Float64Array


def _held_out(
    known: Float64Array, targets: Float64Array, sentences: Sentences, rng: np.random.Generator
) -> _HeldOut:
    """Predict each sentence twice: without it, and without all sentences of its concept."""
    n = len(known)
    numbers = {concept: number for number, concept in enumerate(dict.fromkeys(sentences.concepts))}
    concept = np.array([numbers[name] for name in sentences.concepts])
    by_sentence = rng.permutation(n) % _N_FOLDS
    by_concept = (rng.permutation(len(numbers)) % _N_FOLDS)[concept]
    rows, means, nearness = [], [], []
    for folds in (by_sentence, by_concept):
        for fold in range(_N_FOLDS):
            out, rest = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
            cosines = known[out] @ known[rest].T
            weights = _ridge(known[rest], targets[rest], sentences.said[rest])
            rows.append(out)
            means.append(_kernel(cosines) @ weights)
            nearness.append(_nearness(cosines))
    return _HeldOut(np.concatenate(rows), np.concatenate(means), np.concatenate(nearness))


def _calibrate(
    held_out: _HeldOut, targets: Float64Array, said: BoolArray, variance: Float64Array
) -> tuple[float, Certainty]:
    """Return the scale of the mean and the certainty that make the kept-back wants likeliest.

    With precision r times the prior's, the wants are N(r/(1+r)·scale·mean, variance/(1+r)).
    """
    wanted, about = targets[held_out.rows], said[held_out.rows]
    best = (np.inf, 1.0, Certainty(_STRENGTHS[0], _MIDDLES[0], _WIDTHS[0]))
    for strength in _STRENGTHS:
        for middle in _MIDDLES:
            for width in _WIDTHS:
                certainty = Certainty(strength, float(middle), width)
                ratio = certainty.of(held_out.nearness)[:, None]
                for scale in _SCALES:
                    error = wanted - ratio / (1 + ratio) * scale * held_out.mean
                    surprise = (1 + ratio) * error**2 / variance - np.log1p(ratio)
                    loss = float(surprise[about].mean())
                    if loss < best[0]:
                        best = (loss, scale, certainty)
    return best[1], best[2]


def _kernel(cosines: Float64Array) -> Float64Array:
    out: Float64Array = np.exp(_KERNEL_WIDTH * (cosines - 1))
    return out


def _nearness(cosines: Float64Array) -> Float64Array:
    scaled = _SMOOTHNESS * cosines
    highest = scaled.max(axis=1, keepdims=True)
    total = np.log(np.exp(scaled - highest).sum(axis=1)) + highest[:, 0]
    out: Float64Array = total / _SMOOTHNESS
    return out
