"""Several experts of one vector, each a Gaussian encoder of its own columns, fused into one."""

from typing import cast

import torch
from torch import Tensor, nn

from engine.training.method.encoders import GaussianEncoder
from engine.training.method.scaling import Components, InputScaling
from engine.training.method.training_config import TrainingConfig


def product_of_experts(
    means: Tensor, log_variances: Tensor, trust: Tensor
) -> tuple[Tensor, Tensor]:
    """Fuse Gaussian experts with the prior N(0, I), which is an expert too.

    T = 1 + Σ_e t_e/σ_e²,  μ = (Σ_e t_e·μ_e/σ_e²) / T,  σ² = 1/T with the trust t_e in each expert:
    a missing modality has trust 0 and drops out; without any, the prior remains.

    Args:
        means: (n_experts, n, d).
        log_variances: (n_experts, n, d), log σ².
        trust: (n_experts, n), 0 to 1, or bool.

    Returns:
        Mean and log-variance (n, d) of the product.
    """
    precisions = (-log_variances).exp() * trust[:, :, None]
    total = 1.0 + precisions.sum(dim=0)
    return (means * precisions).sum(dim=0) / total, -total.log()


class FusedEncoder(nn.Module):
    """q(z|x) as a product of experts: each reads columns of its own, and the prior is one too.

    An expert is silent where a vector is zero in all of its columns, as a still is in those of
    change over time. In training, one of them is also silenced at random, so that each learns to do
    without the others.

    Args:
        scaling: with a part for each expert.
        config: of the encoders; `expert_dropout` is how often one of the experts is silenced.
    """

    def __init__(self, scaling: InputScaling, config: TrainingConfig) -> None:
        super().__init__()
        self.scaling = scaling
        self.experts = nn.ModuleList([GaussianEncoder(part, config) for part in scaling.parts])
        self.dropout = config.expert_dropout

    def scaled(self, vectors: Tensor | Components) -> Tensor:
        """Return the experts' components (n, k) side by side; 0, the mean, of a silent one."""
        if isinstance(vectors, Components):
            return vectors.values
        return self.components(vectors).values

    def components(self, vectors: Tensor) -> Components:
        """Return the components of all vectors (n, F) of a set, to draw batches from."""
        columns = vectors.split([len(part.mean) for part in self.scaling.parts], dim=1)
        present = torch.stack([speaks(part) for part in columns])
        values = [
            cast(GaussianEncoder, expert).components(part).values * speaking[:, None]
            for expert, part, speaking in zip(self.experts, columns, present, strict=True)
        ]
        return Components(torch.cat(values, dim=1), self.scaling, present)

    def each(self, components: Components) -> tuple[Tensor, Tensor]:
        """Return every expert's μ and log σ², (n_experts, n, d), also where it is silent."""
        parts = components.scaling.parts
        values = components.values.split([part.n_components for part in parts], dim=1)
        means, log_variances = zip(
            *(
                expert(Components(own, part))
                for expert, own, part in zip(self.experts, values, parts, strict=True)
            ),
            strict=True,
        )
        return torch.stack(means), torch.stack(log_variances)

    def forward(self, vectors: Tensor | Components) -> tuple[Tensor, Tensor]:
        """Return μ (n, d), of length 1 at most, and log σ² (n, d) of the product."""
        components = vectors if isinstance(vectors, Components) else self.components(vectors)
        present = components.present
        assert present is not None
        if self.training:
            present = silenced(present, self.dropout)
        return product_of_experts(*self.each(components), present)


def speaks(columns: Tensor) -> Tensor:
    """Return float32 (n,), 1 where an expert has something to say of its columns (n, F), or 0."""
    return (columns != 0).any(dim=1).to(columns.dtype)


def silenced(present: Tensor, share: float) -> Tensor:
    """Silence one expert of some videos at random, but never the only one that speaks.

    Args:
        present: (n_experts, n), 1 or 0.
        share: of the videos.
    """
    drawn = torch.rand_like(present) * present
    chosen = drawn == drawn.amax(dim=0)
    spared = (torch.rand_like(present[0]) >= share) | (present.sum(dim=0) < 2)
    return present * (spared | ~chosen)


Encoder = GaussianEncoder | FusedEncoder


def make_encoder(scaling: InputScaling, config: TrainingConfig) -> Encoder:
    """Return an encoder of what is scaled: of several experts when it has parts."""
    return FusedEncoder(scaling, config) if scaling.parts else GaussianEncoder(scaling, config)


class TwoBranchNetwork(nn.Module):
    """An encoder of pictures and one of sounds, whose means are compared by dot product."""

    def __init__(self, video: InputScaling, music: InputScaling, config: TrainingConfig) -> None:
        super().__init__()
        self.config = config
        self.video_encoder = make_encoder(video, config)
        self.music_encoder = GaussianEncoder(music, config)
