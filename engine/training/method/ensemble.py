"""Several students as one network: their scores are averaged by joining their embeddings."""

import math
from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from engine.encoders.score_weights import N_LEARNED
from engine.errors import TrainingError
from engine.training.data.pairs import PairSet
from engine.training.method.encoders import GaussianEncoder
from engine.training.method.experts import (
    Encoder,
    FusedEncoder,
    TwoBranchNetwork,
    product_of_experts,
    speaks,
)
from engine.translation import tr

# Avoids a division by zero on an axis that no member has.
_MIN_PRECISION = 1e-12


class JoinedEncoder(nn.Module):
    """The Gaussians of several students that read the same components, side by side.

    The mean of the members' scores is the dot product of their joined means.

    Args:
        members: encoders of one modality, or of one of its experts.
    """

    def __init__(self, members: Sequence[GaussianEncoder]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.n_features = len(members[0].mean)
        if not all(torch.equal(one.projection, members[0].projection) for one in members):
            raise TrainingError(
                tr("The members of the ensemble read different components of the features."),
                remedy=tr("Train a single member: n_members = 1."),
            )

    def forward(self, vectors: Tensor) -> tuple[Tensor, Tensor]:
        """Return means, together of unit length, and log σ², both (n, n_members · d)."""
        members = [cast(GaussianEncoder, member) for member in self.members]
        inputs = members[0].scaled(vectors)
        means, log_variances = zip(*(one.posterior(inputs) for one in members), strict=True)
        return torch.cat(means, dim=1) / math.sqrt(len(members)), torch.cat(log_variances, dim=1)


class InferenceEncoder(nn.Module):
    """The posterior means of several students, joined to one unit vector: what a pack contains.

    Args:
        members: encoders of one modality that read the same components.
        projection: float32 (n_members · d, k), keeps the leading dimensions of the joined means.
    """

    projection: Tensor

    def __init__(self, members: Sequence[Encoder], projection: Tensor) -> None:
        super().__init__()
        experts = join_experts(members)
        self.experts = nn.ModuleList(experts)
        self.sizes = [one.n_features for one in experts]
        self.register_buffer("projection", projection)

    def concatenated(self, vectors: Tensor) -> Tensor:
        """Return the members' means side by side (n, n_members · d), fused from their experts."""
        parts = vectors.split(self.sizes, dim=1)
        means, log_variances = zip(
            *(one(part) for one, part in zip(self.experts, parts, strict=True)), strict=True
        )
        if len(means) == 1:
            return cast(Tensor, means[0])
        present = torch.stack([speaks(part) for part in parts])
        fused, _ = product_of_experts(torch.stack(means), torch.stack(log_variances), present)
        return fused

    def forward(self, features: Tensor) -> Tensor:
        """Return embeddings (n, k) of feature vectors (n, F)."""
        joined: Tensor = self.concatenated(features) @ self.projection
        return nn.functional.normalize(joined, dim=1)


class ExpertNetwork(nn.Module):
    """What each expert of a clip says about the learned axes: a Gaussian factor beside the prior.

    The members' precisions are averaged by the share that each of their dimensions has in an axis.
    The mean is that of their means weighted by precision, so that fusing the factors outside gives
    what the members' own fusion would, but for precisions that differ within an axis.

    Args:
        members: encoders of several students, with the same experts.
        projection: float32 (n_members · d, k), of orthonormal columns.
    """

    projection: Tensor

    def __init__(self, members: Sequence[FusedEncoder], projection: Tensor) -> None:
        super().__init__()
        experts = join_experts(members)
        self.experts = nn.ModuleList(experts)
        self.sizes = [one.n_features for one in experts]
        self.register_buffer("projection", projection)

    def forward(self, features: Tensor) -> tuple[Tensor, ...]:
        """Return mean and precision (n, k) of each expert in turn, 0 where it is silent."""
        found: list[Tensor] = []
        parts = features.split(self.sizes, dim=1)
        for expert, part in zip(self.experts, parts, strict=True):
            means, log_variances = expert(part)
            precisions = (-log_variances).exp() * speaks(part)[:, None]
            weighted = (means * precisions) @ self.projection
            precision = precisions @ self.projection.square()
            found += [weighted / precision.clamp(min=_MIN_PRECISION), precision]
        return tuple(found)


def join_experts(members: Sequence[Encoder]) -> list[JoinedEncoder]:
    """Return the members' encoders joined, one for each expert."""
    each = [
        [cast(GaussianEncoder, expert) for expert in one.experts]
        if isinstance(one, FusedEncoder)
        else [one]
        for one in members
    ]
    return [JoinedEncoder(of_expert) for of_expert in zip(*each, strict=True)]


def learned_networks(
    students: Sequence[TwoBranchNetwork], pairs: PairSet
) -> tuple[ExpertNetwork, InferenceEncoder]:
    """Return what the experts of a clip say about the learned axes, and where music is on them.

    Args:
        students: networks of the same shape and experts, each fitted with its own seed.
        pairs: training pairs; see `common_projection`.
    """
    projection = common_projection(students, pairs, N_LEARNED)
    _, music = inference_encoders(students, projection)
    video = [cast(FusedEncoder, student.video_encoder) for student in students]
    return ExpertNetwork(video, projection).eval(), music


def common_projection(students: Sequence[TwoBranchNetwork], pairs: PairSet, width: int) -> Tensor:
    """Return float32 (n_members · d, width), onto the axes that keep the members' scores best.

    Args:
        students: the members.
        pairs: whose scores change as little as possible.
        width: how many axes are kept; those that the members lack are zero.
    """
    wide = len(students) * students[0].config.n_latent
    whole = torch.eye(wide)
    if wide == width:
        return whole
    encoders = inference_encoders(students, whole)
    moments = torch.zeros(wide, wide, dtype=torch.float64)
    with torch.no_grad():
        for encoder, vectors in zip(
            encoders, (pairs.video_vectors, pairs.music_vectors), strict=True
        ):
            means = encoder.concatenated(torch.from_numpy(vectors)).double()
            moments += means.T @ means
    # The leading eigenvectors of the second moments change the dot products least.
    _, axes = torch.linalg.eigh(moments)
    projection = torch.zeros(wide, width)
    projection[:, :wide] = axes.flip(1)[:, :width]
    return projection


def inference_encoders(
    students: Sequence[TwoBranchNetwork], projection: Tensor
) -> tuple[InferenceEncoder, InferenceEncoder]:
    """Return the encoders of pictures and of sounds; a dot product is the mean of the scores.

    Args:
        students: the members.
        projection: float32 (n_members · d, k), of orthonormal columns.
    """
    video = InferenceEncoder([student.video_encoder for student in students], projection)
    music = InferenceEncoder([student.music_encoder for student in students], projection)
    return video.cpu().eval(), music.cpu().eval()
