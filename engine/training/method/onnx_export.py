"""The students as ONNX networks, if torch and onnxruntime give the same results."""

import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from engine.encoders.session import OnnxModel
from engine.errors import TrainingError
from engine.training.data.pairs import PairSet
from engine.training.data.tastes import mean_taste
from engine.training.method.deconfounder import EPSILON, Deconfounder
from engine.training.method.ensemble import inference_encoders, learned_networks
from engine.training.method.experts import TwoBranchNetwork
from engine.training.method.student import StudentNetwork
from engine.translation import tr

PARITY_TOLERANCE = 1e-5
_OPSET = 18
VIDEO_OUTPUTS: Final = ("content_mean", "content_precision", "dynamics_mean", "dynamics_precision")
MUSIC_OUTPUTS: Final = ("embedding",)


@dataclass(frozen=True, slots=True)
class Parity:
    """The largest difference between torch and onnxruntime over the vectors compared.

    Attributes:
        video: of the video encoder's numbers, relative to those above 1.
        music: of the music encoder's numbers.
    """

    video: float
    music: float


@dataclass(frozen=True, slots=True)
class Networks:
    """The students as ONNX networks that read features (n, F), with `N_LEARNED` axes.

    Attributes:
        video: gives mean and precision of the content and of the dynamics; see `VIDEO_OUTPUTS`.
        music: gives embeddings of length 1.
        parity: how well they agree with torch.
        taste: see `taste_weights`.
    """

    video: bytes
    music: bytes
    parity: Parity
    taste: dict[str, Any]


def export_networks(students: Sequence[TwoBranchNetwork], pairs: PairSet) -> Networks:
    """Return the students as two networks; a dot product with a fused mean is a content score.

    Args:
        students: the fitted members.
        pairs: what they were trained on; the parity check runs on its vectors.

    Raises:
        TrainingError: when the pairs don't tell content from dynamics, or torch and onnxruntime
            disagree by more than `PARITY_TOLERANCE`.
    """
    require_experts(pairs)
    video, music = learned_networks(students, pairs)
    networks = (
        _to_onnx(video, pairs.video_vectors.shape[1], VIDEO_OUTPUTS),
        _to_onnx(music, pairs.music_vectors.shape[1], MUSIC_OUTPUTS),
    )
    parity = Parity(
        video=_difference(video, networks[0], pairs.video_vectors, VIDEO_OUTPUTS),
        music=_difference(music, networks[1], pairs.music_vectors, MUSIC_OUTPUTS),
    )
    return Networks(*networks, parity, taste_weights(students, mean_taste(pairs)))


def export_encoders(
    students: Sequence[TwoBranchNetwork], pairs: PairSet
) -> tuple[bytes, bytes, Parity]:
    """Return the students as two networks that read whole vectors, of any kind.

    Args:
        students: the fitted members.
        pairs: what they were trained on; the parity check runs on its vectors.

    Returns:
        The networks of pictures and of sounds, from features (n, F) to embeddings (n, n_members ·
        d) of length 1, whose dot product ranks as the mean of the members' scores; and their
        parity.

    Raises:
        TrainingError: when torch and onnxruntime disagree by more than `PARITY_TOLERANCE`.
    """
    whole = torch.eye(len(students) * students[0].config.n_latent)
    sides = zip(
        inference_encoders(students, whole),
        (pairs.video_vectors, pairs.music_vectors),
        strict=True,
    )
    networks, differences = [], []
    for encoder, vectors in sides:
        network = _to_onnx(encoder, vectors.shape[1], MUSIC_OUTPUTS)
        networks.append(network)
        differences.append(_difference(encoder, network, vectors, MUSIC_OUTPUTS))
    return networks[0], networks[1], Parity(*differences)


def require_experts(pairs: PairSet) -> None:
    """Check that the pairs can be exported once they are learnt.

    Raises:
        TrainingError: when they don't tell content from dynamics.
    """
    if len(pairs.expert_columns) != len(VIDEO_OUTPUTS) // 2:
        raise TrainingError(
            tr("the pairs don't tell what a clip shows from how it changes."),
            remedy=tr("Prepare them again from the finished edits."),
        )


def taste_weights(
    students: Sequence[TwoBranchNetwork], taste: npt.NDArray[np.float32]
) -> dict[str, Any]:
    """Return ū, τ·a and τ·B, averaged over the members, as plain lists for the manifest.

    Args:
        students: the members; where they know no taste, its weights are 0.
        taste: float32 (n_genres,) ū, for such members.
    """
    scale = students[0].config.bias_scale
    confounders = [one.deconfounder.cpu() for one in students if isinstance(one, StudentNetwork)]
    if not confounders:
        confounders = [Deconfounder(taste, students[0].config.n_latent)]
    log_weight = torch.stack([one.log_weight for one in confounders]).mean()
    genre_weights = torch.stack([one.genre_weights for one in confounders]).mean(dim=0)
    return {
        "mean": confounders[0].mean.tolist(),
        "log_weight": scale * float(log_weight.detach()),
        "genre_weights": (scale * genre_weights.detach()).tolist(),
        "epsilon": EPSILON,
    }


def _to_onnx(encoder: nn.Module, n_features: int, outputs: Sequence[str]) -> bytes:
    example = torch.zeros(2, n_features)
    exporter = logging.getLogger("torch.onnx")
    level = exporter.level
    exporter.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            # The exporter itself uses deprecated parts of torch.
            warnings.simplefilter("ignore")
            program = torch.onnx.export(
                encoder,
                (example,),
                input_names=["features"],
                output_names=list(outputs),
                dynamic_shapes={"features": {0: torch.export.Dim("n")}},
                opset_version=_OPSET,
                dynamo=True,
                verbose=False,
            )
    finally:
        exporter.setLevel(level)
    assert program is not None
    network = program.model_proto
    network.producer_name = "soundbed"
    _remove_traces(network)
    return bytes(network.SerializeToString(deterministic=True))


def _remove_traces(network: Any) -> None:
    """Remove what the exporter notes of the source: paths of this computer, lines, class names."""
    for part in (network, network.graph, *network.graph.node, *network.graph.value_info):
        del part.metadata_props[:]
    for values in (network.graph.input, network.graph.output, network.graph.initializer):
        for value in values:
            del value.metadata_props[:]


def _difference(
    encoder: nn.Module, network: bytes, vectors: npt.NDArray[np.float32], outputs: Sequence[str]
) -> float:
    rows = np.concatenate([np.zeros_like(vectors[:1]), vectors[:512]])
    with torch.no_grad():
        given = encoder(torch.from_numpy(rows))
    expected = given if isinstance(given, tuple) else (given,)
    found = OnnxModel(network, Path(outputs[0])).run(features=rows)
    difference = max(
        float((np.abs(found[name] - one) / np.maximum(np.abs(one), 1.0)).max())
        for name, one in zip(outputs, (part.numpy() for part in expected), strict=True)
    )
    if not difference <= PARITY_TOLERANCE:
        raise TrainingError(
            tr(
                "the network gives different results in PyTorch and onnxruntime ({difference:.1e})."
            ).format(difference=difference),
            remedy=tr("Install the versions of packaging/constraints.txt and train again."),
        )
    return difference
