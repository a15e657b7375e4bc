"""Several students as one network: their scores are averaged by joining their embeddings."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from engine.encoders.matching import N_EMBEDDING
from engine.training.data.pairs import PairSet
from engine.training.method.encoders import GaussianEncoder
from engine.training.method.student import StudentNetwork


class InferenceEncoder(nn.Module):
    """The posterior means of several students, joined to one unit vector: what a pack contains.

    The mean of the members' scores is the dot product of their concatenated means; `projection`
    keeps the leading dimensions of these.

    Args:
        members: encoders of one modality that read the same components.
        projection: float32 (n_members · d, k).
    """

    projection: Tensor

    def __init__(self, members: Sequence[GaussianEncoder], projection: Tensor) -> None:
        super().__init__()
        self.first = members[0]
        if not all(torch.equal(one.projection, self.first.projection) for one in members):
            raise ValueError("the members of an ensemble don't read the same components")
        self.locations = nn.ModuleList([member.location for member in members])
        self.register_buffer("projection", projection)

    def concatenated(self, vectors: Tensor) -> Tensor:
        """Return the members' means side by side (n, n_members · d), of unit length."""
        inputs = self.first.scaled(vectors)
        means = [nn.functional.normalize(location(inputs), dim=1) for location in self.locations]
        return torch.cat(means, dim=1) / math.sqrt(len(means))

    def forward(self, features: Tensor) -> Tensor:
        """Return embeddings (n, d) of feature vectors (n, F)."""
        joined: Tensor = self.concatenated(features) @ self.projection
        return nn.functional.normalize(joined, dim=1)


def join_members(
    students: Sequence[StudentNetwork], pairs: PairSet
) -> tuple[InferenceEncoder, InferenceEncoder]:
    """Return the video encoder and the music encoder of all students together.

    Args:
        students: networks of the same shape, each fitted with its own seed.
        pairs: training pairs; the common projection changes their scores as little as possible.
    """
    wide = len(students) * students[0].config.n_latent
    whole = torch.eye(wide)
    encoders = [
        InferenceEncoder([student.video_encoder for student in students], whole),
        InferenceEncoder([student.music_encoder for student in students], whole),
    ]
    for encoder in encoders:
        encoder.cpu().eval()
    with torch.no_grad():
        means = torch.cat(
            [
                encoders[0].concatenated(torch.from_numpy(pairs.video_vectors)),
                encoders[1].concatenated(torch.from_numpy(pairs.music_vectors)),
            ]
        )
        projection = whole
        if wide != N_EMBEDDING:
            # The leading eigenvectors of the second moments change the dot products least.
            _, vectors = torch.linalg.eigh(means.double().T @ means.double())
            projection = vectors.flip(1)[:, :N_EMBEDDING].float().contiguous()
    for encoder in encoders:
        encoder.projection = projection
    return encoders[0], encoders[1]
