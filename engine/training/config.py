"""What a training run is made with: one frozen dataclass, written into the pack."""

from dataclasses import asdict, dataclass
from typing import Any

from engine.errors import InputError
from engine.translation import tr

SAMPLINGS = ("weighted", "epoch")


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """The settings of teacher, student and trainer; the defaults made the shipped pack.

    Attributes:
        n_latent: dimension d of the Gaussian posteriors.
        n_video_components, n_music_components: principal components of the standardised input
            that an encoder sees.
        margin: of the matching loss, in cosine.
        n_hardest: negatives per row and column that the matching loss looks at.
        prior_weight: weight of KL(q(z|x) ‖ N(0, I)), in nats per dimension, after annealing.
        anneal_epochs: over which `prior_weight` grows from 0.
        generation_weight: weight of the cross-generation error.
        pgc_weight: weight of the professionals' pairs in the student's loss.
        transfer_weight: weight of the teacher in the student's loss (λ of Eq. 10).
        bias_scale: τ, how strongly taste enters the training score.
        taste_penalty: of the squared taste weights B and C: uploaders are few, genres many.
        dropout: share of an encoder's inputs left out in training.
        noise: standard deviation added to the standardised inputs in training.
        sampling: "weighted" (pairs drawn with replacement by their weight) or "epoch" (each pair
            once per epoch, in random order).
        device: "auto" (the GPU when there is one), "cpu" or "cuda".
    """

    n_latent: int = 128
    n_video_components: int = 128
    n_music_components: int = 32
    margin: float = 0.05
    n_hardest: int = 40
    prior_weight: float = 0.01
    anneal_epochs: int = 10
    generation_weight: float = 0.1
    pgc_weight: float = 1.0
    transfer_weight: float = 1.0
    bias_scale: float = 0.5
    taste_penalty: float = 0.01
    dropout: float = 0.2
    noise: float = 0.2
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2
    batch_size: int = 128
    min_steps_per_epoch: int = 10
    n_epochs: int = 30
    patience: int = 15
    validation_share: float = 0.2
    n_members: int = 5
    sampling: str = "weighted"
    seed: int = 0
    device: str = "auto"

    def __post_init__(self) -> None:
        n_components = min(self.n_video_components, self.n_music_components)
        if min(self.n_latent, n_components, self.n_hardest, self.batch_size) < 1:
            raise InputError(tr("Training needs sizes of at least 1."))
        if self.n_epochs < 1 or self.patience < 1 or self.n_members < 1:
            raise InputError(tr("Training needs at least one epoch."))
        if self.sampling not in SAMPLINGS:
            raise InputError(
                tr("There is no kind of sampling called {name}.").format(name=self.sampling),
                remedy=tr("Choose among {names}.").format(names=", ".join(SAMPLINGS)),
            )
        if not 0.0 <= self.dropout < 1.0 or not 0.0 <= self.validation_share < 1.0:
            raise InputError(tr("A share lies between 0 and 1."))

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain numbers, for a pack's manifest."""
        return asdict(self)
